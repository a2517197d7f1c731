"""What is large, as an age v1 file: the header that gives a fresh key to each recipient, then chunks of 64 KiB.

Written after C2SP's age.md, for X25519 and ssh-ed25519 recipients: OpenSSL's cipher costs a third of pyrage's. It only
writes: what comes from others is opened by pyrage, and `age` opens what is made here.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fanal.exchange.keys import BadRecipient, checked_recipient
from fanal.exchange.sshsig import bare_line
from fanal.model.kinds_checksums import BECH32_LETTERS

_VERSION = "age-encryption.org/v1"
_X25519, _SSH = "X25519", "ssh-ed25519"
#: Bytes that are encrypted together: the format's own number.
CHUNK = 1 << 16
_FILE_KEY, _KEY, _TAG = 16, 32, 4
_LAST = 1
# A recipient is `age1`, 52 letters of 5 bits for 256 bits and 4 of nothing, and 6 letters of checksum.
_LETTERS, _SPARE_BITS = slice(4, 56), 4
_PRIME = 2**255 - 19


def encrypted(pieces: Iterable[bytes], recipients: Sequence[str]) -> Iterator[bytes]:
    """An age file in blocks, at most a chunk and its tag each.

    Args:
        pieces: the content, in pieces of any length. An error that ends them is passed on.
        recipients: `age1...` or `ssh-ed25519 ...`; each opens the file by itself.

    Raises:
        BadRecipient, BadPublicKey: one of them is neither, or a key that keeps nothing secret.
    """
    file_key = secrets.token_bytes(_FILE_KEY)
    yield _header(file_key, recipients)
    nonce = secrets.token_bytes(_FILE_KEY)
    yield nonce
    cipher = ChaCha20Poly1305(_derived(file_key, nonce, "payload"))
    for n, (chunk, last) in enumerate(_chunks(pieces)):
        yield cipher.encrypt(n.to_bytes(11, "big") + bytes([last]), chunk, None)


def _chunks(pieces: Iterable[bytes]) -> Iterator[tuple[memoryview, int]]:
    """Whole chunks, and a last one that is empty only where all is; each is gone when the next is asked for."""
    chunk, filled = memoryview(bytearray(CHUNK)), 0
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            if filled == CHUNK:
                yield chunk, 0
                filled = 0
            taken = min(CHUNK - filled, len(rest))
            chunk[filled : filled + taken] = rest[:taken]
            filled, rest = filled + taken, rest[taken:]
    yield chunk[:filled], _LAST


def _header(file_key: bytes, recipients: Sequence[str]) -> bytes:
    lines = [_VERSION]
    for recipient in recipients:
        lines += _stanza(file_key, recipient)
    text = "\n".join([*lines, "---"])
    mac = hmac.digest(_derived(file_key, b"", "header"), text.encode(), hashlib.sha256)
    return f"{text} {_base64(mac)}\n".encode()


def _stanza(file_key: bytes, recipient: str) -> list[str]:
    """The two lines that one recipient's key turns into the file's key."""
    once = X25519PrivateKey.generate()
    share = once.public_key().public_bytes_raw()
    try:
        if recipient.startswith(_SSH):
            blob = base64.b64decode(bare_line(recipient).split()[1])
            to, kind, arguments = _montgomery(blob[-_KEY:]), _SSH, [hashlib.sha256(blob).digest()[:_TAG], share]
            # The format mixes the whole SSH key in, so that one curve point serves two kinds of recipient apart.
            tweak = X25519PrivateKey.from_private_bytes(_derived(b"", blob, f"{_VERSION}/{kind}"))
            secret = tweak.exchange(X25519PublicKey.from_public_bytes(once.exchange(to)))
        else:
            to, kind, arguments = _point(recipient), _X25519, [share]
            secret = once.exchange(to)
    except ValueError as e:
        # A point of small order: everybody would know the secret.
        raise BadRecipient(value=recipient[:40]) from e
    wrap = _derived(secret, share + to.public_bytes_raw(), f"{_VERSION}/{kind}")
    # Each such key encrypts once, so the format's nonce is zero.
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    return [" ".join(["->", kind, *map(_base64, arguments)]), _base64(body)]


def _point(recipient: str) -> X25519PublicKey:
    value = 0
    for letter in checked_recipient(recipient)[_LETTERS]:
        value = value << 5 | BECH32_LETTERS.index(letter)
    return X25519PublicKey.from_public_bytes((value >> _SPARE_BITS).to_bytes(_KEY, "big"))


def _montgomery(edwards: bytes) -> X25519PublicKey:
    """An Ed25519 public key on the curve of X25519: u = (1 + y) / (1 - y), RFC 7748 section 4.1."""
    y = int.from_bytes(edwards, "little") & (1 << 255) - 1
    u = (1 + y) * pow(1 - y, -1, _PRIME) % _PRIME
    return X25519PublicKey.from_public_bytes(u.to_bytes(_KEY, "little"))


def _derived(secret: bytes, salt: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _KEY, salt, purpose.encode()).derive(secret)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).rstrip(b"=").decode("ascii")
