"""The reader of UFED reports: report.xml alone, or inside a .ufdr beside the files of the extraction.

Only the XML is read; files of the extraction stay packed. It reads no .ufd or .ufdx, and no report
in other forms (PDF, Excel).
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from defusedxml import DefusedXmlException

from fanal.base.language import translate
from fanal.evidence.media_signs import freed
from fanal.evidence.zips import SafeZip, ZipDamaged, ZipLimits, open_zip
from fanal.read import signs_reports
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.ufed_examples import EXAMPLES
from fanal.read.ufed_model import Fact, Failure, Piece
from fanal.read.ufed_rows import Rows
from fanal.read.ufed_xml import BROKEN_OFF, TOO_DEEP, NotAReport, element_end, pieces

_BLOCK = 1 << 18
#: An extraction holds every file of a telephone.
LIMITS = ZipLimits(members=5_000_000, total=1 << 43)
_EXCERPT, _LOOKED_AT = 4_000, 1 << 18
_EARLY = frozenset({"InstantMessage"})
_SECRET = re.compile(r'(<field name="Password".*?</field>)', re.DOTALL)
_TOLD = 50


class Ufed:
    """See `read.contract.Reader`."""

    name = "ufed"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_reports.ufed(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        rows, skipped, failures = Rows(source.exhibit, sink), dict[str, int](), list[Failure]()
        wanted = frozenset(rows.makers)
        with _report(source) as chunks:
            guarded = _Guarded(chunks)
            for piece in _refusing(source, guarded, pieces(guarded, wanted, _EARLY, skipped)):
                if isinstance(piece, Fact):
                    rows.fact(piece)
                elif isinstance(piece, Failure):
                    failures.append(piece)
                else:
                    rows.take(piece)
        for failure in failures:
            sink.reject(f"byte:{failure.offset}", None, failure.reason, failure.kind)
            rows.count(failure.kind or "xml", rejected=1)
        for kind, n in skipped.items():
            rows.count(kind, unmapped=n)
        rows.close()
        if any(failure.reason in (BROKEN_OFF, TOO_DEEP) for failure in failures):
            sink.note("truncated", value=True)
        if guarded.damage:
            sink.note("damage", str(guarded.damage))
        if skipped:
            sink.note("unmapped_models", dict(sorted(skipped.items())[:_TOLD]))

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return EXAMPLES

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators: `byte:N` of the XML, where a model or a tagged file begins."""
        wanted = int(locator.partition(":")[2])
        at, held = 0, bytearray()
        with _report(source) as chunks:
            for chunk in _Guarded(chunks):
                if at + len(chunk) > wanted:
                    held += chunk[max(wanted - at, 0) :]
                at += len(chunk)
                if len(held) >= _LOOKED_AT:
                    break
        raw = bytes(held[:_LOOKED_AT])
        text = raw[: element_end(raw)].decode("utf-8", "backslashreplace")
        shown = freed(_SECRET.sub('<field name="Password">…</field>', text))
        return shown if len(shown) <= _EXCERPT else freed(shown[:_EXCERPT] + "…")


class _Guarded:
    """The blocks of a report in a zip that may break off: then the report breaks off there, and it is told why."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.damage: ZipDamaged | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._chunks
        except ZipDamaged as e:
            self.damage = e


def _refusing(source: Source, guarded: "_Guarded", found: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces; what is no report, or not safe to read, is refused."""
    try:
        yield from found
    except NotAReport as e:
        if guarded.damage:
            raise guarded.damage from e
        raise Unreadable(path=source.name, detail=translate("it does not begin like a UFED report")) from e
    except DefusedXmlException as e:
        detail = translate("its XML declares a document type or entities, which no report does")
        raise Unreadable(path=source.name, detail=detail) from e


@contextmanager
def _report(source: Source) -> Iterator[Iterator[bytes]]:
    """The XML of the report in blocks. Raises Unreadable where a zip has none, and the errors of zips."""
    with source.path.open("rb") as file:
        if file.read(len(signs_reports.ZIP)) != signs_reports.ZIP:
            file.seek(0)
            yield iter(lambda: file.read(_BLOCK), b"")
            return
    with open_zip(source.path, LIMITS) as archive:
        name = _member(archive)
        if name is None:
            raise Unreadable(path=source.name, detail=translate("the zip holds no report.xml"))
        yield archive.stream(name)


def _member(archive: SafeZip) -> str | None:
    """The report: the one that lies highest, then the largest."""
    found = [m for m in archive.members if m.name.replace("\\", "/").rpartition("/")[2].lower() == "report.xml"]
    best = min(found, key=lambda m: (m.name.count("/") + m.name.count("\\"), -m.bytes), default=None)
    return best.name if best else None


UFED = Ufed()
