"""The place where one sealed file is opened: one at a time, and nothing of it stays but what was taken in.

A process that was killed while it received leaves its folder; the next one that receives sweeps it before it begins.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fanal.cases.access import Actor, may
from fanal.cases.models.exchange import Arrival
from fanal.cases.node import Node
from fanal.evidence.register import Register
from fanal.exchange.opening import sweep

#: Folder below `packages` in which opened packages and the sealed files behind them are kept.
RECEIVED = "received"


@contextmanager
def incoming(actor: Actor, node: Node) -> Iterator[Path]:
    """Where to open a file, below the node's packages. Another process that receives waits until this one is done.

    Yields:
        A path where nothing is; what is there at the end is deleted.
    """
    may(actor, "package.receive")
    node.packages.mkdir(mode=0o700, exist_ok=True)
    place = node.packages / ".incoming"
    handle = os.open(node.packages, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _sweep(node, place)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(handle)


def _sweep(node: Node, place: Path) -> None:
    """Delete what a broken-off opening left: its staging, bags and sealed files that nobody took in."""
    sweep(node.packages)
    shutil.rmtree(place, ignore_errors=True)
    received = node.packages / RECEIVED
    if not received.is_dir():
        return
    known = {sha256[:32] for sha256 in Arrival.objects.values_list("file_sha256", flat=True)}
    # A file that is registered stays, though its rows never came in: received again, it is taken up.
    kept = known | {exhibit.sha256[:32] for exhibit in Register(node.evidence).exhibits()}
    for found in received.iterdir():
        if found.is_dir() and found.name not in known:
            shutil.rmtree(found)
        elif found.is_file() and (found.suffix == ".part" or found.stem not in kept):
            found.unlink()
    if not any(received.iterdir()):
        received.rmdir()
