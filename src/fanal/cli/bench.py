"""`fanal bench`: performance tables."""

from enum import StrEnum
from typing import Annotated

import typer

from fanal.bench.path import bench_path
from fanal.cli.output import Format, progress, rows
from fanal.cli.session import Form
from fanal.cli.words import HELP


class Bench(StrEnum):
    """The tables there are."""

    path = "path"


def bench_command(
    name: Annotated[Bench, typer.Argument(metavar="NAME", help=HELP["bench_name"])],
    scale: Annotated[float, typer.Option("--scale", metavar="S", help=HELP["bench_scale"])] = 0.1,
    form: Form = Format.text,
) -> None:
    """Measure the path from exhibits to sealed packages, stage by stage."""
    benches = {Bench.path: bench_path}
    with progress("Measuring") as report:
        found = benches[name](scale, report)
    rows(found, ("stage", "wall_s", "cpu_s", "peak_mib", "note"), form)
