"""Every statement of every step, on DuckDB and on Spark: the same rows."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from small_lake import small_lake
from twin import Twin

from fanal.analyse import snapshots
from fanal.analyse.registry import STEPS
from fanal.analyse.runner import bind, run_steps
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.engine.subset import offences
from fanal.lake.writer import writing
from fanal.model.inputs import Copy, Inputs, ListEntry, PairDecision

PACKAGE = "fanal.analyse"
#: What `fanal explain` and the views read, on DuckDB alone; the first two are run here all the same.
QUERIES = {"shared": "resolve.sql", "country_rows": "attribute.sql"}
NOT_A_STEP = {
    "activity.sql",
    "front.sql",
    "links.sql",
    "page_tables.sql",
    "views.sql",
    "media_views.sql",
    "pages.sql",
    "series_pages.sql",
    "countries.sql",
    "contexts.sql",
    "search.sql",
}
#: What fetches rows for loops in this process; Spark runs the statements that say the same.
IN_PROCESS = "gather_"
#: What a lake this small cannot show. Their statements run all the same.
MAY_BE_EMPTY = {
    "lineage", "bridge", "linkage_candidate", "linkage_finding", "linkage_support", "unlisted_anonymiser",
    "wallet_context", "cospend_finding", "cospend_support",
}  # fmt: skip
#: Tables whose copies are compared: the statements are the same for all, filled with other columns.
COPIED = ("message", "link")


def sql_files() -> list[str]:
    return sorted(f.name for f in files(PACKAGE).iterdir() if f.name.endswith(".sql") and f.name not in NOT_A_STEP)


def escaped(ran: list[str]) -> list[str]:
    """Statements of the .sql files that none of these is, nor holds."""
    whole = "\n;\n".join(ran)
    missed = []
    for file in sql_files():
        for name, statement in load(PACKAGE, file).items():
            if name.startswith(IN_PROCESS):
                continue
            pattern = ".*?".join(re.escape(part) for part in re.split(r"\$\{\w+\}", statement))
            if not re.search(pattern, whole, re.DOTALL):
                missed.append(f"{file}: {name}")
    return missed


@pytest.fixture
def few_copied_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "TABLES", tuple(t for t in snapshots.TABLES if t.name in COPIED))


@pytest.mark.slow
@pytest.mark.usefixtures("few_copied_tables")
def test_every_statement_of_every_step_gives_the_same_rows_on_both_engines(house, tmp_path):
    root, inputs = small_lake(tmp_path)
    ran: list[str] = []
    with writing(root) as writer:
        reports = run_steps(writer, inputs, opened=lambda: Twin(Duck(), house.engine(), ran))
        with Twin(Duck(), house.engine(), ran) as twin:
            bind(twin, writer.pending(), sorted({name for step in STEPS for name in (*step.reads, *step.writes)}))
            for name, file in QUERIES.items():
                twin.rows(load(PACKAGE, file)[name])
    assert all(report.ran for report in reports)
    # A table without a row compares nothing.
    rows = {name: n for report in reports for name, n in report.rows.items()}
    assert {name for name, n in rows.items() if not n} <= MAY_BE_EMPTY
    assert not escaped(ran)


class Recorder:
    """DuckDB as an engine whose rows lie elsewhere, and what it was asked."""

    def __init__(self, ran: list[str]) -> None:
        self.ran = ran
        self.duck = Duck()
        self.bind, self.drop, self.close = self.duck.bind, self.duck.drop, self.duck.close

    def __enter__(self):
        return self

    def __exit__(self, *told):
        self.close()

    def define(self, name, sql, **params):
        self.ran.append(sql)
        self.duck.define(name, sql, **params)

    def name(self, name, sql):
        self.ran.append(sql)
        self.duck.name(name, sql)

    def rows(self, sql, **params):
        self.ran.append(sql)
        return self.duck.rows(sql, **params)

    def batches(self, sql, size=131_072, **params):
        self.ran.append(sql)
        return self.duck.batches(sql, size, **params)


def recorded(root: Path) -> list[str]:
    """The statements of all steps, filled in, from a run on an empty lake."""
    ran: list[str] = []
    told = Inputs(
        copies=(Copy(2, 1),),
        decisions=(PairDecision("kx:1", "kx:2", "same", "d1"),),
        lists=(ListEntry("mail", "email", "@example.org", "disposable_mail", since="2023-01-01"),),
    )
    with writing(root) as writer:
        run_steps(writer, told, opened=lambda: Recorder(ran))
    return [*ran, *(load(PACKAGE, file)[name] for name, file in QUERIES.items())]


def test_every_statement_of_every_step_keeps_within_the_subset(tmp_path):
    ran = recorded(tmp_path / "op")
    assert not escaped(ran)
    found = {sql: refused for sql in ran if (refused := offences(sql))}
    assert not found, "\n".join(f"{o.rule}: {o.sql}\n  {o.text}" for refused in found.values() for o in refused)


def test_a_statement_that_was_not_run_is_named(tmp_path):
    ran = recorded(tmp_path / "op")
    assert escaped([sql for sql in ran if "resolve_shared_value AS s" not in sql]) == ["resolve.sql: resolve_use"]
