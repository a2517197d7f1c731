"""`fanal bench`: performance tables."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.bench.path import bench_path
from fanal.bench.read import bench_read
from fanal.cli.output import Format, progress, rows
from fanal.cli.session import Form
from fanal.cli.words import HELP

Table = Callable[[float, Path, Callable[[str, float], None]], list[dict[str, Any]]]


class Bench(StrEnum):
    """The tables there are."""

    path = "path"
    read = "read"


#: What makes each table, and its columns.
TABLES: dict[Bench, tuple[Table, tuple[str, ...]]] = {
    Bench.path: (lambda scale, _, report: bench_path(scale, report), ("stage", "wall_s", "cpu_s", "peak_mib", "note")),
    Bench.read: (
        bench_read,
        ("source", "reader", "units", "per_cpu_s", "ratio", "cpu_s", "wall_s", "peak_mib", "events", "note"),
    ),
}


def bench_command(
    name: Annotated[Bench, typer.Argument(metavar="NAME", help=HELP["bench_name"])],
    scale: Annotated[float, typer.Option("--scale", metavar="S", help=HELP["bench_scale"])] = 0.1,
    peers: Annotated[Path, typer.Option("--peers", metavar="DIR", help=HELP["bench_peers"])] = Path(".venv-peers"),
    form: Form = Format.text,
) -> None:
    """Measure, whole processes from outside."""
    make, columns = TABLES[name]
    with progress("Measuring") as report:
        found = make(scale, peers, report)
    rows(found, columns, form)
