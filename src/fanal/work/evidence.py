"""Exhibits: taken in, registered, read, indexed, in that order; each step harmless to repeat."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fanal.base import instants
from fanal.base.language import translate
from fanal.cases.access import Actor, may
from fanal.cases.exhibits import index
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.evidence.intake import (
    NotAFile,
    check_reference,
    keep_mapping,
    kept_mapping,
    path_of,
    take_in,
    take_in_beside,
)
from fanal.evidence.register import Custody, Exhibit, Register
from fanal.lake.snapshot import read_current
from fanal.lake.writer import writing
from fanal.read.child import Progress, read_exhibit
from fanal.read.contract import Source
from fanal.read.mapping_errors import WrongSource
from fanal.read.mapping_yaml import load_yaml
from fanal.read.registry import HEAD, MappingMissing, beside_of, known_as, recognised

Report = Callable[[str, float], None]


@dataclass(frozen=True)
class Told:
    """How the files of one `add` are to be read: the reader's name, the mapping's text, what the register keeps."""

    reader: str | None
    mapping: bytes | None
    options: Mapping[str, Any]
    custody: Mapping[str, str]


def add_exhibits(
    actor: Actor,
    node: Node,
    operation: Operation,
    paths: Sequence[Path],
    *,
    reader: str | None = None,
    mapping: Path | None = None,
    options: Mapping[str, Any] | None = None,
    custody: Mapping[str, str] | None = None,
    report: Report,
) -> list[dict[str, Any]]:
    """Register files and read them into the lake, one snapshot a file.

    What can be wrong with the call (a missing file, an unknown reader, a broken mapping) is found out for
    every file before the first is registered.

    Args:
        paths: a file that is read with another of them (a write-ahead log) is no exhibit of its own.
        options: owner, time_zone, clock_offset_s, snapshot_of (an exhibit's number), scope (from and to as a
            date or instant, accounts): what readers and the lake are told.
        custody: source, order, and what else `evidence.register.Custody` keeps.

    Returns:
        A row for each file: exhibit, name, path, reader, kept ("copy" or "reference"), rows, rejects,
        outside_scope (rows), stopped (why it was read in part, or None), seconds.

    Raises:
        NotAFile, UnknownReader, NotRecognised, MappingError, NoSuchExhibit, BadInstant: before the first is registered.
    """
    may(actor, "exhibit.add", operation.slug)
    told = Told(reader, _mapping_text(mapping), _checked(node, operation, options or {}), custody or {})
    parsed = None
    if told.mapping is not None:
        # The parser of its SQL takes longer to load than a short exhibit to read, and most chats have no mapping.
        from fanal.read.mapping_form import parse_mapping  # noqa: PLC0415

        parse_mapping(told.mapping.decode("utf-8", "replace"), str(mapping))
        parsed = load_yaml(told.mapping.decode("utf-8", "replace"), str(mapping))
    wanted = _alone(paths, parsed)
    readers = [_reader(path, reader, parsed, mapping) for path in wanted]
    added = []
    for place, (path, name) in enumerate(zip(wanted, readers, strict=True)):
        share = place / len(wanted)
        report(path.name, share)
        reading = partial(_rows_so_far, report, path.name, share)
        added.append(_add(actor, node, operation, path, name, told, reading))
    return added


def _checked(node: Node, operation: Operation, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options as the register keeps them: dates of the scope as instants, a snapshot's elder known."""
    zone = str(options.get("time_zone", "UTC"))
    instants.zone(zone)
    kept = dict(options)
    if options.get("snapshot_of") is not None:
        Register(node.evidence).exhibit(int(options["snapshot_of"]), operation.slug)
    if scope := options.get("scope"):
        ends = {
            end: instants.text(instants.bound(scope[end], zone, end=end == "to"))
            for end in ("from", "to")
            if scope.get(end)
        }
        kept["scope"] = {**ends, "accounts": list(scope.get("accounts") or ())}
    return kept


def _alone(paths: Sequence[Path], parsed: Mapping[str, Any] | None) -> list[Path]:
    """The paths without those that are read with another of them."""
    named = set(paths)
    for path in paths:
        beside = beside_of(_head(path), path.name, parsed)
        named -= {path.with_name(name) for name in beside} - {path}
    return [path for path in paths if path in named]


