"""Checkpoints of the audit log: signed notes that name its size and head, and cosignatures on them.

The forms are C2SP tlog-checkpoint, signed-note and tlog-cosignature (Ed25519), so that tools of
transparency logs read them. Who is trusted to sign is not decided here.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fanal.base.errors import FanalError
from fanal.base.language import translate

Signer = Ed25519PrivateKey | Callable[[bytes], bytes]

_SIGNATURE, _COSIGNATURE = b"\x01", b"\x04"
_DASH = "\u2014"
_NAME = re.compile(r"[^\s+]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_NOTE_BYTES = 1 << 20
_ID_BYTES, _TIME_BYTES, _SIGNATURE_BYTES, _ROOT_BYTES = 4, 8, 64, 32


class CheckpointInvalid(FanalError):
    """A checkpoint is not well-formed, or no signature of the expected key holds."""

    code = "F-AUDIT-03"
    text = "The checkpoint is not valid: {detail}."


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint says: the log's origin, its number of entries, its 32-byte head."""

    origin: str
    size: int
    root: bytes

    def body(self) -> bytes:
        """The note's text, which is what is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: the key's name, its 4-byte id, and the bytes after it."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A parsed note: its text with the final newline, and its signature lines."""

    body: bytes
    signatures: tuple[NoteSignature, ...]


def key_id(name: str, public_key: bytes, kind: bytes = _SIGNATURE) -> bytes:
    """The first 4 bytes of SHA-256 over name, newline, kind byte and raw Ed25519 key."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public_key).digest()[:_ID_BYTES]


def verifier_key(name: str, public_key: bytes) -> str:
    """The text form of a verification key, `name+id+key`, as other tools take it."""
    shown = base64.b64encode(_SIGNATURE + public_key).decode()
    return f"{name}+{key_id(name, public_key).hex()}+{shown}"


def sign(checkpoint: Checkpoint, name: str, signer: Signer, public_key: bytes | None = None) -> bytes:
    """The signed note over a checkpoint.

    Args:
        checkpoint: what to sign.
        name: the key's name, without spaces or plus signs.
        signer: a private key, or a function from bytes to a 64-byte signature.
        public_key: 32 raw bytes; needed where `signer` is a function.

    Raises CheckpointInvalid on a name or origin that the form cannot hold.
    """
    _check_name(name)
    if "\n" in checkpoint.origin or not checkpoint.origin:
        raise CheckpointInvalid(detail=translate("its origin is not one line"))
    body = checkpoint.body()
    line = _line(name, _SIGNATURE, _public(signer, public_key), _signed(signer, body))
    return body + b"\n" + line


def cosign(note: bytes, name: str, signer: Signer, at: int, public_key: bytes | None = None) -> bytes:
    """The note with one more line: a cosignature by another key, which saw it at `at` (Unix seconds).

    The caller has checked that it is consistent with what the key saw before.
    """
    _check_name(name)
    body = parse_note(note).body
    signature = at.to_bytes(_TIME_BYTES, "big") + _signed(signer, _cosigned(body, at))
    return note + _line(name, _COSIGNATURE, _public(signer, public_key), signature)


def parse_note(note: bytes) -> Note:
    """Take a signed note apart without believing it. Raises CheckpointInvalid."""
    if len(note) > _NOTE_BYTES:
        raise CheckpointInvalid(detail=translate("it is too long"))
    body, separator, lines = note.rpartition(b"\n\n")
    if not separator or not lines.endswith(b"\n"):
        raise CheckpointInvalid(detail=translate("it has no signature lines"))
    return Note(body + b"\n", tuple(_parse_line(line) for line in lines[:-1].split(b"\n")))


def parse_checkpoint(body: bytes) -> Checkpoint:
    """What a note's text says; lines after the third are extensions and not read. Raises CheckpointInvalid."""
    try:
        origin, size, root, *_ = body.decode().split("\n")
        head = base64.b64decode(root, validate=True)
    except (ValueError, binascii.Error) as e:
        raise CheckpointInvalid(detail=translate("it does not say origin, size and head")) from e
    if not origin or not _SIZE.fullmatch(size) or len(head) != _ROOT_BYTES:
        raise CheckpointInvalid(detail=translate("it does not say origin, size and head"))
    return Checkpoint(origin, int(size), head)


def open_checkpoint(note: bytes, public_key: bytes) -> Checkpoint:
    """The checkpoint that a key signed.

    Args:
        note: the signed note.
        public_key: 32 raw bytes of the key that must have signed; lines of other keys are passed over.

    Raises:
        CheckpointInvalid: malformed, no line of that key, or one whose signature does not hold.
    """
    parsed = parse_note(note)
    mine = [s for s in parsed.signatures if s.key_id == key_id(s.name, public_key)]
    if not mine:
        raise CheckpointInvalid(detail=translate("it does not carry the expected key's signature"))
    if not all(_holds(public_key, s.signature, parsed.body) for s in mine):
        raise CheckpointInvalid(detail=translate("its signature does not hold"))
    return parse_checkpoint(parsed.body)


def cosigners(note: bytes, keys: Mapping[str, bytes]) -> dict[str, int]:
    """Which of the named keys (name to 32 raw bytes) cosigned, and when (Unix seconds).

    Raises CheckpointInvalid where a named key's cosignature does not hold.
    """
    parsed = parse_note(note)
    found = {}
    for line in parsed.signatures:
        public_key = keys.get(line.name)
        if public_key is None or line.key_id != key_id(line.name, public_key, _COSIGNATURE):
            continue
        at = int.from_bytes(line.signature[:_TIME_BYTES], "big")
        if not _holds(public_key, line.signature[_TIME_BYTES:], _cosigned(parsed.body, at)):
            detail = translate("the cosignature of {name} does not hold").format(name=line.name)
            raise CheckpointInvalid(detail=detail)
        found[line.name] = at
    return found


def _cosigned(body: bytes, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n".encode() + body


def _line(name: str, kind: bytes, public_key: bytes, signature: bytes) -> bytes:
    shown = base64.b64encode(key_id(name, public_key, kind) + signature).decode()
    return f"{_DASH} {name} {shown}\n".encode()


def _parse_line(line: bytes) -> NoteSignature:
    try:
        dash, name, shown = line.decode().split(" ")
        raw = base64.b64decode(shown, validate=True)
    except (ValueError, binascii.Error) as e:
        raise CheckpointInvalid(detail=translate("a signature line is malformed")) from e
    if dash != _DASH or not _NAME.fullmatch(name) or len(raw) <= _ID_BYTES:
        raise CheckpointInvalid(detail=translate("a signature line is malformed"))
    return NoteSignature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise CheckpointInvalid(detail=translate("a key's name has no spaces and no plus sign"))


def _signed(signer: Signer, data: bytes) -> bytes:
    return signer.sign(data) if isinstance(signer, Ed25519PrivateKey) else signer(data)


def _public(signer: Signer, public_key: bytes | None) -> bytes:
    if isinstance(signer, Ed25519PrivateKey):
        return signer.public_key().public_bytes_raw()
    if public_key is None:
        raise CheckpointInvalid(detail=translate("a signing function needs its public key beside it"))
    return public_key


def _holds(public_key: bytes, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except InvalidSignature:
        return False
    return True
