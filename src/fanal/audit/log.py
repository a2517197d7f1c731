"""The audit log: canonical JSON lines that only grow, hashed as a Merkle tree. Files, no database.

An entry holds ids and salted commitments, never a name, an address or free text: the log outlives
erasure. `log.jsonl` alone is the truth. Beside it `index.bin` (leaf hash and entry id of each line)
and `frontier.json` make an append O(log n) in hashes; both are made again from the lines where they
are missing or behind.
"""

import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from fanal.audit.checkpoint import Checkpoint, Signer, sign
from fanal.audit.index import KEY, LEAF, RECORD, places
from fanal.audit.lines import Appender, LineFile
from fanal.audit.merkle import Frontier, consistency_proof, inclusion_proof, leaf_hash
from fanal.base.digests import canonical_json, content_id
from fanal.base.errors import FanalError
from fanal.base.files import replace_file

SALT_BYTES = 16
_ID = re.compile(r"[A-Za-z0-9:_./#-]{1,200}")
_VERB = re.compile(r"[a-z][a-z0-9_.]{0,60}")
_COMMITMENT = re.compile(r"[0-9a-f]{64}")


class NotAnEntry(FanalError):
    """A field of an entry is neither an id nor a commitment."""

    code = "F-AUDIT-01"
    text = "The audit entry's {field} is not an id or a commitment; the log takes no text and no personal data."


class LogCutOff(FanalError):
    """The log is shorter than it was."""

    code = "F-AUDIT-02"
    text = "The audit log {path} is shorter than it was: {have} of {want} bytes. Run `fanal audit verify`."


@dataclass(frozen=True)
class Entry:
    """One act, as the log keeps it.

    Attributes:
        entry_id: unique; sending the same one again adds nothing.
        at: the instant, ISO text in UTC.
        actor: an officer's or the node's id.
        verb: what was done, as `may` names it.
        object: the id of what it was done to.
        commitments: name to salted commitment (see `commitment`), for what must be provable later.
    """

    entry_id: str
    at: str
    actor: str
    verb: str
    object: str
    commitments: Mapping[str, str] = field(default_factory=dict)

    def line(self, seq: int) -> bytes:
        """The canonical JSON line at place `seq` (from 0). Raises NotAnEntry."""
        ids = {"entry_id": self.entry_id, "at": self.at, "actor": self.actor, "object": self.object}
        for name, value in ids.items():
            if not _ID.fullmatch(value):
                raise NotAnEntry(field=name)
        if not _VERB.fullmatch(self.verb):
            raise NotAnEntry(field="verb")
        for name, value in self.commitments.items():
            if not _VERB.fullmatch(name) or not _COMMITMENT.fullmatch(value):
                raise NotAnEntry(field="commitments")
        return canonical_json({**ids, "verb": self.verb, "commitments": dict(self.commitments), "seq": seq})


