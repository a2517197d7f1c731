"""What the steps are told: the case store's standing decisions as typed rows of `model.inputs`."""

from fanal.base import instants
from fanal.cases.access import Actor, may
from fanal.cases.decisions import all_standing
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.model.inputs import Inputs, PairDecision, ProtectedIdentifier, Signal, Threshold
from fanal.model.lists import node_lists


def inputs_for(actor: Actor, node: Node, operation: Operation) -> Inputs:
    """Snapshot the decisions, protected list, threshold and lists that a run goes by."""
    may(actor, "case.read", operation.slug)
    pairs = tuple(
        PairDecision(d.detail["account_a"], d.detail["account_b"], d.verdict, d.decision)
        for d in all_standing(operation, "pair")
    )
    protected = tuple(
        ProtectedIdentifier(d.detail["kind"], d.detail["norm"], d.detail["reference"])
        for d in all_standing(operation, "protected")
        if d.verdict == "protect"
    )
    signals = tuple(
        Signal(d.detail["account"], d.detail["kind"], "officer", d.decision)
        for d in all_standing(operation, "signal")
        if d.verdict == "raise"
    )
    return Inputs(
        decisions=pairs,
        protected=protected,
        threshold=threshold_of(actor, operation),
        signals=signals,
        lists=node_lists(node.lists),
    )


def threshold_of(actor: Actor, operation: Operation) -> Threshold:
    """The operation's approved threshold; version 0, approved by nobody, where there is none."""
    may(actor, "case.read", operation.slug)
    standing = all_standing(operation, "threshold")
    if not standing:
        return Threshold()
    latest = standing[-1]
    rules = {**latest.detail["rules"]}
    rules["conduct"] = tuple(rules.get("conduct", Threshold().conduct))
    return Threshold(
        version=latest.detail["version"],
        approver=latest.detail["approver"],
        approved_at=instants.parse(latest.detail["approved_at"]),
        **rules,
    )
