"""What changed for one recipient since its last package: identities added, changed, withdrawn.

An identity's content is a digest over what the package says of it: accounts, identifiers, roles, origin, opinions,
flags, series with their grades and how many rows stand behind it. Its rank is not part of it: that moves with everybody
else's. Both sides can compute it from the tables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.base.language import translate
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.exchange.refusals import Malformed

#: Tables of the bag whose rows are counted for each identity.
COUNTED = ("login", "membership", "message", "share", "payment", "link")
#: Tables whose content counts, with the statement that says how.
TOLD = (
    "identity_account",
    "identifier",
    "account",
    "identity_role",
    "identity_origin",
    "opinion",
    "flag",
    "identity_series",
    "series",
)


@dataclass(frozen=True)
class Previous:
    """The package before: its number and digest, and the content of each identity in it."""

    number: int
    digest: str
    content: Mapping[str, str]


@dataclass(frozen=True)
class Changes:
    """Identities by what became of them since the package before; each with its content now, or then."""

    number: int
    digest: str
    added: Mapping[str, str]
    changed: Mapping[str, tuple[str, str]]
    withdrawn: Mapping[str, str]
    unchanged: int

    def to_json(self) -> dict[str, Any]:
        """As `package.json` has it, under `changes`."""
        return {
            "since": {"number": self.number, "digest": self.digest},
            "added": [{"identity": i, "content": c} for i, c in sorted(self.added.items())],
            "changed": [{"identity": i, "content": c, "before": b} for i, (c, b) in sorted(self.changed.items())],
            "withdrawn": [{"identity": i, "before": b} for i, b in sorted(self.withdrawn.items())],
            "unchanged": self.unchanged,
        }


def content_of(bag: Path) -> dict[str, str]:
    """Identity to the SHA-256 (hex) of what the bag's tables say of it; empty where the bag holds nobody."""
    tables = bag / "data/tables"
    if not (tables / "identity_account.parquet").is_file():
        return {}
    sql = load("fanal.exchange", "changes.sql")
    with Duck() as engine:
        facts = []
        for name in (*TOLD, *COUNTED):
            file = tables / f"{name}.parquet"
            if file.is_file():
                engine.bind(name, [file])
                facts.append(sql[name])
        engine.define("fact", " UNION ALL ".join(f"({one})" for one in facts))
        found = engine.rows(sql["content"])
    return dict(zip(found.column("identity").to_pylist(), found.column("content").to_pylist(), strict=True))


def changes_since(previous: Previous | None, bag: Path) -> Changes | None:
    """What a bag changes against the package before it; None where it is the first."""
    if previous is None:
        return None
    now, before = content_of(bag), previous.content
    both = now.keys() & before.keys()
    changed = {i: (now[i], before[i]) for i in both if now[i] != before[i]}
    return Changes(
        previous.number,
        previous.digest,
        {i: now[i] for i in now.keys() - before.keys()},
        changed,
        {i: before[i] for i in before.keys() - now.keys()},
        len(both) - len(changed),
    )


def read_changes(package: Mapping[str, Any], path: object) -> dict[str, list[str]] | None:
    """The ids of a received `package.json`: added, changed, withdrawn. None where it is the first. Raises Malformed."""
    raw = package.get("changes")
    if raw is None:
        return None
    try:
        return {name: _ids(raw[name]) for name in ("added", "changed", "withdrawn")}
    except (KeyError, TypeError, AttributeError) as e:
        detail = translate("changes is not in its form")
        raise Malformed(path=path, name="data/package.json", detail=detail) from e


def _ids(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    ids = [row["identity"] for row in rows]
    if not all(isinstance(one, str) for one in ids):
        raise TypeError("an identity is named by text")
    return ids
