"""`fanal sample`: benign synthetic exhibits of the two model cases."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.base.errors import FanalError
from fanal.cli.output import Format, progress, record, say
from fanal.cli.session import Form
from fanal.cli.words import HELP
from fanal.sample.group import write_group
from fanal.sample.papers import write_threshold
from fanal.sample.platform import write_platform

sample_app = typer.Typer(name="sample", help=HELP["sample_app"], no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(metavar="DIR", help=HELP["folder"])]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help=HELP["seed"])]


class FolderInUse(FanalError):
    """A sample was to be written where something is."""

    code = "F-SAMPLE-03"
    text = "{path} is not empty; name a new folder."


def _must_be_new(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(path=folder)


@sample_app.command("group", help=HELP["sample_group"])
def group(folder: Folder, seed: Seed = 1, form: Form = Format.text) -> None:
    """Write the group."""
    _must_be_new(folder)
    with progress("Writing") as report:
        counts = write_group(folder, seed, report)
    write_threshold(folder)
    record(counts, form)
    say("The exhibits are in {folder}. Next: fanal init, op new, tip, add", folder=folder)


@sample_app.command("platform", help=HELP["sample_platform"])
def platform(
    folder: Folder,
    scale: Annotated[float, typer.Option("--scale", metavar="S", min=0.0001, max=10, help=HELP["scale"])] = 0.01,
    seed: Seed = 1,
    form: Form = Format.text,
) -> None:
    """Write the platform."""
    _must_be_new(folder)
    with progress("Writing") as report:
        counts = write_platform(folder, scale, seed, report)
    write_threshold(folder)
    record(counts, form)
    say("The exhibits are in {folder}. Next: fanal init, op new, add", folder=folder)
