"""Keys of a node and of its officers: made, kept encrypted, unlocked by one passphrase.

A node has an Ed25519 signing key in OpenSSH's own encrypted format, and an X25519 age identity that
is itself an age file sealed to that signing key: one passphrase opens both, and `age -d -i signing
age-identity.age` recovers the identity without Fanal. It is not a key server: peers' keys come on cards.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_ssh_private_key,
)

from fanal.base.digests import content_id
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.exchange.refusals import AlreadyThere
from fanal.exchange.sshsig import bare_line, public_line

SIGNING, IDENTITY, RECIPIENT = "signing", "age-identity.age", "age-recipient.txt"
#: The node's id where it is not made of the present key, and the links that lead to that from the first one.
NODE, CHAIN = "node.txt", "chain.json"
#: Folders of former keys, one each: the public half, and for a time the age identity, sealed to the present key.
FORMER, UNTIL = "former", "until.txt"
#: Rounds of bcrypt, as OpenSSH has them: a try at a passphrase costs a tenth of a second.
_ROUNDS = 16
_RECIPIENT_FORM = re.compile(r"age1[02-9ac-hj-np-z]{58}")


class WrongPassphrase(FanalError):
    """The passphrase does not open the key."""

    code = "F-KEY-01"
    text = "The passphrase does not open {path}; try again."


class NoPassphrase(FanalError):
    """An empty passphrase: keys are never kept in the clear."""

    code = "F-KEY-02"
    text = "The passphrase for {path} is empty; give one: private keys are never kept in the clear."
    exit_code = 2


class KeyUnreadable(FanalError):
    """A key file that is missing, damaged, or not encrypted."""

    code = "F-KEY-03"
    text = "The key {path} cannot be used: {detail}. Restore it from the backup of the keys."


class BadRecipient(FanalError):
    """Text that is no age recipient."""

    code = "F-KEY-04"
    text = "{value} is not an age recipient; it begins with `age1` and stands on one line."
    exit_code = 2


@dataclass(frozen=True)
class NodeKeys:
    """The public half of a node's keys: what stands on its card."""

    node: str
    signing_key: str
    age_recipient: str


@dataclass(frozen=True)
class Earlier:
    """A former age identity: opens what was sealed before a rotation and is still on its way."""

    recipient: str
    identity: Any

    def __repr__(self) -> str:
        return f"Earlier({self.recipient})"


@dataclass(frozen=True)
class Unlocked:
    """A node's keys, open in memory for one command. Never written, never logged.

    Attributes:
        earlier: former age identities that still open files.
    """

    public: NodeKeys
    signing: Ed25519PrivateKey
    identity: Any
    earlier: tuple[Earlier, ...] = ()

    def __repr__(self) -> str:
        return f"Unlocked({self.public.node})"

    def opens(self, recipient: str) -> bool:
        """Whether one of the identities is this age recipient's."""
        return recipient in (self.public.age_recipient, *(one.recipient for one in self.earlier))


def node_id(signing_line: str) -> str:
    """The id of the node that signs with this key: 32 hex digits that follow from the key alone."""
    return content_id("node", bare_line(signing_line))[:32]


def checked_recipient(text: str) -> str:
    """An age X25519 recipient in its one form. Raises BadRecipient."""
    try:
        if not _RECIPIENT_FORM.fullmatch(text):
            raise BadRecipient(value=text[:40])
        return str(pyrage.x25519.Recipient.from_str(text))
    except pyrage.RecipientError as e:
        raise BadRecipient(value=text[:40]) from e


def _write_new(path: Path, data: bytes, mode: int = 0o600) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as e:
        raise AlreadyThere(path=path) from e
    with os.fdopen(handle, "wb") as f:
        f.write(data)
        f.flush()
        os.fsync(f.fileno())


def create_officer_key(path: Path, passphrase: str, *, slow: bool = True) -> str:
    """Make an Ed25519 key in OpenSSH's format, encrypted, mode 0600, and `<path>.pub` beside it.

    Args:
        slow: whether each try at the passphrase is to take long. False only for one that nobody can guess (random,
            of 256 bits) or that everybody may know.

    Returns:
        The public key line.

    Raises:
        NoPassphrase: the passphrase is empty.
        AlreadyThere: there is such a file; it stays.
    """
    if not passphrase:
        raise NoPassphrase(path=path)
    key = Ed25519PrivateKey.generate()
    encryption = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(_ROUNDS if slow else 1)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption.build(passphrase.encode()))
    _write_new(path, locked)
    line = public_line(key)
    _write_new(path.with_name(path.name + ".pub"), line.encode() + b"\n", 0o644)
    return line


