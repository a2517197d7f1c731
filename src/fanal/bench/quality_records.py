"""Persons' records with typing errors to persons, on public sets whose truth is known, beside Splink and recordlinkage.

Fanal's constants were chosen on FEBRL 1 and 2 and on half of the historical set (the clusters whose name has an
even digest); FEBRL 3, FEBRL 4 and the other half are reported. A pair counts as found when both records end in
one group, at the threshold that stands in the product; a peer's threshold is the one in its documentation.
Peers run as programs of their own.
"""

import csv
import hashlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.analyse.records import link_records
from fanal.bench.quality_rows import Report, Task, row
from fanal.bench.stage import measure_command

PROGRAMS = Path(__file__).parent / "peers"
HISTORICAL = "historical_figures_with_errors_50k.parquet"
FROM = "github.com/moj-analytical-services/splink_datasets, data/"
#: Files of FEBRL that served for tuning, and those that are reported.
TUNING: tuple[tuple[str, ...], ...] = (("dataset1.csv",), ("dataset2.csv",))
REPORTED: tuple[tuple[str, ...], ...] = (("dataset3.csv",), ("dataset4a.csv", "dataset4b.csv"))
#: Columns of the sets, under the names that Fanal's records have.
_FEBRL = {
    "given": "given_name", "family": "surname", "born": "date_of_birth", "document": "soc_sec_id",
    "postcode": "postcode", "place": "suburb", "street": "address_1", "street_more": "address_2",
    "house": "street_number",
}  # fmt: skip
_HISTORICAL = {
    "given": "first_name", "family": "surname", "full_name": "full_name", "born": "dob", "place": "birth_place",
    "postcode": "postcode_fake", "occupation": "occupation",
}  # fmt: skip


@dataclass(frozen=True)
class Records:
    """A set with its truth.

    Attributes:
        table: as `link_records` takes it, sorted by id.
        ids: of each record. person: of each record, as the set says. source: its file, where two are linked.
    """

    table: pa.Table
    ids: list[str]
    person: list[str]
    source: list[str] | None = None


def records_section(task: Task, report: Report) -> list[dict[str, Any]]:
    """FEBRL 3, FEBRL 4 and the historical persons; with `tuning`, the sets on which constants were chosen.

    Raises:
        StageFailed: a peer ended in an error.
    """
    found: list[dict[str, Any]] = []
    febrl = next(task.peers.glob("lib/*/site-packages/recordlinkage/datasets/febrl"), None)
    for place, files in enumerate(TUNING if task.tuning else REPORTED):
        name = f"FEBRL {files[0].removeprefix('dataset').rstrip('abcsv.')}"
        report(name, place / 4)
        if febrl is None:
            found.append(row(name, "fanal", "pair F1", [], note="not here: make peers"))
            continue
        found += _set(f"{name}, {'tuning' if task.tuning else 'reported'}", [febrl / f for f in files], task, report)
    report("historical", 0.5)
    path = task.sets / HISTORICAL
    if not path.exists():
        note = f"not here; bring {HISTORICAL} by hand from {FROM} into {task.sets}"
        return [*found, row("historical_50k", "fanal", "pair F1", [], aim=">= .90", note=note)]
    whole = historical(path)
    even = np.array([even_digest(person) for person in whole.person])
    if task.tuning:
        return [*found, *_fanal("historical_50k, even half, tuning", _part(whole, even), ">= .90")]
    found += _fanal("historical_50k, odd half, reported", _part(whole, ~even), ">= .90")
    name = "historical_50k, whole: half of it served for tuning"
    found += _fanal(name, whole, ">= .90")
    return [*found, *_peers(name, "historical", whole, [path], task)]


def _set(name: str, files: list[Path], task: Task, report: Report) -> Iterator[dict[str, Any]]:
    made = febrl_records(files)
    aim = {"dataset3.csv": ">= .996", "dataset4a.csv": ">= .998"}.get(files[0].name, "")
    yield from _fanal(name, made, aim)
    if not task.tuning:
        report(f"{name}, peers", 0.4)
        yield from _peers(name, "febrl4" if len(files) > 1 else "febrl3", made, files, task)


