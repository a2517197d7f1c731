"""How good the results are, section by section, beside peers. Each section is one module and one line here.

A section makes or reads a set whose truth is known, runs Fanal and its peers on it and returns rows. What
served for tuning and what is reported are named in every row's `set`; the two never meet.
"""

from collections.abc import Callable
from typing import Any

from fanal.bench.quality_countries import countries_section
from fanal.bench.quality_platform import platform_section
from fanal.bench.quality_records import records_section
from fanal.bench.quality_rows import Report, Task
from fanal.bench.sections import run_sections

Section = Callable[[Task, Report], list[dict[str, Any]]]
#: By name, in the order of the table.
SECTIONS: tuple[tuple[str, Section], ...] = (
    ("platform", platform_section),
    ("countries", countries_section),
    ("records", records_section),
)


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
    return run_sections(SECTIONS, task, report, only)
