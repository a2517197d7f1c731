"""A node's backup as one file: an age file around a tar of numbered pieces and, at its end, a signed manifest.

The manifest says which file of the node each piece is of, with its digest. Nothing here knows what a node keeps: the
caller says what goes in, and a path that no backup holds is refused on the way out. `age` and `tar` open a backup
without Fanal.
"""

import hashlib
import io
import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fanal.base.digests import canonical_json
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.exchange import sshsig
from fanal.exchange.archive import Limits, entries, header
from fanal.exchange.refusals import AlreadyThere, Refused
from fanal.exchange.seal import seal_stream

FORM = 1
NAMESPACE = "fanal-backup"
MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"
#: What stands first in the path of a file that a backup may hold.
PLACES = ("fanal.toml", "case.sqlite", "audit", "evidence", "keys", "lake", "lists", "media", "packages")
#: The tar's headers hold no size of 8 GiB: a larger file goes in several pieces.
PIECE = 1 << 30
_CHUNK = 1 << 20
_LIMITS = Limits(files=10_000_000, total_bytes=1 << 60)
_LONGEST_MANIFEST = 1 << 30
_BLOCK = 512
_PIECE_NAME = re.compile(r"data/[0-9]{7,9}")

Told = Callable[[int], None]


class BackupDamaged(FanalError):
    """Cut short, changed, or no backup at all."""

    code = "F-BACKUP-01"
    text = "{path} is not a whole backup ({detail}); take another copy of it, or an older backup."


class BackupClosed(FanalError):
    """None of the keys opens it."""

    code = "F-BACKUP-02"
    text = "{path} does not open with this key; name the recovery key that it was made for with --key FILE."


class ChangedMeanwhile(FanalError):
    """A file went, or got shorter, while it was copied."""

    code = "F-BACKUP-03"
    text = "{path} changed while it was copied, and no backup was written; repeat the command."
    again = True


@dataclass(frozen=True)
class Item:
    """One file that goes in.

    Attributes:
        path: below the node's folder, with slashes.
        source: where it lies, or its bytes.
        size: how many bytes go in, from the first: of a file that only grows, those that it had.
    """

    path: str
    source: Path | bytes
    size: int


@dataclass(frozen=True)
class Written:
    """What was written: the file's SHA-256, its size, how many files are in it."""

    sha256: str
    size: int
    files: int


@dataclass(frozen=True)
class Contents:
    """What a verified backup says: the manifest without its files, how many files and bytes, and who signed it."""

    about: Mapping[str, Any]
    files: int
    size: int
    signing_key: str


def write_backup(
    items: Iterable[Item],
    about: Mapping[str, Any],
    key: Ed25519PrivateKey,
    target: Path,
    recipients: Sequence[str],
    told: Told = lambda _: None,
) -> Written:
    """Write a backup; it appears whole or not at all.

    Args:
        items: what goes in.
        about: what the manifest says besides: JSON.
        key: signs the manifest.
        target: the file to make.
        recipients: whom it is sealed to, see `age.encrypted`.
        told: is told the bytes that went in, as they do.

    Raises:
        AlreadyThere: there is a file of that name.
        ChangedMeanwhile: a file went or got shorter.
    """
    if target.exists():
        raise AlreadyThere(path=target)
    files: list[dict[str, Any]] = []
    sha256 = seal_stream(_stream(items, about, key, files, told), target, recipients)
    return Written(sha256, target.stat().st_size, len(files))


def _stream(
    items: Iterable[Item], about: Mapping[str, Any], key: Ed25519PrivateKey, files: list[dict[str, Any]], told: Told
) -> Iterator[bytes]:
    pieces = 0
    for item in items:
        parts: list[dict[str, Any]] = []
        with _opened(item) as source:
            left = item.size
            while left or not parts:
                name, size, digest = f"data/{pieces:07}", min(left, PIECE), hashlib.sha256()
                yield header(name, size)
                for chunk in _chunks(source, size, item):
                    digest.update(chunk)
                    told(len(chunk))
                    yield chunk
                yield bytes(-size % _BLOCK)
                parts.append({"piece": name, "bytes": size, "sha256": digest.hexdigest()})
                pieces, left = pieces + 1, left - size
        files.append({"path": item.path, "parts": parts})
    manifest = canonical_json({**about, "fanal_backup": FORM, "files": files})
    for name, data in (
        (MANIFEST, manifest),
        (SIGNATURE, sshsig.sign(manifest, key, NAMESPACE).encode()),
    ):
        yield header(name, len(data)) + data + bytes(-len(data) % _BLOCK)
    yield bytes(2 * _BLOCK)


@contextmanager
def _opened(item: Item) -> Iterator[BinaryIO]:
    if isinstance(item.source, bytes):
        yield io.BytesIO(item.source)
        return
    try:
        with item.source.open("rb") as source:
            yield source
    except FileNotFoundError as e:
        raise ChangedMeanwhile(path=item.path) from e


def _chunks(source: BinaryIO, size: int, item: Item) -> Iterator[bytes]:
    while size:
        chunk = source.read(min(_CHUNK, size))
        if not chunk:
            raise ChangedMeanwhile(path=item.path)
        size -= len(chunk)
        yield chunk


