"""Accounts to identities on sample platforms of about 20,000 persons, beside exact sharing with a cap.

The sample's truth says whose each account is, and which accounts one person's own identifiers hold
together: what a perfect linker over the same identifiers could reach.
"""

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fanal.analyse.sessions import opened
from fanal.bench.path import EXHIBITS, NODE
from fanal.bench.quality_pairs import Ints, Score, score, sharing
from fanal.bench.quality_rows import Report, Task, row
from fanal.bench.stage import measure
from fanal.lake.snapshot import Snapshot, read_current

#: Seeds on which constants were chosen, and seeds that were first looked at when they stood.
TUNING, REPORTED = (101, 102, 103, 104, 105), (1001, 1002, 1003)
#: Gives 20,100 persons, more or less.
SCALE = 0.0139
CAPS = (5, 10, 20)
MANY = 12
_TABLES = ("account_key", "identity_account", "identity_link", "account_value", "value_key")


@dataclass(frozen=True)
class Platform:
    """One sample in the lake with its truth; arrays by account.

    Attributes:
        person: whose the account is. group: what his own identifiers hold together.
        identity: what Fanal made. use_account, use_value: which account uses which value that may link.
        review_a, review_b: accounts of each link that waits for an officer.
    """

    person: Ints
    group: Ints
    identity: Ints
    use_account: Ints
    use_value: Ints
    review_a: Ints
    review_b: Ints


def platform_section(task: Task, report: Report) -> list[dict[str, Any]]:
    """Make, read and resolve a platform for each seed, and compare. Raises StageFailed."""
    seeds = TUNING if task.tuning else REPORTED
    scale = task.scale or SCALE
    made = []
    for place, seed in enumerate(seeds):
        report(f"platform {seed}", place / len(seeds))
        with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
            made.append(load(*make(Path(name), scale, seed)))
    told = "tuning" if task.tuning else "reported"
    return compare(f"platform, {told} seeds {', '.join(map(str, seeds))}, scale {scale:g}", made)


def make(folder: Path, scale: float, seed: int) -> tuple[Path, Snapshot]:
    """A sample and a node that has read and resolved it; returns the sample's truth and the lake's snapshot."""
    sample, node, out = folder / "sample", folder / "node", folder / "out"
    at = ("-C", str(node))
    measure("sample", ("sample", "platform", str(sample), "--scale", str(scale), "--seed", str(seed)), out)
    measure("init", ("init", str(node), *NODE), out)
    measure("op new", (*at, "op", "new", "kx", "--title", "Benchmark", "--legal-basis", "none"), out)
    for exhibit, mapping in EXHIBITS:
        measure("add", (*at, "add", str(sample / exhibit), "--mapping", str(sample / mapping)), out)
    for step in ("snapshots", "normalise", "resolve"):
        measure(step, (*at, "run", step), out)
    return sample / "truth" / "accounts.csv", read_current(node / "lake" / "kx")


def load(truth: Path, snapshot: Snapshot) -> Platform:
    """The truth beside what the lake says; an account that the truth does not know is left out."""
    with truth.open(newline="", encoding="utf-8") as file:
        known = {r["account"]: (int(r["person"]), int(r["group"])) for r in csv.DictReader(file)}
    with opened(snapshot, _TABLES) as engine:
        keys = engine.rows("SELECT account FROM account_key ORDER BY account_id")["account"].to_pylist()
        identity = engine.rows("SELECT identity FROM identity_account ORDER BY account_id")["identity"]
        uses = engine.rows(
            "SELECT u.account_id, u.value_id FROM account_value AS u JOIN value_key AS v ON v.value_id = u.value_id "
            "WHERE v.links"
        )
        review = engine.rows(
            "SELECT a.account_id AS a, b.account_id AS b FROM identity_link AS l "
            "JOIN account_key AS a ON a.account = l.account_a JOIN account_key AS b ON b.account = l.account_b "
            "WHERE l.band = 'review'"
        )
    place = np.full(len(keys), -1, dtype=np.int64)
    there = [n for n, key in enumerate(keys) if key in known]
    place[there] = np.arange(len(there))
    code = identity.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    account = place[np.asarray(uses["account_id"])]
    a, b = place[np.asarray(review["a"])], place[np.asarray(review["b"])]
    both = (a >= 0) & (b >= 0)
    return Platform(
        person=np.array([known[keys[n]][0] for n in there], dtype=np.int64),
        group=np.array([known[keys[n]][1] for n in there], dtype=np.int64),
        identity=code[there],
        use_account=account[account >= 0],
        use_value=np.asarray(uses["value_id"])[account >= 0],
        review_a=a[both],
        review_b=b[both],
    )


def compare(data: str, made: list[Platform]) -> list[dict[str, Any]]:
    """The rows of the table: Fanal, the perfect linker, then exact sharing with each cap."""
    perfect = [score(p.group, p.person) for p in made]
    perfect_many = [score(*_many(p, p.group)) for p in made]
    methods: list[tuple[str, list[npt.NDArray[np.int64]]]] = [
        ("fanal", [p.identity for p in made]),
        ("a perfect linker over the same identifiers", [p.group for p in made]),
        *(
            (f"exact sharing, cap {cap}", [sharing(p.use_account, p.use_value, cap, len(p.person)) for p in made])
            for cap in CAPS
        ),
    ]
    found: list[dict[str, Any]] = []
    for method, clusters in methods:
        ours = method == "fanal"
        whole = [score(c, p.person) for c, p in zip(clusters, made, strict=True)]
        many = [score(*_many(p, c)) for c, p in zip(clusters, made, strict=True)]

        def told(
            measure: str, each: list[float], aim: str = "", digits: int = 4, *, method: str = method, ours: bool = ours
        ) -> None:
            found.append(row(data, method, measure, each, aim=aim if ours else "", digits=digits))

        told("pair precision", [s.precision for s in whole], ">= .99")
        told("pair recall", [s.recall for s in whole])
        told("of the perfect linker's recall", _share(whole, perfect), ">= .9")
        told(f"recall, holders of {MANY} or more", [s.recall for s in many], ">= .85")
        told(f"of the perfect linker's, {MANY} or more", _share(many, perfect_many))
        told("largest cluster over the largest true one", _largest(whole, made), "<= 1", 2)
        told("false pairs", [float(s.made - s.right) for s in whole], digits=0)
    review = [len(p.review_a) for p in made]
    right = [int((p.person[p.review_a] == p.person[p.review_b]).sum()) for p in made]
    found.append(row(data, "fanal", "links in review", [float(n) for n in review], digits=0))
    shares = [r / n if n else 0.0 for r, n in zip(right, review, strict=True)]
    found.append(row(data, "fanal", "of these true", shares))
    return found


def _many(p: Platform, cluster: Ints) -> tuple[Ints, Ints]:
    """The clusters and the holders of accounts whose holder has a dozen or more."""
    of = np.unique(p.person, return_inverse=True, return_counts=True)
    many = of[2][of[1]] >= MANY
    return cluster[many], p.person[many]


def _share(scores: list[Score], perfect: list[Score]) -> list[float]:
    return [s.recall / p.recall if p.recall else 1.0 for s, p in zip(scores, perfect, strict=True)]


def _largest(scores: list[Score], made: list[Platform]) -> list[float]:
    true = [int(np.unique(p.person, return_counts=True)[1].max()) for p in made]
    return [s.largest / largest for s, largest in zip(scores, true, strict=True)]
