"""Files that are whole or not there: what the append-only logs, the lake and the packages rely on."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Fsync a folder, so that the names in it are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Put `data` in place of a file's content, whole or not at all: temporary file, fsync, rename, fsync.

    Args:
        mode: who may read and write it; as is usual where None.
    """
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as f:
        if mode is not None:
            os.fchmod(f.fileno(), mode)
        f.write(data)
        f.flush()
        os.fsync(f.fileno())
    temporary.replace(path)
    sync_folder(path.parent)
