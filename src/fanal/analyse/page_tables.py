"""Tables beside a snapshot that pages are made of: what one page asks lies together, so that it reads little.

They say nothing that the snapshot does not say. `fanal run` makes them of a lake that is large; of a small one, and
where they are missing, they are made when they are first asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from fanal.analyse import sessions
from fanal.analyse.origin import LIKELY
from fanal.analyse.registry import STEPS
from fanal.analyse.runner import bind
from fanal.analyse.snapshots import SAME_ROW
from fanal.analyse.view_statements import FIGURE_TABLES, IDENTITY_TABLES, figures_sql, shown_sql
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.lake.beside import keep_only, place_of, table_beside
from fanal.lake.snapshot import Snapshot, read_past
from fanal.model.tables import TABLES as CANONICAL
from fanal.model.tables import Table

#: Steps that write findings, in their order.
SAYING = tuple(step.name for step in STEPS if f"{step.name}_finding" in step.writes)
_FINDINGS = tuple(f"{step}_finding" for step in SAYING)
_SUPPORT = tuple(f"{step}_support" for step in SAYING)
#: Identities from which on `fanal run` makes the tables at once.
MANY = 10_000


@dataclass(frozen=True)
class PageTable:
    """See lake.beside.Made.

    Attributes:
        over_time: of earlier snapshots it is asked for too.
        facts: it is made of each fact once; False for all rows, as `analyse.runner.bind` has it.
    """

    name: str
    of: tuple[str, ...]
    version: int = 1
    over_time: bool = False
    facts: bool = True

    def rows(self, snapshot: Snapshot) -> tuple[pa.Schema, Iterable[pa.RecordBatch]]:
        """Its rows, as its statement in page_tables.sql orders them."""
        engine = Duck()
        bind(engine, snapshot, [name for name in self.of if name != SAME_ROW], facts=self.facts)
        sql = _statement(self.name, engine)
        schema = engine.rows(f"SELECT * FROM ({sql}) AS r LIMIT 0").schema
        return schema, _all(engine, sql)


MEMBER = PageTable("page_member", ("identity_account",), over_time=True)
ACCOUNT = PageTable("page_account", ("identity_account",), over_time=True)
RANK = PageTable("page_rank", ("identity_rank",))
LINE = PageTable("page_line", IDENTITY_TABLES)
SAID = PageTable("page_said", ("identity", "identity_account", *_FINDINGS))
SUPPORT = PageTable(
    "page_support", ("identity", "identity_account", *_FINDINGS, *_SUPPORT, *(t.name for t in CANONICAL)), facts=False
)
CONTEXT = PageTable(
    "page_context",
    (
        "account_key", "account_value", "value_key", "value_listed", "wallet_context", "login_day", "address",
        "address_listed", "list_edition",
    ),
)  # fmt: skip
CONDUCT = PageTable("page_conduct", ("message", "share", SAME_ROW))
FIGURES = PageTable("page_figures", (*FIGURE_TABLES, SAME_ROW))
MEDIA = PageTable("page_media", ("media", "media_state", "media_match", "series", SAME_ROW))
LISTS = PageTable("page_lists", ("media_match",))
REVIEW = PageTable(
    "page_review", ("identity_link", "linkage_candidate", "identity", "identity_account", "identity_rank"), version=2
)
_DONE = ("login", "share", "message", "payment", SAME_ROW)
BY_HOUR = PageTable("page_hours", _DONE)
ACTIVITY = PageTable("page_activity", _DONE)
COUNTRY = PageTable("page_country", ("identity_origin", "identity_country", "identity_rank", "identity_threshold"))
SERIES = PageTable("page_series", ("series",))
TABLES = (
    MEMBER, ACCOUNT, RANK, LINE, SAID, SUPPORT, CONTEXT, CONDUCT, FIGURES, MEDIA, LISTS, REVIEW, BY_HOUR, ACTIVITY,
    COUNTRY, SERIES,
)  # fmt: skip


def _statement(name: str, engine: Duck) -> str:
    """The statement of a table; what it reads besides the snapshot's tables is defined in the engine."""
    sql = load("fanal.analyse", "page_tables.sql")
    if name == FIGURES.name:
        return figures_sql(engine)
    if name in (MEDIA.name, LISTS.name):
        return load("fanal.analyse", "media_views.sql")["figures" if name == MEDIA.name else "by_list"]
    if name == REVIEW.name:
        return load("fanal.analyse", "views.sql")["review"]
    if name in (BY_HOUR.name, ACTIVITY.name):
        done = load("fanal.analyse", "activity.sql")
        engine.name("activity_seen", done["seen"])
        return done[name]
    if name == COUNTRY.name:
        return fill(load("fanal.analyse", "countries.sql")[name], likely=repr(LIKELY))
    if name == SERIES.name:
        return load("fanal.analyse", "series_pages.sql")[name]
    if name == LINE.name:
        return f"SELECT * FROM ({shown_sql(engine, why=True)}) AS l WHERE rank IS NOT NULL ORDER BY rank"
    if name in (SAID.name, SUPPORT.name):
        said = " UNION ALL ".join(fill(sql["page_said_of"], step=step) for step in SAYING)
        if name == SAID.name:
            return f"SELECT * FROM ({said}) AS f ORDER BY about"
        engine.define("page_said", f"SELECT about, step, finding FROM ({said}) AS f")
        engine.define("page_grounds", " UNION ALL ".join(fill(sql["page_support_of"], step=step) for step in SAYING))
        seen = (fill(sql["page_seen_of"], table=table.name, columns=_texts(table)) for table in CANONICAL)
        engine.define("page_seen", " UNION ALL ".join(seen))
    return sql[name]


def _texts(table: Table) -> str:
    """The columns of a canonical table as texts, which `explain` reads back; bytes are nothing that people read."""
    kept = [name for name, kind in table.columns if not pa.types.is_fixed_size_binary(kind)]
    return ", ".join(f"'{name}': CAST(r.\"{name}\" AS VARCHAR)" for name in kept)


def _all(engine: Duck, sql: str) -> Iterator[pa.RecordBatch]:
    with engine:
        yield from engine.batches(sql)


@contextmanager
def beside(snapshot: Snapshot, *tables: PageTable) -> Iterator[Duck]:
    """A session on these tables beside a snapshot, by their names."""
    with sessions.beside(snapshot, {table.name: table_beside(snapshot, table) for table in tables}) as engine:
        yield engine


@contextmanager
def opened(snapshot: Snapshot, tables: Sequence[str], *made: PageTable) -> Iterator[Duck]:
    """A session on tables of a snapshot, see `sessions.opened`, and on these beside it, by their names."""
    with sessions.opened(snapshot, tables, {table.name: table_beside(snapshot, table) for table in made}) as engine:
        yield engine


def make_all(snapshot: Snapshot, before: Snapshot) -> None:
    """Make the tables of a snapshot that was just published, and delete those that nobody asks for any more.

    Args:
        snapshot: the current one.
        before: that was current until then; pages that began before may still read its tables.
    """
    if snapshot.rows("identity") >= MANY:
        for table in TABLES:
            table_beside(snapshot, table)
    wanted = [place_of(one, table) for one in (snapshot, before) for table in TABLES]
    wanted += [place_of(one, table) for one in read_past(snapshot) for table in TABLES if table.over_time]
    keep_only(snapshot, wanted)
