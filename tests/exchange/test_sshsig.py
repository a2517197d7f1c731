import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.exchange import sshsig

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def write_key(folder: Path) -> Path:
    path = folder / "key"
    path.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    path.chmod(0o600)
    (folder / "key.pub").write_text(sshsig.public_line(KEY) + "\n")
    return path


def test_ssh_keygen_accepts_our_signature(tmp_path: Path, outside_tools: dict[str, str]) -> None:
    (tmp_path / "sig").write_text(sshsig.sign(b"twelve lines", KEY, "fanal-package"))
    (tmp_path / "allowed").write_text(f"node {sshsig.public_line(KEY)}\n")
    command = [outside_tools["ssh-keygen"], "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "node"]
    command += ["-n", "fanal-package", "-s", str(tmp_path / "sig")]
    assert subprocess.run(command, input=b"twelve lines", check=False, capture_output=True).returncode == 0
    assert subprocess.run(command, input=b"twelve linen", check=False, capture_output=True).returncode != 0


def test_we_accept_what_ssh_keygen_signs(tmp_path: Path, outside_tools: dict[str, str]) -> None:
    key = write_key(tmp_path)
    command = [outside_tools["ssh-keygen"], "-Y", "sign", "-f", str(key), "-n", "fanal-decision"]
    made = subprocess.run(command, input=b"twelve lines", check=True, capture_output=True).stdout.decode()
    assert sshsig.verify(b"twelve lines", made, "fanal-decision") == sshsig.public_line(KEY)


def test_our_armour_is_the_same_as_that_of_ssh_keygen(tmp_path: Path, outside_tools: dict[str, str]) -> None:
    key = write_key(tmp_path)
    command = [outside_tools["ssh-keygen"], "-Y", "sign", "-f", str(key), "-n", "fanal-decision"]
    made = subprocess.run(command, input=b"same", check=True, capture_output=True).stdout.decode()
    assert sshsig.sign(b"same", KEY, "fanal-decision") == made


def test_the_fingerprint_is_that_of_ssh_keygen(tmp_path: Path, outside_tools: dict[str, str]) -> None:
    key = write_key(tmp_path)
    shown = subprocess.run([outside_tools["ssh-keygen"], "-l", "-f", key], check=True, capture_output=True, text=True)
    assert sshsig.fingerprint(sshsig.public_line(KEY)) in shown.stdout


@settings(max_examples=30)
@given(data=st.binary(max_size=300), namespace=st.from_regex(r"[a-z-]{1,20}", fullmatch=True))
def test_a_signature_holds_over_its_own_bytes(data: bytes, namespace: str) -> None:
    assert sshsig.verify(data, sshsig.sign(data, KEY, namespace), namespace) == sshsig.public_line(KEY)


@given(place=st.integers(0, 200), value=st.integers(1, 255))
def test_no_changed_byte_of_a_signature_verifies_for_the_same_key(place: int, value: int) -> None:
    lines = sshsig.sign(b"data", KEY, "fanal-package").splitlines()
    blob = bytearray(base64.b64decode("".join(lines[1:-1])))
    blob[place % len(blob)] ^= value
    changed = "\n".join([lines[0], base64.b64encode(bytes(blob)).decode(), lines[-1]])
    with pytest.raises(sshsig.BadSignature):
        sshsig.verify(b"data", changed, "fanal-package")


def test_a_signature_of_another_namespace_does_not_hold() -> None:
    with pytest.raises(sshsig.BadSignature, match="fanal-answer"):
        sshsig.verify(b"data", sshsig.sign(b"data", KEY, "fanal-answer"), "fanal-package")


@pytest.mark.parametrize(
    "text", ["", "hello", "-----BEGIN SSH SIGNATURE-----\n?\n-----END SSH SIGNATURE-----", "x" * 70_000]
)
def test_what_is_no_signature_is_said_to_be_none(text: str) -> None:
    with pytest.raises(sshsig.BadSignature):
        sshsig.verify(b"data", text, "fanal-package")


@pytest.mark.parametrize("line", ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-ed25519 !!!!", "ssh-rsa AAAA"])
def test_what_is_no_public_key_is_said_to_be_none(line: str) -> None:
    with pytest.raises(sshsig.BadPublicKey):
        sshsig.fingerprint(line)


def test_a_key_of_another_kind_is_refused() -> None:
    rsa = generate_private_key(65537, 2048).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    with pytest.raises(sshsig.BadPublicKey):
        sshsig.public_key(rsa)


def test_a_comment_does_not_change_the_key() -> None:
    line = sshsig.public_line(KEY)
    assert sshsig.bare_line(line + " someone@somewhere") == line
