"""The desk's records of tips: kept from what a reader noted, found again, and held against each other.

Tips that look alike are only shown side by side. None is merged: an officer decides, and both stay.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.cases.bounds import kept_text
from fanal.cases.decisions import all_standing, standing
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.models.sources import ExhibitIndex, Tip, TipMark
from fanal.model.kinds import BY_NAME
from fanal.model.risk_words import suggestions

#: Passages that are kept of one tip, and tips that may share a value before it tells nothing (a desk's own address).
PASSAGES = 20
#: Of a subject, a sender or a quoted passage.
LONGEST_SHOWN = 2_000
COMMON = 20
FILES = ("sha256", "sha1", "md5")
RISK, PAIR, CASE = "tip_risk", "tip", "tip_case"
RECIPIENT = "intended_recipient"


class UnknownTip(FanalError):
    """No tip of that number in the operation."""

    code = "F-TIP-02"
    text = "There is no tip {tip} in operation {operation}; `fanal tips list` shows them."


@dataclass
class Facts:
    """What a reader and the lake say of one tip.

    Attributes:
        part: its locator in the exhibit, empty where the exhibit is the tip.
        notes: what the reader noted of it.
        texts: (locator, text) of all that it says.
        files: (locator, kind of digest, hex digest).
        invitations: (locator, `invite` or `onion`, link).
    """

    part: str
    notes: Mapping[str, Any]
    texts: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, str, str]] = field(default_factory=list)
    invitations: list[tuple[str, str, str]] = field(default_factory=list)


def keep(operation: Operation, exhibit: ExhibitIndex, facts: Facts) -> tuple[Tip, bool]:
    """The desk's record of one tip, made where there is none. Returns it, and whether it is new."""
    notes = facts.notes
    with transaction.atomic():
        tip, new = Tip.objects.get_or_create(
            exhibit=exhibit, part=facts.part, defaults={"operation": operation, "received_at": instants.now()}
        )
        if new or not tip.marks.exists():
            tip.message_id = kept_text(str(notes.get("message_id") or notes.get("report_id") or ""))
            tip.subject = kept_text(str(notes.get("subject") or ""), LONGEST_SHOWN)
            tip.sender = kept_text(str(notes.get("from") or ""), LONGEST_SHOWN)
            tip.sent_at = _instant(notes.get("sent_at"))
            tip.victims = int(notes.get("victims") or 0)
            tip.risk_words = _passages(facts)
            tip.save()
            TipMark.objects.bulk_create(map(_kept, _marks(tip, exhibit, facts)), ignore_conflicts=True)
    return tip, new


def tip_of(operation: Operation, number: int) -> Tip:
    """The tip of that number. Raises UnknownTip."""
    try:
        return Tip.objects.select_related("exhibit", "taken_by").get(operation=operation, pk=number)
    except Tip.DoesNotExist as e:
        raise UnknownTip(tip=number, operation=operation.slug) from e


def queue(operation: Operation) -> list[dict[str, Any]]:
    """Every tip of an operation as one line: a child at risk first, then what nobody has looked at yet."""
    tips = Tip.objects.filter(operation=operation).select_related("exhibit", "taken_by").order_by("pk")
    order = {True: 0, None: 1, False: 2}
    ranked = sorted(tips, key=lambda t: (order[t.child_at_risk], t.status == "duplicate", not t.risk_words, t.pk))
    return _lines(ranked, _alike(operation))


def lines_of(operation: Operation, tips: Sequence[Tip]) -> list[dict[str, Any]]:
    """Some tips of an operation as one line each, in the order given; read with their exhibit and who took them."""
    return _lines(tips, _alike(operation, [tip.pk for tip in tips]))


