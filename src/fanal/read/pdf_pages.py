"""The pages of a PDF as lines of text, one after the other; what else it holds is counted, never opened.

Pictures are not decoded, scripts do not run, attached files are listed. A page that cannot be read is
told as such, and the next one is read.
"""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFNoValidXRef, PDFPasswordIncorrect
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream

from fanal.base.language import mark, translate
from fanal.read import stopping
from fanal.read.contract import Unreadable
from fanal.read.pdf_bounds import PAGE, TooMuch, clock, narrowed
from fanal.read.pdf_lines import Glyph, Line, lines_of
from fanal.read.pdf_parts import Parts, listed

NO_TEXT = mark("a page without text, a picture perhaps: read it by eye")
SIDEWAYS = mark("text that does not stand upright is not read")
TOO_MUCH = mark("a page that unpacks to too much, or takes too long")
BROKEN = mark("a page that cannot be read")
#: Pages of one document; characters and drawn parts (forms, pictures) of one page.
MOST_PAGES, MOST_GLYPHS, MOST_FIGURES = 200_000, 400_000, 5_000
#: After so many pages what the library keeps of them is thrown away.
_FORGET = 100
_INVISIBLE = 3
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


@dataclass
class Page:
    """One page: its number from 1, its lines, and what of it was not read (reasons, with what is shown)."""

    number: int
    lines: list[Line]
    lost: list[tuple[str, str]] = field(default_factory=list)


class _Scanned(PDFDocument):
    """A document whose table of objects is not believed: they are looked for in the whole file."""

    def find_xref(self, parser: PDFParser) -> int:  # noqa: ARG002  the library's signature
        raise PDFNoValidXRef


class _Device(PDFTextDevice):
    """Takes what a page draws: characters with their place; pictures are counted by their stored bytes."""

    def __init__(self, manager: PDFResourceManager, parts: Parts) -> None:
        super().__init__(manager)
        self._parts = parts
        self.glyphs: list[Glyph] = []
        self.sideways: list[str] = []
        self._figures = 0

    def clear(self) -> None:
        """Begin a page."""
        self.glyphs, self.sideways, self._figures = [], [], 0

    def begin_figure(self, name: str, bbox: Any, matrix: Any) -> None:  # noqa: ARG002  the library's signature
        self._figures += 1
        if self._figures > MOST_FIGURES:
            raise TooMuch

    def render_image(self, name: str, stream: PDFStream) -> None:  # noqa: ARG002  the library's signature
        self._parts.image(stream)

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        before = len(self.glyphs)
        super().render_string(textstate, seq, ncs, graphicstate)
        if textstate.render == _INVISIBLE:
            self._parts.invisible += len(self.glyphs) - before

    def render_char(
        self,
        matrix: Any,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,  # noqa: ARG002  the library's signature
        graphicstate: Any,  # noqa: ARG002  the library's signature
    ) -> float:
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = f"(cid:{cid})"
            self._parts.unnamed += 1
        width = font.char_width(cid) * fontsize * scaling
        a, b, _, d, x, y = matrix
        if a > 0 and abs(b) <= a / 8 and d > 0:
            base = y + rise * d
            self.glyphs.append(Glyph(x, x + width * a, base, abs(fontsize * d) or 1.0, text))
        else:
            self.sideways.append(text)
        if len(self.glyphs) + len(self.sideways) > MOST_GLYPHS:
            raise TooMuch
        return float(width)


class Document:
    """An opened PDF; a context manager. Walk over `pages` once; `notes` are whole afterwards."""

    def __init__(self, path: Path, name: str) -> None:
        """Open a PDF.

        Args:
            path: its bytes.
            name: its file name, for messages.

        Raises:
            Unreadable: it is encrypted, or no PDF.
        """
        self._name, self._stack = name, ExitStack()
        self.parts = Parts()
        try:
            self._inflater = self._stack.enter_context(narrowed())
            self._file = self._stack.enter_context(path.open("rb"))
            self._document = self._opened()
        except BaseException:
            self._stack.close()
            raise

    def _opened(self) -> PDFDocument:
        try:
            with clock():
                found = PDFDocument(PDFParser(self._file))
                if found.catalog.get("Pages") is not None:
                    return found
        except (PDFPasswordIncorrect, PDFEncryptionError) as e:
            detail = translate("the PDF is encrypted; ask for its password, save it without one, and add that too")
            raise Unreadable(path=self._name, detail=detail) from e
        except TooMuch as e:
            raise self._refusal() from e
        except Exception:  # noqa: BLE001, S110  the library raises whatever a broken table of objects leads to
            pass
        return self._scanned()

    def _scanned(self) -> PDFDocument:
        self.parts.rebuilt = True
        self._file.seek(0)
        try:
            with clock():
                return _Scanned(PDFParser(self._file))
        except Exception as e:
            raise self._refusal() from e

    def _refusal(self) -> Unreadable:
        return Unreadable(path=self._name, detail=translate("it cannot be read as a PDF; ask for the file again"))

    def pages(self) -> Iterator[Page]:
        """The pages in order. Raises Unreadable where there are more than MOST_PAGES, or their list is broken."""
        manager = PDFResourceManager()
        device = _Device(manager, self.parts)
        found = PDFPage.create_pages(self._document)
        number = 0
        while not stopping.take():
            try:
                with clock():
                    page = next(found, None)
            except Exception as e:
                raise self._refusal() from e
            if page is None:
                return
            number += 1
            if number > MOST_PAGES:
                detail = translate("more than {n} pages; split the file and add the parts").format(n=MOST_PAGES)
                raise Unreadable(path=self._name, detail=detail)
            if number % _FORGET == 0:
                self._forget()
                manager = PDFResourceManager()
                device = _Device(manager, self.parts)
            yield self._read(number, page, manager, device)

    def _read(self, number: int, page: PDFPage, manager: PDFResourceManager, device: _Device) -> Page:
        device.clear()
        self._inflater.left = PAGE
        lost: list[tuple[str, str]] = []
        try:
            with clock():
                PDFPageInterpreter(manager, device).process_page(page)
        except TooMuch:
            lost.append((TOO_MUCH, ""))
        except Exception as e:  # noqa: BLE001  the library raises whatever a broken page leads to
            lost.append((BROKEN, type(e).__name__))
        self.parts.annotations += len(page.annots) if isinstance(page.annots, list) else 0
        lines = lines_of(device.glyphs, number)
        if device.sideways:
            lost.append((SIDEWAYS, "".join(device.sideways)))
        if not lines and not lost:
            lost.append((NO_TEXT, ""))
        return Page(number, lines, lost)

    def _forget(self) -> None:
        """Let go of objects that the library keeps for ever: a long document would fill the memory."""
        self._document._cached_objs.clear()  # noqa: SLF001  the library has no other way
        self._document._parsed_objs.clear()  # noqa: SLF001  as above

    def notes(self) -> dict[str, Any]:
        """Facts on the document as a whole, those that do not apply left out."""
        try:
            with clock():
                found = listed(self._document)
        except Exception:  # noqa: BLE001  a broken catalogue hides what it lists
            found = {"catalogue": "broken"}
        told = {**self.parts.notes(), **found}
        if self._document.encryption is not None:
            told["encrypted"] = "opened without a password"
        if self._inflater.damaged:
            told["damaged_streams"] = self._inflater.damaged
        return told

    def close(self) -> None:
        """Close the file."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
