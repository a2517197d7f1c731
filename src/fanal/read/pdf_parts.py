"""What a PDF holds beside its text: pictures by digest and length, attached files, scripts, forms. Never opened."""

from dataclasses import dataclass, field
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1
from pdfminer.utils import decode_text

from fanal.base.digests import sha256_bytes
from fanal.evidence.media_signs import freed

#: How many things of one sort a note lists; it counts all.
LISTED = 50
_LONGEST = 200
#: How many nodes of a name tree or form are looked at.
_NODES = 10_000


@dataclass
class Parts:
    """Counts over the pages.

    Attributes:
        images: pictures drawn; the first are listed by the digest of their stored bytes.
        invisible: characters that are laid unseen behind a picture, by a machine that read it.
        unnamed: characters that no font names.
        annotations: notes, links and form fields on pages.
        rebuilt: whether the table of objects was broken, and rebuilt from the whole file.
    """

    images: int = 0
    listed: list[dict[str, Any]] = field(default_factory=list)
    invisible: int = 0
    unnamed: int = 0
    annotations: int = 0
    rebuilt: bool = False

    def image(self, stream: PDFStream) -> None:
        """A picture that a page draws."""
        self.images += 1
        raw = stream.get_rawdata()
        if raw is not None and len(self.listed) < LISTED:
            self.listed.append({"sha256": sha256_bytes(raw), "bytes": len(raw)})

    def notes(self) -> dict[str, Any]:
        """Those that are not zero."""
        counts = {
            "invisible_characters": self.invisible,
            "unnamed_characters": self.unnamed,
            "annotations": self.annotations,
            "rebuilt": self.rebuilt,
        }
        told: dict[str, Any] = {name: n for name, n in counts.items() if n}
        if self.images:
            told["images"] = {"count": self.images, "first": self.listed}
        return told


def listed(document: PDFDocument) -> dict[str, Any]:
    """What the catalogue lists: attached files by the digest of their stored bytes, scripts, form fields, producer."""
    told: dict[str, Any] = {}
    names = dict_value(document.catalog.get("Names", {}))
    files = [_attached(spec) for spec in _leaves(names.get("EmbeddedFiles"))]
    if files:
        told["attachments"] = {"count": len(files), "first": files[:LISTED]}
    scripts = len(_leaves(names.get("JavaScript"))) + ("OpenAction" in document.catalog) + ("AA" in document.catalog)
    if scripts:
        told["scripts"] = {"count": scripts, "run": False}
    form = dict_value(document.catalog.get("AcroForm", {}))
    if fields := list_value(form.get("Fields", [])):
        told["form_fields"] = len(fields)
    info = document.info[0] if document.info else {}
    for key in ("Producer", "Creator", "CreationDate"):
        if isinstance(value := resolve1(info.get(key)), bytes):
            told.setdefault("made_by", {})[key] = _text(value)
    return told


def _attached(spec: Any) -> dict[str, Any]:
    described = dict_value(spec)
    name = resolve1(described.get("UF", described.get("F", b"")))
    stream = resolve1(dict_value(described.get("EF", {})).get("F"))
    raw = stream.get_rawdata() if isinstance(stream, PDFStream) else None
    stored = {"sha256": sha256_bytes(raw), "bytes": len(raw)} if raw is not None else {}
    return {"name": _text(name) if isinstance(name, bytes) else "", **stored}


def _leaves(root: Any) -> list[Any]:
    """The values of a name tree, which may lead back to itself."""
    found: list[Any] = []
    waiting, looked = [root], 0
    while waiting and looked < _NODES:
        node = dict_value(waiting.pop())
        looked += 1
        found += list_value(node.get("Names", []))[1::2]
        waiting += list_value(node.get("Kids", []))[:_NODES]
    return found[:_NODES]


def _text(raw: bytes) -> str:
    shown = "".join(c if c.isprintable() else " " for c in decode_text(raw[:_LONGEST]))
    return freed(shown)
