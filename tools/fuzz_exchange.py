"""What `tools/fuzz.py` feeds to the opener of packages, answers, letters and cards: damaged copies, sealed and opened.

`seal` damages the sealed file on its way; `bag` damages what is inside and seals and signs it anew, as a hostile peer
can; `card` damages a card, with and without a new signature. Nothing but a FanalError of one line may come out, and a
refusal leaves nothing on disk. All of it is made here: two agencies, and files with placeholder rows.
"""

import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pyrage

from fanal.base.digests import canonical_json, sha256_file
from fanal.base.errors import FanalError
from fanal.exchange import sshsig
from fanal.exchange.answer import Outcome, PackageRef, make_reply, read_reply, write_reply
from fanal.exchange.archive import stream
from fanal.exchange.bag import SIGNATURE, TAG_FILES, TAGMANIFEST, listing, write_bag
from fanal.exchange.card import make_card, read_card, write_card
from fanal.exchange.heading import Heading, Party, head_file
from fanal.exchange.keys import Unlocked, create_keys, unlock
from fanal.exchange.letters import Letter, read_letter, write_letter
from fanal.exchange.opening import Expectation, Opened, Pin, open_sealed
from fanal.exchange.receive import read_package
from fanal.exchange.seal import bag_info
from fanal.model.tables import BY_NAME, obs_base

Damage = Callable[[bytes, Random], bytes]
MADE_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KINDS = ("package", "answer", "notice")
READ: dict[str, Callable[[Opened], object]] = {"package": read_package, "answer": read_reply, "notice": read_letter}


class Material(NamedTuple):
    """Two agencies with keys, a whole bag of each kind, and a card. The folder goes when the process ends."""

    folder: "tempfile.TemporaryDirectory[str]"
    sender: Unlocked
    recipient: Unlocked
    bags: dict[str, Path]
    card: bytes


def _party(keys: Unlocked, name: str, country: str) -> Party:
    public = keys.public
    return Party(name, country, public.node, public.signing_key, public.age_recipient)


@cache
def material() -> Material:
    """Made once a process."""
    folder = tempfile.TemporaryDirectory(prefix="fanal-fuzz-")
    root = Path(folder.name)
    keys = []
    for name in ("one", "two"):
        create_keys(root / name, "six plain words for a test")
        keys.append(unlock(root / name, "six plain words for a test"))
    sender, recipient = keys
    one, two = _party(sender, "Agency one", "DE"), _party(recipient, "Agency two", "FR")
    heads = {kind: Heading(kind, one, two, "lamp", 1, MADE_AT) for kind in KINDS}
    bags = {kind: root / kind for kind in KINDS}
    _package(bags["package"], heads["package"])
    about = PackageRef("0" * 64, "lamp", 1, two.node)
    said = (Outcome("a" * 32, "hit", "S-1", MADE_AT, "A", "2", "P-1", None, "message 12"),)
    write_reply(bags["answer"], make_reply(heads["answer"], about, "fanal/lamp\n3\nAAAA\n", sender.signing, said))
    write_letter(bags["notice"], Letter(heads["notice"], "recall", "lamp-FR-L1", about, "message 12", "S-1", "a" * 32))
    write_card(root / "one.fanal-card", make_card("Agency one", "DE", ["de"], sender, MADE_AT), sender)
    return Material(folder, sender, recipient, bags, (root / "one.fanal-card").read_bytes())


def _package(bag: Path, head: Heading) -> None:
    tables = bag / "data/tables"
    tables.mkdir(parents=True)
    schema = BY_NAME["account"].schema
    row = {"exhibit": 1, "locator": "users:1", "obs": obs_base(1) + 1, "account": "kx:1", "platform": "kx"}
    pq.write_table(pa.Table.from_pylist([row], schema), tables / "account.parquet")
    told = {
        "title": "Lamp", "legal_basis": "order 1", "checkpoint": "fanal/lamp\n3\nAAAA\n",
        "handling": [{"code": "H1", "text": ""}], "counts": {"included": 1, "accounts": 1, "rows": {"account": 1}},
    }  # fmt: skip
    (bag / head_file("package")).write_bytes(canonical_json(head.to_json() | told))
    (bag / "data/identities.csv").write_text("rank,identity\n1,a\n")
    write_bag(bag, bag_info(head))


