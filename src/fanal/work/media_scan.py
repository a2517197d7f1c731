"""Media scanned where they lie: registered by reference, fingerprinted by isolated workers, into the lake."""

import os
import tempfile
from pathlib import Path
from typing import Any

from fanal.base import instants
from fanal.base.digests import canonical_json, sha256_bytes, sha256_file
from fanal.cases.access import Actor, may
from fanal.cases.exhibits import index
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.evidence.intake import safe_name, take_in
from fanal.evidence.register import Custody, Exhibit, Register
from fanal.lake.snapshot import Snapshot, read_current
from fanal.lake.writer import writing
from fanal.media.compiling import compile_loops
from fanal.media.journal import Journal, Place
from fanal.media.rows import READER, tied, write_rows
from fanal.media.scan import Told, known_pass, listing, remaining, scan

FORM = 1


def scan_media(
    actor: Actor,
    node: Node,
    operation: Operation,
    root: Path,
    *,
    which: str,
    told: Told,
    workers: int | None = None,
) -> list[dict[str, Any]]:
    """Fingerprint every file at or below a path, and put what was found into the lake.

    What an earlier scan finished is not read again. Where it is broken off, what is finished goes into the lake all
    the same; called again, it goes on.

    Args:
        root: a folder or file; it stays where it is and is only read.
        which: keyframes (quick, to rank), or full (a frame a second).
        told: files done and in all, bytes done and in all, seconds left, as it goes on.
        workers: processes; None: one for each processor.

    Returns:
        A row for each kind of file: see `media.scan.remaining`.

    Raises:
        NotAFolder, UnknownPass, ScanRunning, NoWorker: see each.
        LakeBusy: another command writes to the lake; what was found stays, the same command puts it there.
    """
    may(actor, "media.scan", operation.slug)
    known_pass(which)
    root = root.resolve()
    places = listing(root)
    exhibit = _registered(actor, node, operation, root)
    with Journal(node.folder / "media" / str(exhibit.number), root) as journal:
        journal.expect(places)
        compile_loops()
        isolation = ""
        try:
            isolation = scan(root, places, journal, which, workers or len(os.sched_getaffinity(0)), told)
        finally:
            _put(actor, node, operation, exhibit, places, journal, which, isolation)
        return remaining(places, journal, which)


def media_remaining(actor: Actor, node: Node, operation: Operation, root: Path, which: str) -> list[dict[str, Any]]:
    """What a scan of a path has found, and what it has left: nothing is read but the folder.

    Returns, Raises: as `scan_media`.
    """
    may(actor, "case.read", operation.slug)
    known_pass(which)
    root = root.resolve()
    places = listing(root)
    sha256 = _declared(root)[1]
    for exhibit in Register(node.evidence).exhibits(operation.slug):
        if exhibit.reader == READER and exhibit.sha256 == sha256:
            with Journal(node.folder / "media" / str(exhibit.number), root) as journal:
                return remaining(places, journal, which)
    with tempfile.TemporaryDirectory(prefix="fanal-media-") as folder, Journal(Path(folder), root) as journal:
        return remaining(places, journal, which)


def _declared(root: Path) -> tuple[bytes, str]:
    """What the register keeps of a folder: one line that names it; its digest is the exhibit's."""
    text = canonical_json({"fanal_media_folder": FORM, "root": os.fsdecode(os.fsencode(root))}) + b"\n"
    return text, sha256_bytes(text)


def _registered(actor: Actor, node: Node, operation: Operation, root: Path) -> Exhibit:
    """The exhibit that stands for the folder. Its files stay where they are; what is kept is the line that names it."""
    text, _ = _declared(root)
    with tempfile.TemporaryDirectory(prefix="fanal-media-") as folder:
        line = Path(folder) / f"{safe_name(root.name or 'media')}.media.json"
        line.write_bytes(text)
        taken = take_in(line, node.evidence)
    exhibit = Register(node.evidence).add(
        operation=operation.slug,
        sha256=taken.sha256,
        name=taken.name,
        path=taken.path,
        stored=taken.stored,
        size=taken.bytes,
        reader=READER,
        options={"root": str(root)},
        custody=Custody(added_at=instants.text(instants.now()), officer=actor.officer),
    )
    index(actor, operation, exhibit)
    return exhibit


def _put(
    actor: Actor,
    node: Node,
    operation: Operation,
    exhibit: Exhibit,
    places: list[Place],
    journal: Journal,
    which: str,
    isolation: str,
) -> None:
    """Put what the journal knows into the next snapshot, in place of what it had of this exhibit."""
    lake = node.lake(operation.slug)
    with writing(lake) as writer:
        entries = [journal.entries[place.path] for place in places]
        keys = tied(exhibit.number, [e for e in entries if e.found or e.aside], writer.current)
        writer.staging.mkdir(parents=True, exist_ok=True)
        files, account = write_rows(exhibit.number, places, journal, which, keys, writer.staging)
        before = writer.current.exhibits.get(str(exhibit.number), {}).get("notes", {})
        account["notes"]["isolation"] = isolation or before.get("isolation", "")
        same = _files_of(writer.current, exhibit.number) == {t: [sha256_file(f) for f in fs] for t, fs in files.items()}
        if not same or writer.current.exhibits.get(str(exhibit.number)) != account:
            writer.add_exhibit(exhibit.number, files, account)
        writer.commit()
    record(
        actor,
        "media.scan",
        f"{operation.slug}/{exhibit.number}",
        which=which,
        digests=account["notes"]["digests"],
        remaining=account["notes"]["remaining"],
        snapshot=read_current(lake).number,
    )


def _files_of(snapshot: Snapshot, exhibit: int) -> dict[str, list[str]]:
    """The digests of an exhibit's files in a snapshot, by table."""
    found = {name: [e.sha256 for e in files if e.exhibit == exhibit] for name, files in snapshot.tables.items()}
    return {name: digests for name, digests in found.items() if digests}
