"""`fanal bench`: tables of speed and of quality."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.bench.desk import COLUMNS as DESK_COLUMNS
from fanal.bench.desk import DeskTask, bench_desk
from fanal.bench.exchange import bench_exchange
from fanal.bench.exchange_rows import COLUMNS as EXCHANGE_COLUMNS
from fanal.bench.exchange_rows import ExchangeTask
from fanal.bench.media import COLUMNS as MEDIA_COLUMNS
from fanal.bench.media import bench_media
from fanal.bench.path import bench_path
from fanal.bench.quality import bench_quality
from fanal.bench.quality_rows import COLUMNS, Task
from fanal.bench.read import bench_read
from fanal.bench.resolve import bench_resolve
from fanal.cli.output import Format, progress, rows
from fanal.cli.session import Form
from fanal.cli.words import HELP

_SCALE, _DESK = 0.1, 0.02


class Bench(StrEnum):
    """The tables there are."""

    path = "path"
    read = "read"
    quality = "quality"
    resolve = "resolve"
    exchange = "exchange"
    media = "media"
    desk = "desk"


@dataclass(frozen=True)
class Asked:
    """What the command line asked for.

    Attributes:
        task: of the largest scale. only: a section of `quality`, `exchange` or `media`.
        scales: all that were named, in order; for `resolve`, as `plot` is.
        seconds, officers, database, case: of `desk`, see `bench.desk.DeskTask`.
    """

    task: Task
    only: str | None
    scales: list[float]
    plot: Path | None
    seconds: float
    officers: int
    database: str
    case: float | None

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
    Bench.resolve: (
        lambda asked, report: bench_resolve(asked.scales or [_SCALE], asked.task.peers, report, asked.plot),
        ("scale", "work", "who", "units", "per_cpu_s", "ratio", "cpu_s", "peak_mib", "note"),
    ),
    Bench.exchange: (
        lambda asked, report: bench_exchange(ExchangeTask(asked.scale), report, asked.only),
        EXCHANGE_COLUMNS,
    ),
    Bench.media: (
        lambda asked, report: bench_media(asked.scale, asked.task.peers, report, asked.only),
        MEDIA_COLUMNS,
    ),
    Bench.desk: (
        lambda asked, report: bench_desk(
            DeskTask(
                _DESK if asked.task.scale is None else asked.scale,
                asked.seconds,
                asked.officers,
                asked.database,
                asked.case,
            ),
            report,
        ),
        DESK_COLUMNS,
    ),
}


def bench_command(
    name: Annotated[Bench, typer.Argument(metavar="NAME", help=HELP["bench_name"])],
    scale: Annotated[list[float] | None, typer.Option("--scale", metavar="S", help=HELP["bench_scale"])] = None,
    peers: Annotated[Path, typer.Option("--peers", metavar="DIR", help=HELP["bench_peers"])] = Path(".venv-peers"),
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help=HELP["bench_plot"])] = None,
    sets: Annotated[Path, typer.Option("--sets", metavar="DIR", help=HELP["bench_sets"])] = Path("sets"),
    only: Annotated[str | None, typer.Option("--only", metavar="SECTION", help=HELP["bench_only"])] = None,
    tuning: Annotated[bool, typer.Option("--tuning", help=HELP["bench_tuning"])] = False,
    seconds: Annotated[float, typer.Option("--seconds", metavar="S", help=HELP["bench_seconds"])] = 30,
    officers: Annotated[int, typer.Option("--officers", metavar="N", min=1, help=HELP["bench_officers"])] = 20,
    database: Annotated[str, typer.Option("--database", metavar="ADDRESS", help=HELP["bench_database"])] = "",
    case: Annotated[float | None, typer.Option("--case", metavar="S", help=HELP["bench_case"])] = None,
    form: Form = Format.text,
) -> None:
    """Measure, whole processes from outside."""
    make, columns = TABLES[name]
    with progress("Measuring") as report:
        scales = sorted(scale or [])
        task = Task(scales[-1] if scales else None, sets, peers, tuning)
        found = make(Asked(task, only, scales, plot, seconds, officers, database, case), report)
    rows(found, columns, form)