def _lines(tips: Sequence[Tip], alike: Mapping[int, Any]) -> list[dict[str, Any]]:
    return [
        {
            "tip": tip.pk,
            "child_at_risk": tip.child_at_risk,
            "quoted_words": len(tip.risk_words),
            "status": tip.status,
            "source_grade": tip.source_grade or None,
            "information_grade": tip.information_grade or None,
            "subject": tip.subject,
            "sent_at": instants.text(tip.sent_at) if tip.sent_at else None,
            "received_at": instants.text(tip.received_at),
            "taken_by": tip.taken_by.service_number if tip.taken_by else None,
            "taken_at": instants.text(tip.taken_at) if tip.taken_at else None,
            "alike": len(alike.get(tip.pk, {})),
            "exhibit": tip.exhibit.number,
            "part": tip.part or None,
        }
        for tip in tips
    ]


def desk_record(tip: Tip) -> dict[str, Any]:
    """All that the desk knows of a tip, a child at risk first."""
    said = standing(tip.operation, RISK, str(tip.pk))
    found = tip.marks.exclude(kind__in=(*FILES, "message_id")).order_by("pk")
    names = [
        {"kind": m.kind, "value": m.value, "norm": m.norm or None, "locator": m.locator, "of": m.said_of} for m in found
    ]
    return {
        "child_at_risk": tip.child_at_risk,
        "risk_words": tip.risk_words,
        "risk_decided": _decided(said) if said else None,
        "identifiers": names,
        "duplicates": duplicates(tip),
        "duplicate_of": tip.duplicate_of_id,
        "victims": [f"{tip.part}/victim:{n}" for n in range(1, tip.victims + 1)],
        "status": tip.status,
        "source_grade": tip.source_grade or None,
        "information_grade": tip.information_grade or None,
        "subject": tip.subject,
        "sender": tip.sender,
        "sent_at": instants.text(tip.sent_at) if tip.sent_at else None,
        "message_id": tip.message_id,
        "taken_by": tip.taken_by.service_number if tip.taken_by else None,
        "taken_at": instants.text(tip.taken_at) if tip.taken_at else None,
        "received_at": instants.text(tip.received_at),
        "tip": tip.pk,
        "exhibit": tip.exhibit.number,
        "part": tip.part,
    }


def duplicates(tip: Tip) -> list[dict[str, Any]]:
    """Tips that look like this one, most alike first: by what, how many, which, and what an officer decided."""
    found = []
    for other, shared in _alike(tip.operation, [tip.pk]).get(tip.pk, {}).items():
        reasons = [{"by": by, "n": len(values), "values": sorted(values)} for by, values in sorted(shared.items())]
        said = standing(tip.operation, PAIR, pair(tip.pk, other))
        found.append({"tip": other, "reasons": reasons, "decided": said.verdict if said else None})
    return sorted(found, key=lambda one: (-_weight(one["reasons"]), one["tip"]))


def named_at_risk(operation: Operation) -> list[tuple[Decision, str, str]]:
    """Identifiers and accounts that tips name in which an officer sees a child at risk: the decision, kind, norm.

    Who was to receive something is left out: that may be the child.
    """
    tips = {str(t.pk): t for t in Tip.objects.filter(operation=operation, child_at_risk=True)}
    said = [d for d in all_standing(operation, RISK) if d.verdict == "at_risk" and d.subject in tips]
    return [
        (decision, mark.kind, mark.norm)
        for decision in said
        for mark in tips[decision.subject].marks.exclude(norm="").order_by("pk")
        if (mark.kind in BY_NAME or mark.kind == "account") and mark.said_of != RECIPIENT
    ]


def pair(one: int, other: int) -> str:
    """The subject of a decision on two tips, whichever is named first."""
    return ",".join(str(n) for n in sorted((one, other)))


def _weight(reasons: list[dict[str, Any]]) -> int:
    return sum((10_000 if r["by"] == "message_id" else 1_000 if r["by"] == "file" else 1) * r["n"] for r in reasons)


