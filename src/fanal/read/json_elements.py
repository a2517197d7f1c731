"""Elements of arrays deep in one large JSON document, as text, without the document in memory.

A path names keys and arrays from the outside in: `chats.list[].messages[]` is every element of each
chat's `messages`. What is left of the document without those elements, the outer document, is
small: it is kept whole. No format is known here; a reader has its columns made by the engine.
"""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.compiled import compiled
from fanal.base.language import mark, translate
from fanal.read import json_elements_kernel as kernel
from fanal.read.cell_kernel import Bytes
from fanal.read.contract import Unreadable
from fanal.read.json_shown import LARGEST, parsed
from fanal.read.window import CHUNK, Window

BROKEN_OFF = mark("the JSON breaks off here; what stands before it was read")
TOO_DEEP = mark("the JSON nests deeper than what is read; what stands before it was read")
TOO_LARGE = mark("larger than what is read of one element")
NOT_JSON = mark("not a JSON object")
MENDED = mark("bytes that are no UTF-8 were replaced")

#: The outer document may be this large.
LARGEST_OUTER = 64 << 20
ROOM = 65_536
_SEPARATOR = 0x1E


@dataclass(frozen=True)
class Batch:
    """Elements of one path in source order.

    Attributes:
        path: as it was asked for.
        rows: offset (where it begins in the file), size, parent (place of the listed thing around it in its own
            list, -1 for none), index (its place in its array, from 0), element (its text).
        mended: which elements had bytes that are no UTF-8, or None.
    """

    path: str
    rows: pa.Table
    mended: npt.NDArray[np.bool_] | None


@dataclass(frozen=True)
class Failure:
    """Something that was not read: where it begins, how many bytes it has, and why."""

    offset: int
    size: int
    reason: str


