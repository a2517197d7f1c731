"""New keys in the place of old ones, so that a node is never left between the two.

Everything new is made in a folder beside the keys. One rename says that it is complete; from then on it is finished by
whoever comes next, after a kill too. The old private signing key is deleted; its public half stays, because the node's
older checkpoints are signed by it. The old age identity stays for a time, sealed to the new signing key, to open what
is on its way.
"""

import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from fanal.base import instants
from fanal.base.files import sync_folder
from fanal.exchange import succession
from fanal.exchange.keys import (
    CHAIN,
    FORMER,
    IDENTITY,
    NODE,
    RECIPIENT,
    SIGNING,
    UNTIL,
    NodeKeys,
    Unlocked,
    create_keys,
    open_identity,
    public_keys,
    seal_identity,
)
from fanal.exchange.succession import Succession

_MAKING, _READY = ".next", "next"
#: Written when the keys were withdrawn: nothing is signed or sealed with them any more.
REVOKED = "revoked.txt"


def chain_of(folder: Path) -> tuple[Succession, ...]:
    """The links from the node's first signing key to its present one; none where it has its first."""
    path = folder / CHAIN
    return succession.from_json(json.loads(path.read_bytes())) if path.exists() else ()


def rotate(
    folder: Path,
    passphrase: str,
    beside: Mapping[str, bytes],
    at: datetime,
    *,
    old: Unlocked | None,
    until: datetime | None,
    chained: bool,
) -> NodeKeys:
    """Make new signing and age keys in the place of the present ones.

    Args:
        folder: the node's keys.
        passphrase: of the new keys, a random one that nobody can guess.
        beside: further files to replace in the same step: name to content.
        at: now.
        old: the present keys, unlocked; None where they are lost.
        until: how long the old age identity opens files; None: it goes now.
        chained: the old key names the new one, and the node keeps its id. Without, the node gets a new id, and every
            peer compares its card again.

    Returns:
        The new public half.
    """
    finish(folder)
    making = folder / _MAKING
    shutil.rmtree(making, ignore_errors=True)
    made = create_keys(making, passphrase, slow=False)
    node = made.node
    if chained and old is not None:
        node = old.public.node
        link = succession.succeed(node, old.signing, made.signing_key, made.age_recipient, at)
        _write(making / CHAIN, json.dumps(succession.to_json([*chain_of(folder), link])).encode())
    _write(making / NODE, f"{node}\n".encode())
    number = 1 + max((int(path.name) for path in (folder / FORMER).glob("*")), default=0)
    _keep_public(folder, making / FORMER / str(number))
    for path in (folder / FORMER).glob(f"*/{IDENTITY}") if old else ():
        # Earlier ones are sealed to the key that goes.
        kept = making / FORMER / path.parent.name
        kept.mkdir(parents=True, exist_ok=True)
        identity = open_identity(path, old.signing)  # type: ignore[union-attr]  # only walked where there is one
        _write(kept / IDENTITY, seal_identity(identity, made.signing_key))
    if old is not None and until is not None:
        _write(making / FORMER / str(number) / IDENTITY, seal_identity(old.identity, made.signing_key))
        _write(making / FORMER / str(number) / UNTIL, instants.text(until).encode())
    for name, data in beside.items():
        _write(making / name, data)
    sync_folder(making)
    making.rename(folder / _READY)
    sync_folder(folder)
    finish(folder)
    return public_keys(folder)


def _keep_public(folder: Path, kept: Path) -> None:
    kept.mkdir(parents=True)
    for name in (f"{SIGNING}.pub", RECIPIENT):
        if (folder / name).exists():
            _write(kept / name, (folder / name).read_bytes())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o600)


def finish(folder: Path) -> None:
    """Put in place what a rotation made, where it was broken off after everything was made. Harmless to repeat."""
    ready = folder / _READY
    if not ready.is_dir():
        return
    if not (ready / CHAIN).exists():
        (folder / CHAIN).unlink(missing_ok=True)
    (folder / REVOKED).unlink(missing_ok=True)
    for path in sorted(path for path in ready.rglob("*") if path.is_file()):
        target = folder / path.relative_to(ready)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.replace(target)
    shutil.rmtree(ready)
    sync_folder(folder)


def forget_expired(folder: Path, now: datetime) -> int:
    """Delete former age identities whose time is over. Returns how many."""
    gone = 0
    for path in (folder / FORMER).glob(f"*/{UNTIL}"):
        if instants.parse(path.read_text(encoding="ascii")) < now:
            (path.parent / IDENTITY).unlink(missing_ok=True)
            path.unlink()
            gone += 1
    return gone
