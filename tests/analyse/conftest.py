"""A small lake made by hand: canonical rows, and the tables of `normalise` derived from them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from fanal.analyse.normalise import Normalise
from fanal.analyse.registry import STEPS
from fanal.analyse.runner import StepReport, run_steps
from fanal.analyse.series import Series
from fanal.analyse.step import Step
from fanal.base.digests import content_id
from fanal.engine.duck import Duck
from fanal.lake.parquet import write_table
from fanal.lake.snapshot import Snapshot, read_current
from fanal.lake.writer import writing
from fanal.model.inputs import Inputs
from fanal.model.tables import BY_NAME, FINDING, SUPPORT, obs_base

DAY = datetime(2023, 1, 1)
LINKING = ("email", "phone", "crypto_address", "device", "bank_account", "national_id")


@dataclass
class World:
    """One operation's lake under `root`. Rows are added with `account`, `uses` and `row`, exhibit by exhibit."""

    root: Path
    exhibit: int = 1
    names: Sequence[str] = ("resolve", "roles", "threshold", "rank", "leads")
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    contexts: dict[tuple[str, str], str] = field(default_factory=dict)
    holders: dict[tuple[str, str], str] = field(default_factory=dict)
    addresses: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _next: dict[int, int] = field(default_factory=dict)

    def row(self, table: str, **values: Any) -> int:
        """One canonical row of the present exhibit; returns its observation number."""
        n = self._next.get(self.exhibit, 0) + 1
        self._next[self.exhibit] = n
        obs = obs_base(self.exhibit) + n
        row = {"exhibit": self.exhibit, "locator": f"{table}:{n}", "obs": obs, **values}
        self.rows.setdefault(table, []).append(row)
        return obs

    def account(self, account: str, **values: Any) -> int:
        """An account that states these things."""
        platform, native = account.split(":", 1)
        values = {"name_source": "self", "created_at": DAY, **values}
        return self.row("account", account=account, platform=platform, native_id=native, **values)

    def uses(self, account: str, **identifiers: str) -> None:
        """The account uses identifiers, given by kind."""
        for kind, norm in identifiers.items():
            self.row("identifier", account=account, kind=kind, value=norm, norm=norm, relation="user")

    def login(self, account: str, ip: str, day: int = 0, hour: int = 12, **values: Any) -> int:
        """One login, so many days after DAY."""
        at = DAY + timedelta(days=day, hours=hour)
        return self.row("login", account=account, at=at, at_precision="second", ip=ip, success=True, **values)

    def context(self, kind: str, norm: str, why: str, holder: str | None = None) -> None:
        """A value that is only context, by a list that may name who can be asked."""
        self.contexts[kind, norm] = why
        if holder is not None:
            self.holders[kind, norm] = holder

    def origin(self, account: str, country: str, evidence: str = "phone", probability: float = 0.95) -> None:
        """What `attribute` would say of the identity that this account founds."""
        identity = content_id("identity", account)[:32]
        obs = self.rows["account"][0]["obs"]
        self.steps.setdefault("identity_country", []).append(
            {"identity": identity, "country": country, "probability": probability, "rank": 1}
        )
        self.steps.setdefault("identity_origin", []).append(
            {
                "identity": identity,
                "undetermined": False,
                "words": "likely",
                "country": country,
                "probability": probability,
                "would_change": "",
            }
        )
        self.steps.setdefault("attribute_finding", []).append(
            {"finding": f"o-{account}", "step": "attribute", "kind": "country", "subject": identity, "value": country}
        )
        self.steps.setdefault("attribute_support", []).append(
            {"finding": f"o-{account}", "obs": obs, "role": "for", "weight": 1.0, "reason": evidence}
        )

    def graded(self, *media: str, opinion: str = "illegal_here", source: str = "examiner", agency: str = "U7") -> None:
        """What `series` would say of media that a person graded."""
        obs = self.rows["account"][0]["obs"]
        self.steps.setdefault("media_graded", []).extend(
            {"media": one, "source": source, "agency": agency, "opinion": opinion, "obs": obs} for one in media
        )

    def write(self) -> Snapshot:
        """Publish what has been added, with the tables that `normalise` would make of it."""
        with writing(self.root) as writer:
            exhibits = sorted({row["exhibit"] for rows in self.rows.values() for row in rows})
            for exhibit in exhibits:
                files = {}
                for table, rows in self.rows.items():
                    own = [row for row in rows if row["exhibit"] == exhibit]
                    if own:
                        path = writer.path(f"{table}-{exhibit}")
                        write_table(path, pa.Table.from_pylist(own, BY_NAME[table].schema))
                        files[table] = [path]
                writer.add_exhibit(exhibit, files, {})
            for table, schema in NORMALISED.items():
                made = self.steps.get(table) or self._normalised().get(table, [])
                writer.set_table(table, pa.Table.from_pylist(made, schema).to_batches(), schema)
            return writer.commit()

    def run(self, inputs: Inputs | None = None, steps: Sequence[Step] | None = None) -> list[StepReport]:
        """Write, then run these steps (else those of `names`)."""
        self.write()
        return self.run_again(inputs, steps)

    def run_again(self, inputs: Inputs | None = None, steps: Sequence[Step] | None = None) -> list[StepReport]:
        """Run the steps without writing anything new first."""
        with writing(self.root) as writer:
            made = run_steps(writer, inputs or Inputs(), self.names if steps is None else None, None, steps or STEPS)
            writer.commit()
        return made

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table in the present snapshot."""
        files = read_current(self.root).files(name)
        with Duck() as engine:
            engine.bind("t", files)
            return engine.rows("SELECT * FROM t").to_pylist()

    def clusters(self) -> list[list[str]]:
        """The account keys of each identity, sorted."""
        found: dict[str, list[str]] = {}
        for row in self.table("identity_account"):
            found.setdefault(row["identity"], []).append(row["account"])
        return sorted(sorted(accounts) for accounts in found.values())

    def identity_of(self, account: str) -> str:
        """The identity of an account."""
        return next(r["identity"] for r in self.table("identity_account") if r["account"] == account)

    def _normalised(self) -> dict[str, list[dict[str, Any]]]:
        first: dict[str, int] = {}
        for table in ("account", "identifier", "login", "membership", "message", "share", "payment"):
            for row in self.rows.get(table, []):
                for column in ("account", "by_account"):
                    key = row.get(column)
                    if key:
                        first[key] = min(first.get(key, row["obs"]), row["obs"])
        keys = sorted(first, key=lambda key: (first[key], key))
        ids = {key: n for n, key in enumerate(keys)}
        identifiers = self.rows.get("identifier", [])
        values = sorted({(r["kind"], r["norm"]) for r in identifiers})
        value_ids = {value: n for n, value in enumerate(values)}
        ips = sorted({r["ip"] for r in self.rows.get("login", []) if r.get("ip")})
        days: dict[tuple[int, int, Any], dict[str, Any]] = {}
        for r in self.rows.get("login", []):
            key = (ids[r["account"]], ips.index(r["ip"]), r["at"].date())
            day = days.setdefault(key, {"hour_mask": 0, "n": 0, "obs": r["obs"]})
            day["hour_mask"] |= 1 << r["at"].hour
            day["n"] += 1
        return {
            "account_key": [{"account_id": ids[k], "account": k, "first_obs": first[k]} for k in keys],
            "value_key": [
                {
                    "value_id": value_ids[v],
                    "kind": v[0],
                    "norm": v[1],
                    "context": self.contexts.get(v),
                    "links": v[0] in LINKING and v not in self.contexts,
                }
                for v in values
            ],
            "account_value": [
                {
                    "account_id": ids[r["account"]],
                    "value_id": value_ids[r["kind"], r["norm"]],
                    "obs": r["obs"],
                    "relation": r["relation"],
                    "first_at": r.get("observed_at"),
                    "last_at": r.get("observed_at"),
                    "n": 1,
                }
                for r in identifiers
            ],
            "value_listed": [
                {"value_id": value_ids[v], "context": self.contexts[v], "list": "one", "edition": "", "holder": holder}
                for v, holder in self.holders.items()
            ],
            "address": [
                {"ip_id": n, "ip": ip, "family": 4, "number": n, **self.addresses.get(ip, {})}
                for n, ip in enumerate(ips)
            ],
            "login_day": [
                {
                    "account_id": a,
                    "ip_id": i,
                    "day": d,
                    "anonymiser": self.addresses.get(ips[i], {}).get("anonymiser"),
                    **rest,
                }
                for (a, i, d), rest in sorted(days.items())
            ],
        }


NORMALISED = {
    "account_key": pa.schema([("account_id", pa.int64()), ("account", pa.string()), ("first_obs", pa.int64())]),
    "value_key": pa.schema(
        [
            ("value_id", pa.int64()),
            ("kind", pa.string()),
            ("norm", pa.string()),
            ("links", pa.bool_()),
            ("context", pa.string()),
        ]
    ),
    "account_value": pa.schema(
        [
            ("account_id", pa.int64()),
            ("value_id", pa.int64()),
            ("relation", pa.string()),
            ("obs", pa.int64()),
            ("first_at", pa.timestamp("us")),
            ("last_at", pa.timestamp("us")),
            ("n", pa.int64()),
        ]
    ),
    "value_listed": Normalise.writes["value_listed"],
    "media_graded": Series.writes["media_graded"],
    "address": pa.schema(
        [
            ("ip_id", pa.int64()),
            ("ip", pa.string()),
            ("family", pa.int8()),
            ("number", pa.uint64()),
            ("country", pa.string()),
            ("asn", pa.int64()),
            ("holder", pa.string()),
            ("anonymiser", pa.string()),
        ]
    ),
    "login_day": pa.schema(
        [
            ("account_id", pa.int64()),
            ("ip_id", pa.int64()),
            ("day", pa.date32()),
            ("hour_mask", pa.int32()),
            ("n", pa.int32()),
            ("obs", pa.int64()),
            ("anonymiser", pa.string()),
        ]
    ),
    "identity_country": pa.schema(
        [
            ("identity", pa.string()),
            ("country", pa.string()),
            ("probability", pa.float64()),
            ("rank", pa.int32()),
        ]
    ),
    "identity_origin": pa.schema(
        [
            ("identity", pa.string()),
            ("undetermined", pa.bool_()),
            ("words", pa.string()),
            ("country", pa.string()),
            ("probability", pa.float64()),
            ("would_change", pa.string()),
        ]
    ),
    "attribute_finding": FINDING,
    "attribute_support": SUPPORT,
}


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> World:
    """A lake; a test module may name in STEPS_RUN the only steps that its tests need."""
    made = World(tmp_path / "lake" / "op")
    made.names = getattr(request.module, "STEPS_RUN", made.names)
    return made


@pytest.fixture
def worlds(tmp_path: Path) -> Callable[[], World]:
    """Makes as many separate lakes as a property test asks for."""
    made = iter(range(10**6))
    return lambda: World(tmp_path / f"lake{next(made)}" / "op")
