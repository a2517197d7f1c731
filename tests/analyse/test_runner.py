from typing import ClassVar

import pyarrow as pa
import pytest

from fanal.analyse.resolve import Resolve
from fanal.analyse.runner import UnknownStep, run_steps
from fanal.lake.snapshot import read_current
from fanal.lake.writer import writing
from fanal.model.inputs import Inputs, PairDecision, Signal


class Count:
    """Counts accounts; reads one input."""

    name, version = "count", 1
    reads = ("account", "message")
    writes: ClassVar = {"counted": pa.schema([("n", pa.int64()), ("messages", pa.int64())])}
    order: ClassVar = {}
    inputs = ("signals",)

    def run(self, engine, inputs):
        engine.define(
            "counted", "SELECT (SELECT count(*) FROM account) AS n, (SELECT count(*) FROM message) AS messages"
        )
        return {"signals": len(inputs.signals)}


def run(world, inputs, step):
    with writing(world.root) as writer:
        (report,) = run_steps(writer, inputs, steps=(step,))
        return report, writer.commit()


def test_a_table_that_nobody_wrote_is_bound_empty(world):
    world.account("kx:1")
    world.write()
    report, _ = run(world, Inputs(), Count())
    assert (report.ran, report.rows) == (True, {"counted": 1})
    assert world.table("counted") == [{"n": 1, "messages": 0}]


def test_running_again_with_nothing_changed_writes_nothing(world):
    world.account("kx:1")
    world.write()
    _, first = run(world, Inputs(), Count())
    files = sorted(world.root.rglob("*"))
    report, second = run(world, Inputs(), Count())
    assert not report.ran
    assert second == first
    assert sorted(world.root.rglob("*")) == files


def test_an_input_that_the_step_names_makes_it_run_again(world):
    world.write()
    run(world, Inputs(), Count())
    report, _ = run(world, Inputs(signals=(Signal("kx:1", "hands_on", "officer", "d1"),)), Count())
    assert report.ran


def test_an_input_that_the_step_does_not_name_does_not(world):
    world.write()
    run(world, Inputs(), Count())
    report, _ = run(world, Inputs(decisions=(PairDecision("kx:1", "kx:2", "same", "d1"),)), Count())
    assert not report.ran


def test_a_new_version_of_a_step_makes_it_run_again(world):
    world.write()
    run(world, Inputs(), Count())
    newer = Count()
    newer.version = 2
    report, _ = run(world, Inputs(), newer)
    assert report.ran


def test_a_new_exhibit_makes_the_step_run_again(world):
    world.write()
    run(world, Inputs(), Count())
    world.account("kx:1")
    world.write()
    report, _ = run(world, Inputs(), Count())
    assert report.ran


def test_a_steps_own_last_result_does_not_make_it_run_again(world):
    world.account("kx:1")
    world.write()
    assert run(world, Inputs(), Resolve())[0].ran
    assert not run(world, Inputs(), Resolve())[0].ran


def test_progress_names_each_step_before_it_runs(world):
    world.write()
    seen = []
    with writing(world.root) as writer:
        run_steps(writer, Inputs(), None, lambda *told: seen.append(told), (Count(), Resolve()))
    assert seen == [("count", 0, 2), ("resolve", 1, 2)]


def test_an_unknown_step_is_refused_in_one_line(world):
    with writing(world.root) as writer, pytest.raises(UnknownStep) as refused:
        run_steps(writer, Inputs(), ["resolv"], steps=(Count(), Resolve()))
    assert refused.value.exit_code == 2
    assert refused.value.line() == "There is no step resolv; the steps are count, resolve."


def test_a_step_that_was_not_committed_left_nothing(world):
    world.account("kx:1")
    before = world.write()
    with writing(world.root) as writer:
        run_steps(writer, Inputs(), steps=(Count(),))
    assert read_current(world.root) == before
