"""Runs the steps that are out of date, in order, and puts what they made into the lake.

A step is out of date when its version, the content of a table it reads, or an input it names has
changed since its last run. It is the only module of `analyse` that writes, through the lake's writer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from fanal.analyse.registry import STEPS
from fanal.analyse.snapshots import SAME_ROW
from fanal.analyse.step import Account, Step
from fanal.base.digests import digest_of
from fanal.base.errors import FanalError
from fanal.engine.choice import Opened
from fanal.engine.door import Engine, InProcess
from fanal.engine.duck import Duck
from fanal.lake.snapshot import Snapshot
from fanal.lake.writer import LakeWriter
from fanal.model.inputs import Inputs
from fanal.model.tables import BY_NAME, GRADE, RECEIVED_GRADE, REJECT

Progress = Callable[[str, int, int], None]


class UnknownStep(FanalError):
    """`fanal run` was asked for a step that does not exist."""

    code = "F-STEP-01"
    text = "There is no step {name}; the steps are {known}."
    exit_code = 2


@dataclass(frozen=True)
class StepReport:
    """What became of one step.

    Attributes:
        ran: False where nothing it depends on had changed.
        rows: rows of each table it wrote.
        account: what it found, in its own words.
    """

    step: str
    ran: bool
    rows: Mapping[str, int] = field(default_factory=dict)
    account: Account = field(default_factory=dict)


def schemas(steps: Sequence[Step] = STEPS) -> dict[str, pa.Schema]:
    """Columns of every table that steps read: canonical tables, rejects, every step's results, received grades."""
    known = {name: table.schema for name, table in BY_NAME.items()}
    known[REJECT.name] = REJECT.schema
    known[RECEIVED_GRADE] = GRADE
    for step in steps:
        known.update(step.writes)
    return known


def bind(
    engine: Engine, snapshot: Snapshot, tables: Sequence[str], steps: Sequence[Step] = STEPS, *, facts: bool = True
) -> None:
    """Let table names stand for a snapshot's files; what it does not have is bound empty, with its columns.

    Args:
        engine: takes the names.
        snapshot: of the lake.
        tables: names.
        steps: whose tables the lake may hold besides those of the registry.
        facts: a canonical table is then what the evidence says, each fact once: rows of a later copy of one
            source that say what an earlier copy says are left out. False for all rows.
    """
    known = schemas() | schemas(steps)
    once = facts and snapshot.rows(SAME_ROW) > 0
    if once:
        engine.bind(SAME_ROW, snapshot.files(SAME_ROW))
    for name in tables:
        files = snapshot.files(name)
        if once and files and name in BY_NAME:
            engine.bind(f"{name} rows", files)
            same = f"SELECT 1 FROM {SAME_ROW} AS s WHERE s.obs = r.obs"
            engine.name(name, f'SELECT r.* FROM "{name} rows" AS r WHERE NOT EXISTS ({same})')
        elif name != SAME_ROW or not once:
            engine.bind(name, files or known[name].empty_table())


def state_of(step: Step, snapshot: Snapshot, inputs: Inputs) -> str:
    """A digest of all that the step's result depends on; its own last result is not among it."""
    return digest_of(
        {
            "version": step.version,
            "tables": {name: snapshot.digest(name) for name in (*step.reads, SAME_ROW) if name not in step.writes},
            "inputs": {name: inputs.digest(name) for name in step.inputs},
        }
    )


def out_of_date(step: Step, snapshot: Snapshot, inputs: Inputs) -> bool:
    """Whether the step must run again on this snapshot with these inputs."""
    return snapshot.steps.get(step.name, {}).get("inputs") != state_of(step, snapshot, inputs)


def chosen(names: Sequence[str] | None, steps: Sequence[Step] = STEPS) -> list[Step]:
    """The steps of those names in the order they run; all where none is named. Raises UnknownStep."""
    known = {step.name for step in steps}
    for name in names or ():
        if name not in known:
            raise UnknownStep(name=name, known=", ".join(step.name for step in steps))
    return [step for step in steps if not names or step.name in names]


def run_steps(
    writer: LakeWriter,
    inputs: Inputs,
    names: Sequence[str] | None = None,
    progress: Progress | None = None,
    steps: Sequence[Step] = STEPS,
    opened: Opened = Duck,
) -> list[StepReport]:
    """Run what is out of date. The caller commits; with nothing out of date, nothing is staged.

    Args:
        writer: of the operation's lake; a step sees what the steps before it staged.
        inputs: what people decided.
        names: only these steps; None, all.
        progress: called before each step with its name, its place from 0, and the number of steps.
        steps: the steps there are.
        opened: makes the engine of one step; the result is the same on any.

    Raises:
        UnknownStep: a name is none of theirs.
    """
    wanted = chosen(names, steps)
    reports = []
    for place, step in enumerate(wanted):
        if progress:
            progress(step.name, place, len(wanted))
        before = writer.pending()
        if out_of_date(step, before, inputs):
            reports.append(_run(writer, step, before, inputs, steps, opened))
        else:
            reports.append(StepReport(step.name, ran=False))
    return reports


def _run(
    writer: LakeWriter, step: Step, before: Snapshot, inputs: Inputs, steps: Sequence[Step], opened: Opened
) -> StepReport:
    with opened() as engine:
        bind(engine, before, step.reads, steps, facts=SAME_ROW not in step.writes)
        for name in set(step.reads) & set(step.writes):
            engine.bind(f"previous_{name}", before.files(name) or step.writes[name].empty_table())
        told = step.run(engine, inputs)
        account: Account = {name: n if isinstance(n, str) else int(n) for name, n in told.items()}
        for table, schema in step.writes.items():
            order = step.order.get(table) or ", ".join(f'"{name}" NULLS FIRST' for name in schema.names)
            columns = ", ".join(f'"{name}"' for name in schema.names)
            sorted_already = isinstance(engine, InProcess) and engine.is_in_order(table, order)
            ending = "" if sorted_already else f" ORDER BY {order}"
            writer.set_table(table, engine.batches(f'SELECT {columns} FROM "{table}"{ending}'), schema)
    after = writer.pending()
    writer.set_step(
        step.name,
        {
            "version": step.version,
            "inputs": state_of(step, before, inputs),
            "tables": list(step.writes),
            "account": account,
        },
    )
    return StepReport(step.name, ran=True, rows={name: after.rows(name) for name in step.writes}, account=account)
