import base64
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from exchange_cases import PASSPHRASE, Agency

from fanal.exchange import keys
from fanal.exchange.refusals import AlreadyThere
from fanal.exchange.sshsig import public_line


def test_one_passphrase_opens_both_keys(one: Agency) -> None:
    again = keys.unlock(one.folder, PASSPHRASE)
    assert again.public == keys.public_keys(one.folder) == one.keys.public
    assert str(again.identity) == str(one.keys.identity)


def test_a_wrong_passphrase_is_said_in_one_line(one: Agency) -> None:
    with pytest.raises(keys.WrongPassphrase) as caught:
        keys.unlock(one.folder, "another")
    assert caught.value.code == "F-KEY-01"
    assert caught.value.line().count("\n") == 0


def test_keys_are_never_kept_in_the_clear(one: Agency, tmp_path: Path) -> None:
    for name in ("signing", "age-identity.age"):
        path = one.folder / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"AGE-SECRET-KEY" not in path.read_bytes()
    assert stat.S_IMODE(one.folder.stat().st_mode) == 0o700
    with pytest.raises(keys.NoPassphrase):
        keys.create_keys(tmp_path / "node", "")
    assert not (tmp_path / "node").exists()


def test_keys_that_are_there_are_never_overwritten(one: Agency) -> None:
    before = (one.folder / "signing").read_bytes()
    with pytest.raises(AlreadyThere):
        keys.create_keys(one.folder, "another")
    assert (one.folder / "signing").read_bytes() == before


def test_age_recovers_the_identity_without_fanal(one: Agency, tmp_path: Path, outside_tools: dict[str, str]) -> None:
    copy = tmp_path / "signing"
    copy.write_bytes((one.folder / "signing").read_bytes())
    copy.chmod(0o600)
    subprocess.run(
        [outside_tools["ssh-keygen"], "-p", "-P", PASSPHRASE, "-N", "", "-f", copy], check=True, capture_output=True
    )
    secret = subprocess.run(
        [outside_tools["age"], "--decrypt", "-i", copy, one.folder / "age-identity.age"],
        check=True,
        capture_output=True,
    ).stdout.decode()
    assert str(one.keys.identity) in secret


def test_the_node_id_follows_from_the_key_alone(one: Agency) -> None:
    assert keys.node_id(one.keys.public.signing_key + " comment") == one.keys.public.node


def test_an_officer_key_is_unlocked_by_its_passphrase(tmp_path: Path) -> None:
    line = keys.create_officer_key(tmp_path / "officer", "words")
    assert public_line(keys.unlock_officer(tmp_path / "officer", "words")) == line
    with pytest.raises(keys.WrongPassphrase):
        keys.unlock_officer(tmp_path / "officer", "word")


def rounds_of(key: Path) -> int:
    """How often bcrypt is gone through for one try at the passphrase: the end of the options of OpenSSH's own form."""
    body = "".join(line for line in key.read_text(encoding="ascii").splitlines() if not line.startswith("-"))
    raw = base64.b64decode(body)
    after = raw.index(b"bcrypt") + len(b"bcrypt")
    options = int.from_bytes(raw[after : after + 4], "big")
    return int.from_bytes(raw[after + options : after + 4 + options], "big")


def test_a_try_at_a_passphrase_that_a_person_thought_of_takes_long(tmp_path: Path) -> None:
    keys.create_officer_key(tmp_path / "officer", "words")
    keys.create_keys(tmp_path / "node", "words")
    assert rounds_of(tmp_path / "officer") == rounds_of(tmp_path / "node" / "signing") == 16


def test_a_passphrase_that_nobody_can_guess_opens_at_once(tmp_path: Path, outside_tools: dict[str, str]) -> None:
    keys.create_keys(tmp_path / "node", PASSPHRASE, slow=False)
    assert rounds_of(tmp_path / "node" / "signing") == 1
    assert keys.unlock(tmp_path / "node", PASSPHRASE).public == keys.public_keys(tmp_path / "node")
    line = subprocess.run(
        [outside_tools["ssh-keygen"], "-y", "-P", PASSPHRASE, "-f", tmp_path / "node" / "signing"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert keys.public_keys(tmp_path / "node").signing_key in line


@pytest.mark.parametrize("content", [b"", b"junk", None])
def test_an_unreadable_key_is_said_to_be_one(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "officer").write_bytes(content)
    with pytest.raises(keys.KeyUnreadable):
        keys.unlock_officer(tmp_path / "officer", "words")


def test_a_key_in_the_clear_is_not_used(tmp_path: Path) -> None:
    clear = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    (tmp_path / "officer").write_bytes(clear)
    with pytest.raises(keys.KeyUnreadable):
        keys.unlock_officer(tmp_path / "officer", "words")


@pytest.mark.parametrize("text", ["", "age1", "age1qqqq", "ssh-ed25519 AAAA"])
def test_what_is_no_age_recipient_is_said_to_be_none(text: str) -> None:
    with pytest.raises(keys.BadRecipient):
        keys.checked_recipient(text)
