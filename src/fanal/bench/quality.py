"""How good the results are, section by section, beside peers. Each section is one module and one line here.

A section makes or reads a set whose truth is known, runs Fanal and its peers on it and returns rows. What
served for tuning and what is reported are named in every row's `set`; the two never meet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fanal.base.errors import FanalError
from fanal.bench.quality_countries import countries_section
from fanal.bench.quality_platform import platform_section
from fanal.bench.quality_records import records_section
from fanal.bench.quality_rows import Report, Task

Section = Callable[[Task, Report], list[dict[str, Any]]]
#: By name, in the order of the table.
SECTIONS: tuple[tuple[str, Section], ...] = (
    ("platform", platform_section),
    ("countries", countries_section),
    ("records", records_section),
)


class UnknownSection(FanalError):
    """`fanal bench quality --only` was asked for a section that there is not."""

    code = "F-BENCH-02"
    text = "There is no section {name}; the sections are {known}."
    exit_code = 2


@dataclass(frozen=True)
class _Share:
    """Tells the progress of one section as a share of all."""

    report: Report
    place: int
    total: int

    def __call__(self, what: str, done: float) -> None:
        self.report(what, (self.place + done) / self.total)


def bench_quality(task: Task, report: Report, only: str | None = None) -> list[dict[str, Any]]:
    """Run every section, or one.

    Args:
        task: where the sets and the peers are, and which seeds.
        report: told what is under way and the share done.
        only: the name of one section.

    Returns:
        Rows as `quality_rows.row` makes them.

    Raises:
        UnknownSection: for a name that is none of SECTIONS.
        StageFailed: a program ended in an error.
    """
    chosen = [(name, make) for name, make in SECTIONS if only in (None, name)]
    if not chosen:
        raise UnknownSection(name=only, known=", ".join(name for name, _ in SECTIONS))
    found: list[dict[str, Any]] = []
    for place, (_, make) in enumerate(chosen):
        found += make(task, _Share(report, place, len(chosen)))
    return found