@dataclass
class Elements:
    """One document to be scanned for the elements at some paths.

    Attributes:
        path: the file.
        paths: where elements are.
        chunk: bytes to read at a time.
        largest: bytes that one element may have; a larger one is a failure.
        outer: the document without those elements, after `batches`; {} where nothing of it could be read.
        failures: what was not read, in source order.
        truncated: whether the document breaks off, or nests too deep.
        listed: for each list on the way to elements (`chats.list[]`), where its own elements begin.
        counts: for each path, how many elements were found.
    """

    path: Path
    paths: Sequence[str]
    chunk: int = CHUNK
    largest: int = LARGEST
    outer: Any = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    truncated: bool = False
    listed: dict[str, list[int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def survey(self) -> "Elements":
        """Scan for everything but the elements' text. Raises Unreadable where the outer document is too large."""
        for _ in self._scan(text=False):
            pass
        return self

    def batches(self) -> Iterator[Batch]:
        """Scan, and hand out the elements. Raises Unreadable where the outer document is too large."""
        yield from self._scan(text=True)

    def _scan(self, *, text: bool) -> Iterator[Batch]:
        tree = _Tree(self.paths)
        self.failures, self.truncated, self.outer = [], False, {}
        self.listed = {name: [] for name in tree.listed_names.values()}
        self.counts = dict.fromkeys(self.paths, 0)
        run = _Run(tree)
        with Window(self.path, self.chunk) as window:
            while len(window.text(3)) < len(codecs.BOM_UTF8) and not window.last:
                window.more()
            if window.text(3) == codecs.BOM_UTF8:
                window.at += 3
            p, kept, large_from = window.at, bytearray(), -1
            run.state[kernel.COPY_FROM] = p
            while True:
                base = window.offset - window.at
                p, status = run.scan(window.buf, p, window.end)
                if text:
                    yield from self._batches(run, window, base)
                self._observe(run, base, large_from)
                self._keep(run, window, p, kept)
                if status == kernel.FULL:
                    continue
                if status != kernel.MORE or (window.last and p == window.end):
                    break
                start = int(run.state[kernel.START])
                if start >= 0 and p - start > self.largest:
                    run.state[kernel.SKIPPING], run.state[kernel.START], large_from = 1, -1, base + start
                window.at = p if run.state[kernel.START] < 0 else start
                moved = window.at
                window.more()
                p -= moved - window.at
                for place in (kernel.START, kernel.COPY_FROM):
                    if run.state[place] >= 0:
                        run.state[place] -= moved - window.at
            self._end(run, status, base + p, kept)

    def _batches(self, run: "_Run", window: Window, base: int) -> Iterator[Batch]:
        """The elements of one block that can be kept, as batches of one path each."""
        found = run.found[: run.state[kernel.ELEMENTS]]
        found = found[(found[:, kernel.FROM] >= 0) & (found[:, kernel.TO] - found[:, kernel.FROM] <= self.largest)]
        turns = np.flatnonzero(np.diff(found[:, kernel.PATH])) + 1
        for part in np.split(found, turns):
            if len(part):
                texts, mended = _texts(window.buf, part)
                columns = {
                    "offset": part[:, kernel.FROM] + base,
                    "size": part[:, kernel.TO] - part[:, kernel.FROM],
                    "parent": part[:, kernel.PARENT],
                    "index": part[:, kernel.INDEX],
                    "element": texts,
                }
                yield Batch(self.paths[part[0, kernel.PATH]], pa.table(columns), mended)

    def _observe(self, run: "_Run", base: int, large_from: int) -> None:
        """Count the elements of one block, note which are too large and where listed things begin."""
        found = run.found[: run.state[kernel.ELEMENTS]]
        for path, n in zip(*np.unique(found[:, kernel.PATH], return_counts=True), strict=True):
            self.counts[self.paths[path]] += int(n)
        sizes = found[:, kernel.TO] - found[:, kernel.FROM]
        for row in np.flatnonzero((found[:, kernel.FROM] < 0) | (sizes > self.largest)):
            begins = base + int(found[row, kernel.FROM]) if found[row, kernel.FROM] >= 0 else large_from
            self.failures.append(Failure(begins, base + int(found[row, kernel.TO]) - begins, TOO_LARGE))
        marks = run.marks[: run.state[kernel.MARKS]]
        for node, name in run.tree.listed_names.items():
            self.listed[name] += (marks[marks[:, 1] == node, 0] + base).tolist()

    def _keep(self, run: "_Run", window: Window, p: int, kept: bytearray) -> None:
        """Take over what the block has of the outer document; make room."""
        state = run.state
        for start, stop in run.spans[: state[kernel.SPANS]]:
            kept += window.buf[start:stop].tobytes()
        if state[kernel.COPY_FROM] >= 0:
            kept += window.buf[state[kernel.COPY_FROM] : p].tobytes()
            state[kernel.COPIED] += p - state[kernel.COPY_FROM]
            state[kernel.COPY_FROM] = p
        state[[kernel.ELEMENTS, kernel.SPANS, kernel.MARKS]] = 0
        if len(kept) > LARGEST_OUTER:
            detail = translate("more than {n} MiB of it are not where this reader finds rows").format(
                n=LARGEST_OUTER >> 20
            )
            raise Unreadable(path=self.path.name, detail=detail)

    def _end(self, run: "_Run", status: int, at: int, kept: bytearray) -> None:
        """Close what is open, so that what was read of the outer document can be used; say where it breaks off."""
        whole = run.state[kernel.MODE] == kernel.DONE
        if status in (kernel.BROKEN, kernel.TOO_DEEP) or not whole:
            reason = TOO_DEEP if status == kernel.TOO_DEEP else BROKEN_OFF
            self.failures.append(Failure(at, 0, reason))
            self.truncated = True
        outer = bytes(kept)
        if not whole:
            open_ = run.types[: run.state[kernel.SAFE_DEPTH]]
            outer = outer[: run.state[kernel.SAFE]] + (open_[::-1] + 2).tobytes()
        self.outer = parsed(outer.decode("utf-8", "replace").strip("\0 \n\r\t")) or {}


class _Tree:
    """Paths as a tree: the kernel follows it from key to key."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._edges: dict[tuple[int, str], int] = {}
        listed, target = [-1], [-1]
        self.listed_names: dict[int, str] = {}
        for number, path in enumerate(paths):
            node = 0
            for step in path.replace("[]", ".[]").strip(".").split("."):
                following = listed[node] if step == "[]" else self._edges.get((node, step), -1)
                if following < 0:
                    following = len(target)
                    listed.append(-1)
                    target.append(-1)
                    if step == "[]":
                        listed[node] = following
                    else:
                        self._edges[node, step] = following
                node = following
                before = path[: -len("[]")].rpartition("[]")[0]
                if step == "[]" and before and node not in self.listed_names:
                    self.listed_names[node] = before + "[]"
            self.listed_names.pop(node, None)
            target[node] = number
        self.listed = np.array(listed, np.int64)
        self.target = np.array(target, np.int64)
        raw = [key.encode() for _, key in self._edges]
        stops = np.cumsum([0, *map(len, raw)])
        self.keys = np.frombuffer(b"".join(raw) or b" ", np.uint8)
        self.edges = np.array(
            [(node, stops[n], stops[n + 1], child) for n, ((node, _), child) in enumerate(self._edges.items())],
            np.int64,
        ).reshape(-1, 4)


class _Run:
    """The kernel's state and room for one scan."""

    def __init__(self, tree: _Tree) -> None:
        self.tree = tree
        self.state = np.zeros(kernel.STATE, np.int64)
        self.state[[kernel.START, kernel.ELEMENT_DEPTH]] = -1
        self.types: Bytes = np.zeros(kernel.DEEPEST, np.uint8)
        self._nodes = np.zeros(kernel.DEEPEST, np.int64)
        self._indices = np.zeros(kernel.DEEPEST, np.int64)
        self._name = np.zeros(kernel.LONGEST_KEY, np.uint8)
        self._plain = np.zeros(kernel.LONGEST_KEY, np.uint8)
        self.found = np.zeros((ROOM, 5), np.int64)
        self.spans = np.zeros((ROOM, 2), np.int64)
        self.marks = np.zeros((ROOM, 2), np.int64)

    def scan(self, buf: Bytes, p: int, end: int) -> tuple[int, int]:
        """See kernel.scan_elements."""
        at, status = kernel.scan_elements(
            buf, p, end, self.state, self.types, self._nodes, self._indices, self._name, self._plain, self.tree.edges,
            self.tree.keys, self.tree.listed, self.tree.target, self.found, self.spans, self.marks,
        )  # fmt: skip
        return int(at), int(status)


@compiled
def _gather(buf: Bytes, starts: kernel.Longs, stops: kernel.Longs, out: Bytes, between: bool) -> None:
    """Elements one behind the other; with the separator after each, its own bytes made another control."""
    o = 0
    for i in range(len(starts)):
        for p in range(starts[i], stops[i]):
            out[o] = buf[p]
            if between and buf[p] == _SEPARATOR:
                out[o] = 1
            o += 1
        if between:
            out[o] = _SEPARATOR
            o += 1


def _texts(buf: Bytes, part: kernel.Longs) -> tuple[pa.Array, npt.NDArray[np.bool_] | None]:
    """Elements as text; bytes that are no UTF-8 are replaced, and it is told in which elements."""
    starts, stops = np.ascontiguousarray(part[:, kernel.FROM]), np.ascontiguousarray(part[:, kernel.TO])
    offsets = np.concatenate(([0], np.cumsum(stops - starts))).astype(np.int64)
    out: Bytes = np.empty(int(offsets[-1]), np.uint8)
    _gather(buf, starts, stops, out, between=False)
    raw = pa.Array.from_buffers(pa.large_binary(), len(part), [None, pa.py_buffer(offsets), pa.py_buffer(out)])
    try:
        return raw.cast(pa.large_string()), None
    except pa.ArrowInvalid:
        pass
    # All at once, cut again at a control character that no JSON text holds: where a hostile one does, it is none.
    apart: Bytes = np.empty(len(out) + len(part), np.uint8)
    _gather(buf, starts, stops, apart, between=True)
    whole = pa.array([apart.tobytes().decode("utf-8", "replace")], pa.large_string())
    texts = pc.split_pattern(whole, "\x1e").flatten()[:-1]
    return texts, pc.not_equal(texts.cast(pa.large_binary()), raw).to_numpy(zero_copy_only=False)


def mended_rows(batch: Batch) -> pa.Table:
    """Rejects for elements in which bytes were replaced."""
    rows = batch.rows.filter(pa.array(batch.mended))
    places = pc.binary_join_element_wise("byte:", rows["offset"].cast(pa.string()), "")
    return pa.table(
        {
            "locator": places,
            "column": pa.nulls(rows.num_rows, pa.string()),
            "reason": pa.array(np.full(rows.num_rows, MENDED)),
            "excerpt": pc.utf8_slice_codeunits(rows["element"], 0, 200).cast(pa.string()),
        }
    )