def read_backup(
    path: Path, identities: Sequence[Any], into: Path | None = None, told: Told = lambda _: None
) -> Contents:
    """Open a backup and verify all of it.

    Args:
        path: the file.
        identities: age identities, one of which opens it.
        into: an empty folder in which its files are laid; None: nothing is written anywhere.
        told: is told the bytes that came out, as they do.

    Raises:
        BackupClosed: none of the identities opens it.
        BackupDamaged: anything else. What was laid by then is the caller's to delete.
    """
    digests: dict[str, str] = {}
    tags: dict[str, bytes] = {}
    raw = into / ".pieces" if into else None
    try:
        with _decrypted(path, identities) as tar:
            for name, pieces in entries(tar, path.name, _LIMITS):
                if name in (MANIFEST, SIGNATURE):
                    tags[name] = _whole(pieces, path)
                else:
                    digests[name] = _taken(pieces, raw / name if raw else None, told)
    except Refused as e:
        raise BackupDamaged(path=path, detail=str(e.fields.get("detail", e.code))) from e
    signer, manifest = _manifest(tags, path)
    try:
        files = {one["path"]: one["parts"] for one in manifest.pop("files")}
        _hold(files, digests, path)
        if raw and into:
            for name, parts in files.items():
                _lay(raw, [part["piece"] for part in parts], into / name)
            _cleared(raw)
        size = sum(part["bytes"] for parts in files.values() for part in parts)
    except (KeyError, TypeError, ValueError) as e:
        raise BackupDamaged(path=path, detail=translate("its manifest cannot be read")) from e
    return Contents(manifest, len(files), size, signer)


@contextmanager
def _decrypted(path: Path, identities: Sequence[Any]) -> Iterator[BinaryIO]:
    """The content of an age file as a stream: a thread opens it piece by piece, so that it never lies on disk."""
    out, into = os.pipe()
    failed: list[Exception] = []

    def opening() -> None:
        with os.fdopen(into, "wb") as sink:
            try:
                with path.open("rb") as source:
                    pyrage.decrypt_io(source, sink, list(identities))
            except (OSError, pyrage.DecryptError) as e:
                failed.append(e)

    thread = threading.Thread(target=opening, daemon=True)
    thread.start()
    try:
        with os.fdopen(out, "rb") as tar:
            yield tar
    except Refused:
        thread.join()
        _say_why(failed, path)
        raise
    thread.join()
    _say_why(failed, path)


def _say_why(failed: list[Exception], path: Path) -> None:
    for e in failed:
        if isinstance(e, pyrage.DecryptError) and "No matching keys" in str(e):
            raise BackupClosed(path=path) from e
        if isinstance(e, FileNotFoundError | IsADirectoryError):
            raise BackupDamaged(path=path, detail=translate("there is no such file")) from e
        if not isinstance(e, BrokenPipeError):
            raise BackupDamaged(path=path, detail=translate("its seal breaks off")) from e


def _whole(pieces: Iterator[bytes], path: Path) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > _LONGEST_MANIFEST:
            raise BackupDamaged(path=path, detail=translate("its manifest cannot be read"))
    return bytes(data)


def _taken(pieces: Iterator[bytes], target: Path | None, told: Told) -> str:
    """The digest of one piece, which goes to `target` where one is named."""
    digest = hashlib.sha256()
    with _sink(target) as sink:
        for piece in pieces:
            digest.update(piece)
            told(len(piece))
            if sink:
                sink.write(piece)
    return digest.hexdigest()


@contextmanager
def _sink(target: Path | None) -> Iterator[BinaryIO | None]:
    if target is None:
        yield None
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
        yield sink
        sink.flush()
        os.fsync(sink.fileno())


def _manifest(tags: Mapping[str, bytes], path: Path) -> tuple[str, dict[str, Any]]:
    """Who signed the manifest, and what it says."""
    try:
        signer = sshsig.verify(tags[MANIFEST], tags[SIGNATURE].decode("ascii"), NAMESPACE)
        manifest = dict(json.loads(tags[MANIFEST]))
        if manifest["fanal_backup"] != FORM:
            raise BackupDamaged(path=path, detail=translate("a later version of Fanal made it"))
    except KeyError as e:
        raise BackupDamaged(path=path, detail=translate("its manifest is missing")) from e
    except (sshsig.BadSignature, ValueError) as e:
        raise BackupDamaged(path=path, detail=translate("the signature of its manifest does not hold")) from e
    return signer, manifest


def _hold(files: Mapping[str, Any], digests: Mapping[str, str], path: Path) -> None:
    """Hold the pieces against the manifest: each is named once, as it is, and belongs to a place of a node."""
    named: dict[str, str] = {}
    for name, parts in files.items():
        steps = name.split("/")
        if steps[0] not in PLACES or any(step in ("", ".", "..") or "\0" in step for step in steps):
            raise BackupDamaged(path=path, detail=translate("a file that no backup holds"))
        for part in parts:
            if part["piece"] in named or not _PIECE_NAME.fullmatch(part["piece"]):
                raise BackupDamaged(path=path, detail=translate("there twice"))
            named[part["piece"]] = part["sha256"]
    if named != digests:
        raise BackupDamaged(path=path, detail=translate("its files are not those of its manifest"))


def _lay(raw: Path, pieces: Sequence[str], target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    first, *others = (raw / piece for piece in pieces)
    if others:
        with first.open("ab") as whole:
            for other in others:
                with other.open("rb") as source:
                    while chunk := source.read(_CHUNK):
                        whole.write(chunk)
                other.unlink()
            whole.flush()
            os.fsync(whole.fileno())
    first.replace(target)


def _cleared(raw: Path) -> None:
    if raw.exists():
        (raw / "data").rmdir()
        raw.rmdir()