def febrl_records(files: Sequence[Path]) -> Records:
    """One FEBRL file, or two to link; the id of a record names its person ("rec-12-dup-0")."""
    rows = []
    for source, path in enumerate(files):
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file, skipinitialspace=True)
            rows += [{**{k: v.strip() or None for k, v in one.items()}, "source": str(source)} for one in reader]
    rows.sort(key=lambda one: str(one["rec_id"]))
    for one in rows:
        born = one["date_of_birth"]
        one["date_of_birth"] = f"{born[:4]}-{born[4:6]}-{born[6:]}" if born else None
    ids = [str(one["rec_id"]) for one in rows]
    columns = {name: pa.array([one[theirs] for one in rows], pa.string()) for name, theirs in _FEBRL.items()}
    linked = [str(one["source"]) for one in rows] if len(files) > 1 else None
    if linked:
        columns["source"] = pa.array(linked)
    return Records(pa.table(columns), ids, ["-".join(one.split("-")[:2]) for one in ids], linked)


def historical(path: Path) -> Records:
    """The historical persons; a cluster is the person."""
    table = pq.read_table(path).sort_by("unique_id")
    columns = {name: table[theirs].cast(pa.string()) for name, theirs in _HISTORICAL.items()}
    return Records(pa.table(columns), table["unique_id"].to_pylist(), table["cluster"].to_pylist())


def even_digest(person: str) -> bool:
    """Whether a person belongs to the half that served for tuning: the first digit of the MD5 of the name is even."""
    return int(hashlib.md5(person.encode(), usedforsecurity=False).hexdigest()[0], 16) % 2 == 0


def _part(whole: Records, wanted: np.ndarray[Any, Any]) -> Records:
    place = np.flatnonzero(wanted)
    return Records(whole.table.take(pa.array(place)), [whole.ids[n] for n in place], [whole.person[n] for n in place])


def _fanal(name: str, made: Records, aim: str) -> Iterator[dict[str, Any]]:
    began = time.process_time()
    group = link_records(made.table, across=made.source is not None).group
    took = time.process_time() - began
    yield from _told(name, "fanal", compared(group.tolist(), made), took, aim)


def _told(
    name: str, method: str, score: tuple[float, float, float], cpu_s: float, aim: str = "", note: str = ""
) -> Iterator[dict[str, Any]]:
    measures = {"pair F1": score[2], "pair precision": score[0], "pair recall": score[1]}
    for measure, value in measures.items():
        yield row(name, method, measure, [value], aim=aim if measure == "pair F1" else "", note=note)
    yield row(name, method, "CPU-seconds", [cpu_s], digits=1)


def _peers(name: str, which: str, made: Records, files: list[Path], task: Task) -> Iterator[dict[str, Any]]:
    theirs = task.peers / "bin" / "python"
    commands = [("Splink, as its documentation configures it", [sys.executable, str(PROGRAMS / "splink_peer.py")])]
    if which != "historical":
        commands.append(("recordlinkage ECM", [str(theirs), str(PROGRAMS / "recordlinkage_peer.py")]))
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as folder:
        out, pairs = Path(folder) / "out", Path(folder) / "pairs"
        for method, command in commands:
            took = measure_command(method, [*command, which, str(pairs), *map(str, files)], out)
            told = json.loads(out.read_text(encoding="utf-8").splitlines()[-1])
            lines = pairs.read_text(encoding="utf-8").splitlines()
            score = of_pairs((tuple(line.split("\t")) for line in lines), made)
            yield from _told(name, method, score, took.cpu_s, note=str(told.get("note", "")))


def compared(group: Sequence[Any], made: Records) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of records (of two sources, where two are linked)."""
    both = list(zip(group, made.person, strict=True))
    right, ours, true = (_pairs(one, made.source) for one in (both, group, made.person))
    return _score(right, ours, true)


def of_pairs(pairs: Iterable[Sequence[str]], made: Records) -> tuple[float, float, float]:
    """The same for a list of pairs of ids."""
    person = dict(zip(made.ids, made.person, strict=True))
    found = {tuple(sorted(pair)) for pair in pairs}
    right = sum(person[a] == person[b] for a, b in found)
    return _score(right, len(found), _pairs(made.person, made.source))


def _pairs(labels: Sequence[Any], source: list[str] | None) -> int:
    def of(counted: Iterable[int]) -> int:
        return sum(n * (n - 1) // 2 for n in counted)

    every = of(Counter(labels).values())
    return every if source is None else every - of(Counter(zip(labels, source, strict=True)).values())


def _score(right: int, ours: int, true: int) -> tuple[float, float, float]:
    precision, recall = right / ours if ours else 1.0, right / true if true else 1.0
    return precision, recall, 2 * right / (ours + true) if ours + true else 1.0
