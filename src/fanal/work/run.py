"""Running the steps of the analysis on an operation's lake."""

from collections.abc import Callable, Sequence
from typing import Any

from fanal.analyse.page_tables import make_all
from fanal.analyse.runner import chosen, out_of_date, run_steps
from fanal.base.language import mark
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.engine.choice import engines
from fanal.lake.snapshot import read_current
from fanal.lake.writer import writing
from fanal.work.told import inputs_for

UP_TO_DATE, LATE, NEVER = mark("up to date"), mark("out of date"), mark("never ran")


def steps_of(actor: Actor, node: Node, operation: Operation) -> list[dict[str, Any]]:
    """The steps in the order in which they run.

    Returns:
        `step`; `state`: "up to date", "out of date" or "never ran"; `found`: what the last run said. A step that is
        up to date runs too where one before it changes what it reads.
    """
    may(actor, "case.read", operation.slug)
    inputs = inputs_for(actor, node, operation)
    snapshot = read_current(node.lake(operation.slug))
    rows = []
    for step in chosen(None):
        last = snapshot.steps.get(step.name, {})
        late = NEVER if not last else LATE if out_of_date(step, snapshot, inputs) else UP_TO_DATE
        rows.append({"step": step.name, "state": late, "found": dict(last.get("account", {}))})
    return rows


def run(
    actor: Actor,
    node: Node,
    operation: Operation,
    steps: Sequence[str] | None,
    report: Callable[[str, float], None],
) -> list[dict[str, Any]]:
    """Run what is out of date and publish one snapshot.

    Args:
        steps: only these; None, all.
        report: told each step's name and the share done.

    Returns:
        A row for each step: whether it ran, what it found, rows by table.

    Raises:
        UnknownStep: wrong use. LakeBusy: another command writes. SparkNotInstalled, NoJava: see each.
    """
    may(actor, "case.run", operation.slug)
    chosen(steps)
    inputs = inputs_for(actor, node, operation)
    with writing(node.lake(operation.slug)) as writer, engines(node.engine) as opened:
        reports = run_steps(writer, inputs, steps, lambda name, place, of: report(name, place / of), opened=opened)
        before = writer.current
        snapshot = writer.commit()
        make_all(snapshot, before)
    if snapshot.number != before.number:
        record(actor, "case.run", operation.slug, snapshot=snapshot.number, digest=snapshot.digest())
    return [
        {"step": done.step, "ran": done.ran, "found": dict(done.account), "rows": dict(done.rows)} for done in reports
    ]
