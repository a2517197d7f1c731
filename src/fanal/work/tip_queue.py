"""The queue of tips by when somebody must have taken each: a child at risk first. To take one decides nothing."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from fanal.base import instants
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.models.offices import Operation
from fanal.cases.models.sources import STAGE_WIDTH, STAGES, Tip, place_of
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.tips import lines_of, tip_of

#: What is to be taken in time: stage to whether it may be urgent.
DUE = {"at_risk": True, "urgent": True, "waiting": False}
#: Behind every stage.
_END = len(STAGES) * STAGE_WIDTH
#: Digits of a number that both databases keep.
_DIGITS = 19
Place = tuple[int, int]


@dataclass(frozen=True)
class TipPage:
    """One page of the queue.

    Attributes:
        rows: as `list_tips` has them, with `due_at` (ISO; None for none) and `overdue`.
        next, previous: where the next page begins and the one before ends, as an address has it; None for none.
    """

    rows: list[dict[str, Any]]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class _Stream:
    """Stages in the order in which their places are kept, and what brings those in line with the other streams'."""

    first: int
    end: int
    shift: int

    def page(
        self, tips: QuerySet[Tip], after: Place | None, before: Place | None, size: int
    ) -> list[tuple[Place, Tip]]:
        """The next ones after a place in the queue, or those before one, nearest first."""
        found = tips.filter(place__gte=self.first, place__lt=self.end)
        if before is not None:
            place, key = before[0] - self.shift, before[1]
            found = found.filter(place__lte=place).exclude(place=place, pk__gte=key).order_by("-place", "-pk")
        else:
            if after is not None:
                place, key = after[0] - self.shift, after[1]
                found = found.filter(place__gte=place).exclude(place=place, pk__lte=key)
            found = found.order_by("place", "pk")
        return [((tip.place + self.shift, tip.pk), tip) for tip in found[:size]]


def triage(actor: Actor, node: Node, operation: Operation, after: str, size: int, *, before: str = "") -> TipPage:
    """A page of the queue, each with its deadline; the reading is on the record.

    Who takes a tip answers for what comes next. A tip in which an officer sees a child at risk is to be taken within
    `tip_minutes` of that decision, one whose words may say so within as many of its coming in, any other within
    `tip_hours`. One that is taken, or assessed without a child at risk, is under no deadline. A child at risk stands
    first, then what is due, by its deadline. Each page is read by index, whatever the number of tips.

    Args:
        after: what ended the page before, "" for the first. before: what began the page after, to go back.
        size: how many at most.
    """
    may(actor, "tip.read", operation.slug)
    record(actor, "tip.read", operation.slug)
    tips = Tip.objects.filter(operation=operation).select_related("exhibit", "taken_by")
    to_go_back, to_go_on = _read(before), _read(after)
    found = [one for stream in _streams(node) for one in stream.page(tips, to_go_on, to_go_back, size + 1)]
    found.sort(key=lambda one: one[0], reverse=to_go_back is not None)
    more, here = len(found) > size, found[:size]
    if to_go_back is not None:
        here.reverse()
    now = instants.now()
    here_tips = [tip for _, tip in here]
    lines = lines_of(operation, here_tips)
    rows = [_dated(node, tip, line, now) for tip, line in zip(here_tips, lines, strict=True)]
    on = here and (to_go_back is not None or more)
    back = here and (more if to_go_back is not None else to_go_on is not None)
    return TipPage(rows, _written(here[-1][0]) if on else None, _written(here[0][0]) if back else None)


def overdue(actor: Actor, node: Node, operation: Operation) -> int:
    """How many tips nobody took in time. It shows none."""
    may(actor, "tip.read", operation.slug)
    now = instants.now()
    late = Q()
    for stage, urgent in DUE.items():
        first = STAGES.index(stage) * STAGE_WIDTH
        late |= Q(place__gte=first, place__lt=place_of(stage, now - _patience(node, urgent=urgent)))
    return Tip.objects.filter(late, operation=operation).count()


def take_tip(actor: Actor, operation: Operation, number: int) -> None:
    """Take a tip, also from who took it before: that stays on the record. Raises UnknownTip."""
    may(actor, "tip.assess", operation.slug)
    tip = tip_of(operation, number)
    with transaction.atomic():
        tip.taken_by, tip.taken_at = officer_of(actor), instants.now()
        tip.save(update_fields=["taken_by", "taken_at"])
        record(actor, "tip.assess", f"tip/{tip.pk}", taken=True)


def to_assess(actor: Actor, operation: Operation, after: int, size: int) -> list[dict[str, Any]]:
    """Tips that nobody has assessed, as `list_tips` has them: words that may speak of a child first, then by number.

    That order stays when one of them is decided on, so that the next is found from there.

    Args:
        after: the number of the one that was looked at last; 0 for the first of all.
    """
    may(actor, "tip.read", operation.slug)
    record(actor, "tip.read", operation.slug)
    return lines_of(operation, unassessed(actor, operation, after, size))


def unassessed(actor: Actor, operation: Operation, after: int, size: int) -> list[Tip]:
    """The tips of `to_assess`. It shows none."""
    may(actor, "tip.read", operation.slug)
    tips = Tip.objects.filter(operation=operation)
    last = tips.filter(pk=after).first() if after else None
    waiting = tips.filter(status="new").select_related("exhibit", "taken_by").order_by("pk")
    quoted, quiet = waiting.exclude(risk_words=[]), waiting.filter(risk_words=[])
    if last and not last.risk_words:
        return list(quiet.filter(pk__gt=last.pk)[:size])
    here = list(quoted.filter(pk__gt=last.pk if last else 0)[:size])
    return [*here, *quiet[: size - len(here)]]


def _patience(node: Node, *, urgent: bool) -> dt.timedelta:
    """Within which a tip is to be taken: one that may be urgent, and any other."""
    return dt.timedelta(minutes=node.desk.tip_minutes) if urgent else dt.timedelta(hours=node.desk.tip_hours)


def _streams(node: Node) -> tuple[_Stream, ...]:
    """The queue's streams: what is due, urgent or not, is one stage of the queue, in the order of its deadlines."""
    urgent, waiting, open_ = (STAGES.index(stage) * STAGE_WIDTH for stage in ("urgent", "waiting", "open"))
    soon, late = (_patience(node, urgent=told) // dt.timedelta(microseconds=1) for told in (True, False))
    return (
        _Stream(0, urgent, 0),
        _Stream(urgent, waiting, soon),
        _Stream(waiting, open_, late + urgent - waiting),
        _Stream(open_, _END, 0),
    )


def _dated(node: Node, tip: Tip, line: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    due = tip.since + _patience(node, urgent=DUE[tip.stage]) if tip.stage in DUE else None
    return {**line, "due_at": instants.text(due) if due else None, "overdue": due is not None and due < now}


def _written(place: Place) -> str:
    return f"{place[0]}-{place[1]}"


def _read(text: str) -> Place | None:
    """A place as an address has it; None for what is none."""
    place, _, key = text.partition("-")
    told = place.isdecimal() and key.isdecimal() and max(len(place), len(key)) < _DIGITS
    return (int(place), int(key)) if told else None