def new_salt() -> bytes:
    """A fresh salt of 16 random bytes. Whoever keeps it can open the commitment; destroying it closes it."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(value: str, salt: bytes) -> str:
    """A salted commitment to a value: it shows nothing, and with the salt proves that this was the value."""
    return content_id("commitment", salt.hex(), value)


class AuditLog:
    """The log of one node, in a folder of its own. Safe for several processes: each append holds the file's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines = LineFile(folder / "log.jsonl")
        self._index = folder / "index.bin"
        self._frontier = folder / "frontier.json"

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Add entries, on disk when this returns.

        Returns:
            The place (from 0) of each entry in the log; of one that was there already, its old place.

        Raises:
            NotAnEntry: a field holds something else than ids and commitments; nothing is added.
            LogCutOff: the file is shorter than it was.
        """
        with self._lines.locked() as file:
            frontier = self._caught_up(file)
            known = places(self._index, [_key(e.entry_id) for e in entries], frontier.size)
            found, lines, records = [], [], []
            for entry in entries:
                key = _key(entry.entry_id)
                if key not in known:
                    known[key] = frontier.size
                    line = entry.line(frontier.size)
                    leaf = leaf_hash(line)
                    frontier = frontier.with_leaf(leaf)
                    lines.append(line)
                    records.append(leaf + key)
                found.append(known[key])
            if lines:
                self._store(frontier, records, file.append(lines))
            return found

    def entries(self) -> list[dict[str, Any]]:
        """All entries, in order, as they stand in the file."""
        return [json.loads(line) for line in self._lines.lines()]

    def place_of(self, entry_id: str) -> int | None:
        """The place (from 0) of an entry; None where it is not in the log."""
        key = _key(entry_id)
        return places(self._index, [key], self.frontier().size).get(key)

    def leaf(self, place: int) -> bytes:
        """The leaf hash at a place. Raises IndexError."""
        with self._index.open("rb") as f:
            f.seek(place * RECORD)
            leaf = f.read(LEAF)
        if len(leaf) != LEAF:
            raise IndexError(place)
        return leaf

    def sizes(self) -> list[int]:
        """Of how many entries each checkpoint that is kept here is, the smallest first."""
        return sorted(int(path.stem) for path in (self._folder / "checkpoints").glob("*.txt") if path.stem.isdigit())

    def frontier(self) -> Frontier:
        """The tree's size and peaks now."""
        with self._lines.locked() as file:
            return self._caught_up(file)

    def checkpoint(self, name: str, signer: Signer) -> bytes:
        """A signed checkpoint over all that is in the log now, kept in `checkpoints/` and handed back.

        Args:
            name: the log's origin and the key's name, for example "fanal/desk-be".
            signer: the node's Ed25519 key, or a function that signs bytes with it.
        """
        frontier = self.frontier()
        note = sign(Checkpoint(name, frontier.size, frontier.root()), name, signer)
        kept = self._folder / "checkpoints" / f"{frontier.size:012}.txt"
        kept.parent.mkdir(exist_ok=True)
        replace_file(kept, note)
        return note

    def prove_inclusion(self, place: int, size: int | None = None) -> list[bytes]:
        """The proof that the entry at `place` is in the tree of the first `size` entries (default all)."""
        return inclusion_proof(self._leaves(size), place)

    def prove_consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """The proof that the tree of `size` entries (default all) grew from that of the first `old`."""
        return consistency_proof(self._leaves(size), old)

    def _leaves(self, size: int | None) -> list[bytes]:
        have = self.frontier().size
        size = have if size is None else size
        if not 0 <= size <= have:
            raise IndexError(size)
        raw = self._index.read_bytes() if size else b""
        return [raw[i * RECORD : i * RECORD + LEAF] for i in range(size)]

    def _caught_up(self, file: Appender) -> Frontier:
        """The frontier for every line of the file, after a kill too: lines that it lacks are taken in."""
        state = _read_state(self._frontier)
        done = state["bytes"]
        have = file.size
        if have < done:
            raise LogCutOff(path=self._lines.path, have=have, want=done)
        frontier = Frontier(state["size"], tuple(bytes.fromhex(p) for p in state["peaks"]))
        whole = self._index.exists() and self._index.stat().st_size >= frontier.size * RECORD
        if have == done and (whole or not frontier.size):
            return frontier
        if not whole:
            frontier, done = Frontier(), 0
        records = []
        for line in self._lines.lines(done):
            leaf = leaf_hash(line)
            frontier = frontier.with_leaf(leaf)
            records.append(leaf + _key(str(json.loads(line)["entry_id"])))
        self._store(frontier, records, have)
        return frontier

    def _store(self, frontier: Frontier, records: list[bytes], done: int) -> None:
        start = (frontier.size - len(records)) * RECORD
        with self._index.open("r+b" if self._index.exists() else "w+b") as f:
            f.truncate(start)
            f.seek(start)
            f.write(b"".join(records))
            f.flush()
            os.fsync(f.fileno())
        state = {"size": frontier.size, "bytes": done, "peaks": [p.hex() for p in frontier.peaks]}
        replace_file(self._frontier, canonical_json(state))


def _read_state(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes()))
    except (FileNotFoundError, ValueError):
        return {"size": 0, "bytes": 0, "peaks": []}


def _key(entry_id: str) -> bytes:
    return sha256(entry_id.encode()).digest()[:KEY]
