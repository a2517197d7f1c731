"""`fanal bench`: tables of speed and of quality."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.bench.path import bench_path
from fanal.bench.quality import bench_quality
from fanal.bench.quality_rows import COLUMNS, Task
from fanal.bench.read import bench_read
from fanal.cli.output import Format, progress, rows
from fanal.cli.session import Form
from fanal.cli.words import HELP

_SCALE = 0.1


class Bench(StrEnum):
    """The tables there are."""

    path = "path"
    read = "read"
    quality = "quality"


@dataclass(frozen=True)
class Asked:
    """What the command line asked for. `only` and what the task says of sets and seeds serve `quality` alone."""

    task: Task
    only: str | None

    @property
    def scale(self) -> float:
        """Size of what is measured, of the tables that have one size for all."""
        return _SCALE if self.task.scale is None else self.task.scale


Table = Callable[[Asked, Callable[[str, float], None]], list[dict[str, Any]]]

#: What makes each table, and its columns.
TABLES: dict[Bench, tuple[Table, tuple[str, ...]]] = {
    Bench.path: (
        lambda asked, report: bench_path(asked.scale, report),
        ("stage", "wall_s", "cpu_s", "peak_mib", "note"),
    ),
    Bench.read: (
        lambda asked, report: bench_read(asked.scale, asked.task.peers, report),
        ("source", "reader", "units", "per_cpu_s", "ratio", "cpu_s", "wall_s", "peak_mib", "events", "note"),
    ),
    Bench.quality: (lambda asked, report: bench_quality(asked.task, report, asked.only), COLUMNS),
}


def bench_command(
    name: Annotated[Bench, typer.Argument(metavar="NAME", help=HELP["bench_name"])],
    scale: Annotated[float | None, typer.Option("--scale", metavar="S", help=HELP["bench_scale"])] = None,
    peers: Annotated[Path, typer.Option("--peers", metavar="DIR", help=HELP["bench_peers"])] = Path(".venv-peers"),
    sets: Annotated[Path, typer.Option("--sets", metavar="DIR", help=HELP["bench_sets"])] = Path("sets"),
    only: Annotated[str | None, typer.Option("--only", metavar="SECTION", help=HELP["bench_only"])] = None,
    tuning: Annotated[bool, typer.Option("--tuning", help=HELP["bench_tuning"])] = False,
    form: Form = Format.text,
) -> None:
    """Measure, whole processes from outside."""
    make, columns = TABLES[name]
    with progress("Measuring") as report:
        found = make(Asked(Task(scale, sets, peers, tuning), only), report)
    rows(found, columns, form)
