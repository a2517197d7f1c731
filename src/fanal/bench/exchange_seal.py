"""One large file sealed, beside SHA-256 and age alone on the same bytes."""

import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from fanal.base import instants
from fanal.bench.exchange_rows import ExchangeTask, row
from fanal.bench.exchange_work import BAG, FILE, PASSPHRASE, write_source
from fanal.bench.sections import Report, Row
from fanal.bench.stage import Measured, measure_command
from fanal.exchange.keys import create_keys

_GIB = 1 << 30
_AIM = "<= 1.3 of sha256 and age"


def seal_section(task: ExchangeTask, report: Report) -> list[Row]:
    """Seal a bag with one file of 1 GiB times the scale; then only hash it, and only encrypt it. Raises StageFailed.

    SHA-256 stands by two programs, coreutils and OpenSSL; age by its own program, where
    it is here, and by pyrage, the library that Fanal seals with. Of each the faster counts.
    """
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
        folder = Path(name)
        report("seal", 0.0)
        create_keys(folder / "keys", PASSPHRASE)
        recipient = (folder / "keys/age-recipient.txt").read_text(encoding="ascii").strip()
        write_source(folder, round(_GIB * min(task.scale, 1.0)), instants.now())
        source, out = folder / BAG / FILE, folder / "out"
        units = f"{source.stat().st_size >> 20} MiB"

        def alone(work: str) -> Measured:
            """One kind of work in a process of its own, without its start."""
            took = measure_command(work, [sys.executable, "-m", "fanal.bench.exchange_work", work, str(folder)], out)
            return replace(took, **json.loads(out.read_text(encoding="utf-8")))

        ours = alone("seal")
        report("sha256", 0.4)
        hashes = [("sha256sum, coreutils", measure_command("sha256sum", ["sha256sum", str(source)], out))]
        if program := shutil.which("openssl"):
            command = [program, "dgst", "-sha256", str(source)]
            hashes.append(("dgst -sha256, OpenSSL", measure_command("openssl", command, out)))
        report("age", 0.7)
        sealed = [("pyrage", alone("age"))]
        if program := shutil.which("age"):
            command = [program, "-r", recipient, "-o", str(folder / "x"), str(source)]
            sealed.append(("age", measure_command("age", command, out)))
    least = sum(min(took.cpu_s for _, took in rows) for rows in (hashes, sealed))
    faster = min(sealed, key=lambda one: one[1].cpu_s)[0]
    return [
        row("seal", "seal", ours, units, ratio=round(ours.cpu_s / max(least, 1e-3), 2), aim=_AIM, note=faster),
        *(row("seal", "sha256", took, units, who=who) for who, took in hashes),
        *(row("seal", "age", took, units, who=who) for who, took in sealed),
    ]
