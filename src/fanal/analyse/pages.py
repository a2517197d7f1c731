"""One page of the ranked list of identities, out of any number: only its own rows are gathered. It decides nothing."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from fanal.analyse.views import IDENTITY_TABLES, opened, shown
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.lake.snapshot import Snapshot

_BY_ACCOUNT, _BY_VALUE = "account_value", "value_key"


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


def identity_page(snapshot: Snapshot, wanted: Wanted, after: int, size: int) -> list[dict[str, Any]]:
    """The first identities in rank order after a rank, as `views.identities` gives them with `why`.

    Args:
        snapshot: of an operation's lake.
        wanted: which.
        after: a rank; 0 for the beginning. Identities without rank stand on no page.
        size: how many at most.
    """
    sql = load("fanal.analyse", "pages.sql")
    with opened(snapshot, IDENTITY_TABLES) as engine:
        asked = asdict(wanted) | {"text": wanted.text.casefold()}
        engine.bind("page_chosen", engine.rows(sql["page_chosen"], after=after, size=size, **asked))
        rows = {name: engine.rows(_of(sql, name)) for name in IDENTITY_TABLES}
    return _told(rows)


def facets(snapshot: Snapshot) -> tuple[list[str], list[str]]:
    """Countries of origin and roles that there are, by name."""
    sql = load("fanal.analyse", "pages.sql")
    with opened(snapshot, ("identity_origin", "identity_role")) as engine:
        countries, roles = (engine.rows(sql[name])["name"].to_pylist() for name in ("page_countries", "page_roles"))
    return countries, roles


def _of(sql: dict[str, str], table: str) -> str:
    own = {_BY_ACCOUNT: "page_account_value", _BY_VALUE: "page_value_key"}
    return sql[own[table]] if table in own else fill(sql["page_table"], table=table)


def _told(rows: dict[str, pa.Table]) -> list[dict[str, Any]]:
    with Duck() as engine:
        for name, table in rows.items():
            engine.bind(name, table)
        return [json.loads(line) for line in shown(engine, why=True)]
