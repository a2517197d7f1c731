"""One page of the ranked list of identities, out of any number: only its own rows are gathered. It decides nothing."""

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.analyse.views import IDENTITY_TABLES, opened, shown
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.lake.snapshot import Snapshot

_BY_ACCOUNT, _BY_VALUE = "account_value", "value_key"
#: More identities than any lake has, and as many as are gathered in memory together.
EVERYONE, AT_ONCE = 1 << 40, 20_000


@dataclass(frozen=True)
class Wanted:
    """Which identities a page is to show; an empty attribute asks for nothing.

    Attributes:
        country: of origin, ISO 3166 alpha-2.
        role: has it.
        meets: meets the threshold.
        text: part of an account, or of an identifier's normal form, in any case of its letters.
        identity: this one.
    """

    country: str = ""
    role: str = ""
    meets: bool = False
    text: str = ""
    identity: str = ""


def identity_page(snapshot: Snapshot, wanted: Wanted, after: int, size: int, before: int = 0) -> list[dict[str, Any]]:
    """The first identities in rank order after a rank, as `views.identities` gives them with `why`.

    Args:
        snapshot: of an operation's lake.
        wanted: which.
        after: a rank; 0 for the beginning. Identities without rank stand on no page.
        size: how many at most.
        before: a rank; the last identities before it instead, in rank order too. 0 for none.
    """
    with opened(snapshot, IDENTITY_TABLES) as engine:
        rows = _gathered(engine, _chosen(engine, wanted, after, size, before))
    return list(_told(rows))


def chosen(snapshot: Snapshot, wanted: Wanted, without: Collection[str] = ()) -> pa.Table:
    """Every identity that is wanted, in rank order.

    Args:
        snapshot: of an operation's lake.
        wanted: which.
        without: identities that are left out.

    Returns:
        A table of `identity` and `rank`.
    """
    with opened(snapshot, IDENTITY_TABLES) as engine:
        found = _chosen(engine, wanted, 0, EVERYONE, 0)
    left_out = pc.is_in(found["identity"], value_set=pa.array(sorted(without), pa.string()))
    return found.filter(pc.invert(left_out))


def told_of(snapshot: Snapshot, found: pa.Table) -> Iterator[dict[str, Any]]:
    """Identities of `chosen` as `identity_page` gives them, `AT_ONCE` of them in memory."""
    for start in range(0, found.num_rows, AT_ONCE):
        with opened(snapshot, IDENTITY_TABLES) as engine:
            rows = _gathered(engine, found.slice(start, AT_ONCE))
        yield from _told(rows)


def facets(snapshot: Snapshot) -> tuple[list[str], list[str]]:
    """Countries of origin and roles that there are, by name."""
    sql = load("fanal.analyse", "pages.sql")
    with opened(snapshot, ("identity_origin", "identity_role")) as engine:
        countries, roles = (engine.rows(sql[name])["name"].to_pylist() for name in ("page_countries", "page_roles"))
    return countries, roles


def _chosen(engine: Duck, wanted: Wanted, after: int, size: int, before: int) -> pa.Table:
    asked = asdict(wanted) | {"text": wanted.text.casefold()}
    sql = load("fanal.analyse", "pages.sql")["page_chosen"]
    return engine.rows(sql, after=after, before=before, size=size, **asked)


def _gathered(engine: Duck, found: pa.Table) -> dict[str, pa.Table]:
    sql = load("fanal.analyse", "pages.sql")
    engine.bind("page_chosen", found)
    return {name: engine.rows(_of(sql, name)) for name in IDENTITY_TABLES}


def _of(sql: dict[str, str], table: str) -> str:
    own = {_BY_ACCOUNT: "page_account_value", _BY_VALUE: "page_value_key"}
    return sql[own[table]] if table in own else fill(sql["page_table"], table=table)


def _told(rows: dict[str, pa.Table]) -> Iterator[dict[str, Any]]:
    with Duck() as engine:
        for name, table in rows.items():
            engine.bind(name, table)
        yield from (json.loads(line) for line in shown(engine, why=True))
