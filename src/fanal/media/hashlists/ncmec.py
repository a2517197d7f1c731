"""Hash lists as NCMEC's hash-sharing service gives them out: XML with an image or video for each entry.

Elements are known by their names alone, in any namespace: image or video; md5, sha1, sha256, pdq within it; class or
classification. What stands under deletedEntries is no entry.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

import pyarrow as pa
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from fanal.media.hashlists.form import DIGITS, RAW, Parsed, refused

_ENTRIES = ("image", "video")
_CLASSES = ("class", "classification")
_BLOCK = 10_000


def parse_ncmec(path: Path) -> Parsed:
    """Open an XML file; it is read as its batches are taken. Raises BadHashList then."""
    return Parsed(_batches(path))


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    rows: list[tuple[int, str, str, None, str | None]] = []
    n, deleted = 0, 0
    try:
        for event, element in iterparse(path, events=("start", "end"), forbid_dtd=True):
            name = _local(element.tag)
            if name == "deletedentries":
                deleted += 1 if event == "start" else -1
            if event == "start" or name not in _ENTRIES:
                continue
            if not deleted:
                rows += _hashes(n, element)
                n += 1
            element.clear()
            if len(rows) >= _BLOCK:
                yield _batch(rows)
                rows = []
    except (ParseError, DefusedXmlException) as e:
        raise refused(path, "ncmec", str(e)) from e
    yield _batch(rows)


def _hashes(n: int, element: object) -> list[tuple[int, str, str, None, str | None]]:
    told = [(_local(part.tag), (part.text or "").strip()) for part in element.iter()]  # type: ignore[attr-defined]
    category = next((text for name, text in told if name in _CLASSES and text), None)
    return [(n, name, text, None, category) for name, text in told if name in DIGITS and text]


def _batch(rows: list[tuple[int, str, str, None, str | None]]) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) or [()] * len(RAW)
    return pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, RAW, strict=True)], schema=RAW)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()
