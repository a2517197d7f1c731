"""Checks a log against its checkpoints, from the files alone: what was edited, cut off or put elsewhere.

Needs no database, no index and no trust in the node: only `log.jsonl`, checkpoints and the public
key. A checkpoint that left the node earlier (in a package, in an answer) finds a log and checkpoint
folder that were both rewritten.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fanal.audit.checkpoint import Checkpoint, CheckpointInvalid, open_checkpoint
from fanal.audit.lines import LineFile
from fanal.audit.merkle import Frontier, leaf_hash
from fanal.base.digests import canonical_json
from fanal.base.language import mark, translate


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a code, the place (line from 1, or a file's name), and a sentence with `{place}`."""

    code: str
    place: str
    text: str

    def line(self) -> str:
        """The sentence in the reader's language."""
        return translate(self.text).format(place=self.place)


@dataclass(frozen=True)
class Verdict:
    """What was found.

    Attributes:
        size: entries in the log.
        root: the head over all of them.
        covered: entries that a valid checkpoint vouches for; later ones could still be changed unseen.
        checkpoints: number of valid checkpoints.
        problems: what is wrong, in the order found.
    """

    size: int
    root: bytes
    covered: int
    checkpoints: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


NOT_A_LINE = mark("Line {place} of the audit log is not an entry as Fanal writes it.")
OUT_OF_PLACE = mark("Line {place} of the audit log stands in another place than it was written.")
TWICE = mark("Line {place} of the audit log repeats an entry.")
BAD_CHECKPOINT = mark("Checkpoint {place} is damaged or not signed by this node's key.")
CUT_OFF = mark("The audit log is shorter than checkpoint {place} says: entries were taken away.")
CHANGED = mark("The audit log differs from what checkpoint {place} signed: entries were changed.")
NO_CHECKPOINT = mark("The audit log in {place} has entries and no checkpoint: nothing vouches for them.")


def verify(folder: Path, public_key: bytes | Sequence[bytes], witnessed: Iterable[bytes] = ()) -> Verdict:
    """Compare a log with every checkpoint there is of it.

    Args:
        folder: holds `log.jsonl` and `checkpoints/`.
        public_key: 32 raw bytes of the node's Ed25519 key; several, where it had others before.
        witnessed: checkpoints of this log that came back from elsewhere.
    """
    keys = [public_key] if isinstance(public_key, bytes) else list(public_key)
    problems: list[Problem] = []
    checkpoints: list[tuple[str, Checkpoint]] = []
    for place, note in [*_kept(folder), *((f"witnessed {n}", note) for n, note in enumerate(witnessed, start=1))]:
        try:
            checkpoints.append((place, _opened(note, keys)))
        except CheckpointInvalid:
            problems.append(Problem("F-AUDIT-11", place, BAD_CHECKPOINT))
    wanted = {c.size for _, c in checkpoints}
    frontier = Frontier()
    roots = {0: frontier.root()}
    seen: set[str] = set()
    for line in LineFile(folder / "log.jsonl").lines():
        problems += _line_problems(line, frontier.size, seen)
        frontier = frontier.with_leaf(leaf_hash(line))
        if frontier.size in wanted:
            roots[frontier.size] = frontier.root()
    for place, checkpoint in checkpoints:
        if checkpoint.size > frontier.size:
            problems.append(Problem("F-AUDIT-12", place, CUT_OFF))
        elif roots[checkpoint.size] != checkpoint.root:
            problems.append(Problem("F-AUDIT-13", place, CHANGED))
    if frontier.size and not checkpoints:
        problems.append(Problem("F-AUDIT-14", str(folder), NO_CHECKPOINT))
    covered = max((c.size for _, c in checkpoints if roots.get(c.size) == c.root), default=0)
    return Verdict(frontier.size, frontier.root(), covered, len(checkpoints), tuple(problems))


def _opened(note: bytes, keys: Sequence[bytes]) -> Checkpoint:
    """The checkpoint that one of the keys signed. Raises CheckpointInvalid."""
    for key in keys[:-1]:
        try:
            return open_checkpoint(note, key)
        except CheckpointInvalid:
            continue
    return open_checkpoint(note, keys[-1])


def _kept(folder: Path) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in sorted((folder / "checkpoints").glob("*.txt"))]


def _line_problems(line: bytes, place: int, seen: set[str]) -> list[Problem]:
    shown = str(place + 1)
    try:
        entry = json.loads(line)
        entry_id, seq, canonical = str(entry["entry_id"]), entry["seq"], canonical_json(entry)
    except (ValueError, KeyError, TypeError):
        return [Problem("F-AUDIT-15", shown, NOT_A_LINE)]
    problems = []
    if canonical != line:
        problems.append(Problem("F-AUDIT-15", shown, NOT_A_LINE))
    if seq != place:
        problems.append(Problem("F-AUDIT-16", shown, OUT_OF_PLACE))
    if entry_id in seen:
        problems.append(Problem("F-AUDIT-17", shown, TWICE))
    seen.add(entry_id)
    return problems
