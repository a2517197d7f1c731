"""What the exchange costs, section by section. Each section is one module and one line here.

Whole processes are measured from outside; a peer on the same bytes stands in a row of its own.
"""

from collections.abc import Callable

from fanal.bench.exchange_case import case_section
from fanal.bench.exchange_packages import packages_section
from fanal.bench.exchange_psi import psi_section
from fanal.bench.exchange_rows import ExchangeTask
from fanal.bench.exchange_seal import seal_section
from fanal.bench.sections import Report, Row, run_sections

Section = Callable[[ExchangeTask, Report], list[Row]]
#: By name, in the order of the table.
SECTIONS: tuple[tuple[str, Section], ...] = (
    ("packages", packages_section),
    ("case", case_section),
    ("seal", seal_section),
    ("psi", psi_section),
)


def bench_exchange(task: ExchangeTask, report: Report, only: str | None = None) -> list[Row]:
    """Run every section, or one; rows as `exchange_rows.row` makes them. Raises UnknownSection, StageFailed."""
    return run_sections(SECTIONS, task, report, only)