def _alike(operation: Operation, tips: Collection[int] | None = None) -> dict[int, dict[int, dict[str, set[str]]]]:
    """Of these tips, or of all: other tip -> what they share (`message_id`, `file` or `identifiers`) -> values."""
    marks = TipMark.objects.filter(tip__operation=operation).exclude(norm="")
    values = (
        marks.values("kind", "norm").annotate(tips=Count("tip", distinct=True)).filter(tips__gt=1, tips__lte=COMMON)
    )
    if tips is not None:
        values = values.filter(norm__in=TipMark.objects.filter(tip__in=tips).exclude(norm="").values("norm"))
    shared = {(row["kind"], row["norm"]) for row in values}
    holders: dict[tuple[str, str], set[int]] = defaultdict(set)
    for kind, norm, holder in marks.filter(norm__in=values.values("norm")).values_list("kind", "norm", "tip_id"):
        if (kind, norm) in shared:
            holders[kind, norm].add(holder)
    found: dict[int, dict[int, dict[str, set[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for (kind, norm), named in holders.items():
        by = "file" if kind in FILES else kind if kind == "message_id" else "identifiers"
        value = norm if by != "identifiers" else f"{kind} {norm}"
        for one in named if tips is None else named.intersection(tips):
            for other in named - {one}:
                found[one][other][by].add(value)
    return found


def _marks(tip: Tip, exhibit: ExhibitIndex, facts: Facts) -> Iterable[TipMark]:
    own = facts.notes.get("sha256") or (exhibit.sha256 if not facts.part else None)
    told = [("", "sha256", own)] if own else []
    for locator, kind, value in (*told, *facts.files):
        yield TipMark(tip=tip, kind=kind, value=value, norm=value, locator=locator)
    if tip.message_id:
        yield TipMark(tip=tip, kind="message_id", value=tip.message_id, norm=tip.message_id.lower())
    for locator, kind, url in facts.invitations:
        # Without its scheme nobody's terminal or browser makes it a link.
        plain = url.partition("://")[2] or url
        yield TipMark(tip=tip, kind=kind, value=plain, norm=plain.rstrip("/"), locator=locator, said_of="text")
    for named in facts.notes.get("cited", ()):
        kind, value = str(named["kind"]), str(named["value"])
        norm = value if kind not in BY_NAME else BY_NAME[kind].normalise(value)
        yield TipMark(
            tip=tip, kind=kind, value=value, norm=norm or "", locator=str(named["locator"]),
            said_of=str(named.get("of", "text")),
        )  # fmt: skip


def _kept(mark: TipMark) -> TipMark:
    """A mark as both databases keep it; the exhibit has it whole."""
    mark.kind, mark.said_of = kept_text(mark.kind)[:32], kept_text(mark.said_of)[:32]
    mark.value, mark.norm, mark.locator = (kept_text(text) for text in (mark.value, mark.norm, mark.locator))
    return mark


def _passages(facts: Facts) -> list[dict[str, Any]]:
    """Passages that an officer should read first. That the sender calls it urgent is one too."""
    found: list[dict[str, Any]] = []
    urgent = facts.notes.get("escalated")
    if urgent:
        found.append({"quote": urgent["text"], "locator": urgent["locator"], "language": None, "kinds": ["escalated"]})
    texts = [("", str(facts.notes.get("subject") or "")), *facts.texts]
    for locator, text in texts:
        for one in suggestions(text):
            place = locator or "header:Subject"
            found.append({"quote": one.quote, "locator": place, "language": one.language, "kinds": list(one.kinds)})
    return [{**one, "quote": kept_text(str(one["quote"]), LONGEST_SHOWN)} for one in found[:PASSAGES]]


def _decided(decision: Decision) -> dict[str, Any]:
    return {
        "verdict": decision.verdict,
        "officer": decision.officer.service_number,
        "at": instants.text(decision.at),
        "reason": decision.reason,
    }


def _instant(said: Any) -> Any:
    """A reader's instant; None where it noted text that is none."""
    try:
        return instants.parse(str(said)) if said else None
    except instants.BadInstant:
        return None
