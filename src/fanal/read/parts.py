"""The files that an exhibit's rows go to: each table in parts that grow, so that what was finished outlives a kill.

Used from one thread, the one that writes; what it tells of itself may be asked from another.
"""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from fanal.lake.parquet import TableFile

#: A table's parts hold this many rows, then twice as many each, up to this many.
FIRST_PART, LARGEST_PART = 1 << 17, 1 << 22


class Parts:
    """Takes rows of canonical tables and writes them, part after part."""

    def __init__(self, folder: Path, exhibit: int, finished: Callable[[], None] | None = None) -> None:
        """Begin.

        Args:
            folder: where the files are written.
            exhibit: its number.
            finished: called whenever a part is finished before the end.
        """
        self._folder, self._exhibit, self._finished = folder, exhibit, finished
        self._files: dict[str, list[TableFile]] = {}

    def write(self, table: str, rows: pa.Table) -> None:
        """Append rows, which have the table's canonical schema, to its last part; a full one is finished first."""
        files = self._files.setdefault(table, [])
        if files and files[-1].rows >= min(LARGEST_PART, FIRST_PART << len(files)):
            files[-1].close()
            if self._finished:
                self._finished()
        if not files or files[-1].closed:
            files.append(TableFile(part_path(self._folder, table, self._exhibit, len(files) + 1), rows.schema))
        files[-1].write(rows)

    def close(self) -> None:
        """Finish the last part of each table."""
        for files in self._files.values():
            files[-1].close()

    def finished(self) -> dict[str, list[TableFile]]:
        """The parts that are whole, by table."""
        whole = {table: [file for file in list(files) if file.closed] for table, files in sorted(self._files.items())}
        return {table: files for table, files in whole.items() if files}


def part_path(folder: Path, table: str, exhibit: int, place: int) -> Path:
    """Where the n-th file of an exhibit's rows of a table lies, from 1."""
    return folder / f"{table}-{exhibit}{f'-{place:03}' if place > 1 else ''}.parquet"
