"""The stream of a UFED report: XML of unknown intent, model by model, never whole in memory.

Knows how a report is written (models, fields, tagged files, metadata) and nothing of what they mean.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from fanal.base.language import mark
from fanal.read.ufed_model import Fact, Failure, Model, Piece

#: Elements within elements. A report has some fifteen.
DEEPEST = 200
#: Characters of one value, and of one model with all that is in it.
LONGEST, LARGEST = 16 << 20, 64 << 20
#: What an element takes beside its text, in characters.
_ELEMENT = 200

BROKEN_OFF = mark("the XML breaks off here; what stands before it was read")
TOO_DEEP = mark("the XML nests deeper than what is read; what stands before it was read")
TOO_LARGE = mark("larger than what is read of one model")
CUT = mark("a value longer than 16 MiB was cut")


class NotAReport(Exception):
    """The first element is not that of a report."""


class _TooDeep(Exception):
    """Elements without end."""


class _Parser(DefusedExpatParser):
    """The safe parser, which can also say where it stands."""

    def offset(self, at_end: int = 0) -> int:
        """Where it stands; `at_end` once it is closed, when it no longer knows."""
        return int(getattr(self._parser, "CurrentByteIndex", at_end))  # type: ignore[attr-defined]


class _Builder(ContentHandler):
    """Builds models from elements; hands out each top-level one, and those of `early` kinds in them."""

    def __init__(self, parser: _Parser, wanted: frozenset[str], early: frozenset[str]) -> None:
        super().__init__()
        self._parser, self._wanted, self._early = parser, wanted, early
        self.pieces: list[Piece] = []
        self.skipped: dict[str, int] = {}
        self.open: list[Model] = []
        self.begun = False
        self._depths: list[int] = []
        self._names: list[str] = []
        self._field: list[str] = []
        self._text: list[str] | None = None
        self._length = 0
        self._section, self._item, self._form = "", "", ""
        self._held = 0
        #: Depth of the element that is passed over with all that is in it, or 0.
        self._passing = 0
        fields = ("field", "modelField", "multiModelField")
        self._starts: dict[str, Callable[[AttributesImpl], None]] = {
            "model": self._start_model,
            "file": self._start_file,
            "metadata": self._start_metadata,
            "item": self._start_item,
            "timestamp": self._start_item,
            "value": self._start_value,
            "targetid": self._start_target,
            "nodeInfo": self._start_node,
            **dict.fromkeys(fields, self._start_field),
        }
        self._ends: dict[str, Callable[[], None]] = {
            "model": self._end,
            "file": self._end_file,
            "metadata": self._end_metadata,
            "item": self._end_item,
            "timestamp": self._end_item,
            "value": self._end_value,
            "targetid": self._end_target,
            **dict.fromkeys(fields, self._end_field),
        }

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        local = name.rpartition(":")[2]
        self._names.append(local)
        depth = len(self._names)
        if depth > DEEPEST:
            raise _TooDeep
        if depth == 1:
            if local != "project" or "cellebrite.com/report" not in " ".join(map(str, attrs.values())):
                raise NotAReport
            self.begun = True
            self.pieces += [Fact("project", key, attrs[key]) for key in attrs.getNames() if not key.startswith("xmlns")]
            return
        if self._passing:
            return
        # What begins a model counts for that model: the one around it may have any number of messages.
        if self.open and local != "model":
            self._hold(_ELEMENT)
            if self._passing:
                return
        if local in self._starts:
            self._starts[local](attrs)

    def characters(self, content: str) -> None:
        if self._text is None or self._passing:
            return
        room = LONGEST - self._length
        if len(content) > room:
            content = content[:room]
            if self.open:
                self.open[-1].cut = True
        self._text.append(content)
        self._length += len(content)
        if self.open:
            self._hold(len(content))

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002
        local = self._names.pop()
        if self._passing:
            if len(self._names) < self._passing:
                self._drop()
            return
        if local in self._ends:
            self._ends[local]()
        self._text = None

    # What the elements of a report begin and end.

    def _start_model(self, attrs: AttributesImpl) -> None:
        self._begin(attrs.get("type", ""), attrs)

    def _start_file(self, attrs: AttributesImpl) -> None:
        if "taggedFiles" in self._names[:-1]:
            self._begin("file", attrs)

    def _end_file(self) -> None:
        if self.open and self.open[-1].kind == "file":
            self._end()

    def _start_field(self, attrs: AttributesImpl) -> None:
        self._field.append(attrs.get("name", ""))
        self._text = None
        if not self.open and self._names[-1] == "field":
            self._read_text()

    def _end_field(self) -> None:
        name = self._field.pop()
        if not self.open and self._text is not None and (said := self._taken().strip()):
            self.pieces.append(Fact("caseInformation", name, said))

    def _start_metadata(self, attrs: AttributesImpl) -> None:
        self._section = attrs.get("section", "")

    def _end_metadata(self) -> None:
        self._section = ""

    def _start_item(self, attrs: AttributesImpl) -> None:
        self._item = attrs.get("name", "")
        self._read_text()

    def _end_item(self) -> None:
        said = self._taken().strip()
        if self.open:
            self._keep(f"{self._section}/{self._item}", said)
        elif said:
            self.pieces.append(Fact(self._section, self._item, said))

    def _start_value(self, attrs: AttributesImpl) -> None:
        self._form = attrs.get("format", "")
        self._read_text()

    def _end_value(self) -> None:
        if self.open and self._field:
            self._keep(self._field[-1], self._taken())

    def _start_target(self, attrs: AttributesImpl) -> None:  # noqa: ARG002
        self._read_text()

    def _end_target(self) -> None:
        if self.open and (target := self._taken().strip()):
            self.open[-1].targets.append(target)

    def _start_node(self, attrs: AttributesImpl) -> None:
        place = attrs.get("path") or attrs.get("name") or ""
        if place and attrs.get("offset"):
            place = f"{place}@{attrs['offset']}"
        if self.open and place and place not in self.open[-1].sources:
            self.open[-1].sources.append(place)
            self._hold(len(place))

    # How models are built.

    def _read_text(self) -> None:
        self._text, self._length = [], 0

    def _taken(self) -> str:
        said = "".join(self._text or ())
        self._text, self._length = None, 0
        return said

    def _keep(self, name: str, said: str) -> None:
        fields = self.open[-1].fields
        if said and name not in fields:
            fields[name] = said
            if self._form:
                fields[f"{name}@format"] = self._form
        self._form = ""

    def _begin(self, kind: str, attrs: AttributesImpl) -> None:
        around = self.open[-1] if self.open else None
        if around is None and kind not in self._wanted:
            self.skipped[kind] = self.skipped.get(kind, 0) + 1
            self._passing = len(self._names)
            return
        given = {key.rpartition(":")[2]: attrs[key] for key in attrs.getNames()}
        model = Model(kind, self._parser.offset(), given, around=around)
        self.open.append(model)
        self._depths.append(len(self._names))
        self._hold(_ELEMENT + sum(map(len, given.values())))

    def _hold(self, size: int) -> None:
        """More is held; a model that grows without end is given up, and passed over."""
        self.open[-1].size += size
        self._held += size
        if self._held > LARGEST:
            largest = max(range(len(self.open)), key=lambda n: self.open[n].size)
            model = self.open[largest]
            self.pieces.append(Failure(model.offset, model.kind, TOO_LARGE))
            self._passing, self._text = self._depths[largest], None

    def _drop(self) -> None:
        """What was passed over has ended: forget what of it was held."""
        while self._depths and self._depths[-1] >= self._passing:
            self._depths.pop()
            self._held -= self.open.pop().size
        self._passing = 0
        outside = sum(name in ("field", "modelField", "multiModelField") for name in self._names)
        del self._field[outside:]

    def _end(self) -> None:
        model = self.open.pop()
        self._depths.pop()
        around = model.around
        if around is None or (around.around is None and model.kind in self._early):
            self._held -= model.size
            self.pieces.append(model)
            if around is not None:
                around.opened = True
            return
        around.size += model.size
        model.around = None
        around.models.setdefault(self._field[-1] if self._field else "", []).append(model)


def pieces(
    chunks: Iterable[bytes], wanted: frozenset[str], early: frozenset[str], skipped: dict[str, int]
) -> Iterator[Piece]:
    """What a report holds, piece by piece in its order.

    Args:
        chunks: the bytes of the report.
        wanted: kinds of top-level models that are handed out.
        early: kinds that are handed out as soon as they end where they stand in a top-level model, which then is not
            whole yet.
        skipped: takes the number of top-level models of each other kind.

    Raises:
        NotAReport: it is no report, or no XML.
        DefusedXmlException: it declares a document type or entities.
    """
    parser = _Parser(forbid_dtd=True)
    builder = _Builder(parser, wanted, early)
    builder.skipped = skipped
    parser.setContentHandler(builder)
    fed = 0
    try:
        for chunk in chunks:
            parser.feed(chunk)
            fed += len(chunk)
            if builder.pieces:
                yield from builder.pieces
                builder.pieces = []
        parser.close()
    except (SAXParseException, _TooDeep) as e:
        if not builder.begun:
            raise NotAReport from e
        yield from builder.pieces
        yield from _left_open(builder, early, parser.offset(fed), TOO_DEEP if isinstance(e, _TooDeep) else BROKEN_OFF)
        return
    if not builder.begun:
        raise NotAReport
    yield from builder.pieces


def _left_open(builder: _Builder, early: frozenset[str], at: int, reason: str) -> Iterator[Piece]:
    """What is open where a report breaks off: a model whose messages are out is given as far as it goes."""
    outer, inner = builder.open[:1], [model for model in builder.open[1:2] if model.kind in early]
    yield from [model for model in outer if model.opened]
    lost = inner or [model for model in outer if not model.opened]
    yield Failure(lost[0].offset, lost[0].kind, reason) if lost else Failure(at, "", reason)


def element_end(fragment: bytes) -> int:
    """Where the element ends that begins the bytes; their length where it does not end in them."""
    parser = _Parser(forbid_dtd=True)
    handler = _Depth(parser)
    parser.setContentHandler(handler)
    with suppress(SAXParseException, DefusedXmlException, _TooDeep):
        parser.feed(fragment)
    end = fragment.find(b">", handler.end) if handler.end >= 0 else -1
    return end + 1 if end >= 0 else len(fragment)


class _Depth(ContentHandler):
    def __init__(self, parser: _Parser) -> None:
        super().__init__()
        self._parser, self._depth, self.end = parser, 0, -1

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802, ARG002
        self._depth += 1
        if self._depth > DEEPEST:
            raise _TooDeep

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002
        self._depth -= 1
        if not self._depth and self.end < 0:
            self.end = self._parser.offset()