def _signed(bag: Path, kind: str, keys: Unlocked) -> None:
    """Manifests made anew where they can be, and signed: what a hostile peer sends."""
    for name in (*TAG_FILES, TAGMANIFEST, SIGNATURE):
        (bag / name).unlink(missing_ok=True)
    write_bag(bag, [])
    signature = sshsig.sign((bag / TAGMANIFEST).read_bytes(), keys.signing, f"fanal-{kind}")
    (bag / SIGNATURE).write_text(signature)


def _sealed(content: bytes, keys: Unlocked) -> bytes:
    return bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(keys.public.age_recipient)]))


def _tar(bag: Path) -> bytes:
    return b"".join(stream(bag, {name: sha256_file(bag / name) for name in listing(bag)}))


def _opened(raw: bytes, kind: str, folder: Path) -> str | None:
    """Open and read a file. Returns what is wrong with how it was refused; `opened` where it was not."""
    made = material()
    file, place = folder / "lamp-FR-1.fanal", folder / "node"
    file.write_bytes(raw)
    place.mkdir()
    pin = Pin(made.sender.public.node, "Agency one", made.sender.public.signing_key)
    try:
        opened = open_sealed(file, place / "bag", made.recipient, Expectation(pins=[pin], kinds=KINDS))
    except FanalError as e:
        left = [path.name for path in place.rglob("*")]
        return f"a refusal left {left}" if left else _line(e)
    try:
        READ[opened.heading.kind](opened)
    except FanalError as e:
        return _line(e)
    return "opened" if opened.heading.kind == kind else f"opened as {opened.heading.kind}"


def _line(error: FanalError) -> str | None:
    return None if len(error.line().splitlines()) == 1 else f"the line of {error.code} is more than one"


def seal(seed: int, folder: Path, damaged: Damage) -> str | None:
    """A sealed file that was damaged on its way is refused, always."""
    made, random, kind = material(), Random(f"seal {seed}"), KINDS[seed % len(KINDS)]
    bag = folder / "copy"
    shutil.copytree(made.bags[kind], bag)
    _signed(bag, kind, made.sender)
    whole = _sealed(_tar(bag), made.recipient)
    raw = damaged(whole, random)
    told = _opened(raw, kind, folder)
    return told if told != "opened" else None if raw == whole else "a damaged file was opened"


def bag(seed: int, folder: Path, damaged: Damage) -> str | None:
    """What a peer signed and sealed is read, or refused: one file of it damaged, or the archive itself."""
    made, random, kind = material(), Random(f"bag {seed}"), KINDS[seed % len(KINDS)]
    copy = folder / "copy"
    shutil.copytree(made.bags[kind], copy)
    if seed % 5 == 0:
        _signed(copy, kind, made.sender)
        content = damaged(_tar(copy), random)
    else:
        files = [path for path in sorted((copy / "data").rglob("*")) if path.is_file()]
        one = files[random.randrange(len(files))]
        one.write_bytes(damaged(one.read_bytes(), random))
        _signed(copy, kind, made.sender)
        content = _tar(copy)
    told = _opened(_sealed(content, made.recipient), kind, folder)
    return None if told == "opened" else told


def card(seed: int, folder: Path, damaged: Damage) -> str | None:
    """A card, damaged as a file, or inside and signed again."""
    made, random, raw = material(), Random(f"card {seed}"), material().card
    if seed % 2:
        text = damaged(json.loads(raw)["card"].encode(), random).decode("utf-8", "replace")
        signature = sshsig.sign(text.encode(), made.sender.signing, "fanal-card")
        raw = json.dumps({"card": text, "signature": signature}).encode()
    else:
        raw = damaged(raw, random)
    (folder / "x.fanal-card").write_bytes(raw)
    try:
        read_card(folder / "x.fanal-card")
    except FanalError as e:
        return _line(e)
    return None


TARGETS: dict[str, Callable[[int, Path, Damage], str | None]] = {"seal": seal, "bag": bag, "card": card}
