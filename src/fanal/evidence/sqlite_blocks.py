"""What a walk over a table of a SQLite file yields: blocks of rows, and gaps between them. Data alone."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Block:
    """Rows of one table.

    Attributes:
        first: place of its first row in the table, from 1; rows that cannot be read have none.
        count: number of rows.
        rowids: SQLite's numbers of the rows; None in a table without them.
        cells: one binary array a column: bytes of the text (numbers as SQLite writes them), or of the BLOB.
        blobs: for each column the cells that are BLOBs, None where there are none.
        cut: texts over LONGEST: index of the row and of the column; the cell holds their stand-in.
    """

    first: int
    count: int
    rowids: Rows | None
    cells: list[pa.BinaryArray]
    blobs: list[Flags | None]
    cut: list[tuple[int, int]] = field(default_factory=list)

    def only(self, row: int) -> "Block":
        """The block of one of its rows."""
        return Block(
            self.first + row,
            1,
            None if self.rowids is None else self.rowids[row : row + 1],
            [cells.slice(row, 1) for cells in self.cells],
            [None if flags is None or not flags[row] else flags[row : row + 1] for flags in self.blobs],
        )


@dataclass(frozen=True)
class Gap:
    """A place where rows cannot be read.

    Attributes:
        place: of the row that cannot be read where it is one, else of the last row before, 0 at the beginning.
        rowid: that row's number, None where there is none.
        single: True where it is one row, False where nobody knows how many there are.
        reason: one of the texts of this module.
        detail: what SQLite says.
    """

    place: int
    rowid: int | None
    single: bool
    reason: str
    detail: str


def joined(blocks: list[Block]) -> Block:
    """Blocks of one table that follow each other, as one."""
    if len(blocks) == 1:
        return blocks[0]
    count = sum(block.count for block in blocks)
    cells = [pa.concat_arrays(parts) for parts in zip(*(block.cells for block in blocks), strict=True)]
    blobs: list[Flags | None] = []
    for at in range(len(cells)):
        flags = [block.blobs[at] for block in blocks]
        if all(flag is None for flag in flags):
            blobs.append(None)
        else:
            parts = [np.zeros(b.count, np.bool_) if f is None else f for b, f in zip(blocks, flags, strict=True)]
            blobs.append(np.concatenate(parts))
    rowids = None
    if blocks[0].rowids is not None:
        rowids = np.concatenate([block.rowids for block in blocks if block.rowids is not None])
    cut: list[tuple[int, int]] = []
    offset = 0
    for block in blocks:
        cut += [(offset + row, at) for row, at in block.cut]
        offset += block.count
    return Block(blocks[0].first, count, rowids, cells, blobs, cut)
