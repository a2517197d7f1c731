"""Reads JSON lines (one object a line) through a mapping: one file, one source table, named by its stem.

A file that is one array of objects is read the same way, an element for a line.

A column is a key of the objects; a key that a line does not have is NULL, as is JSON's null.
Strings are unescaped, numbers and truth values stay as written, objects and arrays are their JSON text.
"""

import codecs
import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.evidence.media_signs import freed
from fanal.evidence.streams import plain_name
from fanal.read import signs_tables
from fanal.read.cells import SHOWN, Cells
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.json_array_kernel import scan_json_array
from fanal.read.json_kernel import BROKEN, DEEPEST, scan_json_lines
from fanal.read.mapped_rows import Loader, Wanted, pieces, room
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.mapping_sql import ROW
from fanal.read.scratch import distinct_names
from fanal.read.source_tables import SourceTable
from fanal.read.wide_text import as_utf8, is_utf16
from fanal.read.window import CHUNK, Window

Seen = npt.NDArray[np.bool_]
_NO_OBJECT = mark("not a JSON object")
_CUT_OFF = mark("cut off")
_TOO_LONG = mark("a line that is too long")
_LONG = -3
_LONGEST_KEY = 1024
_HEAD = 4096
#: How many lines `tables` looks at for keys.
_LOOKED_AT = 10_000


