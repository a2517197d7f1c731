"""What every section of `fanal bench quality` takes and returns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Report = Callable[[str, float], None]
COLUMNS = ("set", "method", "measure", "value", "each", "aim", "note")


@dataclass(frozen=True)
class Task:
    """What to measure on.

    Attributes:
        scale: of a sample platform; 1 is 1.8 million accounts. None, the section's own.
        sets: a folder with public sets brought by hand; a set that is not there is a row that says so.
        peers: a virtual environment with the peers; those not there are rows that say so.
        tuning: measure on the seeds that served for tuning, never on those that are reported.
    """

    scale: float | None
    sets: Path
    peers: Path
    tuning: bool = False


def row(
    data: str,
    method: str,
    measure: str,
    each: Sequence[float],
    *,
    aim: str = "",
    note: str = "",
    digits: int = 4,
) -> dict[str, Any]:
    """One line of the table.

    Args:
        data: the set, with its seeds.
        method: `fanal`, or the peer as it was set up.
        measure: what was measured.
        each: the figure of each seed; `value` is their mean, None where there is none.
        aim: what was hoped for, such as ">= .99"; only of Fanal.
        note: what a reader must know, such as why a figure is not there.
        digits: decimal places.
    """
    value = round(sum(each) / len(each), digits) if each else None
    told = " ".join(f"{one:.{digits}f}" for one in each) if len(each) > 1 else ""
    return {"set": data, "method": method, "measure": measure, "value": value, "each": told, "aim": aim, "note": note}
