"""What of a node goes into its backup, as it stands at one moment: files that never change, and files that only grow.

Named one by one, never "all that lies there". Left out: received hash lists, which leave a node in nothing; exhibits
that hold media, which the node only refers to; what is scratch or made again. The case store is copied apart.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fanal.base.digests import sha256_file
from fanal.cases.models.offices import Operation
from fanal.cases.node import CONFIG, DESK_SECRET, Node
from fanal.engine.far import Far
from fanal.evidence.register import Beside, Exhibit, Register
from fanal.exchange.backup import Item
from fanal.lake.snapshot import Snapshot, read_current, read_past

#: What a scan keeps: read in this order, the second holds all that the first counts.
_SCAN = ("journal.jsonl", "prints.bin")
_UNFINISHED = (".part", ".new", ".next", ".lock")


@dataclass(frozen=True)
class Inventory:
    """What goes in, and what does not though it might be looked for.

    Attributes:
        items: all but copies of exhibits. copies: those, each with its exhibit's number; see `still_registered`.
        referenced: exhibits of which the node keeps the place alone.
        lake: where the lake lies, when that is out of reach of a backup.
    """

    items: tuple[Item, ...]
    copies: tuple[tuple[int, Exhibit | Beside], ...]
    referenced: tuple[int, ...]
    lake: str


def inventory(node: Node) -> Inventory:
    """What goes into a backup beside the case store. Ask while nobody writes to that.

    The lake is looked at before the register: what is in the lake has its line there.
    """
    small = [node.folder / CONFIG, *_below(node.keys), *_below(node.lists), *_below(node.audit / "checkpoints")]
    items = [_as_it_is(node, path) for path in small if path.name != DESK_SECRET]
    items += _lakes(node)
    exhibits = Register(node.evidence).exhibits()
    items += [
        _so_far(node, path) for path in (node.evidence / "register.jsonl", node.audit / "log.jsonl") if path.exists()
    ]
    items += [_so_far(node, path) for path in _below(node.evidence / "mappings")]
    items += _scans(node, exhibits)
    items += [_so_far(node, path) for path in _below(node.packages)]
    copies: dict[str, tuple[int, Exhibit | Beside]] = {}
    for exhibit in exhibits:
        files: list[Exhibit | Beside] = [exhibit, *exhibit.beside]
        copies |= {file.path: (exhibit.number, file) for file in files if file.stored}
    return Inventory(
        tuple(items),
        tuple(copies.values()),
        tuple(e.number for e in exhibits if not e.stored),
        node.lakes if "://" in node.lakes else "",
    )


def still_registered(node: Node, copies: Iterable[tuple[int, Exhibit | Beside]]) -> tuple[list[Item], list[int]]:
    """The copies that still are what was looked at and registered, and the numbers of exhibits whose copy is not.

    Of bytes that are no longer those nobody knows what they hold: they stay out. Reads every copy.
    """
    items, changed = [], set()
    for number, file in copies:
        path = node.evidence / file.path
        if path.is_file() and path.stat().st_size == file.bytes and sha256_file(path) == file.sha256:
            items.append(_so_far(node, path))
        else:
            changed.add(number)
    return items, sorted(changed)


def _lakes(node: Node) -> Iterator[Item]:
    """Every snapshot and what it names, then the pointer to the last; of a lake elsewhere its mark alone."""
    for operation in Operation.objects.order_by("slug"):
        root = node.lake(operation.slug)
        home = f"lake/{operation.slug}"
        if isinstance(root, Far):
            mark = root.home / "MARK"
            if mark.exists():
                yield _bytes(f"{home}/MARK", mark.read_bytes())
            continue
        current = read_current(root)
        if current.number:
            yield from _snapshots(root, home, current)


def _snapshots(root: Path, home: str, current: Snapshot) -> Iterator[Item]:
    named: dict[str, None] = {}
    for snapshot in read_past(current):
        name = f"snapshot-{snapshot.number}.json"
        yield _bytes(f"{home}/{name}", (root / name).read_bytes())
        named |= dict.fromkeys(entry.path for entries in snapshot.tables.values() for entry in entries)
    for path in named:
        yield Item(f"{home}/{path}", root / path, (root / path).stat().st_size)
    yield _bytes(f"{home}/CURRENT", f"snapshot-{current.number}.json\n".encode())


def _scans(node: Node, exhibits: list[Exhibit]) -> Iterator[Item]:
    for exhibit in exhibits:
        files = (node.folder / "media" / str(exhibit.number) / name for name in _SCAN)
        yield from (_so_far(node, path) for path in files if path.is_file())


def _below(folder: Path) -> Iterator[Path]:
    """The finished files below a folder, in order; what begins with a dot is somebody's work under way."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            if not name.startswith(".") and path.suffix not in _UNFINISHED and not path.is_symlink():
                yield path


def _as_it_is(node: Node, path: Path) -> Item:
    return _bytes(path.relative_to(node.folder).as_posix(), path.read_bytes())


def _bytes(path: str, data: bytes) -> Item:
    return Item(path, data, len(data))


def _so_far(node: Node, path: Path) -> Item:
    return Item(path.relative_to(node.folder).as_posix(), path, path.stat().st_size)
