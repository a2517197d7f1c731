"""What the steps are told: the case store's standing decisions as typed rows of `model.inputs`."""

from fanal.base import instants
from fanal.cases.access import Actor, may
from fanal.cases.decisions import all_standing
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.opinions import cleared_accounts
from fanal.cases.origins import NOT_ENOUGH, words_on_country
from fanal.evidence.register import Exhibit, Register
from fanal.lake.snapshot import read_current
from fanal.media.hashlists.store import in_force
from fanal.model.hash_lists import GradeScale
from fanal.model.inputs import Cleared, Copy, Inputs, OriginDecision, PairDecision, Threshold
from fanal.model.node_lists import node_lists
from fanal.work.protection import protected_in
from fanal.work.signals import signals_of


def inputs_for(actor: Actor, node: Node, operation: Operation) -> Inputs:
    """Snapshot the decisions, protected list, threshold and lists that a run goes by."""
    may(actor, "case.read", operation.slug)
    pairs = tuple(
        PairDecision(d.detail["account_a"], d.detail["account_b"], d.verdict, d.decision)
        for d in all_standing(operation, "pair")
    )
    lists = node_lists(node.lists)
    return Inputs(
        decisions=pairs,
        protected=protected_in(actor, operation),
        threshold=threshold_of(actor, operation),
        signals=signals_of(actor, node, operation),
        lists=lists.entries,
        editions=lists.editions,
        copies=copies_of(actor, node, operation),
        hash_lists=in_force(node.hash_lists),
        match=node.match,
        scales=_scales(node, operation),
        origins=tuple(
            OriginDecision(account, d.detail["country"], d.decision)
            for account, d in sorted(words_on_country(operation).items())
            if d.verdict != NOT_ENOUGH
        ),
        cleared=tuple(Cleared(account, d.decision) for account, d in sorted(cleared_accounts(operation).items())),
    )


def copies_of(actor: Actor, node: Node, operation: Operation) -> tuple[Copy, ...]:
    """Which exhibits are later copies of which: as registered, and as officers decided since. Decisions win."""
    may(actor, "case.read", operation.slug)
    exhibits = {exhibit.number: exhibit for exhibit in Register(node.evidence).exhibits(operation.slug)}
    earlier = {number: e.options.get("snapshot_of") for number, e in exhibits.items()}
    for decision in all_standing(operation, "snapshot"):
        earlier[int(decision.subject)] = decision.detail.get("earlier") if decision.verdict == "copy" else None
    read = read_current(node.lake(operation.slug)).exhibits
    whole = {n: "truncated" not in read.get(str(n), {}).get("notes", {}) for n in exhibits}
    return tuple(
        Copy(
            later,
            elder,
            comparable=whole[later] and whole[elder] and _scope(exhibits[later]) == _scope(exhibits[elder]),
        )
        for later, elder in sorted(earlier.items())
        if elder is not None
    )


def _scales(node: Node, operation: Operation) -> tuple[GradeScale, ...]:
    """What the categories of each exhibit's grades mean, as it was said when they were brought in."""
    told = ((e.number, e.options.get("grades")) for e in Register(node.evidence).exhibits(operation.slug))
    return tuple(
        GradeScale(number, grades["agency"], category, opinion)
        for number, grades in told
        if grades
        for category, opinion in sorted(grades["opinions"].items())
    )


def _scope(exhibit: Exhibit) -> object:
    return exhibit.options.get("scope")


def threshold_of(actor: Actor, operation: Operation) -> Threshold:
    """The operation's approved threshold; version 0, approved by nobody, where there is none."""
    may(actor, "case.read", operation.slug)
    standing = all_standing(operation, "threshold")
    if not standing:
        return Threshold()
    latest = standing[-1]
    told = latest.detail["rules"]
    rules = told | {name: tuple(told[name]) for name in ("conduct", "grades") if name in told}
    return Threshold(
        version=latest.detail["version"],
        approver=latest.detail["approver"],
        approved_at=instants.parse(latest.detail["approved_at"]),
        **rules,
    )
