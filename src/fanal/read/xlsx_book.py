"""A workbook's parts other than its sheets: names of sheets, formats, shared texts, and what is listed, never read.

The zip is opened by `evidence.zips`, which refuses bombs, paths and links before anything is read.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

import olefile

from fanal.base.language import translate
from fanal.evidence.zips import SafeZip, ZipLimits, open_zip
from fanal.read.contract import Unreadable
from fanal.read.xlsx_formats import BUILT_IN, form_of
from fanal.read.xlsx_strings import SharedStrings
from fanal.read.xlsx_xml import Element, elements

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = ZipLimits(members=20_000, total=8 << 30, depth=1)
#: Parts that are small in any workbook: their names, relations, formats. Larger ones are refused.
_SMALL = 64 << 20
_TEXT_PARTS = (".xml", ".rels", ".vml")
#: How many things of one sort a note lists; it counts all.
LISTED = 50


@dataclass(frozen=True)
class SheetPart:
    """One sheet: its name, its state (visible, hidden, veryHidden), its part in the zip ("" where it is no table)."""

    name: str
    state: str
    part: str


class Book:
    """An opened workbook; a context manager.

    Attributes:
        sheets: in the workbook's order.
        base_1904: whether its days are counted from 1904.
    """

    def __init__(self, path: Path, name: str) -> None:
        """Open a workbook.

        Args:
            path: its bytes.
            name: its file name, for messages.

        Raises:
            Unreadable: an old or encrypted workbook, or none.
            ZipBomb and its like: see `evidence.zips`.
        """
        self.name = name
        _refuse_ole(path, name)
        self._zip: SafeZip = open_zip(path, _ZIP)
        self._members = {member.name.lstrip("/"): member for member in self._zip.members}
        try:
            main = self._main()
            self.sheets, self.base_1904 = self._workbook(main)
            self.forms, self.padded = self._formats(main)
            self._strings = self._related(main, "sharedStrings")
        except BaseException:
            self._zip.close()
            raise
        self._loaded: SharedStrings | None = None

    def pieces(self, part: str) -> Iterator[bytes]:
        """A part's bytes as they unpack."""
        return self._zip.stream(self._members[part].name)

    def string(self, text: str) -> str | None:
        """The shared string at an index, given as text; None where there is none. All are loaded at the first call."""
        if self._loaded is None:
            self._loaded = SharedStrings(self.pieces(self._strings) if self._strings else (), self.name)
        if not text.isascii() or not text.isdigit() or int(text) >= len(self._loaded):
            return None
        return self._loaded[int(text)]

    def related(self, part: str, kind: str) -> list[Element]:
        """The relations of a part of one kind ("comments", "hyperlink"), as elements."""
        place = PurePosixPath(part)
        found = self._elements(f"{place.parent}/_rels/{place.name}.rels".removeprefix("./"))
        return [e for e in found if e.name == "Relationship" and e.attributes.get("Type", "").endswith(f"/{kind}")]

    def comments(self, part: str) -> dict[str, str]:
        """The comments of a sheet, by the cell that they stand at."""
        said: dict[str, list[str]] = {}
        for relation in self.related(part, "comments"):
            for e in self._elements(_target(part, relation)):
                if e.name == "t" and "comment" in e.parents:
                    said.setdefault("", []).append(e.text)
                elif e.name == "comment":
                    said[e.attributes.get("ref", "")] = said.pop("", [])
        return {cell: " ".join("".join(texts).split()) for cell, texts in said.items() if cell}

    def listed(self) -> dict[str, Any]:
        """Notes of what the workbook holds beside its sheets: embedded files by digest, links, macros."""
        embedded = [name for name in self._members if not name.lower().endswith(_TEXT_PARTS)]
        notes: dict[str, Any] = {}
        if embedded:
            shown = [{"part": name, **self._digest(name)} for name in sorted(embedded)[:LISTED]]
            notes["embedded"] = {"count": len(embedded), "files": shown}
        if macros := [name for name in embedded if name.lower().endswith("vbaproject.bin")]:
            notes["macros"] = {"count": len(macros), "run": False}
        linked = [name for name in self._members if name.startswith("xl/externalLinks/_rels/")]
        if targets := [e.attributes.get("Target", "") for name in sorted(linked) for e in self._elements(name)[:1]]:
            notes["external_links"] = {"count": len(linked), "first": [t[:200] for t in targets[:LISTED]]}
        if pivots := [name for name in self._members if "/pivotCache/pivotCacheRecords" in name]:
            notes["pivot_caches"] = len(pivots)
        return notes

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _main(self) -> str:
        for e in self._elements("_rels/.rels"):
            if e.attributes.get("Type", "").endswith("/officeDocument"):
                part = e.attributes.get("Target", "").lstrip("/")
                if part.endswith(".bin"):
                    raise Unreadable(path=self.name, detail=translate("a binary workbook (.xlsb); save it as .xlsx"))
                if part in self._members and "xl/" in part:
                    return part
        if "mimetype" in self._members:
            raise Unreadable(path=self.name, detail=translate("an OpenDocument file; save it as .xlsx"))
        raise Unreadable(path=self.name, detail=translate("a zip, and no workbook in it"))

    def _workbook(self, main: str) -> tuple[tuple[SheetPart, ...], bool]:
        tables = {r.attributes.get("Id"): _target(main, r) for r in self.related(main, "worksheet")}
        sheets: list[SheetPart] = []
        base_1904 = False
        for e in self._elements(main):
            if e.name == "sheet":
                part = tables.get(e.attributes.get("id"), "")
                state = e.attributes.get("state", "visible")
                sheets.append(SheetPart(e.attributes.get("name", ""), state, part if part in self._members else ""))
            elif e.name == "workbookPr":
                base_1904 = e.attributes.get("date1904") in ("1", "true")
        if not any(sheet.part for sheet in sheets):
            raise Unreadable(path=self.name, detail=translate("a workbook without a sheet of cells"))
        return tuple(sheets), base_1904

    def _formats(self, main: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """For each cell format what it makes of numbers (`form_of`), and its code where it pads with zeros."""
        codes = dict(BUILT_IN)
        ids: list[int] = []
        for relation in self.related(main, "styles"):
            for e in self._elements(_target(main, relation)):
                if e.name == "numFmt" and e.attributes.get("numFmtId", "").isdigit():
                    codes[int(e.attributes["numFmtId"])] = e.attributes.get("formatCode", "")
                elif e.name == "xf" and e.parents[-1:] == ("cellXfs",):
                    given = e.attributes.get("numFmtId", "0")
                    ids.append(int(given) if given.isdigit() else 0)
        used = [codes.get(n, "") for n in ids]
        padded = tuple(code if code[:2] == "00" and set(code) <= set("0- ") else "" for code in used)
        return tuple(map(form_of, used)), padded

    def _related(self, main: str, kind: str) -> str:
        found = [_target(main, relation) for relation in self.related(main, kind)]
        return found[0] if found and found[0] in self._members else ""

    def _elements(self, part: str) -> list[Element]:
        """The elements of a small part; none where there is no such part."""
        if part not in self._members:
            return []
        raw = self._zip.read(self._members[part].name, _SMALL)
        return list(elements(raw, self.name))

    def _digest(self, part: str) -> dict[str, Any]:
        digest, size = hashlib.sha256(), 0
        for piece in self.pieces(part):
            digest.update(piece)
            size += len(piece)
        return {"sha256": digest.hexdigest(), "bytes": size}


def _target(part: str, relation: Element) -> str:
    """The part that a relation of another points to."""
    target = relation.attributes.get("Target", "")
    if target.startswith("/"):
        return target.lstrip("/")
    folder = list(PurePosixPath(part).parent.parts)
    for step in PurePosixPath(target).parts:
        if step == "..":
            del folder[-1:]
        elif step != ".":
            folder.append(step)
    return "/".join(folder)


def _refuse_ole(path: Path, name: str) -> None:
    """Refuse what lies in the old container: encrypted workbooks, and those of before 2007."""
    with path.open("rb") as f:
        if f.read(len(OLE)) != OLE:
            return
    try:
        with olefile.OleFileIO(str(path)) as ole:
            encrypted = ole.exists("EncryptedPackage")
    except Exception:  # noqa: BLE001  a broken container raises whatever it likes, and is refused all the same
        encrypted = False
    if encrypted:
        detail = translate("the workbook is encrypted; ask for its password, save it without one, and add that too")
    else:
        detail = translate("an old workbook (.xls); save it as .xlsx and add both")
    raise Unreadable(path=name, detail=detail)
