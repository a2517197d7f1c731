"""What every section of `fanal bench exchange` takes and returns."""

from dataclasses import dataclass

from fanal.bench.sections import Row
from fanal.bench.stage import Measured

COLUMNS = ("section", "work", "who", "units", "cpu_s", "wall_s", "peak_mib", "ratio", "aim", "note")


@dataclass(frozen=True)
class ExchangeTask:
    """What to measure.

    Attributes:
        scale: of the sample platform; 1 is 1.8 million accounts and, for one file, 1 GiB.
    """

    scale: float


def row(
    section: str,
    work: str,
    took: Measured,
    units: str,
    *,
    who: str = "fanal",
    ratio: float | None = None,
    aim: str = "",
    note: str = "",
) -> Row:
    """One line of the table.

    Args:
        section: its name. work: what was done. who: `fanal`, or the peer.
        took: the process as the system saw it, or the sum of several.
        units: how much of what, such as "38 packages".
        ratio: Fanal's processor time over the peer's on the same bytes.
        aim: what was hoped for at scale 1; only of Fanal.
    """
    return {
        "section": section, "work": work, "who": who, "units": units, "cpu_s": took.cpu_s, "wall_s": took.wall_s,
        "peak_mib": took.peak_mib, "ratio": ratio, "aim": aim, "note": note,
    }  # fmt: skip
