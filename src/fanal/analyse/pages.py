"""One page of the ranked list of identities, out of any number: only its own rows are gathered. It decides nothing."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.analyse.page_tables import LINE, RANK, beside
from fanal.analyse.remembered import once
from fanal.analyse.sessions import opened
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot

#: The code that the Unicode CLDR has for a country that is not known.
UNDETERMINED = "ZZ"
#: More identities than any lake has, and as many as are gathered in memory together.
EVERYONE, AT_ONCE = 1 << 40, 20_000


@dataclass(frozen=True)
class Wanted:
    """Which identities a page is to show; an empty attribute asks for nothing.

    Attributes:
        country: of origin, ISO 3166 alpha-2; UNDETERMINED for those whose country nobody can tell yet.
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
    with beside(snapshot, LINE, RANK) as engine:
        return _told(engine, _chosen(snapshot, engine, wanted, after, size, before))


def chosen(snapshot: Snapshot, wanted: Wanted, without: Collection[str] = ()) -> pa.Table:
    """Every identity that is wanted, in rank order.

    Args:
        snapshot: of an operation's lake.
        wanted: which.
        without: identities that are left out.

    Returns:
        A table of `identity` and `rank`.
    """
    with beside(snapshot, LINE, RANK) as engine:
        found = _chosen(snapshot, engine, wanted, 0, EVERYONE, 0)
    left_out = pc.is_in(found["identity"], value_set=pa.array(sorted(without), pa.string()))
    return found.filter(pc.invert(left_out))


def told_of(snapshot: Snapshot, found: pa.Table) -> Iterator[dict[str, Any]]:
    """Identities of `chosen` as `identity_page` gives them, `AT_ONCE` of them in memory."""
    for start in range(0, found.num_rows, AT_ONCE):
        with beside(snapshot, LINE) as engine:
            yield from _told(engine, found.slice(start, AT_ONCE))


@once
def facets(snapshot: Snapshot) -> tuple[list[str], list[str]]:
    """Countries of origin and roles that there are, by name."""
    sql = load("fanal.analyse", "pages.sql")
    with opened(snapshot, ("identity_origin", "identity_role")) as engine:
        countries, roles = (engine.rows(sql[name])["name"].to_pylist() for name in ("page_countries", "page_roles"))
    return countries, roles


def _chosen(snapshot: Snapshot, engine: Duck, wanted: Wanted, after: int, size: int, before: int) -> pa.Table:
    sql = load("fanal.analyse", "pages.sql")
    if wanted.identity:
        only = engine.rows(sql["page_of"], identity=wanted.identity)
    elif wanted.text:
        only = _with_text(snapshot, wanted.text.casefold())
    else:
        only = None
    engine.bind("page_only", pa.table({"rank": pa.array([], pa.int64())}) if only is None else only)
    asked = {"country": wanted.country, "role": wanted.role, "meets": wanted.meets, "everyone": only is None}
    return engine.rows(sql["page_chosen"], after=after, before=before, size=size, **asked)


def _with_text(snapshot: Snapshot, text: str) -> pa.Table:
    """The ranks of the identities that have the text in an account or an identifier."""
    with opened(snapshot, ("identity_rank", "identity_account", "account_value", "value_key")) as engine:
        return engine.rows(load("fanal.analyse", "pages.sql")["page_with_text"], text=text)


def _told(engine: Duck, found: pa.Table) -> list[dict[str, Any]]:
    lines = engine.rows(load("fanal.analyse", "pages.sql")["page_lines"], ranks=found["rank"].to_pylist())
    return [json.loads(line) for line in lines["line"].to_pylist()]
