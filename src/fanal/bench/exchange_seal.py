"""One large file sealed, beside SHA-256 and age alone on the same bytes."""

import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fanal.base import instants
from fanal.bench.exchange_rows import ExchangeTask, row
from fanal.bench.exchange_work import BAG, FILE, PASSPHRASE, write_source
from fanal.bench.sections import Report, Row
from fanal.bench.stage import Measured, measure_command
from fanal.exchange.keys import create_keys

_GIB = 1 << 30
_ROUNDS = 3
_AIM = "<= 1.3 of sha256 and age"


def seal_section(task: ExchangeTask, report: Report) -> list[Row]:
    """Seal a bag with one file of 1 GiB times the scale; then only hash it, and only encrypt it. Raises StageFailed.

    SHA-256 stands by two programs, coreutils and OpenSSL; age by its own program, where
    it is here, and by pyrage, the library that Fanal opens with. Of each the faster counts. Each round measures all of
    them; of the rounds the table has the medians, and the least and the largest ratio.
    """
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
        folder = Path(name)
        create_keys(folder / "keys", PASSPHRASE)
        write_source(folder, round(_GIB * min(task.scale, 1.0)), instants.now())
        units = f"{(folder / BAG / FILE).stat().st_size >> 20} MiB"
        rounds = []
        for n in range(_ROUNDS):
            report("seal", n / _ROUNDS)
            rounds.append(_round(folder))
    ratios = sorted(took["seal", "fanal"].cpu_s / max(_least(took), 1e-3) for took in rounds)
    rows = [row("seal", work, _median([took[work, who] for took in rounds]), units, who=who) for work, who in rounds[0]]
    note = f"{_ROUNDS} rounds, {ratios[0]:.2f} to {ratios[-1]:.2f}"
    return [{**rows[0], "ratio": round(statistics.median(ratios), 2), "aim": _AIM, "note": note}, *rows[1:]]


def _round(folder: Path) -> dict[tuple[str, str], Measured]:
    """Work and who did it, each once, on the same bytes."""
    source, out = folder / BAG / FILE, folder / "out"

    def alone(work: str) -> Measured:
        """One kind of work in a process of its own, without its start."""
        (folder / "x.fanal").unlink(missing_ok=True)
        took = measure_command(work, [sys.executable, "-m", "fanal.bench.exchange_work", work, str(folder)], out)
        return replace(took, **json.loads(out.read_text(encoding="utf-8")))

    took = {("seal", "fanal"): alone("seal")}
    took["sha256", "sha256sum, coreutils"] = measure_command("sha256sum", ["sha256sum", str(source)], out)
    if program := shutil.which("openssl"):
        command = [program, "dgst", "-sha256", str(source)]
        took["sha256", "dgst -sha256, OpenSSL"] = measure_command("openssl", command, out)
    took["age", "pyrage"] = alone("age")
    if program := shutil.which("age"):
        recipient = (folder / "keys/age-recipient.txt").read_text(encoding="ascii").strip()
        command = [program, "-r", recipient, "-o", str(folder / "x"), str(source)]
        took["age", "age"] = measure_command("age", command, out)
    return took


def _least(took: Mapping[tuple[str, str], Measured]) -> float:
    """CPU-seconds of the faster hash and the faster encryption."""
    return sum(min(one.cpu_s for (work, _), one in took.items() if work == which) for which in ("sha256", "age"))


def _median(took: Sequence[Measured]) -> Measured:
    return sorted(took, key=lambda one: one.cpu_s)[len(took) // 2]
