"""The one engine of a process for what people look up: it stays open, and knows the tables of the snapshots asked last.

To open an engine takes longer than most of what pages ask of it. Nothing of a snapshot is kept here but where its files
lie and their footers; a snapshot never changes, and one whose files changed is another.
"""

import os
import tempfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from fanal.analyse.runner import bind
from fanal.base.digests import content_id
from fanal.engine.door import TableSource
from fanal.engine.duck import Duck
from fanal.engine.far import Far
from fanal.lake.snapshot import Snapshot

#: Snapshots whose tables are known at one time, and the engine's memory.
MOST, MEMORY = 8, "1GB"


@dataclass
class _Named:
    """The tables of one snapshot that were asked for, in a schema of the engine."""

    schema: str
    engine: Duck
    known: set[str] = field(default_factory=set)
    users: int = 0

    def bind(self, name: str, source: TableSource) -> None:
        """See Engine.bind; a name that is known stays, others may be reading it."""
        if name not in self.known:
            self.engine.bind(name, source)
            self.known.add(name)

    def name(self, name: str, sql: str) -> None:
        """See Engine.name."""
        if name not in self.known:
            self.engine.name(name, sql)
            self.known.add(name)


class _Sessions:
    """The engine and what it knows. A process that was forked has one of its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._engine: Duck | None = None
        self._process = 0
        self._named: OrderedDict[str, _Named] = OrderedDict()

    def _opened(self) -> Duck:
        if self._engine is None or self._process != os.getpid():
            spill = Path(tempfile.gettempdir(), f"fanal-spill-{os.getpid()}")
            self._engine, self._process = Duck(memory=MEMORY, spill=spill), os.getpid()
            self._engine.remember_footers()
            self._named.clear()
        return self._engine

    def plain(self) -> Duck:
        """A session that knows no tables."""
        with self._lock:
            return self._opened().beside()

    def of(self, snapshot: Snapshot, tables: Sequence[str], files: Mapping[str, Path]) -> tuple[Duck, _Named]:
        """A session that knows these tables of a snapshot and files beside it, and what counts its users."""
        with self._lock:
            base = self._opened()
            schema = "at_" + content_id("session", str(snapshot.root), str(snapshot.number), snapshot.whole)
            if schema not in self._named:
                self._named[schema] = _Named(schema, base.beside(schema, lasting=True))
            self._named.move_to_end(schema)
            named = self._named[schema]
            if missing := [name for name in tables if name not in named.known]:
                bind(named, snapshot, missing)  # type: ignore[arg-type]
            for name, path in files.items():
                named.bind(name, [path])
            named.users += 1
            for old in [one for one in self._named.values() if not one.users][: max(0, len(self._named) - MOST)]:
                del self._named[old.schema]
                old.engine.close()
                base.forget(old.schema)
            return base.beside(schema), named

    def left(self, named: _Named) -> None:
        """One user fewer."""
        with self._lock:
            named.users -= 1


_SESSIONS = _Sessions()


@contextmanager
def session() -> Iterator[Duck]:
    """A session for files and rows that are bound in it."""
    with _SESSIONS.plain() as engine:
        yield engine


@contextmanager
def beside(snapshot: Snapshot, files: Mapping[str, Path]) -> Iterator[Duck]:
    """A session on files beside a snapshot, by the names that they are given; each file always has the same."""
    engine, named = _SESSIONS.of(snapshot, (), files)
    try:
        with engine:
            yield engine
    finally:
        _SESSIONS.left(named)


@contextmanager
def opened(snapshot: Snapshot, tables: Sequence[str], files: Mapping[str, Path] | None = None) -> Iterator[Duck]:
    """A session on these tables of a snapshot, and on files beside it; what it does not have is there, empty."""
    if isinstance(snapshot.root, Far):
        with Duck() as engine:
            bind(engine, snapshot, tables)
            for name, path in (files or {}).items():
                engine.bind(name, [path])
            yield engine
        return
    engine, named = _SESSIONS.of(snapshot, tables, files or {})
    try:
        with engine:
            yield engine
    finally:
        _SESSIONS.left(named)
