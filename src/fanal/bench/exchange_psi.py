"""A deconfliction of 1.8 million values against 100,000: what each side pays, and whether it is exact."""

import json
import sys
import tempfile
from pathlib import Path

from fanal.bench.exchange_psi_work import STEPS
from fanal.bench.exchange_rows import ExchangeTask, row
from fanal.bench.sections import Report, Row
from fanal.bench.stage import Measured, measure_command

#: Values that the holder has and that are asked about, at scale 1.
OFFERED, ASKED = 1_800_000, 100_000
_AIM = "<= 250 CPU-s in all"


def psi_section(task: ExchangeTask, report: Report) -> list[Row]:
    """Offer, query, response and result, each a process of its own; the result is held against brute force.

    Raises:
        StageFailed: also where a hit is missing or wrong.
    """
    scale = min(task.scale, 1.0)
    offered, asked = round(OFFERED * scale), round(ASKED * scale)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
        folder = Path(name)
        for place, step in enumerate(STEPS):
            report(step, place / len(STEPS))
            command = [sys.executable, "-m", "fanal.bench.exchange_psi_work", step, name, str(offered), str(asked)]
            took = measure_command(step, command, folder / "out")
            told = json.loads((folder / "out").read_text(encoding="utf-8"))
            units = f"{offered} values" if step == "offer" else f"{asked} values"
            rows.append(row("psi", step, took, units, note=told["note"]))
    whole = Measured(
        "psi",
        round(sum(r["wall_s"] for r in rows), 1),
        round(sum(r["cpu_s"] for r in rows), 1),
        max(r["peak_mib"] for r in rows),
    )
    rows.append(row("psi", "all four", whole, f"{offered} x {asked} values", aim=_AIM))
    return rows
