"""The node's own lists: which editions a run goes by, taking one in, setting one aside."""

import csv
import io
import os
from collections import Counter
from pathlib import Path
from typing import Any

from fanal.base.digests import sha256_bytes
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.model.lists import editions_in_force
from fanal.model.node_lists import SOURCE, name_of, node_lists, read_list

#: Editions that were set aside: what an earlier run went by stays readable.
DROPPED = "dropped"


class NoSuchList(FanalError):
    """A list that the node does not have."""

    code = "F-LIST-01"
    text = "This node has no list {name}; `fanal lists show` names them. A list that ships cannot be dropped."


class ListThere(FanalError):
    """The node has that edition."""

    code = "F-LIST-02"
    text = "{file} is there with other content; drop it first, or give the edition its own date."


class NoListFile(FanalError):
    """The file cannot be read, or names nothing."""

    code = "F-LIST-03"
    text = "{path} cannot be read or names nothing; give a CSV file, or one value a line with --kind and --context."
    exit_code = 2


def show_lists(actor: Actor, node: Node) -> list[dict[str, Any]]:
    """Every edition that a run goes by, those that ship first: name, kinds, date, entries, source, digest.

    `since` and `until` are the days it speaks for, empty where they are open; `snapshots` is how many editions the
    list has.

    Raises:
        BadList: a file in the node's list folder cannot be used.
    """
    may(actor, "list.read")
    own = node_lists(node.lists).editions
    found = editions_in_force(own)
    snapshots = Counter(edition.name for edition in found)
    return [
        {
            "list": edition.name,
            "kinds": edition.kinds,
            "date": edition.date,
            "entries": edition.entries,
            "source": edition.source,
            "since": edition.since,
            "until": edition.until,
            "snapshots": snapshots[edition.name],
            "digest": edition.digest,
            "ships": edition not in own,
        }
        for edition in found
    ]


def add_list(
    actor: Actor,
    node: Node,
    path: Path,
    *,
    name: str,
    date: str,
    source: str,
    kind: str | None = None,
    context: str | None = None,
) -> int:
    """Check a list and take it into the node as the edition of that day.

    Args:
        path: CSV with the columns kind, value, context, holder; with `kind` and `context`, text with one value a
            line, lines that begin with # left out.
        name: of the list; that of a list that ships, to stand in its place.
        date: the day from which it speaks (YYYY-MM-DD).
        source: who made it.

    Returns:
        How many entries it has.

    Raises:
        NoListFile, BadList, ListThere.
    """
    may(actor, "list.write")
    try:
        raw = path.read_bytes()
    except OSError as e:
        raise NoListFile(path=path) from e
    if kind and context:
        raw = _as_csv(raw, kind, context)
    file = f"{name}@{date}.csv"
    entries = read_list(file, raw)
    if not entries:
        raise NoListFile(path=path)
    target = node.lists / file
    if target.exists() and target.read_bytes() != raw:
        raise ListThere(file=file)
    node.lists.mkdir(exist_ok=True)
    _write(target.with_suffix(SOURCE), f"{source}\n".encode())
    _write(target, raw)
    record(actor, "list.write", name, date=date, digest=sha256_bytes(raw), entries=len(entries))
    return len(entries)


def drop_list(actor: Actor, node: Node, name: str, date: str | None = None) -> int:
    """Set a list of the node aside, or one edition of it. Returns how many files. Raises NoSuchList, BadList."""
    may(actor, "list.write")
    found = [
        file
        for file in sorted(node.lists.glob("*.csv"))
        if name_of(file.name)[0] == name and date in (None, name_of(file.name)[1])
    ]
    if not found:
        raise NoSuchList(name=f"{name}@{date}" if date else name)
    aside = node.lists / DROPPED
    aside.mkdir(exist_ok=True)
    for file in found:
        digest = sha256_bytes(file.read_bytes())
        file.replace(aside / f"{file.stem}-{digest[:12]}.csv")
        if file.with_suffix(SOURCE).exists():
            file.with_suffix(SOURCE).replace(aside / f"{file.stem}-{digest[:12]}{SOURCE}")
        record(actor, "list.write", name, dropped=digest)
    return len(found)


def _as_csv(raw: bytes, kind: str, context: str) -> bytes:
    """One value a line as the CSV that a list is kept as; undecodable text is left to the reader of lists."""
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    rows.writerow(("kind", "value", "context", "holder"))
    for line in raw.decode("utf-8-sig", "surrogateescape").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            rows.writerow((kind, line.strip(), context, ""))
    return made.getvalue().encode("utf-8", "surrogateescape")


def _write(target: Path, raw: bytes) -> None:
    """Put a file in place whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    with part.open("wb") as f:
        f.write(raw)
        f.flush()
        os.fsync(f.fileno())
    part.replace(target)
