"""The watched folder: where evidence is put so that officers add it at the desk. Nothing is uploaded or changed."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.evidence.register import Register

#: Files that are offered at most.
MOST = 1000
MAPPINGS = (".yaml", ".yml")


class NoWatchedFolder(FanalError):
    """The node names no watched folder, or it is not there."""

    code = "F-WATCH-01"
    text = "The watched folder {path} is not there; the administrator names one in fanal.toml, under [desk]."


class NotWatched(FanalError):
    """A file that does not lie in the watched folder."""

    code = "F-WATCH-02"
    text = "{name} is no file of the watched folder; look at the folder again."


class NothingChosen(FanalError):
    """A form that takes files of the watched folder came without one."""

    code = "F-WATCH-03"
    text = "No file was chosen; nothing was done. Go back and choose at least one."
    exit_code = 2


def list_watched(actor: Actor, node: Node, operation: Operation) -> dict[str, Any]:
    """The files of the watched folder, in the order of their names.

    Returns:
        `folder`; `files`: `name` (its path below the folder), `bytes`, `exhibits` (numbers of this operation's
        exhibits with that name and size); `mappings`: names of mappings; `more`: whether there are more than MOST.

    Raises:
        NoWatchedFolder.
    """
    may(actor, "exhibit.add", operation.slug)
    folder = _folder(node)
    known: dict[tuple[str, int], list[int]] = {}
    for exhibit in Register(node.evidence).exhibits(operation.slug):
        known.setdefault((exhibit.name, exhibit.bytes), []).append(exhibit.number)
    found = list(_below(folder))
    files = [
        {
            "name": str(path.relative_to(folder)),
            "bytes": size,
            "exhibits": known.get((path.name, size), []),
        }
        for path, size in found[:MOST]
        if path.suffix.lower() not in MAPPINGS
    ]
    mappings = [str(path.relative_to(folder)) for path, _ in found if path.suffix.lower() in MAPPINGS]
    return {"folder": str(folder), "files": files, "mappings": mappings, "more": len(found) > MOST}


def watched_paths(actor: Actor, node: Node, operation: Operation, names: Sequence[str]) -> list[Path]:
    """Where files of the watched folder lie.

    Args:
        names: as `list_watched` has them.

    Raises:
        NoWatchedFolder, NothingChosen. NotWatched: a name that leads out of the folder, or to no file.
    """
    may(actor, "exhibit.add", operation.slug)
    folder = _folder(node)
    if not names:
        raise NothingChosen
    paths = []
    for name in names:
        path = (folder / name).resolve()
        if not name or not path.is_relative_to(folder) or not path.is_file():
            raise NotWatched(name=name)
        paths.append(path)
    return paths


def _folder(node: Node) -> Path:
    if node.watched is None or not node.watched.is_dir():
        raise NoWatchedFolder(path=node.watched or "-")
    return node.watched


def _below(folder: Path) -> Iterator[tuple[Path, int]]:
    """Files below a folder with their sizes, hidden ones and links left out."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(here, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path, path.stat().st_size
