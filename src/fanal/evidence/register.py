"""The register of exhibits: what was seized, from whom, under which order, and where its bytes lie.

One append-only file of canonical JSON lines, the truth behind every exhibit table elsewhere. A line
is never changed; what an exhibit means for a case is decided in the case store, not here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fanal.audit.lines import LineFile
from fanal.base.digests import canonical_json
from fanal.base.errors import FanalError


class RegisterDamaged(FanalError):
    """A line of the register cannot be read."""

    code = "F-EVID-05"
    text = "Line {line} of {path} is damaged. Restore the register from a backup; exhibits keep their numbers."


class NoSuchExhibit(FanalError):
    """No exhibit of that number."""

    code = "F-EVID-06"
    text = "There is no exhibit {number} in operation {operation}; `fanal status` lists them."


@dataclass(frozen=True)
class Custody:
    """How an exhibit came to the node and under what right it is read.

    Attributes:
        added_at: ISO instant in UTC.
        officer: service number of who added it.
        source: who handed it over.
        order: the order or request behind the seizure.
        authority: who issued it.
        order_date: its date, as it stands there.
        scope: dates and accounts that it covers, as the order says it; what is held to it stands in `Exhibit.options`.
        privilege: what of it may be privileged, in words.
        use: "evidence" or "intelligence".
    """

    added_at: str
    officer: str
    source: str = ""
    order: str = ""
    authority: str = ""
    order_date: str = ""
    scope: str = ""
    privilege: str = ""
    use: str = "evidence"


@dataclass(frozen=True)
class Beside:
    """A file that lies beside an exhibit and is read with it: a write-ahead log, an address book.

    Attributes: as those of `Exhibit`.
    """

    name: str
    sha256: str
    path: str
    stored: bool
    bytes: int


@dataclass(frozen=True)
class Exhibit:
    """One line of the register.

    Attributes:
        number: from 1, for the whole node, never given twice; `obs` is made of it.
        operation: the operation's slug.
        sha256: digest of the bytes.
        name: file name as it was received.
        path: relative to the evidence folder where stored, absolute where referenced.
        stored: whether the node has a copy.
        bytes: size.
        reader: name of its reader.
        mapping_sha256: digest of its mapping's text, None without one.
        options: owner, time_zone, clock_offset_s, scope, snapshot_of and what else its reader is told.
        custody: how it came here.
        beside: the files that are read with it.
    """

    number: int
    operation: str
    sha256: str
    name: str
    path: str
    stored: bool
    bytes: int
    reader: str
    mapping_sha256: str | None
    custody: Custody
    options: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[Beside, ...] = ()

    @property
    def key(self) -> tuple[str, str, str | None, tuple[str, ...]]:
        """What makes two additions the same exhibit."""
        return self.operation, self.sha256, self.mapping_sha256, tuple(file.sha256 for file in self.beside)


class Register:
    """The register of one node. Safe for several processes: adding holds the file's lock."""

    def __init__(self, evidence: Path) -> None:
        """Args: evidence: the node's evidence folder; `register.jsonl` lies in it."""
        self._file = LineFile(evidence / "register.jsonl")

    def add(
        self,
        *,
        operation: str,
        sha256: str,
        name: str,
        path: str,
        stored: bool,
        size: int,
        reader: str,
        custody: Custody,
        mapping_sha256: str | None = None,
        options: Mapping[str, Any] | None = None,
        beside: Iterable[Beside] = (),
    ) -> Exhibit:
        """Register an exhibit, on disk when this returns.

        Returns:
            The new exhibit, or the one that is there already with this operation, digest and mapping.

        Raises:
            RegisterDamaged: the file has a line that is none.
        """
        with self._file.locked() as file:
            exhibits = list(self._all())
            new = Exhibit(
                number=len(exhibits) + 1,
                operation=operation,
                sha256=sha256,
                name=name,
                path=path,
                stored=stored,
                bytes=size,
                reader=reader,
                mapping_sha256=mapping_sha256,
                custody=custody,
                options=dict(options or {}),
                beside=tuple(beside),
            )
            for exhibit in exhibits:
                if exhibit.key == new.key:
                    return exhibit
            file.append([canonical_json(asdict(new))])
            return new

    def exhibits(self, operation: str | None = None) -> list[Exhibit]:
        """All exhibits, or one operation's, in the order of their numbers. Raises RegisterDamaged."""
        return [e for e in self._all() if operation is None or e.operation == operation]

    def exhibit(self, number: int, operation: str) -> Exhibit:
        """The exhibit of that number in that operation. Raises NoSuchExhibit, RegisterDamaged."""
        for exhibit in self.exhibits(operation):
            if exhibit.number == number:
                return exhibit
        raise NoSuchExhibit(number=number, operation=operation)

    def _all(self) -> Iterator[Exhibit]:
        for place, line in enumerate(self._file.lines(), start=1):
            try:
                raw = json.loads(line)
                beside = tuple(Beside(**file) for file in raw.get("beside", ()))
                exhibit = Exhibit(**{**raw, "custody": Custody(**raw["custody"]), "beside": beside})
            except (ValueError, TypeError, KeyError, AttributeError) as e:
                raise RegisterDamaged(line=place, path=self._file.path) from e
            if exhibit.number != place:
                raise RegisterDamaged(line=place, path=self._file.path)
            yield exhibit
