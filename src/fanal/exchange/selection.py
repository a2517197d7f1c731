"""Who goes into which package: identities that meet the threshold, by their most probable country.

One engine session serves all recipients of one build: the included accounts are found once, and every
table of the lake is then read once. It decides nothing: threshold, country and hold-backs come in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from fanal.analyse.runner import bind
from fanal.base.errors import FanalError
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.exchange.plan import Counts, PackagePlan
from fanal.exchange.refusals import NothingToSend
from fanal.lake.snapshot import Snapshot
from fanal.model.tables import BY_NAME, FINDING, SUPPORT

TOP_PLACES = 150
TOP_LEADS = 15
TOP_MEDIA = 3
_S, _I, _T = pa.string(), pa.int64(), pa.timestamp("us")
NEEDED = ("identity", "identity_account", "identity_origin", "identity_threshold")
# What a step may not have written yet; only the columns that are read here.
_OPTIONAL = {
    "identity_rank": pa.schema([("identity", _S), ("rank", pa.int32()), ("reasons", _S)]),
    "identity_role": pa.schema([("identity", _S), ("role", _S)]),
    "identity_country": pa.schema([("identity", _S), ("country", _S)]),
    "resolve_finding": FINDING,
    "resolve_support": SUPPORT,
    "attribute_finding": FINDING,
    "attribute_support": SUPPORT,
    "lead": pa.schema(
        [
            ("lead", _S),
            ("identity", _S),
            ("addressee", _S),
            ("ask", _S),
            ("address", _S),
            ("port", _I),
            ("at", _T),
            ("perishes_at", _T),
            ("obs", _I),
        ]
    ),
}
_FLAG = pa.schema([("account", _S), ("flag", _S), ("source", _S), ("officer", _S), ("at", _T)])
_EXHIBIT = pa.schema([("exhibit", _I), ("clock_offset_s", pa.float64()), ("withheld", pa.bool_())])
_ELSEWHERE = pa.schema([("identity", _S), ("to_country", _S), ("n", _I)])


class OneCountryTwice(FanalError):
    """Two plans of one build for the same country."""

    code = "F-PKG-24"
    text = "Two packages for {country} are planned at once; build them one after the other."
    exit_code = 2


def without_exhibits(snapshot: Snapshot, exhibits: frozenset[int]) -> Snapshot:
    """A snapshot as if these exhibits' rows were not there; what the steps found stays."""
    tables = {
        name: tuple(entry for entry in entries if entry.exhibit is None or entry.exhibit not in exhibits)
        for name, entries in snapshot.tables.items()
    }
    return replace(snapshot, tables=tables)


def _elsewhere(plans: list[PackagePlan]) -> list[dict[str, Any]]:
    """How many other countries hold an identity, for each package that may hold it too."""
    return [
        {"identity": identity, "to_country": plan.country, "n": len(countries - {plan.country})}
        for plan in plans
        for identity, countries in sorted(plan.elsewhere.items())
    ]


def _exhibits(plans: list[PackagePlan]) -> list[dict[str, Any]]:
    """What a build knows of each exhibit: how far its clock was off, and whether its rows stay."""
    withheld = frozenset[int]().union(*(plan.withheld_exhibits for plan in plans))
    offsets = {ref.exhibit: ref.clock_offset_s for plan in plans for ref in plan.exhibits}
    return [
        {"exhibit": number, "clock_offset_s": offsets.get(number), "withheld": number in withheld}
        for number in sorted(withheld | offsets.keys())
    ]


