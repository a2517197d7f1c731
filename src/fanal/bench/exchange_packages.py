"""Packages for every country of one sample platform: built, approved, sealed; and the largest one received."""

import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.base import instants
from fanal.bench.exchange_rows import ExchangeTask, row
from fanal.bench.exchange_work import PASSPHRASE
from fanal.bench.path import EXHIBITS, NODE, TERMS
from fanal.bench.sections import Report, Row
from fanal.bench.stage import measure
from fanal.exchange.card import make_card, write_card
from fanal.exchange.keys import create_keys, unlock
from fanal.lake.snapshot import read_current

OPERATION = "kx"
#: Countries that get a package: those with most to receive.
COUNTRIES = 38
#: At scale 1, processor seconds for all packages from building to sealing, and for receiving the largest.
AIMS = {"build": "with approve and seal <= 240 CPU-s, <= 4096 MiB", "receive": "<= 60 CPU-s"}


def packages_section(task: ExchangeTask, report: Report) -> list[Row]:
    """Build, approve and seal all packages, and receive the largest, each one process. Raises StageFailed."""
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
        folder = Path(name)
        node, countries = _resolved(folder, task.scale, report)
        receiver = _pinned(folder, node, countries)
        at, out = ("-C", str(node)), folder / "out"
        rows = []
        for place, (work, *more) in enumerate((("build", "--all"), ("approve",), ("seal",))):
            report(f"package {work}", 0.7 + place / 20)
            officer = ("--as", "2") if work == "approve" else ()
            took = measure(work, (*at, *officer, "package", work, *more, "--format", "json"), out)
            rows.append(row("packages", work, took, _units(out), aim=AIMS.get(work, "")))
        largest = next(p for p in json.loads(out.read_text(encoding="utf-8")) if p["country"] == countries[0])
        sealed = Path(largest["file"])
        report("receive", 0.95)
        took = measure("receive", ("-C", str(receiver), "receive", str(sealed), "--format", "json"), out)
        size = f"{largest['identities']} identities, {largest['accounts']} accounts, {sealed.stat().st_size >> 20} MiB"
        rows.append(row("packages", "receive", took, f"{countries[0]}: {size}", aim=AIMS["receive"]))
    return rows


def _units(out: Path) -> str:
    packages = json.loads(out.read_text(encoding="utf-8"))
    return f"{len(packages)} packages, {sum(p['identities'] for p in packages)} identities"


def _resolved(folder: Path, scale: float, report: Report) -> tuple[Path, list[str]]:
    """A node that has read the sample and run its steps; its countries, with most to receive first."""
    sample, node, out = folder / "sample", folder / "node", folder / "out"
    at = ("-C", str(node))
    stages = [
        ("sample", "platform", str(sample), "--scale", str(scale)),
        ("init", str(node), *NODE),
        (*at, "op", "new", OPERATION, "--title", "Benchmark", "--legal-basis", "none"),
        *((*at, "add", str(sample / exhibit), "--mapping", str(sample / mapping)) for exhibit, mapping in EXHIBITS),
        (*at, "op", "threshold", str(sample / "threshold.toml")),
        (*at, "run"),
    ]
    for place, arguments in enumerate(stages):
        report("platform", 0.6 * place / len(stages))
        measure("platform", arguments, out)
    return node, _countries(node)


def _countries(node: Path) -> list[str]:
    snapshot = read_current(node / "lake" / OPERATION)
    origin = pq.read_table(snapshot.files("identity_origin"), columns=["identity", "country", "undetermined"])
    meeting = pq.read_table(snapshot.files("identity_threshold"), columns=["identity", "meets"])
    sent = origin.join(meeting, "identity").filter(pa.compute.field("meets") & ~pa.compute.field("undetermined"))
    counted = sent.group_by("country").aggregate([("identity", "count")]).to_pylist()
    return [r["country"] for r in sorted(counted, key=lambda r: (-r["identity_count"], r["country"]))][:COUNTRIES]


def _pinned(folder: Path, node: Path, countries: list[str]) -> Path:
    """Pin an agency of every country; the first has a node of its own, which pins the sender. Returns that node."""
    receiver, out = folder / "receiver", folder / "out"
    cards = [folder / f"{country}.fanal-card" for country in countries]
    measure("peer", ("init", str(receiver), "--agency", countries[0], "--country", countries[0], "--demo"), out)
    measure("peer", ("-C", str(receiver), "peer", "card", str(cards[0])), out)
    for country, path in zip(countries[1:], cards[1:], strict=True):
        create_keys(folder / f"keys-{country}", PASSPHRASE)
        keys = unlock(folder / f"keys-{country}", PASSPHRASE)
        write_card(path, make_card(country, country, ["en"], keys, instants.now()), keys)
    for country, path in zip(countries, cards, strict=True):
        measure("peer", ("-C", str(node), "peer", "add", str(path)), out)
        measure("peer", ("-C", str(node), "peer", "assess", country, *TERMS), out)
    measure("peer", ("-C", str(node), "peer", "card", str(folder / "own.fanal-card")), out)
    measure("peer", ("-C", str(receiver), "peer", "add", str(folder / "own.fanal-card")), out)
    return receiver
