"""Mappings before they are used: what one leaves unread, and a first draft."""

import tempfile
from pathlib import Path
from typing import Any

from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.access import Actor, may
from fanal.evidence.intake import NotAFile
from fanal.read.child import survey
from fanal.read.contract import Source
from fanal.read.mapping import Schema, draft, load_yaml, parse_mapping, unread
from fanal.read.registry import HEAD, all_known, known_as, surest_of


class NoTables(FanalError):
    """A draft was asked for a file that has no tables of its own."""

    code = "F-MAP-13"
    text = "{path} is read without a mapping, or by no reader; `fanal add {path}` tells which."


def check_mapping(actor: Actor, mapping: Path, path: Path) -> list[dict[str, Any]]:
    """Hold a mapping against an exhibit.

    Returns:
        A row for each source table: rows, whether it is read, columns that stay unread; tables and columns
        that the mapping names and the exhibit lacks are rows with `rows` None.

    Raises:
        MappingError: the mapping itself is wrong. NotAFile: one of the two is no file.
    """
    may(actor, "exhibit.draft")
    text = _text(mapping)
    parsed = parse_mapping(text, str(mapping))
    schema = _schema(parsed.source, path, load_yaml(text, str(mapping)))
    left = unread(parsed, schema)
    rows = [
        {
            "table": name,
            "rows": table.rows,
            "read": name not in left.tables,
            "unread_columns": [c.removeprefix(f"{name}.") for c in left.columns if c.startswith(f"{name}.")]
            if name not in left.tables
            else list(table.columns),
        }
        for name, table in schema.items()
    ]
    return [*rows, *({"table": name, "rows": None, "read": False, "unread_columns": []} for name in left.absent)]


def draft_mapping(actor: Actor, path: Path) -> str:
    """A mapping proposed from the names of an exhibit's columns, as YAML. Raises NoTables, NotAFile."""
    may(actor, "exhibit.draft")
    head = _head(path)
    surest, confidence = surest_of((known for known in all_known() if known.mapped), head, path.name)
    if confidence <= 0:
        raise NoTables(path=path)
    platform = "".join(c for c in path.stem.lower() if c.isalnum()) or "platform"
    return draft(_schema(surest.name, path), surest.name, platform)


def _schema(reader: str, path: Path, mapping: dict[str, Any] | None = None) -> Schema:
    _head(path)
    with tempfile.TemporaryDirectory(prefix="fanal-map-") as scratch:
        source = Source(path=path.resolve(), name=path.name, exhibit=0, scratch=Path(scratch), mapping=mapping)
        return survey(known_as(reader).name, source)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as f:
            return f.read(HEAD)
    except OSError as e:
        raise NotAFile(path=path, detail=translate(e.strerror or str(e))) from e


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise NotAFile(path=path, detail=translate(getattr(e, "strerror", None) or str(e))) from e
