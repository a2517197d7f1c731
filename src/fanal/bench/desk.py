"""The desk at the size of a case: server time and queries of every list and detail page, many officers at once.

A node is made of the sample platform, rows of a large case are written into it in bulk, and it is served as
`fanal serve` serves it. Times are the server's own (Server-Timing); aims are those of the design.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.analyse.pages import Wanted, facets, identity_page
from fanal.analyse.review import waiting_pairs
from fanal.bench.desk_browser import Browser
from fanal.bench.desk_case import Size, fill
from fanal.bench.desk_walk import Met, Pages, Walked, all_at_once, first_page_bytes, walk
from fanal.bench.path import EXHIBITS, NODE
from fanal.bench.stage import StageFailed, measure
from fanal.cases.models.offices import Operation
from fanal.cases.models.sources import Tip
from fanal.cases.node import Node, load_node
from fanal.cases.session import DEMO_PASSPHRASE, acting_as
from fanal.lake.snapshot import read_current
from fanal.work.nodes import add_officer

COLUMNS = ("section", "page", "n", "p50_ms", "p95_ms", "cpu_ms", "queries", "errors", "kib", "aim", "note")
OPERATION, ROLES = "kx", ("analyst", "coordinator", "victim_identification")
#: Each kind of page is opened so often where one officer works, and these many identities are walked.
EACH, SAMPLE = 40, 60
_AIM_MS, _AIM_KIB, _HOST, _WAIT_S = 150, 100, "127.0.0.1", 120


@dataclass(frozen=True)
class DeskTask:
    """What to measure.

    Attributes:
        scale: of the sample platform; 1 is 1.8 million accounts.
        seconds: how long all officers work at once. officers: how many.
        database: address of an empty database for the case store; empty for SQLite.
        case: of the case; 1 is 100,000 identities that officers decided on, or as many as the platform has, and a
            million entries in the audit log. None: the platform's.
    """

    scale: float
    seconds: float = 30
    officers: int = 20
    database: str = ""
    case: float | None = None


def bench_desk(task: DeskTask, report: Callable[[str, float], None]) -> list[dict[str, Any]]:
    """Measure the desk.

    Returns:
        A row for each kind of page where one officer works, and where all do; what the first page fetches.

    Raises:
        StageFailed: making the node ended in an error, or the desk does not answer. NotSignedIn.
    """
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
        folder = Path(name)
        node = _made(folder, task, report)
        report("rows of a large case", 0.5)
        pages, size = _case(node, task.scale if task.case is None else task.case)
        report("officers", 0.6)
        numbers = [str(1000 + n) for n in range(task.officers)]
        for number in numbers:
            add_officer(acting_as(node, "1"), node, number, "", ROLES, DEMO_PASSPHRASE)
        with _served(node) as port:
            browsers = [Browser(_HOST, port, number) for number in numbers]
            for browser in browsers:
                browser.sign_in()
            report("one officer", 0.7)
            alone = walk(browsers[0], pages, EACH)
            plain, packed = first_page_bytes(browsers[0])
            report("all officers", 0.8)
            together = all_at_once(browsers, pages, task.seconds, seed=1)
    store = "PostgreSQL" if task.database else "SQLite"
    note = f"{store}, {pages.ranks} identities, {min(size.decided, pages.ranks)} decided on, {size.entries} entries"
    every = f"{task.officers} officers, {task.seconds:g} s"
    return [
        *_rows("one officer", alone, note),
        *_rows("all officers", together, every),
        _row("all officers", "every page", _sum(together), every),
        {
            **dict.fromkeys(COLUMNS),
            "section": "first page", "page": "style sheets and scripts", "kib": round(packed / 1024, 1),
            "aim": f"< {_AIM_KIB} KiB", "note": f"gzip; {round(plain / 1024, 1)} KiB plain",
        },
    ]  # fmt: skip


def _made(folder: Path, task: DeskTask, report: Callable[[str, float], None]) -> Node:
    """A node with the sample platform, read and run."""
    sample, node, out = folder / "sample", folder / "node", folder / "out"
    at = ("-C", str(node))
    stages: list[tuple[str, Sequence[str]]] = [
        ("sample", ("sample", "platform", str(sample), "--scale", str(task.scale))),
        ("init", ("init", str(node), *NODE, *(("--database", task.database) if task.database else ()))),
        ("op new", (*at, "op", "new", OPERATION, "--title", "Benchmark", "--legal-basis", "none")),
        *(
            (f"add {exhibit}", (*at, "add", str(sample / exhibit), "--mapping", str(sample / mapping)))
            for exhibit, mapping in EXHIBITS
        ),
        ("op threshold", (*at, "op", "threshold", str(sample / "threshold.toml"))),
        ("run", (*at, "run")),
    ]
    for place, (label, arguments) in enumerate(stages):
        report(label, 0.5 * place / len(stages))
        measure(label, arguments, out)
    return load_node(node)


def _case(node: Node, scale: float) -> tuple[Pages, Size]:
    """The rows of a large case, and the pages that there are."""
    operation = Operation.objects.get(slug=OPERATION)
    snapshot = read_current(node.lake(OPERATION))
    size = Size.of(scale)
    ranked = identity_page(snapshot, Wanted(), 0, size.decided)
    fill(node, operation, [(row["identity"], row["accounts"]) for row in ranked], size)
    countries, _ = facets(snapshot)
    step = max(1, len(ranked) // SAMPLE)
    return Pages(
        OPERATION,
        [row["identity"] for row in ranked[::step]],
        sorted(waiting_pairs(snapshot))[:SAMPLE],
        list(Tip.objects.order_by("pk").values_list("pk", flat=True)[:SAMPLE]),
        snapshot.rows("identity_rank"),
        countries[0] if countries else "",
    ), size


@contextmanager
def _served(node: Node) -> Iterator[int]:
    """The desk, served by `fanal serve`; the port."""
    with socket.socket() as free:
        free.bind((_HOST, 0))
        port = int(free.getsockname()[1])
    command = ["-m", "fanal", "-C", str(node.folder), "serve", "--port", str(port), "--no-worker"]
    with (node.folder / "serve.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *command], stdout=log, stderr=log, env=dict(os.environ))
    try:
        _wait_for(port, process, node.folder / "serve.log")
        yield port
    finally:
        process.terminate()
        process.wait(_WAIT_S)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _WAIT_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if Browser(_HOST, port, "").open("/health/").text == "ok":
                return
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise StageFailed(stage="serve", detail=json.dumps(log.read_text(errors="replace")[-300:]))


def _rows(section: str, walked: Walked, note: str) -> list[dict[str, Any]]:
    return [_row(section, kind, met, note) for kind, met in walked.items()]


def _row(section: str, page: str, met: Met, note: str) -> dict[str, Any]:
    queries = sorted(met.queries)
    return {
        "section": section,
        "page": page,
        "n": len(met.took_ms) + met.errors.total(),
        "p50_ms": met.share(0.5),
        "p95_ms": met.share(0.95),
        "cpu_ms": met.cpu,
        "queries": f"{queries[0]}-{queries[-1]}" if queries else "",
        "errors": met.errors.total(),
        "kib": round(met.bytes / 1024, 1),
        "aim": f"< {_AIM_MS} ms" if section == "one officer" else "no error",
        "note": ", ".join([note, *(f"{n} x {error}" for error, n in met.errors.items())]),
    }


def _sum(walked: Walked) -> Met:
    total = Met()
    for met in walked.values():
        total.took_ms += met.took_ms
        total.cpu_ms += met.cpu_ms
        total.queries |= met.queries
        total.errors += met.errors
        total.bytes = max(total.bytes, met.bytes)
    return total