def unlock_officer(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """Open a key. Raises WrongPassphrase, NoPassphrase or KeyUnreadable."""
    if not passphrase:
        raise NoPassphrase(path=path)
    try:
        key = load_ssh_private_key(path.read_bytes(), passphrase.encode())
    except OSError as e:
        raise KeyUnreadable(path=path, detail=translate(e.strerror or str(e))) from e
    except (TypeError, UnsupportedAlgorithm) as e:
        raise KeyUnreadable(path=path, detail=translate("it is not encrypted, or of an unknown kind")) from e
    except ValueError as e:
        if "checksum" in str(e):
            raise WrongPassphrase(path=path) from e
        raise KeyUnreadable(path=path, detail=translate("it is damaged, or not encrypted")) from e
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(path=path, detail=translate("it is not an Ed25519 key"))
    return key


def create_keys(folder: Path, passphrase: str, *, slow: bool = True) -> NodeKeys:
    """Make a node's keys in `folder` (mode 0700): `signing`, `signing.pub`, `age-identity.age`, `age-recipient.txt`.

    Args:
        slow: see `create_officer_key`.

    Raises:
        NoPassphrase: the passphrase is empty.
        AlreadyThere: the folder has keys; they stay.
    """
    if not passphrase:
        raise NoPassphrase(path=folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    line = create_officer_key(folder / SIGNING, passphrase, slow=slow)
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    _write_new(folder / IDENTITY, seal_identity(identity, line))
    _write_new(folder / RECIPIENT, recipient.encode() + b"\n", 0o644)
    return NodeKeys(node_id(line), line, recipient)


def public_keys(folder: Path) -> NodeKeys:
    """The public half of a node's keys, without a passphrase. Raises KeyUnreadable."""
    try:
        line = bare_line((folder / f"{SIGNING}.pub").read_text(encoding="ascii"))
        recipient = checked_recipient((folder / RECIPIENT).read_text(encoding="ascii").strip())
    except (OSError, ValueError, FanalError) as e:
        raise KeyUnreadable(path=folder, detail=translate("its public half is missing or damaged")) from e
    return NodeKeys(_node(folder, line), line, recipient)


def _node(folder: Path, line: str) -> str:
    """The node's id: made of its first key, which the present one need not be."""
    kept = folder / NODE
    return kept.read_text(encoding="ascii").strip() if kept.exists() else node_id(line)


def former_keys(folder: Path) -> list[str]:
    """Public key lines of the signing keys that the node had before, the oldest first."""
    found = sorted((folder / FORMER).glob(f"*/{SIGNING}.pub"), key=lambda path: int(path.parent.name))
    return [bare_line(path.read_text(encoding="ascii")) for path in found]


def unlock(folder: Path, passphrase: str) -> Unlocked:
    """Open a node's keys with their one passphrase. Raises WrongPassphrase, NoPassphrase or KeyUnreadable."""
    signing = unlock_officer(folder / SIGNING, passphrase)
    identity = open_identity(folder / IDENTITY, signing)
    line = public_line(signing)
    earlier = []
    for path in sorted((folder / FORMER).glob(f"*/{IDENTITY}")):
        former = open_identity(path, signing)
        earlier.append(Earlier(str(former.to_public()), former))
    return Unlocked(NodeKeys(_node(folder, line), line, str(identity.to_public())), signing, identity, tuple(earlier))


def open_identity(path: Path, signing: Ed25519PrivateKey) -> Any:
    """An age identity that is sealed to a signing key. Raises KeyUnreadable."""
    clear = signing.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    try:
        secret = pyrage.decrypt(path.read_bytes(), [pyrage.ssh.Identity.from_buffer(clear)]).decode("ascii")
        line = next(text for text in secret.splitlines() if text.startswith("AGE-SECRET-KEY-"))
        return pyrage.x25519.Identity.from_str(line)
    except (OSError, StopIteration, UnicodeDecodeError, pyrage.DecryptError, pyrage.IdentityError) as e:
        raise KeyUnreadable(path=path, detail=translate("it does not open with the signing key")) from e


def seal_identity(identity: Any, line: str) -> bytes:
    """An age identity as it is kept: sealed to a signing key."""
    secret = f"# public key: {identity.to_public()}\n{identity}\n".encode()
    return bytes(pyrage.encrypt(secret, [pyrage.ssh.Recipient.from_str(line)]))