class JsonLines:
    """The reader of JSON lines; see `read.contract.Reader`."""

    name = "jsonl"
    version = 2
    mapped = True
    beside: tuple[str, ...] = ()

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_tables.jsonl(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        part = Path(plain_name(source.name)).stem
        used = [use for s in mapping.selections for branch in s.branches for use in branch.used]
        # An object may lack any key: the columns are those that the mapping asks for.
        asked = dict.fromkeys(name for owner, name in used if owner is None or owner.lower() == part.lower())
        keys = [name for name in asked if name != ROW]
        keys = [name for name, made in zip(keys, distinct_names(keys), strict=True) if name == made]
        with Duck() as engine, Lines(source, self._chunk, keys) as lines:
            load = Loader(engine, source, sink, part, keys)
            rows, seen = load_lines(lines, load, keys, sink)
            for key, value in lines.facts.items():
                sink.note(key, value)
            if absent := [name for name, here in zip(keys, seen, strict=True) if not here]:
                sink.note("absent_columns", absent)
            sink.count(part, source=load.rejected, rejected=load.rejected)
            run_mapping(mapping, engine, {part: rows - load.rejected}, source, sink)

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The source table with its number of rows and the keys of its first lines, for `fanal map`."""
        keys: dict[str, None] = {}
        rows = 0
        with Lines(source, self._chunk, []) as lines:
            for cells, count in lines.blocks():
                for row in range(min(count, max(0, _LOOKED_AT - rows))):
                    keys.update(dict.fromkeys(lines.keys(cells, row)))
                rows += count
        return {Path(plain_name(source.name)).stem: SourceTable(tuple(distinct_names(keys)), rows)}

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        whole = _EXAMPLE[: _EXAMPLE.rindex(b'{"type"')]
        yield Example("forum.jsonl", whole, {"account": 1, "message": 1}, mapping=_EXAMPLE_MAPPING)
        broken = {"account": 1, "message": 1}
        yield Example("forum.jsonl", _EXAMPLE, broken, rejects=1, mapping=_EXAMPLE_MAPPING, hostile=True)
        array = b"[\n" + b",\n".join(whole.splitlines()) + b"\n]\n"
        yield Example("forum.json", array, {"account": 1, "message": 1}, mapping=_EXAMPLE_MAPPING)
        packed = gzip.compress(array[:-3] + b", 7, [{}]]", mtime=0)
        yield Example("forum.json.gz", packed, broken, rejects=2, mapping=_EXAMPLE_MAPPING, hostile=True)
        deep = whole + b'{"type": ' + b"[" * 5000 + b'}\n{"type": "post", "type": "member", "id": 1e400}\n'
        yield Example(
            "forum.jsonl", deep, {"account": 2, "message": 1}, rejects=1, mapping=_EXAMPLE_MAPPING, hostile=True
        )

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the line as it stands in the file."""
        wanted, rows = int(locator.rpartition(":")[2]), 0
        with Lines(source, self._chunk, []) as lines:
            for cells, count in lines.blocks():
                if rows < wanted <= rows + count:
                    return lines.shown(cells, wanted - rows - 1, None)
                rows += count
        raise Unreadable(
            path=source.name,
            detail=translate("there is no line {locator} in it; run `fanal check`").format(locator=locator),
        )


def load_lines(lines: "Lines", load: Loader, keys: list[str], sink: Sink) -> tuple[int, Seen]:
    """Take every line to scratch; those that are no objects become rejects.

    Args:
        lines: of one file, opened with `keys`.
        load: takes them; it is finished here.
        keys: of the objects, which become columns.
        sink: takes rejects.

    Returns:
        The number of lines, and for each key whether any line has it.
    """
    wanted = [Wanted(name, name, place) for place, name in enumerate(keys)]
    seen = np.zeros(len(keys), np.bool_)
    rows = 0
    for cells, count in lines.blocks():
        values = cells.values[:count]
        good = np.flatnonzero(values >= 0)
        seen |= (cells.ends[good] > 0).any(axis=0) if len(good) else False
        load.good(lines.window.buf, cells, good, rows + 1, wanted)
        lines.reject(load, cells, count, rows + 1, sink)
        cells.ends[:count] = 0
        rows += count
    load.finish()
    return rows, seen


class Lines:
    """The file as blocks of lines."""

    def __init__(self, source: Source, chunk: int, keys: list[str]) -> None:
        path, facts = source.path, {}
        if wide := is_utf16(next(pieces(path, _HEAD), b"")):
            path = source.scratch / "text.jsonl"
            facts = {"encoding": wide, **as_utf8(source.path, wide, path)}
        self.window, self._facts = Window(path, chunk), facts
        while len(self.window.text(_HEAD)) < _HEAD and not self.window.last:
            self.window.more()
        if self.window.text(3) == codecs.BOM_UTF8:
            self.window.at += 3
        array = signs_tables.JSON_ARRAY.match(self.window.text(_HEAD))
        self._scan, self._is_array = (scan_json_array, True) if array else (scan_json_lines, False)
        self.window.at += array.end() if array else 0
        raw = [key.encode() for key in keys]
        self._keys = np.frombuffer(bytearray(b"".join(raw) or b" "), np.uint8)
        self._offsets = np.cumsum([0, *map(len, raw)]).astype(np.int32)

    @property
    def facts(self) -> dict[str, Any]:
        """What is to be noted of how the file is written, once it is read."""
        form = {"form": "array"} if self._is_array else {}
        return {**form, **self._facts, **self.window.facts}

    def blocks(self) -> Iterator[tuple[Cells, int]]:
        """Blocks of lines, with the number of lines in each."""
        w = self.window
        cells = room(len(self._offsets) - 1)
        stack, name = np.zeros(DEEPEST, np.uint8), np.zeros(_LONGEST_KEY, np.uint8)
        while w.at < w.end or not w.last:
            at, count = self._scan(
                w.buf, w.at, w.end, w.last, self._keys, self._offsets, cells.starts, cells.ends, cells.kinds,
                cells.row_from, cells.row_to, cells.values, stack, name,
            )  # fmt: skip
            w.at = at
            if count:
                yield cells, count
            elif not w.last and w.is_too_long and not self._is_array:
                cells.row_from[0], cells.row_to[0], cells.values[0] = w.at, w.at + SHOWN, _LONG
                yield cells, 1
                w.skip_line()
            elif not w.last:
                w.more()

    def keys(self, cells: Cells, row: int) -> Iterator[str]:
        """The keys of one line's object; none where it is none."""
        raw = self.window.buf[cells.row_from[row] : cells.row_to[row]].tobytes()
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError):
            return
        if isinstance(found, dict):
            yield from found

    def reject(self, load: Loader, cells: Cells, count: int, first: int, sink: Sink) -> None:
        """The lines of a block that are no objects; a broken last line without an end is cut off."""
        w = self.window
        bad = np.flatnonzero(cells.values[:count] == BROKEN)
        if len(bad) and bad[-1] == count - 1 and w.last and cells.row_to[count - 1] == w.end:
            load.bad(bad[-1:], first, _CUT_OFF, lambda row: self.shown(cells, row, SHOWN))
            sink.note("truncated", value=True)
            bad = bad[:-1]
        long = np.flatnonzero(cells.values[:count] == _LONG)
        if len(long):
            load.bad(long, first, _TOO_LONG, lambda row: self.shown(cells, row, SHOWN))
        if len(bad):
            load.bad(bad, first, _NO_OBJECT, lambda row: self.shown(cells, row, SHOWN))

    def shown(self, cells: Cells, row: int, limit: int | None) -> str:
        """One line as it stands, free of media."""
        raw = self.window.buf[cells.row_from[row] : cells.row_to[row]].tobytes()
        return freed(raw.decode("utf-8", "backslashreplace"))[:limit]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.window.close()


_EXAMPLE = b"""{"type": "member", "id": 7, "login": "first", "joined": "2022-04-01T10:00:00Z", "tags": ["a", "b"]}
{"type": "post", "author": 7, "at": "2022-04-02T10:00:00Z", "body": "message 12 \\u00e9"}
{"type": "post", "author": 7, "body": "message
"""
_EXAMPLE_MAPPING = """fanal_mapping: 1
platform: fo
source: jsonl
tables:
  account: SELECT id AS native_id, login AS username, joined AS created_at, _row FROM forum WHERE type = 'member'
  message: SELECT author AS account, at, body, 'text' AS kind, _row FROM forum WHERE type = 'post'
"""

JSONL = JsonLines()