class Selection:
    """The included identities and accounts of some plans, in an engine session of their own."""

    def __init__(self, snapshot: Snapshot, plans: Sequence[PackagePlan], engine: Duck | None = None) -> None:
        """Find who is included.

        Args:
            snapshot: the operation's lake.
            plans: at most one per country.
            engine: a session to use and close; default, one of its own.

        Raises:
            NothingToSend: the steps that packages are made from have not run.
            OneCountryTwice: two plans for one country.
        """
        self.snapshot = without_exhibits(snapshot, frozenset().union(*(plan.withheld_exhibits for plan in plans)))
        self.plans = {plan.country: plan for plan in plans}
        self._sql = load("fanal.exchange", "selection.sql")
        if len(self.plans) != len(plans):
            countries = [plan.country for plan in plans]
            raise OneCountryTwice(country=next(c for c in countries if countries.count(c) > 1))
        missing = [name for name in NEEDED if not snapshot.files(name)]
        if missing:
            raise NothingToSend(missing=", ".join(missing))
        self.engine = engine or Duck()
        try:
            self._bind()
            self._choose()
        except BaseException:
            self.engine.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.engine.close()

    def _bind(self) -> None:
        bind(self.engine, self.snapshot, tuple(BY_NAME))
        for name, schema in _OPTIONAL.items():
            self.engine.bind(name, self.snapshot.files(name) or schema.empty_table())
        for name in self.snapshot.tables:
            if name not in BY_NAME and name not in _OPTIONAL:
                self.engine.bind(name, self.snapshot.files(name))
        plans = self.plans.values()
        addressees = [(p.country, p.bodies, p.perceptual, p.only is not None) for p in plans]
        self._rows("addressee", addressees, ("country", "bodies", "perceptual", "choosy"))
        self._rows("held", [(i, p.country) for p in plans for i in sorted(p.held)], ("identity", "country"))
        self._rows("chosen", [(i, p.country) for p in plans for i in sorted(p.only or ())], ("identity", "country"))
        told = {flag for p in plans for flag in p.flags}
        flags = [asdict(flag) | {"at": flag.at.replace(tzinfo=None)} for flag in told]
        self.engine.bind("told_flag", pa.Table.from_pylist(flags, _FLAG))
        self.engine.bind("elsewhere", pa.Table.from_pylist(_elsewhere(list(plans)), _ELSEWHERE))
        self.engine.bind("exhibit_told", pa.Table.from_pylist(_exhibits(list(plans)), _EXHIBIT))

    def _rows(self, name: str, rows: Sequence[tuple[Any, ...]], columns: tuple[str, ...]) -> None:
        kinds = dict.fromkeys(("bodies", "perceptual", "choosy"), pa.bool_())
        arrays = [pa.array([row[i] for row in rows], kinds.get(c, _S)) for i, c in enumerate(columns)]
        self.engine.bind(name, pa.table(dict(zip(columns, arrays, strict=True))))

    def _choose(self) -> None:
        for name in ("origin", "candidate", "included", "included_account", "included_subject", "known_account"):
            self.define(name)
        for name in ("included_media", "included_channel", "identifier_of_identity", "seen", "reason", "flag", "sheet"):
            self.define(name)
        for name in ("sent_lead", "request"):
            self.define(name)
        self.define("top_account", places=TOP_PLACES)
        self.define("top_identifier", places=TOP_PLACES)
        self.define("top_lead", leads=TOP_LEADS)
        self.define("media_pdq")
        self.define("top_media", places=TOP_PLACES, media=TOP_MEDIA)

    def define(self, name: str, **params: Any) -> None:
        """Materialise a statement of selection.sql under its own name."""
        self.engine.define(name, self._sql[name], **params)

    def of(self, table: str, country: str, order: str) -> pa.Table:
        """Rows of a table of this selection for one country."""
        return self.engine.rows(f"SELECT * FROM {table} WHERE to_country = $country ORDER BY {order}", country=country)

    def counts(self) -> dict[str, Counts]:
        """What goes to each country and what does not, without the rows of tables."""
        accounts = {row["to_country"]: row["accounts"] for row in self.engine.rows(self._sql["accounts"]).to_pylist()}
        found = {row.pop("country"): row for row in self.engine.rows(self._sql["counts"]).to_pylist()}
        flags: dict[str, dict[str, int]] = {}
        for row in self.engine.rows(f"{self._sql['flagged']} ORDER BY to_country, flag").to_pylist():
            flags.setdefault(row["to_country"], {})[row["flag"]] = row["n"]
        return {c: Counts(**found.get(c, {}), accounts=accounts.get(c, 0), flags=flags.get(c, {})) for c in self.plans}

    def spread(self, sql: str) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Rows of one SELECT, whose first column `to_country` is also its first order, cut by country."""
        for batch in self.engine.batches(sql):
            countries = batch.column(0)
            start = 0
            while start < batch.num_rows:
                country = countries[start].as_py()
                size = pa.compute.sum(pa.compute.equal(countries, country)).as_py()
                yield country, batch.slice(start, size).drop_columns(["to_country"])
                start += size
