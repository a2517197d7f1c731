"""What the tests of PostgreSQL dumps share: a walk as Python values, and dumps written row by row."""

from pathlib import Path
from typing import Any

from fanal.engine.duck import Duck
from fanal.read.cells import column
from fanal.read.pg_rows import Broken
from fanal.read.pg_walk import Walk
from fanal.read.window import Window

Found = dict[str, list[tuple[str | None, ...]]]


def walked(path: Path, chunk: int, engine: Duck) -> tuple[Found, list[tuple[Any, ...]], Walk]:
    """Every row of a dump as text, by table; what is broken (table, row, reason); and the walk."""
    found: Found = {}
    broken: list[tuple[Any, ...]] = []
    with Window(path, chunk) as window:
        walk = Walk(window, path.name)
        for piece in walk.pieces():
            if isinstance(piece, Broken):
                broken.append((piece.table and piece.table.name, piece.row, piece.reason))
                continue
            good = piece.good
            texts = [
                [None] * len(good)
                if piece.where(place) < 0 or piece.refused
                else column(engine, piece.buf, piece.cells, good, piece.where(place)).text.to_pylist()
                for place in range(len(piece.table.columns))
            ]
            rows = list(zip(*texts, strict=True)) if texts else [()] * len(good)
            found.setdefault(piece.table.name, []).extend(rows)
            for reason, bad in piece.bad():
                broken += [(piece.table.name, piece.first + int(row), reason) for row in bad]
        return found, broken, walk


def copy_cell(text: str | None) -> str:
    """A value as pg_dump writes it in a block of COPY."""
    if text is None:
        return r"\N"
    for plain, written in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("\b", "\\b"), ("\v", "\\v")):
        text = text.replace(plain, written)
    return text.replace("\f", "\\f")


def copied(table: str, rows: list[tuple[str | None, ...]], columns: str = "") -> str:
    """A block of COPY as pg_dump writes it."""
    lines = "".join("\t".join(map(copy_cell, row)) + "\n" for row in rows)
    return f"COPY {table} {columns} FROM stdin;\n{lines}\\.\n\n"
