"""Identities to countries on sample platforms of about 20,000 persons, beside the majority of login addresses.

What a person's truth is, the sample says: where he lives at the end. Who moved after he was last seen cannot
be known from the exhibits; how many that are stands in the table too. Users of anonymisers are those whom the
sample hides behind a VPN; a phone of another country is one of another country than the person lives in.
"""

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fanal.analyse.calibration import Measured, measured
from fanal.analyse.judged import Judged, Truth, judge, of_accounts
from fanal.analyse.sessions import opened
from fanal.analyse.sightings import Flags, Floats
from fanal.bench.path import EXHIBITS, NODE
from fanal.bench.quality_rows import Report, Task, row
from fanal.bench.stage import measure
from fanal.lake.snapshot import Snapshot, read_current

#: Seeds on which constants were chosen, and seeds that were first looked at when they stood.
TUNING, REPORTED = (201, 202, 203, 204, 205), (2001, 2002, 2003)
#: Gives 20,000 persons, more or less.
SCALE = 0.0139
STEPS = ("snapshots", "normalise", "resolve", "attribute")
#: The peer's answer: the country of most login addresses, as the lists place them; its probability is their share.
_MAJORITY = """
SELECT identity, country, share FROM (
  SELECT identity, country, n / sum(n) OVER (PARTITION BY identity) AS share,
         row_number() OVER (PARTITION BY identity ORDER BY n DESC, country) AS place
  FROM (
    SELECT m.identity, a.country, CAST(sum(l.n) AS DOUBLE) AS n
    FROM login_day AS l
    JOIN identity_account AS m ON m.account_id = l.account_id
    JOIN address AS a ON a.ip_id = l.ip_id
    WHERE a.country IS NOT NULL
    GROUP BY m.identity, a.country
  ) AS counted
) AS ranked
WHERE place = 1
"""
_AIMS = {
    "all": {"accuracy": ">= .97", "error": "<= .015"},
    "vpn": {"accuracy": ">= .85 or undetermined", "error": "<= .05"},
}
_GROUPS = {"all": "", "vpn": ", VPN users", "phone": ", phone of another country"}


@dataclass(frozen=True)
class Answered:
    """One method's answers on one sample, one entry an identity."""

    probability: Floats
    right: Flags
    vpn: Flags
    phone: Flags

    def groups(self) -> dict[str, Measured]:
        """What was measured of all, of VPN users, of those with a phone of another country."""
        everyone = np.ones(len(self.right), dtype=np.bool_)
        some = {"all": everyone, "vpn": self.vpn, "phone": self.phone}
        return {name: measured(self.probability[mine], self.right[mine]) for name, mine in some.items()}


def countries_section(task: Task, report: Report) -> list[dict[str, Any]]:
    """Make, read, resolve and attribute a platform for each seed, and compare. Raises StageFailed."""
    seeds = TUNING if task.tuning else REPORTED
    scale = task.scale or SCALE
    ours, peers = [], []
    for place, seed in enumerate(seeds):
        report(f"countries {seed}", place / len(seeds))
        with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
            mine, theirs = load(*make(Path(name), scale, seed))
        ours.append(mine.groups())
        peers.append(theirs.groups())
    told = "tuning" if task.tuning else "reported"
    data = f"countries, {told} seeds {', '.join(map(str, seeds))}, scale {scale:g}"
    return [*_rows(data, "fanal", ours), *_rows(data, "majority of login addresses", peers)]


def make(folder: Path, scale: float, seed: int) -> tuple[Path, Snapshot]:
    """A sample and a node that has run it as far as `attribute`; returns the sample's truth and the lake's snapshot."""
    sample, node, out = folder / "sample", folder / "node", folder / "out"
    at = ("-C", str(node))
    measure("sample", ("sample", "platform", str(sample), "--scale", str(scale), "--seed", str(seed)), out)
    measure("init", ("init", str(node), *NODE), out)
    measure("op new", (*at, "op", "new", "kx", "--title", "Benchmark", "--legal-basis", "none"), out)
    for exhibit, mapping in EXHIBITS:
        measure("add", (*at, "add", str(sample / exhibit), "--mapping", str(sample / mapping)), out)
    for step in STEPS:
        measure(step, (*at, "run", step), out)
    return sample / "truth" / "accounts.csv", read_current(node / "lake" / "kx")


def load(truth: Path, snapshot: Snapshot) -> tuple[Answered, Answered]:
    """Fanal's answers and the peer's, beside the truth."""
    with truth.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = of_accounts(snapshot, {r["account"]: r["country"] for r in rows})
    hidden = {r["account"] for r in rows if r["vpn"] == "1"}
    with opened(snapshot, ("identity_account", "login_day", "address")) as engine:
        members = engine.rows("SELECT identity, account FROM identity_account").to_pylist()
        most = {r["identity"]: r for r in engine.rows(_MAJORITY).to_pylist()}
    behind = {m["identity"] for m in members if m["account"] in hidden}
    ours = judge(snapshot, known)
    vpn = np.array([identity in behind for identity in ours.identity], dtype=np.bool_)
    return Answered(ours.probability, ours.proved, vpn, ours.phone), _peer(ours, known, most, vpn)


def _peer(ours: Judged, known: dict[str, Truth], most: dict[str, dict[str, Any]], vpn: Flags) -> Answered:
    found = [most.get(identity) for identity in ours.identity]
    share = np.array([one["share"] if one else 0.0 for one in found], dtype=np.float64)
    right = [
        one is not None and one["country"] == known[i].country for i, one in zip(ours.identity, found, strict=True)
    ]
    return Answered(share, np.array(right, dtype=np.bool_), vpn, ours.phone)


def _rows(data: str, method: str, made: list[dict[str, Measured]]) -> list[dict[str, Any]]:
    found = []
    for group, words in _GROUPS.items():
        each = [one[group] for one in made]
        aims = _AIMS.get(group, {}) if method == "fanal" else {}
        found += [
            row(data, method, f"determined{words}", [float(m.determined) for m in each], digits=0),
            row(data, method, f"share undetermined{words}", [m.undetermined or 0.0 for m in each]),
            row(data, method, f"accuracy{words}", [m.accuracy or 0.0 for m in each], aim=aims.get("accuracy", "")),
            row(data, method, f"calibration error{words}", [m.error or 0.0 for m in each], aim=aims.get("error", "")),
        ]
    return found
