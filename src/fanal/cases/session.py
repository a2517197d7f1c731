"""Who is logged in: an officer's key, unlocked once, held in memory-backed storage until it expires.

The node's own keys have a random pass phrase that is sealed to each officer's key: one officer's
pass phrase is all that a person types, and no pass phrase is shared. Nothing unlocked touches disk.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_ssh_private_key

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, NoOfficer, officer_of
from fanal.cases.node import Node
from fanal.exchange import keys, sshsig
from fanal.exchange.rotation import forget_expired

HOURS = 12
DEMO_PASSPHRASE = "demo-nodes-hold-no-real-case"  # noqa: S105  opens only nodes marked as demonstration


class NoMemoryFolder(FanalError):
    """The machine offers no memory-backed folder to hold an unlocked key."""

    code = "F-LOGIN-01"
    text = "No memory-backed folder for the session ({looked}); set XDG_RUNTIME_DIR to one."


class NotSealedToOfficer(FanalError):
    """The node's keys were never sealed to this officer."""

    code = "F-LOGIN-02"
    text = "The node's keys are not sealed to officer {officer}; an administrator runs `fanal officer add` again."


class OnlyInDemo(FanalError):
    """--as outside a demonstration node."""

    code = "F-LOGIN-03"
    text = "--as works only in a node made with --demo; run `fanal login OFFICER`."
    exit_code = 2


@dataclass(frozen=True)
class OfficerKey:
    """An officer's unlocked key. Satisfies `access.Signer`."""

    key: Ed25519PrivateKey

    def sign(self, message: bytes, namespace: str) -> str:
        """An armored SSH signature over the message."""
        return sshsig.sign(message, self.key, namespace)

    @cached_property
    def identity(self) -> pyrage.ssh.Identity:
        """The key as an age identity, to open what was sealed to the officer."""
        return pyrage.ssh.Identity.from_buffer(_clear(self.key))


def officer_key_path(node: Node, officer: str) -> Path:
    """Where an officer's encrypted private key lies."""
    return node.keys / f"officer-{officer}"


def seal_node_to(node: Node, officer: str, public_line: str, passphrase: str) -> None:
    """Seal the node's pass phrase to an officer's public key."""
    path = node.keys / f"node-for-{officer}.age"
    path.write_bytes(pyrage.encrypt(passphrase.encode(), [pyrage.ssh.Recipient.from_str(public_line)]))
    path.chmod(0o600)


def new_passphrase() -> str:
    """A random pass phrase of 256 bits for the node's keys."""
    return secrets.token_urlsafe(32)


def node_passphrase(node: Node, actor: Actor) -> str:
    """The node's pass phrase, opened with the officer's key. Raises NoOfficer, NotSealedToOfficer."""
    if not isinstance(actor.signer, OfficerKey):
        raise NoOfficer
    try:
        sealed = (node.keys / f"node-for-{actor.officer}.age").read_bytes()
        opened: bytes = pyrage.decrypt(sealed, [actor.signer.identity])
    except (OSError, pyrage.DecryptError) as e:
        raise NotSealedToOfficer(officer=actor.officer) from e
    return opened.decode()


def node_keys(node: Node, actor: Actor) -> keys.Unlocked:
    """The node's keys, unlocked for this act. Raises NoOfficer, NotSealedToOfficer, WrongPassphrase."""
    forget_expired(node.keys, instants.now())
    return keys.unlock(node.keys, node_passphrase(node, actor))


def log_in(node: Node, officer: str, passphrase: str) -> Actor:
    """Unlock an officer's key and keep it for HOURS hours. Raises WrongPassphrase, KeyUnreadable."""
    key = keys.unlock_officer(officer_key_path(node, officer), passphrase)
    expires = instants.text(instants.now() + timedelta(hours=HOURS))
    held = {"officer": officer, "expires": expires, "key": base64.b64encode(_clear(key)).decode()}
    _write_private(_session_path(node), json.dumps(held).encode())
    return Actor(officer, OfficerKey(key))


def log_out(node: Node) -> None:
    """Forget the unlocked key."""
    _session_path(node).unlink(missing_ok=True)


def logged_in(node: Node) -> Actor:
    """The officer who is logged in. Raises NoOfficer where nobody is, or the session has expired."""
    path = _session_path(node)
    try:
        held = json.loads(path.read_bytes())
    except (OSError, ValueError) as e:
        raise NoOfficer from e
    if instants.parse(held["expires"]) < instants.now():
        log_out(node)
        raise NoOfficer
    key = load_ssh_private_key(base64.b64decode(held["key"]), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise NoOfficer
    return Actor(held["officer"], OfficerKey(key))


def acting_as(node: Node, officer: str) -> Actor:
    """Act for an officer of a demonstration node. Raises OnlyInDemo, UnknownOfficer, WrongPassphrase, KeyUnreadable."""
    if not node.demo:
        raise OnlyInDemo
    officer_of(Actor(officer))
    return Actor(officer, OfficerKey(keys.unlock_officer(officer_key_path(node, officer), DEMO_PASSPHRASE)))


def _clear(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def _session_path(node: Node) -> Path:
    looked = [os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm", "/run/shm"]  # noqa: S108  memory-backed by convention
    for name in looked:
        if name and Path(name).is_dir() and os.access(name, os.W_OK):
            folder = Path(name) / f"fanal-{os.getuid()}"
            folder.mkdir(mode=0o700, exist_ok=True)
            status = folder.lstat()
            if status.st_uid == os.getuid() and not status.st_mode & 0o077:
                return folder / f"{node.node_id}.session"
    raise NoMemoryFolder(looked=", ".join(filter(None, looked)))


def _write_private(path: Path, data: bytes) -> None:
    temporary = path.with_name(path.name + f".{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as f:
        f.write(data)
    temporary.replace(path)
