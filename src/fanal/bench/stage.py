"""One stage of a benchmark: a whole process, measured from outside by the operating system's own account."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fanal.base.errors import FanalError
from fanal.base.language import translate


class StageFailed(FanalError):
    """A stage ended in an error; the table would mean nothing."""

    code = "F-BENCH-01"
    text = "The stage {stage} failed: {detail}"


@dataclass(frozen=True)
class Measured:
    """Wall and CPU seconds (children included) and the largest resident set of any one process, in MiB."""

    stage: str
    wall_s: float
    cpu_s: float
    peak_mib: float
    note: str = ""


def measure(stage: str, arguments: Sequence[str], output: Path, note: str = "") -> Measured:
    """Run `fanal` with these arguments; standard output goes to a file. Raises StageFailed."""
    return measure_command(stage, [sys.executable, "-m", "fanal", *arguments], output, note)


def measure_command(stage: str, command: Sequence[str], output: Path, note: str = "") -> Measured:
    """Run any program; standard output goes to a file. Raises StageFailed."""
    began = time.monotonic()
    with output.open("wb") as out, output.with_suffix(".err").open("wb") as err:
        process = subprocess.Popen(list(command), stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        detail = output.with_suffix(".err").read_text(errors="replace").strip().splitlines()
        raise StageFailed(
            stage=stage, detail=detail[-1] if detail else translate("exit status {n}").format(n=process.returncode)
        )
    return Measured(
        stage,
        round(time.monotonic() - began, 1),
        round(usage.ru_utime + usage.ru_stime, 2),
        round(usage.ru_maxrss / 1024),
        note,
    )
