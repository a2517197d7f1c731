"""CyberTipline XML cut into reports and their sections, streamed, without trusting it.

Knows how the document is built, with or without namespace, whole or as one of its parts, alone or
several in one file; what a section means is for `read/cybertip_rows.py`. Entities and document types
are refused (defusedxml); depth, elements and bytes are capped.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from fanal.base.language import mark
from fanal.read.cybertip_words import REPORTS, SECTIONS

DEPTH = 32
ELEMENTS = 200_000
XML_BYTES = 64 << 20
TEXT_CHARS = 1 << 20
CHUNK = 1 << 16

TOO_DEEP = mark("nested too deep")
TOO_MANY = mark("more elements than are read of one report")
TOO_LONG = mark("longer than what is read of one report")
BROKEN = mark("the XML breaks off or is broken here")

_SECTION = {name.lower(): name for name in SECTIONS}


class Declares(Exception):
    """The document declares entities or a document type."""


@dataclass
class Node:
    """One element: its name without namespace, its place, its own text, its attributes, what is in it.

    Attributes:
        state: whether its own text was used: "unmapped" until somebody reads it, then "read" or "rejected".
    """

    name: str
    place: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    kids: list["Node"] = field(default_factory=list)
    state: str = "unmapped"
    counts: Counter[str] = field(default_factory=Counter)

    def all(self, name: str) -> list["Node"]:
        """The elements of that name directly in it."""
        return [kid for kid in self.kids if kid.name == name]

    def read(self) -> str:
        """Its own text, which counts as read."""
        self.state = "read"
        return self.text

    def take(self, name: str) -> str | None:
        """The text of the first element of that name directly in it, which counts as read; None without one."""
        found = next((kid for kid in self.all(name) if kid.text), None)
        return found.read() if found else None

    def leaves(self) -> Iterator["Node"]:
        """Every element in it that says something itself or holds nothing, in order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.text or not node.kids:
                yield node
            waiting += reversed(node.kids)


@dataclass
class Report:
    """One report: its number in the file, its sections in order, and what stands outside of every section."""

    number: int
    sections: list[Node] = field(default_factory=list)
    around: list[Node] = field(default_factory=list)
    elements: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def place(self) -> str:
        """Its locator."""
        return f"report:{self.number}"

    def all(self, name: str) -> list[Node]:
        """Its sections of that name."""
        return [section for section in self.sections if section.name == name]


@dataclass(frozen=True)
class Break:
    """Where and why reading ended before the end of the file."""

    place: str
    reason: str


def reports(path: Path) -> Iterator[Report | Break]:
    """The reports of a file, each once it is whole; last a Break where the file could not be read to its end.

    Raises:
        Declares: it declares entities or a document type. Nothing was yielded before.
    """
    shape = _Shape()
    parser: Any = DefusedXMLParser(target=shape, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    ended: Break | None = None
    taken = 0
    with path.open("rb") as f:
        while ended is None:
            chunk = f.read(min(CHUNK, XML_BYTES - taken))
            taken += len(chunk)
            try:
                if chunk:
                    parser.feed(chunk)
                elif f.read(1):
                    ended = Break(f"byte:{taken}", TOO_LONG)
                else:
                    parser.close()
                    yield from shape.whole(rest=True)
                    return
            except DefusedXmlException as e:
                raise Declares from e
            except (ParseError, ValueError, LookupError) as e:
                line = getattr(e, "position", (parser.parser.CurrentLineNumber, 0))[0]
                ended = Break(f"line:{line}", BROKEN)
            yield from shape.whole()
    yield from shape.whole(rest=True)
    yield ended


class _Shape:
    """The target of the parser: takes elements as they begin and end, keeps one report at a time."""

    def __init__(self) -> None:
        self._done: list[Report] = []
        self._open: Report | None = None
        self._number = 0
        self._stack: list[Node | None] = []  # None: deeper or more than is kept
        self._texts: list[list[str]] = []
        self._section: int | None = None  # the depth at which the open section began

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if self._section is None and name.lower() in REPORTS:
            self._begin()
        report = self._report()
        report.elements += 1
        parent = self._stack[-1] if self._stack else None
        self._texts.append([])
        if len(self._stack) >= DEPTH or report.elements > ELEMENTS or (self._stack and parent is None):
            report.refused[TOO_DEEP if len(self._stack) >= DEPTH else TOO_MANY] += 1
            self._stack.append(None)
            return
        plain = {_local(key): value[:TEXT_CHARS] for key, value in attributes.items()}
        if self._section is not None and parent is not None:
            parent.counts[name] += 1
            node = Node(name, f"{parent.place}/{name}:{parent.counts[name]}", plain)
            parent.kids.append(node)
        else:
            name = _SECTION.get(name.lower(), name)
            report.counts[name] += 1
            node = Node(name, f"{report.place}/{name}:{report.counts[name]}", plain)
            if name in SECTIONS:
                self._section = len(self._stack)
                report.sections.append(node)
        self._stack.append(node)

    def data(self, text: str) -> None:
        if self._stack and self._stack[-1] is not None:
            self._texts[-1].append(text)

    def end(self, _tag: str) -> None:
        node, text = self._stack.pop(), "".join(self._texts.pop())
        if node is not None:
            node.text = text.strip()[:TEXT_CHARS]
        if self._section is not None:
            if len(self._stack) == self._section:
                self._section = None
        elif node is not None and node.text:
            self._report().around.append(node)

    def close(self) -> None:
        """Called by the parser at the end of the document."""

    def whole(self, *, rest: bool = False) -> list[Report]:
        """The reports that are complete; with `rest` also the one that is open."""
        if rest and self._open is not None:
            self._done.append(self._open)
            self._open = None
        found, self._done = self._done, []
        return found

    def _begin(self) -> None:
        if self._open is not None and (self._open.sections or self._open.around):
            self._done.append(self._open)
            self._open = None

    def _report(self) -> Report:
        if self._open is None:
            self._number += 1
            self._open = Report(self._number)
        return self._open


def _local(tag: str) -> str:
    return tag.rpartition("}")[2][:200]
