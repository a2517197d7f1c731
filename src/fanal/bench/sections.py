"""Tables made of sections: which there are, which are asked for, and the share done of all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fanal.base.errors import FanalError

Report = Callable[[str, float], None]
Row = dict[str, Any]
Task = TypeVar("Task")


class UnknownSection(FanalError):
    """`fanal bench NAME --only` was asked for a section that there is not."""

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


def run_sections(
    sections: Sequence[tuple[str, Callable[[Task, Report], list[Row]]]], task: Task, report: Report, only: str | None
) -> list[Row]:
    """Run every section, or one.

    Args:
        sections: name and what makes the rows, in the order of the table.
        task: what every section is given.
        report: told what is under way and the share done.
        only: the name of one section; None, all.

    Raises:
        UnknownSection: for a name that is none of them.
        StageFailed: a program ended in an error.
    """
    chosen = [(name, make) for name, make in sections if only in (None, name)]
    if not chosen:
        raise UnknownSection(name=only, known=", ".join(name for name, _ in sections))
    found: list[Row] = []
    for place, (_, make) in enumerate(chosen):
        found += make(task, _Share(report, place, len(chosen)))
    return found
