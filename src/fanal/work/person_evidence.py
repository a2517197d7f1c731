"""What may identify the person behind an identity: the rows that findings rest on, others' answers, reports.

It decides nothing and leaves nothing out that an officer could name: any other place is named by hand.
"""

from typing import Any

from fanal.analyse.lookup import identity_like
from fanal.cases.access import Actor, may
from fanal.cases.everyone import Everyone
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.lake.snapshot import read_current
from fanal.work.explain import explain
from fanal.work.foreign import answers_on
from fanal.work.person_pages import NoSuchPerson, reference_of_person

#: Rows of evidence that are offered; an identity may rest on thousands.
MOST = 60


def evidence_on(actor: Actor, node: Node, operation: Operation, subject: str) -> dict[str, Any]:
    """What an officer may name of an identity to say who is behind it. The reading is on the record first.

    Args:
        subject: the beginning of the identity's id, or one of its accounts.

    Returns:
        `identity`, `accounts`, `reference` (of the person whom decisions put behind it already; "" for nobody),
        `rows` (at most MOST, each once: `obs`, `exhibit`, `locator`, `reason`, `row`), `more` (rows left out),
        `answers` (as `foreign.answers_on` has them), `reports` (`reference`, `reported_by`, `kind`, `at`, `account`).

    Raises:
        UnknownIdentity.
    """
    may(actor, "person.decide", operation.slug)
    identity = identity_like(read_current(node.lake(operation.slug)), subject)
    said = explain(actor, node, operation, identity, excerpts=False)
    rows: dict[int, dict[str, Any]] = {}
    for finding in said["findings"]:
        for ground in finding["support"]:
            if ground["locator"]:
                rows.setdefault(ground["obs"], ground)
    reports = CaseEvent.objects.filter(operation=operation, account__in=said["accounts"]).order_by("at", "pk")
    return {
        "identity": identity,
        "accounts": said["accounts"],
        "reference": _behind(actor, operation, identity, said["accounts"]),
        "rows": list(rows.values())[:MOST],
        "more": max(len(rows) - MOST, 0),
        "answers": answers_on(actor, operation, {identity}).get(identity, []),
        "reports": [
            {name: getattr(event, name) for name in ("reference", "reported_by", "kind", "at", "account")}
            for event in reports
        ],
    }


def _behind(actor: Actor, operation: Operation, identity: str, accounts: list[str]) -> str:
    """A reference of the person whom decisions put behind an identity; "" for nobody, and for a victim."""
    everyone = Everyone(operation)
    for person in everyone.standing():
        named = any(one.identity == identity for one in everyone.family(person))
        if named or everyone.accounts_of(person).intersection(accounts):
            try:
                return reference_of_person(actor, operation, person.pk)
            except NoSuchPerson:
                continue
    return ""
