"""SSHSIG signatures with Ed25519, as `ssh-keygen -Y sign` and `-Y verify` make and check them.

Written after OpenSSH's PROTOCOL.sshsig: only ssh-ed25519 keys and only SHA-512 inside. It is not a
key store and knows no peers: who a key belongs to is asked elsewhere.
"""

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fanal.base.errors import FanalError
from fanal.base.language import translate

_MAGIC = b"SSHSIG"
_VERSION = 1
_ALGORITHM = b"ssh-ed25519"
_HASH = b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_WIDTH = 70
_KEY_BYTES, _SIGNATURE_BYTES, _DIGEST_BYTES = 32, 64, 64
LONGEST = 64 * 1024
_CHUNK = 1 << 20


class BadSignature(FanalError):
    """A signature that cannot be read or does not fit."""

    code = "F-SIG-01"
    text = "The signature does not hold: {detail}. Ask for the file again."


class BadPublicKey(FanalError):
    """A line that is no ssh-ed25519 public key."""

    code = "F-SIG-02"
    text = "{value} is not an ssh-ed25519 public key; it begins with `ssh-ed25519 ` and stands on one line."
    exit_code = 2


@dataclass(frozen=True)
class Signature:
    """A signature taken apart: who (public key line), for what (namespace), and the 64 bytes."""

    public_line: str
    namespace: str
    raw: bytes


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


class _Fields:
    """Reads length-prefixed strings from the front of a blob."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def take(self, size: int) -> bytes:
        if len(self._rest) < size:
            raise BadSignature(detail=translate("it is cut short"))
        head, self._rest = self._rest[:size], self._rest[size:]
        return head

    def number(self) -> int:
        return int(struct.unpack(">I", self.take(4))[0])

    def string(self) -> bytes:
        return self.take(self.number())

    def end(self) -> None:
        if self._rest:
            raise BadSignature(detail=translate("something follows it"))


def public_line(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """The key as OpenSSH writes it, `ssh-ed25519 AAAA...`, without a comment."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")


def _blob(line: str) -> bytes:
    parts = line.split()
    if len(parts) < 2 or parts[0] != _ALGORITHM.decode():  # noqa: PLR2004  algorithm and key
        raise BadPublicKey(value=line[:40])
    try:
        blob = base64.b64decode(parts[1], validate=True)
        fields = _Fields(blob)
        algorithm, key = fields.string(), fields.string()
        fields.end()
    except (binascii.Error, ValueError, BadSignature) as e:
        raise BadPublicKey(value=line[:40]) from e
    if algorithm != _ALGORITHM or len(key) != _KEY_BYTES:
        raise BadPublicKey(value=line[:40])
    return blob


def bare_line(line: str) -> str:
    """A public key line without comment and options, so that two lines of one key are equal. Raises BadPublicKey."""
    return f"{_ALGORITHM.decode()} {base64.b64encode(_blob(line)).decode()}"


def fingerprint(line: str) -> str:
    """`SHA256:...` of a public key line, as `ssh-keygen -l` prints it. Raises BadPublicKey."""
    digest = hashlib.sha256(_blob(line)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def public_key(line: str) -> Ed25519PublicKey:
    """The key of a public key line. Raises BadPublicKey."""
    return Ed25519PublicKey.from_public_bytes(_blob(line)[-_KEY_BYTES:])


def digest_stream(stream: BinaryIO) -> bytes:
    """SHA-512 of a stream, for `sign` and `verify` of what does not fit in memory."""
    seen = hashlib.sha512()
    while piece := stream.read(_CHUNK):
        seen.update(piece)
    return seen.digest()


def _covered(namespace: str, digest: bytes) -> bytes:
    if len(digest) != _DIGEST_BYTES:
        raise ValueError("a SHA-512 digest has 64 bytes")
    return _MAGIC + _string(namespace.encode()) + _string(b"") + _string(_HASH) + _string(digest)


def sign_digest(digest: bytes, key: Ed25519PrivateKey, namespace: str) -> str:
    """An armoured signature over data of that SHA-512 (64 bytes), ending in a newline."""
    inner = _string(_ALGORITHM) + _string(key.sign(_covered(namespace, digest)))
    blob = b"".join(
        [
            _MAGIC,
            struct.pack(">I", _VERSION),
            _string(_blob(public_line(key))),
            _string(namespace.encode()),
            _string(b""),
            _string(_HASH),
            _string(inner),
        ]
    )
    text = base64.b64encode(blob).decode()
    lines = [text[i : i + _WIDTH] for i in range(0, len(text), _WIDTH)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def sign(data: bytes, key: Ed25519PrivateKey, namespace: str) -> str:
    """An armoured signature over bytes in a namespace, which says what the signature is for."""
    return sign_digest(hashlib.sha512(data).digest(), key, namespace)


def parse(armoured: str) -> Signature:
    """Take an armoured signature apart. Checks its form, not whether it holds. Raises BadSignature."""
    if len(armoured) > LONGEST:
        raise BadSignature(detail=translate("it is far too long"))
    lines = [line.strip() for line in armoured.strip().splitlines()]
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:  # noqa: PLR2004  begin, one line, end
        raise BadSignature(detail=translate("it is not an armoured SSH signature"))
    try:
        fields = _Fields(base64.b64decode("".join(lines[1:-1]), validate=True))
    except (binascii.Error, ValueError) as e:
        raise BadSignature(detail=translate("its armour is damaged")) from e
    if fields.take(len(_MAGIC)) != _MAGIC or fields.number() != _VERSION:
        raise BadSignature(detail=translate("it is not an SSH signature of version 1"))
    blob, namespace, _reserved, hashed, inner = (fields.string() for _ in range(5))
    fields.end()
    if hashed != _HASH:
        raise BadSignature(detail=translate("it does not use SHA-512"))
    inside = _Fields(inner)
    algorithm, raw = inside.string(), inside.string()
    inside.end()
    if algorithm != _ALGORITHM or len(raw) != _SIGNATURE_BYTES:
        raise BadSignature(detail=translate("it is not an Ed25519 signature"))
    line = f"{_ALGORITHM.decode()} {base64.b64encode(blob).decode()}"
    try:
        return Signature(bare_line(line), namespace.decode("utf-8"), raw)
    except (BadPublicKey, UnicodeDecodeError) as e:
        raise BadSignature(detail=translate("its key or namespace cannot be read")) from e


def verify_digest(digest: bytes, armoured: str, namespace: str) -> str:
    """Check a signature over data of that SHA-512.

    Returns:
        The public key line that signed; whether it is trusted is the caller's question.

    Raises:
        BadSignature: unreadable, of another namespace, or not over this data.
    """
    signature = parse(armoured)
    if signature.namespace != namespace:
        detail = translate("it was made for {named}, not for {asked}")
        raise BadSignature(detail=detail.format(named=signature.namespace, asked=namespace))
    try:
        public_key(signature.public_line).verify(signature.raw, _covered(namespace, digest))
    except InvalidSignature as e:
        raise BadSignature(detail=translate("it was not made over these bytes")) from e
    return signature.public_line


def verify(data: bytes, armoured: str, namespace: str) -> str:
    """Check a signature over bytes. Returns and raises as `verify_digest`."""
    return verify_digest(hashlib.sha512(data).digest(), armoured, namespace)
