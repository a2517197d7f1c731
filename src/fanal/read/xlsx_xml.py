"""XML of the parts of a workbook, fed piece by piece to the expat that defusedxml guards: local names alone.

Document types are refused, so that nothing can expand. It knows no workbook: what the elements mean is said by
`xlsx_book` and `xlsx_sheet`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from fanal.base.language import translate
from fanal.read.contract import Unreadable

Attributes = dict[str, str]
#: Characters of one text that are kept; a workbook's cell holds 32,767.
LONGEST = 1 << 20
_BETWEEN = "}"


class BrokenXml(Exception):
    """The XML breaks off, or is none."""


class Feed:
    """One run of the parser. Give bytes to `feed`, in order."""

    def __init__(
        self,
        path: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None],
        text: Callable[[str], None],
    ) -> None:
        #: Refuses document types, entities and references outside. Its own handlers build a tree, which no sheet needs.
        self._guarded = DefusedXMLParser(forbid_dtd=True)
        self._parser = self._guarded.parser
        self._parser.buffer_text = True
        self._parser.ordered_attributes = False
        self._path = path
        local: dict[str, str] = {}

        def begun(name: str, attributes: Attributes) -> None:
            known = local.get(name)
            if known is None:
                known = local[name] = local_name(name)
            start(known, attributes)

        def ended(name: str) -> None:
            end(local.get(name) or local_name(name))

        self._parser.StartElementHandler = begun
        self._parser.EndElementHandler = ended
        self._parser.CharacterDataHandler = text
        self._parser.DefaultHandlerExpand = None

    def feed(self, raw: bytes, *, last: bool = False) -> None:
        """Bytes in order. Raises BrokenXml, Unreadable (a document type)."""
        try:
            self._parser.Parse(raw, last)
        except DefusedXmlException as e:
            detail = translate(
                "a part of it declares a document type, which no spreadsheet program writes; examine it by hand"
            )
            raise Unreadable(path=self._path, detail=detail) from e
        except (ExpatError, ValueError) as e:
            raise BrokenXml(str(e)) from e


@dataclass
class Element:
    """One element of a small part: its local name, attributes by local name, the text in it, and its parents' names."""

    name: str
    attributes: Attributes
    parents: tuple[str, ...]
    text: str = ""
    pieces: list[str] = field(default_factory=list)


def elements(raw: bytes, path: str, limit: int = 200_000) -> Iterator[Element]:
    """The elements of a small part in the order in which they end; broken XML gives those before the break.

    Args:
        raw: the part.
        path: the exhibit's name, for messages.
        limit: elements that are looked at.

    Raises:
        Unreadable: it declares a document type.
    """
    done: list[Element] = []
    still: list[Element] = []

    def start(name: str, attributes: Attributes) -> None:
        if len(done) > limit or len(still) > LONGEST >> 10:
            raise BrokenXml(name)
        named = {local_name(key): value for key, value in attributes.items()}
        still.append(Element(name, named, tuple(parent.name for parent in still[-3:])))

    def end(_: str) -> None:
        ended = still.pop()
        ended.text = "".join(ended.pieces)
        done.append(ended)

    def text(piece: str) -> None:
        if still:
            still[-1].pieces.append(piece)

    feed = Feed(path, start, end, text)
    with suppress(BrokenXml):
        feed.feed(raw, last=True)
    yield from done


def local_name(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(_BETWEEN)[2]


def whole(pieces: Iterable[str]) -> str:
    """Pieces of one text, joined and cut at LONGEST."""
    return "".join(pieces)[:LONGEST]
