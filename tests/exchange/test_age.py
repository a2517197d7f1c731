import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from fanal.exchange.age import CHUNK, encrypted
from fanal.exchange.keys import BadRecipient
from fanal.exchange.seal import seal_stream
from fanal.exchange.sshsig import BadPublicKey, public_line

IDENTITY = pyrage.x25519.Identity.generate()
SSH_KEY = Ed25519PrivateKey.generate()
SSH_TEXT = SSH_KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
SSH_IDENTITY = pyrage.ssh.Identity.from_buffer(SSH_TEXT)
TO = (str(IDENTITY.to_public()), public_line(SSH_KEY))
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5)
# The point of order one: u = 0 on the curve of X25519, and y = 1 on that of Ed25519.
SMALL = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"
SMALL_SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def content(size: int) -> bytes:
    return hashlib.shake_256(b"message 12").digest(size)


def sealed(data: bytes, to: tuple[str, ...] = TO) -> bytes:
    return b"".join(encrypted([data], to))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("identity", [IDENTITY, SSH_IDENTITY], ids=["age", "ssh"])
def test_pyrage_opens_it_with_each_key(size: int, identity: object) -> None:
    assert pyrage.decrypt(sealed(content(size)), [identity]) == content(size)


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not here")
@pytest.mark.parametrize("size", SIZES)
def test_the_program_age_opens_it_with_each_key(size: int, tmp_path: Path) -> None:
    (tmp_path / "x.age").write_bytes(sealed(content(size)))
    (tmp_path / "age").write_text(f"{IDENTITY}\n", encoding="ascii")
    (tmp_path / "ssh").write_bytes(SSH_TEXT)
    for key in ("age", "ssh"):
        command = ["age", "--decrypt", "-i", str(tmp_path / key), str(tmp_path / "x.age")]
        assert subprocess.run(command, check=True, capture_output=True).stdout == content(size)


@given(st.lists(st.integers(0, 2 * CHUNK), max_size=6))
def test_how_the_content_comes_in_pieces_does_not_matter(sizes: list[int]) -> None:
    data = [content(size) for size in sizes]
    assert pyrage.decrypt(b"".join(encrypted(data, TO[:1])), [IDENTITY]) == b"".join(data)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed(content(9)), [pyrage.x25519.Identity.generate()])


def test_the_same_content_is_never_the_same_file() -> None:
    first, second = sealed(content(99)), sealed(content(99))
    assert first[-99:] != second[-99:]
    assert first.splitlines()[1] != second.splitlines()[1]


@pytest.mark.parametrize("at", [30, 100, 200, 350, -CHUNK, -20, -1])
def test_a_changed_byte_anywhere_is_noticed(at: int) -> None:
    data = bytearray(sealed(content(CHUNK + 9)))
    data[at] ^= 1
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(bytes(data), [IDENTITY])


def test_what_ends_with_a_whole_chunk_cannot_be_cut_there() -> None:
    data = sealed(content(2 * CHUNK))
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(data[: -(CHUNK + 16)], [IDENTITY])


@pytest.mark.parametrize(
    "to",
    ["age1", TO[0][:-2] + "qq", "ssh-rsa AAAA", SMALL, SMALL_SSH],
    ids=["short", "checksum", "kind", "small", "small-ssh"],
)
def test_what_is_no_recipient_or_keeps_nothing_secret_is_refused(to: str) -> None:
    with pytest.raises(BadRecipient):
        sealed(b"", (to,))


def test_half_an_ssh_key_is_refused() -> None:
    with pytest.raises(BadPublicKey):
        sealed(b"", (TO[1][:60],))


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    digest = seal_stream([content(CHUNK)], tmp_path / "x", TO)
    assert digest == hashlib.sha256((tmp_path / "x").read_bytes()).hexdigest()


def test_content_that_ends_in_an_error_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield content(3 * CHUNK)
        raise RuntimeError("half")

    with pytest.raises(RuntimeError, match="half"):
        seal_stream(broken(), tmp_path / "x", TO)
    assert not list(tmp_path.iterdir())
