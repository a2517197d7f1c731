"""A CASE graph of 1,000 objects checked, beside the stock tool on the same file."""

import json
import sys
import tempfile
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from fanal.bench.exchange_rows import ExchangeTask, row
from fanal.bench.sections import Report, Row
from fanal.bench.stage import measure_command
from fanal.exchange.case_check import EXTENSION, VERSION
from fanal.exchange.case_graph import MOST_OBJECTS, TopIdentity, case_graph, objects_in
from fanal.exchange.heading import Party
from fanal.exchange.plan import ExhibitRef, PackagePlan
from fanal.model.codes import Grade, Handling
from fanal.model.inputs import Threshold

_AIM = "<= 8 CPU-s"
_CHECK = "import sys; from fanal.exchange.case_check import check_file; from pathlib import Path; "
_CHECK += "sys.exit(len(check_file(Path(sys.argv[1]))))"


def case_section(task: ExchangeTask, report: Report) -> list[Row]:
    """Check a graph as large as packages hold, whole processes, their start included. Raises StageFailed.

    The size is the same at every scale.
    """
    del task
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
        graph, out = Path(name) / "case.jsonld", Path(name) / "out"
        made = case_graph(_plan(), [_identity(n) for n in range(MOST_OBJECTS)], [])
        graph.write_text(json.dumps(made), encoding="utf-8")
        units = f"{objects_in(made)} objects"
        report("check", 0.0)
        ours = measure_command("check", [sys.executable, "-W", "ignore", "-c", _CHECK, str(graph)], out)
        report("case_validate", 0.2)
        program = str(Path(sys.executable).with_name("case_validate"))
        extension = str(files("fanal").joinpath(EXTENSION))
        version = ["--built-version", f"case-{VERSION}", "--ontology-graph", extension]
        theirs = measure_command("case_validate", [program, *version, str(graph)], out)
    return [
        row("case", "check", ours, units, ratio=round(ours.cpu_s / max(theirs.cpu_s, 1e-3), 2), aim=_AIM),
        row("case", "check", theirs, units, who="case_validate"),
    ]


def _plan() -> PackagePlan:
    sender, recipient = (Party("Benchmark", country, f"node-{country}", "key", "age") for country in ("NL", "BE"))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return PackagePlan(
        "kx", "Benchmark", 1, sender, recipient, at, "en", "none", "none", "benchmark", Threshold(), Grade("X", "4"),
        "", (Handling("H1"),), exhibits=(ExhibitRef(1, "0" * 64, "exhibit 1", "mysqldump"),),
    )  # fmt: skip


def _identity(n: int) -> TopIdentity:
    key = f"kx:{n}"
    account = {"account": key, "native_id": str(n), "username": f"user{n}", "display_name": None, "exhibit": 1}
    kinds = (("email", f"user{n}@example.org"), ("phone", f"+3360000{n:04}"), ("crypto_address", f"address{n}"))
    used = [{"account": key, "kind": kind, "norm": norm, "relation": "user"} for kind, norm in kinds]
    return TopIdentity(f"{n:032x}", [account], used, [f"rank {n}"], "BE", "likely")
