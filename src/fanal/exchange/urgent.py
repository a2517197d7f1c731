"""What in a package cannot wait, read from the package itself: a child at risk, and records about to be deleted.

Counts and short ids alone, so that it can stand in a cover text; it says nothing of who or where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fanal.base.language import translate, translate_count
from fanal.exchange.spoken import day, number

AT_RISK, MINOR = "child_at_risk", "minor"
SOON_DAYS = 14
SHORT = 8
_NAMED = 10


@dataclass(frozen=True)
class Urgent:
    """What cannot wait, as of the day on which a package was made.

    Attributes:
        at_risk: identities that point to a child at risk, in rank order; `minors`: may be a minor's own.
        soon: leads whose records are expected to be deleted within SOON_DAYS; `gone`: by then already.
        next_at: when the first of `soon` end.
    """

    at_risk: Sequence[str] = ()
    soon: int = 0
    gone: int = 0
    next_at: datetime | None = None
    minors: Sequence[str] = ()

    def lines(self) -> list[str]:
        """The sentences, in the language in force; the child first."""
        return [*self._children(), *self._minors(), *self._records()]

    def _minors(self) -> list[str]:
        if not self.minors:
            return []
        said = translate_count(
            "MINOR: {n} identity may be a minor's own: {which}. The law on children applies.",
            "MINOR: {n} identities may be minors' own: {which}. The law on children applies.",
            len(self.minors),
        )
        return [said.format(n=number(len(self.minors)), which=_named(self.minors))]

    def _children(self) -> list[str]:
        if not self.at_risk:
            return [translate("Nothing in it says that a child is at risk now; that proves nothing of the contrary.")]
        n = len(self.at_risk)
        said = translate_count(
            "CHILD AT RISK: {n} identity points to a child who may be in danger now: {which}.",
            "CHILD AT RISK: {n} identities point to a child who may be in danger now: {which}.",
            n,
        )
        return [
            said.format(n=number(n), which=_named(self.at_risk)),
            translate("Look at it before anything else, and call the sender at any hour."),
        ]

    def _records(self) -> list[str]:
        lines = []
        if self.soon:
            said = translate_count(
                "The records behind {n} lead are expected to be deleted within {days} days, the next on {day}.",
                "The records behind {n} leads are expected to be deleted within {days} days, the next on {day}.",
                self.soon,
            )
            lines.append(said.format(n=number(self.soon), days=SOON_DAYS, day=day(self.next_at)))
        if self.gone:
            said = translate_count(
                "The records behind {n} lead may be deleted already; ask all the same, some are kept longer.",
                "The records behind {n} leads may be deleted already; ask all the same, some are kept longer.",
                self.gone,
            )
            lines.append(said.format(n=number(self.gone)))
        return lines or [translate("No record that a lead asks for is known to be deleted soon.")]


def urgent_of(folder: Path, made_at: datetime) -> Urgent:
    """What cannot wait in an unpacked package.

    Args:
        folder: the bag, its tables written.
        made_at: of the package, UTC.
    """
    tables = folder / "data/tables"
    now = made_at.replace(tzinfo=None)
    soon = now + timedelta(days=SOON_DAYS)
    ends = [at.replace(tzinfo=None) for at in _column(tables / "lead.parquet", "perishes_at").to_pylist() if at]
    ahead = [at for at in ends if now <= at <= soon]
    gone = sum(at < now for at in ends)
    return Urgent(
        _pointing(tables, AT_RISK, ranked=True), len(ahead), gone, min(ahead, default=None), _pointing(tables, MINOR)
    )


def _pointing(tables: Path, flag: str, *, ranked: bool = False) -> list[str]:
    """Identities that carry a flag, or (`ranked`) whose rank names it among its reasons; in rank order."""
    path = tables / "identity_rank.parquet"
    if not path.exists():
        return []
    rows = pq.read_table(path, columns=["identity", "rank", "reasons"])
    flags = tables / "flag.parquet"
    carried = pq.read_table(flags, columns=["identity"], filters=[("flag", "=", flag)]) if flags.exists() else None
    said = pc.is_in(rows["identity"], pa.array(carried["identity"].to_pylist() if carried else [], pa.string()))
    if ranked:
        said = pc.or_(said, pc.fill_null(pc.match_substring(rows["reasons"], flag), False))
    return [str(identity) for identity in rows.filter(said).sort_by("rank")["identity"].to_pylist()]


def _named(identities: Sequence[str]) -> str:
    named = ", ".join(identity[:SHORT] for identity in identities[:_NAMED])
    return named + (" ..." if len(identities) > _NAMED else "")


def _column(path: Path, name: str) -> pa.ChunkedArray:
    return pq.read_table(path, columns=[name])[name] if path.exists() else pa.chunked_array([], pa.timestamp("us"))
