"""What a reader is, and what it hands its rows to. A reader says what evidence says, nothing more.

A reader is one module with one object that satisfies `Reader`, and one line in `read/registry.py`.
It runs in a child process without network (see `read/child.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from fanal.base.errors import FanalError


class Unreadable(FanalError):
    """The exhibit as a whole cannot be read by this reader."""

    code = "F-READ-01"
    text = "{path}: {detail}"


@dataclass(frozen=True)
class Source:
    """What a reader is given.

    Attributes:
        path: the exhibit's bytes, read-only.
        name: its file name as it was received.
        exhibit: its number.
        scratch: a folder for temporary files, deleted afterwards.
        mapping: the parsed mapping file where the reader takes one, else None.
        time_zone: of instants that carry none, where mapping and source are silent.
        options: what the register keeps for this exhibit (owner, clock offset, platform).
        beside: files that lie beside it and belong to it (see Reader.beside), by file name; read-only too.
    """

    path: Path
    name: str
    exhibit: int
    scratch: Path
    mapping: Mapping[str, Any] | None = None
    time_zone: str = "UTC"
    options: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Path] = field(default_factory=dict)


class Sink(Protocol):
    """Takes a reader's rows and accounts for every source row.

    The sink numbers observations itself, in the order of the calls: a reader calls it in source
    order, table after table in any fixed order.
    """

    def rows(self, table: str, batch: pa.RecordBatch | pa.Table) -> None:
        """Rows of one canonical table: `locator` and any columns of the table by name; what is left out is NULL.

        Columns have the canonical types, or are strings where the canonical type is not a string:
        then the sink casts, and a cell that cannot be cast becomes NULL and a reject.
        """

    def reject(self, locator: str, column: str | None, reason: str, excerpt: str) -> None:
        """One row (column None) or one cell that could not be read. The excerpt is cut and freed of media."""

    def reject_rows(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Many rejects at once: columns locator, column, reason, excerpt (all strings)."""

    def count(self, part: str, *, source: int = 0, read: int = 0, rejected: int = 0, unmapped: int = 0) -> None:
        """Account for rows of one part of the source (a table, a file of a zip). Adds up over calls.

        `source` is all rows there; each is exactly one of read, rejected, unmapped.
        """

    def note(self, key: str, value: Any) -> None:
        """A JSON fact about the exhibit as a whole: the chosen date order, skipped statements, first instant."""


@dataclass(frozen=True)
class Example:
    """One small benign input and what must come out of it; the conformance tests run it.

    Attributes:
        name: file name, as `detect` sees it.
        content: the bytes; benign, synthetic, neutral placeholder text.
        rows: canonical table to number of rows.
        rejects: number of reject rows.
        mapping: YAML text where the reader takes one.
        hostile: whether it is broken, or made to do harm: each reader has at least one such example.
        refused: the code of the error that it must end in (then `rows` is empty), None where it is read.
        options: what the register keeps for the exhibit.
        beside: contents of the files beside it, by name.
    """

    name: str
    content: bytes
    rows: Mapping[str, int]
    rejects: int = 0
    mapping: str | None = None
    hostile: bool = False
    refused: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, bytes] = field(default_factory=dict)


class Reader(Protocol):
    """One evidence format."""

    name: str
    version: int
    #: True where the exhibit's rows come through a mapping file.
    mapped: bool
    #: Names of files beside the exhibit that are read with it where they are there: a file name, or one
    #: made of the exhibit's own ("{name}-wal"). They are registered with it, by digest.
    beside: tuple[str, ...]

    def detect(self, head: bytes, name: str) -> float:
        """How surely (0 to 1) this reader reads a file of that name that begins so (64 KiB). Cheap and pure."""

    def read(self, source: Source, sink: Sink) -> None:
        """Read it all. Raises Unreadable where nothing can be read."""

    def examples(self) -> Iterable[Example]:
        """Small inputs with what must come out."""

    def excerpt(self, source: Source, locator: str) -> str:
        """The exhibit's own text at a locator, for `fanal explain`; media replaced by digest and length."""


Detector = Callable[[bytes, str], float]
