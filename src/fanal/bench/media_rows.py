"""The rows of `bench media`: one for each program that did a piece of work."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanal.bench.stage import measure_command

PROGRAMS = Path(__file__).parent / "peers"
Report = Callable[[str, float], None]
Row = dict[str, Any]


@dataclass
class Bench:
    """One benchmark: where its files are, where its peers are, how much is made up, and the rows so far."""

    folder: Path
    peers: Path
    scale: float
    section: str = ""
    table: list[Row] = field(default_factory=list)

    def ours(self, work: str, module: str, *arguments: object, who: str = "fanal") -> Row:
        """Run a module of ours as a program; it prints a JSON object with units, cpu_s and perhaps a note."""
        return self.run(work, who, [sys.executable, "-m", module, *map(str, arguments)])

    def theirs(self, ours: Row, who: str, package: str, program: str, *arguments: object) -> Row:
        """A peer of `ours`, a program in `bench/peers`; where its package is not installed, a row that says so."""
        if not any(self.peers.glob(f"lib/*/site-packages/{package}*")):
            row: Row = {**dict.fromkeys(ours), "section": self.section, "work": ours["work"], "who": who}
            row["note"] = "peer not installed: make peers"
            self.table.append(row)
            return row
        python = str(self.peers / "bin" / "python")
        row = self.run(ours["work"], who, [python, str(PROGRAMS / program), *map(str, arguments)])
        row["ratio"] = round(ours["per_cpu_s"] / row["per_cpu_s"], 2)
        return row

    def run(self, work: str, who: str, command: list[str]) -> Row:
        """Run any program that tells units and cpu_s, and add its row."""
        told = self.folder / "told"
        took = measure_command(f"{work}, {who}", command, told)
        said = json.loads(told.read_text(encoding="utf-8").splitlines()[-1])
        units, cpu_s = said["units"], said["cpu_s"]
        row: Row = {
            "section": self.section, "work": work, "who": who, "units": units, "cpu_s": round(cpu_s, 2),
            "per_cpu_s": round(units / max(cpu_s, 1e-6), 1), "ratio": None, "peak_mib": took.peak_mib,
            "note": said.get("note", ""),
        }  # fmt: skip
        self.table.append(row)
        return row
