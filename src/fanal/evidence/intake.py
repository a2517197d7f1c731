"""Takes a file in: its digest, its size, and whether its bytes are copied or stay where they are.

Bytes without a sign of media are copied into the node. All others are registered by reference:
path, size and digest. The file is read once to look and once more to copy, so that no byte of media
is ever written into the node; a file that changes in between is refused.
"""

import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fanal.base.digests import sha256_bytes, sha256_file
from fanal.base.errors import FanalError
from fanal.base.files import replace_file, sync_folder
from fanal.base.language import translate
from fanal.evidence.look import Look, chunks, is_zip, sign_in_zip
from fanal.evidence.register import Beside, Exhibit

_NAME_BYTES = 120
#: Copied at a time: what stays in the processor's cache is copied and digested in half the time.
_PIECE = 1 << 18
#: From this size on a look by a compiled loop saves more than the loop takes to load, in bytes.
LARGE = 1 << 30
_UNSAFE = re.compile(r"[^\w.() -]")


class NotAFile(FanalError):
    """The path is not a file that can be read."""

    code = "F-EVID-01"
    text = "{path} is not a file that can be read: {detail}. Name a file."


class FileChanged(FanalError):
    """The file changed while it was taken in."""

    code = "F-EVID-02"
    text = "{path} changed while it was read. Stop what writes to it, then add it again."


class ReferenceMissing(FanalError):
    """The file behind a reference is gone."""

    code = "F-EVID-03"
    text = "Exhibit {number} is kept at {path}, and nothing is there. Put the file back, or mount the place."


class ReferenceChanged(FanalError):
    """The file behind a reference or in the node is not the one that was registered."""

    code = "F-EVID-04"
    text = "Exhibit {number} at {path} is not the file that was registered: its digest differs. Put the original back."


@dataclass(frozen=True)
class Intake:
    """What taking in a file found.

    Attributes:
        sha256: its digest.
        name: its file name as it was received.
        bytes: its size.
        path: where it lies: relative to the evidence folder where stored, absolute where referenced.
        stored: whether the node has a copy.
        sign: why it has none, a message id; None where stored.
        copied: whether the copy was made just now, its digest computed from what was written.
    """

    sha256: str
    name: str
    bytes: int
    path: str
    stored: bool
    sign: str | None
    copied: bool = field(default=False, compare=False)


def take_in(path: Path, evidence: Path) -> Intake:
    """Look at a file and copy it where it holds no media. Doing it again changes nothing.

    Args:
        path: the file.
        evidence: the node's evidence folder.

    Raises:
        NotAFile, FileChanged: see each.
        FanalError: a zip that `open_zip` refuses.
    """
    try:
        place = path.resolve(strict=True)
        if not place.is_file():
            raise NotAFile(path=path, detail=translate(os.strerror(21 if place.is_dir() else 22)))
        digest, size, sign = _look(place)
        if sign:
            return Intake(digest, path.name, size, str(place), stored=False, sign=sign)
        kept, copied = _store(place, path.name, digest, size, evidence)
        return Intake(digest, path.name, size, kept, stored=True, sign=None, copied=copied)
    except OSError as e:
        raise NotAFile(path=path, detail=translate(e.strerror or str(e))) from e


def take_in_beside(names: Iterable[str], path: Path, evidence: Path) -> tuple[Beside, ...]:
    """Take in the files beside an exhibit that are read with it, those that are there.

    Args:
        names: as `Reader.beside` has them; "{name}" stands for the exhibit's own file name.
        path: the exhibit's file.
        evidence: the node's evidence folder.
    """
    found = (path.with_name(name.format(name=path.name)) for name in names)
    taken = (take_in(file, evidence) for file in found if file != path and file.is_file())
    return tuple(Beside(one.name, one.sha256, one.path, one.stored, one.bytes) for one in taken)


def path_of(exhibit: Exhibit | Beside, evidence: Path) -> Path:
    """Where an exhibit's bytes lie, or those of a file beside it."""
    return evidence / exhibit.path if exhibit.stored else Path(exhibit.path)


def check_reference(exhibit: Exhibit, evidence: Path) -> Path:
    """Where an exhibit's bytes lie, after making sure that they are still the registered ones.

    Reads the whole file, and the files beside it. Raises ReferenceMissing, ReferenceChanged.
    """
    registered: list[Exhibit | Beside] = [exhibit, *exhibit.beside]
    for file in registered:
        path = path_of(file, evidence)
        try:
            if path.stat().st_size != file.bytes or sha256_file(path) != file.sha256:
                raise ReferenceChanged(number=exhibit.number, path=path)
        except OSError as e:
            raise ReferenceMissing(number=exhibit.number, path=path) from e
    return path_of(exhibit, evidence)


def keep_mapping(text: bytes, evidence: Path) -> str:
    """Keep a mapping's text under its digest, which is returned."""
    digest = sha256_bytes(text)
    folder = evidence / "mappings"
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / f"{digest}.yaml", text)
    return digest


def kept_mapping(digest: str, evidence: Path) -> bytes:
    """The text of a kept mapping. Raises ReferenceMissing where it is gone."""
    path = evidence / "mappings" / f"{digest}.yaml"
    try:
        return path.read_bytes()
    except OSError as e:
        raise ReferenceMissing(number=digest[:12], path=path) from e


def safe_name(name: str) -> str:
    """A file name that is safe on any file system: letters, digits, and a few signs, at most 120 bytes."""
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .") or "exhibit"
    stem, dot, suffix = plain.rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem and len(suffix.encode()) <= _NAME_BYTES // 4 else (plain, "")
    room = _NAME_BYTES - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore") + suffix


def _look(place: Path) -> tuple[str, int, str | None]:
    large = place.stat().st_size >= LARGE
    digest, look, size, head = hashlib.sha256(), Look(large=large), 0, b""
    for chunk in chunks(place):
        head = head or chunk[:4]
        digest.update(chunk)
        size += len(chunk)
        if not is_zip(head):
            look.feed(chunk)
    return digest.hexdigest(), size, sign_in_zip(place) if is_zip(head) else look.sign


def _store(place: Path, name: str, digest: str, size: int, evidence: Path) -> tuple[str, bool]:
    """Where the copy lies, and whether it was made now."""
    folder = evidence / digest
    folder.mkdir(parents=True, exist_ok=True)
    for kept in folder.iterdir():
        if kept.suffix != ".part" and kept.stat().st_size == size:
            return f"{digest}/{kept.name}", False
    target = folder / safe_name(name)
    part = folder / "incoming.part"
    copied, piece = hashlib.sha256(), memoryview(bytearray(_PIECE))
    with place.open("rb", buffering=0) as source, part.open("wb") as f:
        while count := source.readinto(piece):
            copied.update(piece[:count])
            f.write(piece[:count])
        f.flush()
        os.fsync(f.fileno())
    if copied.hexdigest() != digest:
        part.unlink()
        folder.rmdir()
        raise FileChanged(path=place)
    part.chmod(0o400)
    part.replace(target)
    sync_folder(folder)
    sync_folder(evidence)
    return f"{digest}/{target.name}", True


def keep_referenced(path: Path, target: Path) -> Path:
    """Keep a sealed file under a name of the node's, so that its sender's copy may go. Returns `target`.

    For files that are encrypted to the node and stay so; evidence goes through `take_in`.
    """
    if not target.exists():
        part = target.with_name(target.name + ".part")
        with path.open("rb") as source, part.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        part.chmod(0o400)
        part.replace(target)
        sync_folder(target.parent)
    return target
