"""What changed in an operation since an instant, counted: what came in, was found, decided, sent and answered.

It names nobody. What people did is counted in the case store; what the analysis says is the present snapshot held
against the one that was current then.
"""

import datetime as dt
from typing import Any

from django.db.models import Q

from fanal.analyse.front import crossed
from fanal.base import instants
from fanal.cases.access import Actor, allowed, may
from fanal.cases.models.audit import Outbox
from fanal.cases.models.exchange import Answer, Arrival, Package, Reply
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.models.sources import ExhibitIndex, Tip
from fanal.cases.node import Node
from fanal.lake.snapshot import Snapshot, read_current, read_numbered

#: Kinds of decisions on links between accounts, and on whom identities belong to. The protected list is among neither.
PAIR = "pair"
LINKS, WHO = (PAIR, "accounts"), ("identity", "person", "country")


def last_visit(actor: Actor, operation: Operation, before: dt.datetime) -> dt.datetime | None:
    """When the officer last read or did something in the operation that stands on record, before an instant."""
    may(actor, "case.read", operation.slug)
    own = Outbox.objects.filter(officer=actor.officer, subject=operation.slug)
    last = own.filter(at__lt=instants.text(before)).order_by("-pk").values_list("at", flat=True).first()
    return instants.parse(last) if last else None


def changes_since(actor: Actor, node: Node, operation: Operation, since: dt.datetime) -> list[dict[str, Any]]:
    """Rows of `what` (a word of this list) and `n`, only what there is and what the officer may see.

    `exhibits`, `tips`: that came in; `runs`: of the steps, that found something new; `founded`, `met`, `lost`: see
    `analyse.front.crossed` (left out where the lake no longer has the snapshot of that time); `links`, `who`:
    decisions; `sealed`, `received`: packages; `answers`: identities that recipients answered on; `answered`: outcomes
    that officers here recorded on received ones; `letters_in`, `letters_out`: recalls, corrections and permissions;
    `events`: reports of what was done.
    """
    may(actor, "case.read", operation.slug)
    acts = _acts(operation, since)
    runs = [act for act in acts if act["verb"] == "case.run"]
    found = {
        "exhibits": ExhibitIndex.objects.filter(operation=operation, added_at__gte=since).count(),
        "runs": len(runs),
        **_packages(operation, since),
        "events": sum(act["facts"]["events"] for act in acts if act["verb"] == "event.record"),
    }
    if allowed(actor, "tip.read", operation.slug):
        found["tips"] = Tip.objects.filter(operation=operation, received_at__gte=since).count()
    if allowed(actor, "person.read", operation.slug):
        made = Decision.objects.filter(operation=operation, at__gte=since)
        # A pair that a confirmation or a split brought along is no decision of its own.
        alone = Q(detail__part_of__isnull=True)
        found["links"] = made.filter(~Q(subject_kind=PAIR) | alone, subject_kind__in=LINKS).count()
        found["who"] = made.filter(subject_kind__in=WHO).count()
        found |= _crossed(node, operation, runs)
    if allowed(actor, "letter.read", operation.slug):
        found |= _letters(operation, since)
    return [{"what": what, "n": n} for what, n in found.items() if n]


def _acts(operation: Operation, since: dt.datetime) -> list[dict[str, Any]]:
    """What the audit log says of runs and of reports taken in, the oldest first."""
    own = Outbox.objects.filter(subject=operation.slug, verb__in=("case.run", "event.record"))
    return [row.content for row in own.filter(at__gte=instants.text(since)).order_by("pk")]


def _packages(operation: Operation, since: dt.datetime) -> dict[str, int]:
    """Packages and answers, by when they left or were opened here: what others' clocks say of them counts nothing."""
    came = Arrival.objects.filter(at__gte=since).values("digest")
    replies = Reply.objects.filter(package__operation=operation, direction="in", kind="answer", digest__in=came)
    packages = Package.objects.filter(operation=operation)
    return {
        "sealed": packages.filter(direction="out", sealed_at__gte=since).count(),
        "received": packages.filter(direction="in", digest__in=came).count(),
        "answers": sum(replies.values_list("answers", flat=True)),
        "answered": Answer.objects.filter(
            package__operation=operation, package__direction="in", at__gte=since
        ).count(),
    }  # fmt: skip


def _letters(operation: Operation, since: dt.datetime) -> dict[str, int]:
    opened = set(Arrival.objects.filter(at__gte=since).values_list("digest", flat=True))
    letters = Letter.objects.filter(operation=operation)
    came = letters.filter(direction="in").values_list("detail", flat=True) if opened else ()
    return {
        "letters_in": sum(1 for detail in came if detail.get("digest") in opened),
        "letters_out": letters.filter(direction="out", sealed_at__gte=since).count(),
    }


def _crossed(node: Node, operation: Operation, runs: list[dict[str, Any]]) -> dict[str, int]:
    """What the runs changed: the snapshot before the first of them against the present one."""
    if not runs:
        return {}
    now, first = read_current(node.lake(operation.slug)), runs[0]["facts"]["snapshot"]
    before = read_numbered(now, first - 1) if first > 1 else Snapshot(now.root)
    return crossed(before, now) if before else {}