def source_of(actor: Actor, node: Node, operation: Operation, exhibit: Exhibit, *, just_copied: bool = False) -> Source:
    """An exhibit as its reader takes it, its digest checked again, but for a copy made by this very command.

    Raises:
        ReferenceMissing, ReferenceChanged: see each.
    """
    may(actor, "case.read", operation.slug)
    mapping = None
    if exhibit.mapping_sha256:
        text = kept_mapping(exhibit.mapping_sha256, node.evidence).decode()
        mapping = load_yaml(text, exhibit.name)
    return Source(
        path=path_of(exhibit, node.evidence) if just_copied else check_reference(exhibit, node.evidence),
        name=exhibit.name,
        exhibit=exhibit.number,
        scratch=node.folder / "scratch",
        mapping=mapping,
        time_zone=str(exhibit.options.get("time_zone", "UTC")),
        options=exhibit.options,
        beside={file.name: path_of(file, node.evidence) for file in exhibit.beside},
    )


def _rows_so_far(report: Report, name: str, share: float, rows: int) -> None:
    report(f"{name}, {rows}", share)


def _add(
    actor: Actor,
    node: Node,
    operation: Operation,
    path: Path,
    reader: str,
    told: Told,
    reading: Progress | None = None,
) -> dict[str, Any]:
    began = time.monotonic()
    taken = take_in(path, node.evidence)
    exhibit = Register(node.evidence).add(
        operation=operation.slug,
        sha256=taken.sha256,
        name=taken.name,
        path=taken.path,
        stored=taken.stored,
        size=taken.bytes,
        reader=reader,
        mapping_sha256=keep_mapping(told.mapping, node.evidence) if told.mapping is not None else None,
        options=told.options,
        custody=Custody(added_at=instants.text(instants.now()), officer=actor.officer, **told.custody),
        beside=take_in_beside(known_as(reader).beside, path, node.evidence),
    )
    just_copied = taken.copied and not exhibit.beside
    account = _read(actor, node, operation, exhibit, reading, just_copied=just_copied)
    index(actor, operation, exhibit)
    counts = account["rows"].values()
    return {
        "exhibit": exhibit.number,
        "name": exhibit.name,
        "path": exhibit.path,
        "reader": exhibit.reader,
        "kept": "copy" if exhibit.stored else "reference",
        "rows": sum(part["read"] for part in counts),
        "rejects": account["tables"].get("reject", 0),
        "outside_scope": sum(account.get("outside_scope", {}).values()),
        "stopped": account["notes"].get("stopped"),
        "seconds": round(time.monotonic() - began, 1),
    }


def _read(
    actor: Actor,
    node: Node,
    operation: Operation,
    exhibit: Exhibit,
    reading: Progress | None,
    *,
    just_copied: bool,
) -> dict[str, Any]:
    """Read an exhibit into the next snapshot, unless the lake has it already."""
    lake = node.lake(operation.slug)
    known = read_current(lake).exhibits.get(str(exhibit.number))
    if known is not None:
        return known
    source = source_of(actor, node, operation, exhibit, just_copied=just_copied)
    with writing(lake) as writer:
        writer.staging.mkdir(parents=True, exist_ok=True)
        files, account = read_exhibit(exhibit.reader, source, writer.staging, progress=reading)
        writer.add_exhibit(exhibit.number, files, account)
        writer.commit()
    return account


def _reader(path: Path, named: str | None, parsed: Mapping[str, Any] | None, mapping: Path | None) -> str:
    """The name of the reader of a file: the one that was named, or that recognises it.

    Raises:
        UnknownReader, NotRecognised, MappingMissing, WrongSource: before anything is registered.
    """
    head = _head(path)
    found = known_as(named) if named else recognised(head, path.name, parsed)
    if found.mapped and parsed is None:
        raise MappingMissing(name=path.name, reader=found.name)
    if parsed is not None and parsed["source"] != found.name:
        raise WrongSource(path=mapping, source=parsed["source"], reader=found.name)
    return found.name


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as f:
            return f.read(HEAD)
    except OSError as e:
        raise NotAFile(path=path, detail=translate(e.strerror or str(e))) from e


def _mapping_text(mapping: Path | None) -> bytes | None:
    if mapping is None:
        return None
    try:
        return mapping.read_bytes()
    except OSError as e:
        raise NotAFile(path=mapping, detail=translate(e.strerror or str(e))) from e
