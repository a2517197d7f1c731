"""Backups: made of a whole node, checked without being laid out, and brought back as a node that says so in its log.

A backup is for the agency itself: sealed to its recovery keys and to the node. It holds no media, since the node holds
none, and no received hash list, since those leave a node in nothing.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal import __version__
from fanal.audit.log import AuditLog
from fanal.base import instants
from fanal.base.digests import sha256_file
from fanal.base.errors import FanalError
from fanal.base.files import replace_file, sync_folder
from fanal.cases import session
from fanal.cases.access import Actor, may
from fanal.cases.copying import copy_store
from fanal.cases.inventory import Inventory, inventory, still_registered
from fanal.cases.node import Node, keep_all_here, load_node
from fanal.cases.outbox import record
from fanal.cases.store import close_store
from fanal.exchange import keys
from fanal.exchange.backup import Contents, Item, read_backup, write_backup
from fanal.exchange.sshsig import bare_line, fingerprint
from fanal.media.hashlists.store import about_all
from fanal.work.log import checkpoint, sequence, verify_log
from fanal.work.nodes import NodeExists

#: Recovery keys, one public line each, beside the node's keys.
RECOVERY = "recovery.txt"
_WORK, _STAGING = ".backup", ".restoring"
Report = Callable[[str, float], None]


class NoRecoveryKey(FanalError):
    """A backup that only the lost node could open."""

    code = "F-BACKUP-04"
    text = (
        "This node has no recovery key, and what only its own key opens is lost with it; make one with "
        "`fanal backup key FILE`, and keep FILE away from this machine."
    )


class AnothersBackup(FanalError):
    """A backup that this node's keys, present and former, did not sign."""

    code = "F-BACKUP-05"
    text = "{path} was signed by {fingerprint}, which is no key of this node; if it is another node's, check it there."


class BackupRuns(FanalError):
    """Another process copies the same node, or restores to the same place."""

    code = "F-BACKUP-06"
    text = "Another backup or restore is under way in {path}; wait until it ends, then repeat this one."
    again = True


class NotOfThisNode(FanalError):
    """A backup without the key of the officer who restores it."""

    code = "F-BACKUP-07"
    text = "The backup holds no key of officer {officer}; name with --officer one who administered that node."


def make_recovery_key(actor: Actor, node: Node, path: Path, passphrase: str) -> dict[str, Any]:
    """Make a key that opens every later backup of this node: encrypted under a pass phrase, in OpenSSH's format.

    Args:
        path: the file to make; it is for a safe, not for this machine.

    Returns:
        file, fingerprint, and how many recovery keys the node has now.

    Raises:
        NoPassphrase, AlreadyThere: nothing is made.
    """
    may(actor, "node.backup")
    line = keys.create_officer_key(path, passphrase)
    known = [*_recovery_keys(node), bare_line(line)]
    replace_file(node.keys / RECOVERY, "".join(f"{one}\n" for one in known).encode())
    record(actor, "node.backup", node.node_id, recovery_key=line)
    return {"file": str(path), "fingerprint": fingerprint(line), "recovery_keys": len(known)}


def make_backup(actor: Actor, node: Node, target: Path, report: Report) -> dict[str, Any]:
    """Copy the whole node into one sealed file, as it stands at one moment.

    Nobody can write to the case store while that is copied and the rest is listed; what is copied after it are files
    that never change, and the first bytes of files that only grow.

    Args:
        report: told what is under way and the share done.

    Returns:
        file, sha256, bytes, files; entries of the audit log; and what is not in it: hash_lists_left_out,
        exhibits_elsewhere (that the node only refers to), exhibits_changed (whose copy is no longer what was
        registered), lake_elsewhere (its address, or nothing).

    Raises:
        NoRecoveryKey, NoOfficer, AlreadyThere, BackupRuns, ChangedMeanwhile: there is no file.
    """
    may(actor, "node.backup")
    recovery = _recovery_keys(node)
    if not recovery:
        raise NoRecoveryKey
    unlocked = session.node_keys(node, actor)
    with _alone(node.folder / _WORK) as work:
        copy = work / "case.sqlite"
        checkpoint(actor, node)
        with transaction.atomic():
            store = copy_store(copy)
            there = inventory(node)
            entries = AuditLog(node.audit).frontier().size
        copies, changed = still_registered(node, there.copies)
        about = {
            "node": node.node_id,
            "agency": node.agency,
            "made_at": instants.text(instants.now()),
            "made_by": actor.officer,
            "software": __version__,
            "store": store,
            "entries": entries,
            "left_out": _left_out(node, there, changed),
        }
        items = [*there.items, *copies, Item("case.sqlite", copy, copy.stat().st_size)]
        told = _shares(report, "Copying", sum(item.size for item in items))
        recipients = [unlocked.public.age_recipient, *recovery]
        written = write_backup(items, about, unlocked.signing, target, recipients, told)
    record(actor, "node.backup", node.node_id, sha256=written.sha256, files=written.files, entries=entries)
    return {
        "file": str(target),
        "sha256": written.sha256,
        "bytes": written.size,
        "files": written.files,
        "entries": entries,
        **_left_out(node, there, changed),
    }


