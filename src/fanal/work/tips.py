"""Tips: a report from outside is an exhibit, and one entry or several in the desk's queue of tips.

What stands in an entry is suggested: whether a child is at risk, how far source and information are
trusted and what is a duplicate is an officer's word.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.analyse.tip_rows import digests_of, invitations_of, texts_of
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.access import Actor, may
from fanal.cases.decisions import decide
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.models.sources import ExhibitIndex, Tip
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.tips import FILES, PAIR, RISK, Facts, desk_record, keep, pair, queue, tip_of
from fanal.evidence.intake import NotAFile
from fanal.lake.snapshot import Snapshot, read_current
from fanal.model.codes import Grade
from fanal.read.registry import HEAD, known_as, surest_of
from fanal.work.evidence import Report, add_exhibits

#: Readers whose exhibits are tips.
READERS = ("eml", "mbox", "msg", "cybertip")


class NotATip(FanalError):
    """A file that no reader of tips recognises."""

    code = "F-TIP-01"
    text = "{name} is no tip that Fanal reads ({readers}); take other files in with `fanal add`."


class OneTip(FanalError):
    """A tip named as the duplicate of itself, or of one that is itself a duplicate."""

    code = "F-TIP-03"
    text = "Tip {tip} cannot be a duplicate of tip {other}, which is the same or is itself a duplicate of {of}."
    exit_code = 2


def take_tips(
    actor: Actor, node: Node, operation: Operation, paths: Sequence[Path], *, source: str, report: Report
) -> list[dict[str, Any]]:
    """Register and read tips. Taking the same one twice changes nothing.

    Every file is looked at before the first is registered.

    Returns:
        For each tip, a child at risk and its quoted words first: the desk's record (see `show_tip`), the row of
        `add_exhibits`, `cited` (identifiers that it names without saying whose they are), and
        `without_record`: mails or reports of the file that are read but have no record of their own.

    Raises:
        NotATip: a file that is none. NotAFile: one that is not there.
    """
    may(actor, "exhibit.add", operation.slug)
    readers = [_reader(path) for path in paths]
    found = []
    for path, reader in zip(paths, readers, strict=True):
        added = add_exhibits(actor, node, operation, [path], reader=reader, custody={"source": source}, report=report)[
            0
        ]
        snapshot = read_current(node.lake(operation.slug))
        notes = snapshot.exhibits[str(added["exhibit"])]["notes"]
        exhibit = ExhibitIndex.objects.get(number=added["exhibit"])
        for facts in _facts(snapshot, exhibit.number, notes):
            tip, new = keep(operation, exhibit, facts)
            if new:
                record(actor, "exhibit.add", f"tip/{tip.pk}", within=operation.slug, exhibit=exhibit.number)
            left = notes.get("mails_without_note", 0) + notes.get("reports_without_note", 0)
            more = {"cited": facts.notes.get("cited", []), "without_record": left}
            found.append((tip, {**added, **more}))
    return [{**desk_record(tip), **row} for tip, row in found]


def list_tips(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """The queue: a row for each tip, those first in which an officer sees a child at risk, then the unread ones."""
    may(actor, "tip.read", operation.slug)
    record(actor, "tip.read", operation.slug)
    return queue(operation)


def show_tip(actor: Actor, operation: Operation, number: int) -> dict[str, Any]:
    """The desk's record of a tip.

    Returns:
        `child_at_risk` (True, False, None where nobody has decided), `risk_words` (passages with `quote`, `locator`,
        `language`, `kinds`), `risk_decided`, `identifiers` (`kind`, `value`, `norm`, `locator`, `of`), `duplicates`
        (`tip`, `reasons`, `decided`), `duplicate_of`, `victims` (places of sections on victims, read in the exhibit
        alone), `status`, `source_grade`, `information_grade`, subject, sender, instants, ids.

    Raises:
        UnknownTip.
    """
    may(actor, "tip.read", operation.slug)
    tip = tip_of(operation, number)
    record(actor, "tip.read", f"tip/{tip.pk}", within=operation.slug)
    return desk_record(tip)


def grade_tip(actor: Actor, operation: Operation, number: int, source: str, information: str) -> dict[str, Any]:
    """Set the two grades of a tip, which are never one figure. Raises UnknownTip, UnknownCode."""
    may(actor, "tip.assess", operation.slug)
    grade = Grade(source.upper(), information)
    tip = tip_of(operation, number)
    with transaction.atomic():
        tip.source_grade, tip.information_grade = grade.source, grade.information
        tip.status = "assessed" if tip.status == "new" else tip.status
        tip.save()
        record(
            actor,
            "tip.assess",
            f"tip/{tip.pk}",
            within=operation.slug,
            source=grade.source,
            information=grade.information,
        )
    return desk_record(tip)


def decide_risk(actor: Actor, operation: Operation, number: int, reason: str, *, at_risk: bool) -> Decision:
    """Record, signed, whether a child is at risk now by what a tip says. Raises UnknownTip, NoReason, NoOfficer."""
    may(actor, "tip.assess", operation.slug)
    tip = tip_of(operation, number)
    with transaction.atomic():
        made = decide(
            actor, operation, RISK, str(tip.pk), "at_risk" if at_risk else "not_at_risk", reason,
            exhibit=tip.exhibit.number, part=tip.part,
        )  # fmt: skip
        tip.child_at_risk, tip.risk_at = at_risk, made.at
        tip.status = "assessed" if tip.status == "new" else tip.status
        tip.save()
    return made


def decide_duplicate(
    actor: Actor, operation: Operation, number: int, other: int, reason: str, *, duplicate: bool
) -> Decision:
    """Record, signed, whether a tip says what another said before. Both stay as they are.

    Raises:
        UnknownTip, OneTip, NoReason, NoOfficer.
    """
    may(actor, "tip.assess", operation.slug)
    tip, first = tip_of(operation, number), tip_of(operation, other)
    if tip == first or (duplicate and first.duplicate_of_id is not None):
        raise OneTip(tip=tip.pk, other=first.pk, of=first.duplicate_of_id or first.pk)
    with transaction.atomic():
        made = decide(
            actor, operation, PAIR, pair(tip.pk, first.pk), "duplicate_of" if duplicate else "not_duplicate", reason,
            tip=tip.pk, of=first.pk,
        )  # fmt: skip
        for one, original in ((tip, first), (first, tip)):
            if duplicate and one == tip:
                _mark(one, original)
            elif one.duplicate_of_id == original.pk:
                _mark(one, None)
    return made


def _mark(tip: Tip, original: Tip | None) -> None:
    judged = tip.child_at_risk is not None or bool(tip.source_grade)
    tip.duplicate_of = original
    tip.status = "duplicate" if original else "assessed" if judged else "new"
    tip.save()


def _reader(path: Path) -> str:
    """The reader of tips that is surest of a file. Raises NotATip, NotAFile."""
    try:
        with path.open("rb") as f:
            head = f.read(HEAD)
    except OSError as e:
        raise NotAFile(path=path, detail=translate(e.strerror or str(e))) from e
    surest, confidence = surest_of(map(known_as, READERS), head, path.name)
    if confidence > 0:
        return surest.name
    if path.suffix.lower() == ".eml":
        return "eml"  # it says itself what it is; the reader says what is wrong with it
    raise NotATip(name=path.name, readers=", ".join(READERS))


def _facts(snapshot: Snapshot, exhibit: int, notes: dict[str, Any]) -> list[Facts]:
    """What is known of each tip of an exhibit."""
    parts = notes.get("mails") or notes.get("reports") or [{"part": "", **notes}]
    found = {part["part"]: Facts(part["part"], part) for part in parts}
    for row in texts_of(snapshot, exhibit):
        facts = _its(found, row["locator"])
        if facts:
            facts.texts.append((row["locator"], row["body"]))
    for row in digests_of(snapshot, exhibit):
        facts = _its(found, row["locator"])
        if facts:
            facts.files += [(row["locator"], kind, row[kind]) for kind in FILES if row[kind]]
    for row in invitations_of(snapshot, exhibit):
        facts = _its(found, row["locator"])
        if facts:
            facts.invitations.append((row["locator"], row["kind"], row["url"]))
    return list(found.values())


def _its(found: dict[str, Facts], locator: str) -> Facts | None:
    return found.get("") or found.get(locator.partition("/")[0])
