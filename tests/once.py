"""What is slow on purpose, or always the same, is done once in a process of tests: the tests are about other things.

A pass phrase is slow to try, so that nobody tries many; most nodes here are copies of a few, with the same keys. A new
case store goes through all migrations; the next one begins as a copy of the first. What is written is not waited for: a
process that is killed loses nothing by it, and a machine that loses its power is no part of these tests.
"""

import os
import shutil
from functools import cache
from pathlib import Path

from django.db import connections

from fanal.cases import store
from fanal.exchange import keys
from fanal.work import nodes


def hasten(folder: Path) -> None:
    """Begin to do so in this process.

    Args:
        folder: where the first case store is kept.
    """
    keys.load_ssh_private_key = cache(keys.load_ssh_private_key)  # type: ignore[assignment]
    os.fsync = lambda fd: None  # noqa: ARG005  the name of its argument
    first = folder / "migrated.sqlite"

    def migrated() -> None:
        here = connections["default"]
        if here.vendor != "sqlite":
            store.migrate()
            return
        place = Path(here.settings_dict["NAME"])
        here.close()
        if first.exists() and not place.exists():
            shutil.copyfile(first, place)
            return
        store.migrate()
        here.close()
        if not first.exists() and not place.with_name(place.name + "-wal").exists():
            shutil.copyfile(place, first)

    nodes.migrate = migrated
