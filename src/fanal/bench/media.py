"""How fast media are fingerprinted and hashes found, beside the peers, in one run.

A section measures one kind of work. Each program, ours and theirs, runs in a process of its own and tells the
processor time of the work without its start. A new section is one file and one line in SECTIONS.
"""

import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from fanal.base.errors import FanalError
from fanal.bench.media_rows import Bench, Report, Row

#: name to "module:function"; the function takes a `Bench` and adds rows to it.
SECTIONS: dict[str, str] = {
    "search": "fanal.bench.media_search:bench_search",
    "reach": "fanal.bench.media_search:bench_reach",
    "series": "fanal.bench.media_search:bench_series",
    "pdq": "fanal.bench.media_pdq:bench_pdq",
    "video": "fanal.bench.media_video:bench_video",
}
COLUMNS = ("section", "work", "who", "units", "cpu_s", "per_cpu_s", "ratio", "peak_mib", "note")


class NoSuchSection(FanalError):
    """`bench media` has no section of that name."""

    code = "F-BENCH-11"
    text = "There is no section {name}; name one of {known}."
    exit_code = 2


def bench_media(scale: float, peers: Path, report: Report, only: str | None = None) -> list[Row]:
    """Measure one section, or all.

    Args:
        scale: of what is made up; 1 is what the targets are stated for.
        peers: a virtual environment that has them; those that are not there are rows that say so.
        report: told what is measured and the share done.
        only: a section's name; None for all.

    Returns:
        Rows of section, work, who, units, cpu_s, per_cpu_s (units), ratio (Fanal's per_cpu_s over the peer's),
        peak_mib, note.

    Raises:
        NoSuchSection: of that name.
        StageFailed: a program ended in an error.
    """
    if only is not None and only not in SECTIONS:
        raise NoSuchSection(name=only, known=", ".join(SECTIONS))
    names = [only] if only else list(SECTIONS)
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as folder:
        bench = Bench(Path(folder), peers, scale)
        for place, name in enumerate(names):
            report(name, place / len(names))
            bench.section = name
            module, _, function = SECTIONS[name].partition(":")
            section: Callable[[Bench], None] = getattr(import_module(module), function)
            section(bench)
        return bench.table
