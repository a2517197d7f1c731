"""The node's audit log: the outbox is moved into the files, and files and store are held against each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.audit.log import AuditLog
from fanal.audit.verify import verify
from fanal.base.digests import canonical_json, content_id
from fanal.base.language import translate
from fanal.cases.access import Actor, may
from fanal.cases.commitments import row_problems
from fanal.cases.decisions import NAMESPACE, statement
from fanal.cases.models.audit import Outbox
from fanal.cases.models.exchange import Package
from fanal.cases.models.people import Decision, keys_of
from fanal.cases.models.victims import VictimNote
from fanal.cases.node import Node
from fanal.cases.officer_keys import keys_at
from fanal.cases.outbox import entry_of, held, repeats, waiting, write_held
from fanal.cases.session import node_keys
from fanal.cases.victims import all_notes
from fanal.cases.victims import statement as note_statement
from fanal.exchange.keys import former_keys, public_keys
from fanal.exchange.sshsig import BadSignature, public_key
from fanal.exchange.sshsig import verify as verify_signature

#: Decisions that are held in memory at one time.
_AT_ONCE = 1_000
Report = Callable[[str, float], None]


def sequence(actor: Actor, node: Node) -> int:
    """Append what waits in the outbox to the log. Returns how many entries; resending one appends nothing."""
    may(actor, "audit.append")
    if not held() and not waiting():
        return 0
    with transaction.atomic():  # of two processes, the later finds what the earlier left
        write_held()
        rows = waiting()
        AuditLog(node.audit).append([entry_of(row) for row in rows])
        Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(appended=True)
    return len(rows)


def checkpoint(actor: Actor, node: Node) -> str:
    """Sequence what waits and sign a checkpoint over the whole log. Raises NoOfficer."""
    may(actor, "audit.append")
    sequence(actor, node)
    return AuditLog(node.audit).checkpoint(f"fanal/{node.node_id}", node_keys(node, actor).signing).decode()


def verify_log(actor: Actor, node: Node, brought: Sequence[Path] = ()) -> dict[str, Any]:
    """Recompute the log, compare it with every checkpoint kept here or sent with a package, and with the store.

    A store that was edited disagrees with the log's commitments; a log that was rewritten disagrees
    with a checkpoint that left the node, and with those that recipients cosigned, whose signatures this node
    cannot make. A fresh checkpoint is signed where nothing is wrong.

    Args:
        brought: cosigned checkpoints that recipients brought from their own nodes.

    Raises:
        NoWitness: a file that was brought holds none.
    """
    may(actor, "audit.verify")
    sequence(actor, node)
    if AuditLog(node.audit).frontier().size and not AuditLog(node.audit).sizes():
        checkpoint(actor, node)
    found = examine_log(actor, node, brought)
    if found["holds"]:
        checkpoint(actor, node)
        found["covered"] = found["entries"]
    return found


def examine_log(
    actor: Actor, node: Node, brought: Sequence[Path] = (), report: Report = lambda *_: None
) -> dict[str, Any]:
    """What `verify_log` finds, without signing anything: it needs no key.

    Returns:
        `entries`, `head` (hex), `checkpoints`, `cosigned` (how many there are of each), `covered` (entries that a
        checkpoint vouches for), `holds`, `problems` (lines).

    Raises:
        NoWitness: a file that was brought holds none.
    """
    may(actor, "audit.verify")
    # It reads the lake, whose engine costs more to load than most commands take.
    from fanal.work.witnesses import witnesses  # noqa: PLC0415

    sequence(actor, node)
    sent = Package.objects.filter(direction="out").exclude(checkpoint="").values_list("checkpoint", flat=True)
    lines = [*former_keys(node.keys), public_keys(node.keys).signing_key]
    keys = [public_key(line).public_bytes_raw() for line in lines]
    report(translate("Checkpoints"), 0.1)
    cosigned, wrong = witnesses(actor, node, brought)
    verdict = verify(node.audit, keys, [note.encode() for note in dict.fromkeys([*sent, *cosigned])])
    problems = [*(problem.line() for problem in verdict.problems), *wrong]
    report(translate("Case store against the log"), 0.5)
    for part in held_against_log(actor, node).values():
        problems += part.problems
    return {
        "entries": verdict.size,
        "head": verdict.root.hex(),
        "checkpoints": verdict.checkpoints,
        "cosigned": len(set(cosigned)),
        "covered": verdict.covered,
        "holds": not problems,
        "problems": problems,
    }


@dataclass(frozen=True)
class Held:
    """One part of the case store, held against the log: how many were looked at, and what is wrong."""

    checked: int
    problems: list[str]


def held_against_log(actor: Actor, node: Node) -> dict[str, Held]:
    """Hold the case store against the audit log.

    Returns:
        Keyed by what was held against it: `entries` (of the outbox), `decisions`, and `rows` (answers, reports,
        packages, replies, pins, notes on victims: each must be as Fanal last wrote it).
    """
    may(actor, "node.check")
    entries = AuditLog(node.audit).entries()
    decided = {entry["object"] for entry in entries if entry["verb"].startswith("decision.")}
    rows, wrong = row_problems()
    return {
        "entries": _entries(entries),
        "decisions": Held(Decision.objects.count(), _decisions(decided)),
        "rows": Held(rows, [*wrong, *_victim_notes()]),
    }


def _entries(entries: list[dict[str, Any]]) -> Held:
    """The outbox must say what the log says, entry by entry."""
    by_entry = {entry["entry_id"]: entry for entry in entries}
    problems = []
    for row in Outbox.objects.filter(appended=True).prefetch_related("listed").iterator(_AT_ONCE):
        logged = by_entry.pop(row.entry, None)
        expected = entry_of(row)
        if logged is None:
            problems.append(translate("{entry}: in the case store, not in the log").format(entry=row.entry[:12]))
        elif canonical_json({**logged, "seq": 0}) != expected.line(0) or not repeats(row):
            said = translate("{entry}: the case store and the log say different things")
            problems.append(said.format(entry=row.entry[:12]))
    problems += [translate("{entry}: in the log, not in the case store").format(entry=entry[:12]) for entry in by_entry]
    return Held(len(entries), problems)


def _decisions(logged: set[str]) -> list[str]:
    """What is wrong with the decisions: each must be as it was signed, and in the log; each in the log be there."""
    problems = []
    missing = translate("{entry}: in the case store, not in the log")
    everything = Decision.objects.select_related("operation", "officer", "supersedes").prefetch_related("named")
    for decision in everything.iterator(_AT_ONCE):
        said = statement(decision)
        if not _signed(said, decision):
            changed = translate("{entry}: the decision is not as its officer signed it")
            problems.append(changed.format(entry=decision.decision[:12]))
        elif decision.decision != content_id("decision", said.decode()) or decision.decision not in logged:
            problems.append(missing.format(entry=decision.decision[:12]))
        elif {row.key for row in decision.named.all()} != keys_of(
            decision.subject_kind, decision.subject, decision.detail
        ):
            lost = translate("{entry}: the decision is not found by all that it names")
            problems.append(lost.format(entry=decision.decision[:12]))
        logged.discard(decision.decision)
    gone = translate("{entry}: in the log, not in the case store")
    return [*problems, *(gone.format(entry=decision[:12]) for decision in sorted(logged))]


def _victim_notes() -> list[str]:
    """Notes on victims that are not as their officer signed them. That none is gone, the rows say."""
    changed = translate("{entry}: the note on a victim is not as its officer signed it")
    notes = [note for note in all_notes() if not _signed(note_statement(note), note)]
    return [changed.format(entry=f"{note.victim.operation.slug} {note.victim}") for note in notes]


def _signed(said: bytes, by: Decision | VictimNote) -> bool:
    """Whether what stands is what its officer signed, with a key that was the officer's then."""
    try:
        return verify_signature(said, by.signature, NAMESPACE) in keys_at(by.officer, by.at)
    except BadSignature:
        return False
