"""Two small nodes that have pinned each other: a desk that sends, and a Belgian unit that receives and answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk_case import Desk
from whole_case import TERMS

#: The operation that the desk's packages open into.
OWN = ("--op", "nl-kx")
WHY = ("--reason", "asked by phone")


@dataclass(frozen=True)
class Pair:
    """The desk and the Belgian unit; the desk's officer 2 approves."""

    folder: Path

    @property
    def desk(self) -> Desk:
        return Desk(self.folder / "desk")

    @property
    def unit(self) -> Desk:
        return Desk(self.folder / "unit")

    def copy(self, to: Path) -> "Pair":
        self.desk.copy(to / "desk")
        self.unit.copy(to / "unit")
        return Pair(to)

    def release(self) -> Path:
        """A package built, approved and sealed."""
        self.desk.do("package", "build", "BE")
        self.desk.do("--as", "2", "package", "approve")
        return Path(self.desk.do("package", "seal", "--format", "json").json[0]["file"])

    def deliver(self) -> dict[str, Any]:
        """A package released, opened and run by the unit."""
        found: dict[str, Any] = self.unit.do("receive", self.release(), "--format", "json").json
        self.unit.do("run", *OWN)
        return found

    def id_of(self, account: str) -> str:
        return str(self.desk.line(account)["identity"])

    def approve(self, letter: str | None = None) -> list[Path]:
        """The desk's recalls and corrections, approved by officer 2."""
        name = (letter,) if letter else ()
        sealed = self.desk.do("--as", "2", "correction", "approve", *name, "--format", "json").json
        return [Path(row["file"]) for row in sealed]


def build(desk: Desk, folder: Path) -> Pair:
    """The pair below `folder`, the desk a copy of one that has run."""
    pair = Pair(folder)
    desk.copy(folder / "desk")
    pair.unit.folder.mkdir()
    made = pair.unit.type("init", pair.unit.folder / "node", "--agency", "Unit BE", "--country", "BE", "--demo")
    assert made.code == 0, made.err
    for one, other, name in ((pair.desk, pair.unit, "nl"), (pair.unit, pair.desk, "be")):
        one.do("peer", "card", folder / f"{name}.card")
        other.do("peer", "add", folder / f"{name}.card")
    pair.desk.do("peer", "assess", "BE", *TERMS)
    return pair