def check_backup(
    actor: Actor, node: Node, path: Path, report: Report, key: Path | None = None, passphrase: str = ""
) -> dict[str, Any]:
    """Open a backup of this node and verify every byte; nothing of it is written anywhere.

    Args:
        key: a recovery key, with its `passphrase`; None: this node's own key opens it.

    Returns:
        What it says of itself; `holds` is always true, since what does not hold is refused.

    Raises:
        BackupDamaged, BackupClosed, AnothersBackup, NoOfficer, WrongPassphrase.
    """
    may(actor, "node.backup")
    if key:
        identities = [session.OfficerKey(keys.unlock_officer(key, passphrase)).identity]
    else:
        unlocked = session.node_keys(node, actor)
        identities = [unlocked.identity, *(one.identity for one in unlocked.earlier)]
    found = read_backup(path, identities, told=_shares(report, "Verifying", _size(path)))
    if found.signing_key not in (keys.public_keys(node.keys).signing_key, *keys.former_keys(node.keys)):
        raise AnothersBackup(path=path, fingerprint=fingerprint(found.signing_key))
    return {**_told(found), "holds": True}


def restore_backup(
    actor: Actor,
    path: Path,
    folder: Path,
    report: Report,
    *,
    key: Path,
    key_passphrase: str,
    officer: str,
    ask: Callable[[bool], str],
) -> dict[str, Any]:
    """Make a node again from a backup. Its folder appears when all is verified and on record, or not at all.

    Args:
        folder: new or empty. key: the recovery key. officer: an administrator of the node, whose key signs the record.
        ask: for that officer's pass phrase, once the backup is open; is told whether it is a demonstration node.

    Returns:
        What the backup says of itself; `folder`; `holds`: whether its audit log verifies, and `problems`.

    Raises:
        NodeExists, BackupRuns, BackupDamaged, BackupClosed, WrongPassphrase, NotOfThisNode, NotAllowed: none is made.
    """
    may(actor, "node.init")
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        raise NodeExists(path=folder)
    identity = session.OfficerKey(keys.unlock_officer(key, key_passphrase)).identity
    with _alone(folder.with_name(folder.name + _STAGING)) as work:
        staging = work / "node"
        staging.mkdir(mode=0o700)
        found = read_backup(path, [identity], staging, _shares(report, "Restoring", _size(path)))
        report("Verifying", 1.0)
        try:
            verdict = _put_on_record(staging, path, found, officer, ask)
        finally:
            close_store()
        for name in ("evidence", "lake", "audit", "packages", "lists"):
            (staging / name).mkdir(mode=0o700, exist_ok=True)
        staging.replace(folder)
        sync_folder(folder.parent)
    return {**_told(found), "folder": str(folder), "holds": verdict["holds"], "problems": verdict["problems"]}


def _put_on_record(
    staging: Path, path: Path, found: Contents, officer: str, ask: Callable[[bool], str]
) -> dict[str, Any]:
    """The restored node goes on where its log ended: that it was restored, from what and by whom, is the next entry."""
    keep_all_here(staging)
    node = load_node(staging)
    if not session.officer_key_path(node, officer).is_file():
        raise NotOfThisNode(officer=officer)
    may(Actor(officer), "node.restore")
    signer = session.OfficerKey(keys.unlock_officer(session.officer_key_path(node, officer), ask(node.demo)))
    actor = Actor(officer, signer)
    record(
        actor,
        "node.restore",
        node.node_id,
        sha256=sha256_file(path),
        made_at=found.about["made_at"],
        entries=found.about["entries"],
        signed_by=found.signing_key,
    )
    sequence(actor, node)
    return verify_log(actor, node)


def _recovery_keys(node: Node) -> list[str]:
    path = node.keys / RECOVERY
    return [line for line in path.read_text(encoding="ascii").splitlines() if line] if path.exists() else []


def _left_out(node: Node, there: Inventory, changed: list[int]) -> dict[str, Any]:
    return {
        "hash_lists_left_out": [f"{one['name']} {one['version']}" for one in about_all(node.hash_lists)],
        "exhibits_elsewhere": list(there.referenced),
        "exhibits_changed": changed,
        "lake_elsewhere": there.lake,
    }


def _told(found: Contents) -> dict[str, Any]:
    about = dict(found.about)
    left_out = about.pop("left_out", {})
    about.pop("fanal_backup", None)
    return {
        **about,
        "files": found.files,
        "bytes": found.size,
        "fingerprint": fingerprint(found.signing_key),
        **left_out,
    }


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _shares(report: Report, what: str, total: int) -> Callable[[int], None]:
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        report(what, min(1.0, done / max(total, 1)))

    return told


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """A folder for one process: empty at its begin, whatever a killed one left there, and gone at its end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
    except BlockingIOError as e:
        raise BackupRuns(path=folder.parent) from e
    finally:
        os.close(handle)
