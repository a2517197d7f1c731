"""An emergency disclosure: the least that the named identities need, in a bag of the common form.

No graph, no ranks, no findings, no text of messages, nobody but those named: accounts, identifiers, and of the rest
only what the officer chose. The danger stands in `package.json`. Whether it may leave is not asked here.
"""

import csv
import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.analyse.sessions import opened
from fanal.base.files import sync_folder
from fanal.base.language import speaking, translate
from fanal.engine.duck import Duck
from fanal.exchange.bag import write_bag
from fanal.exchange.build import STAGING
from fanal.exchange.heading import Heading
from fanal.exchange.plan import ExhibitRef
from fanal.exchange.seal import bag_info
from fanal.exchange.sheet import guarded
from fanal.lake.parquet import write_table
from fanal.lake.snapshot import Snapshot
from fanal.model.codes import Grade, Handling
from fanal.model.tables import BY_NAME

ALWAYS = ("account", "identifier")
#: What an officer may choose beside accounts and identifiers.
CHOICES = ("login", "payment", "lead")
BY_IDENTITY = ("identity", "identity_account", "lead")


@dataclass(frozen=True)
class Emergency:
    """One disclosure.

    Attributes:
        danger: the danger to life or safety, as the officer states it.
        identities: whole ids.
        fields: of CHOICES.
        language: that the note for people is written in.
    """

    heading: Heading
    danger: str
    identities: tuple[str, ...]
    fields: tuple[str, ...]
    title: str
    language: str
    legal_basis: str
    transfer_basis: str
    purpose: str
    ill_treatment: str
    grade: Grade
    handling: tuple[Handling, ...]
    exhibits: tuple[ExhibitRef, ...]
    checkpoint: str


@dataclass(frozen=True)
class Disclosed:
    """The bag, its digest, and rows of each table."""

    folder: Path
    digest: str
    accounts: int
    rows: dict[str, int]


@dataclass(frozen=True)
class Least:
    """What a disclosure would hold.

    Attributes:
        people: of each identity `identity`, `accounts`, `identifiers` ("kind:norm"), in order of id.
        rows: rows of each of CHOICES that an officer may add.
    """

    people: list[dict[str, Any]]
    rows: dict[str, int]


def least_of(snapshot: Snapshot, identities: Sequence[str]) -> Least:
    """What a disclosure of these identities would hold, and what could go along; nothing is written."""
    with opened(snapshot, (*ALWAYS, *BY_IDENTITY, "login", "payment")) as engine:
        _want(engine, identities)
        return Least(_people(engine), {name: _cut(engine, name).num_rows for name in CHOICES})


def build_emergency(snapshot: Snapshot, plan: Emergency, root: Path) -> Disclosed:
    """Write the bag as `root/<operation>-<CC>-<number>/`; it appears whole or not at all."""
    stem = plan.heading.file_name.removesuffix(".fanal")
    folder = root / f"{STAGING}{stem}"
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "data"
    (data / "tables").mkdir(parents=True)
    try:
        rows, people = _tables(snapshot, plan, data / "tables")
        (data / "identities.csv").write_bytes(_sheet(people))
        (data / "summary.txt").write_text(_note(plan, people), encoding="utf-8")
        told = json.dumps(_package(plan, people, rows), indent=1, ensure_ascii=False, sort_keys=True)
        (data / "package.json").write_text(told + "\n", encoding="utf-8")
        digest = write_bag(folder, bag_info(plan.heading))
        folder.replace(root / stem)
        sync_folder(root)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Disclosed(root / stem, digest, sum(len(one["accounts"]) for one in people), rows)


def _tables(snapshot: Snapshot, plan: Emergency, folder: Path) -> tuple[dict[str, int], list[dict[str, Any]]]:
    names = (*ALWAYS, *BY_IDENTITY, *(name for name in plan.fields if name not in BY_IDENTITY))
    rows = {}
    with opened(snapshot, names) as engine:
        _want(engine, plan.identities)
        for name in names:
            if name == "lead" and name not in plan.fields:
                continue
            table = _cut(engine, name)
            if table.num_rows:
                rows[name] = write_table(folder / f"{name}.parquet", table)
        people = _people(engine)
    return dict(sorted(rows.items())), people


def _want(engine: Duck, identities: Sequence[str]) -> None:
    engine.bind("wanted", pa.table({"identity": pa.array(list(identities), pa.string())}))


def _people(engine: Duck) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = engine.rows(
        "SELECT w.identity, list(a.account ORDER BY a.account) AS accounts FROM wanted AS w "
        "JOIN identity_account AS a ON a.identity = w.identity GROUP BY w.identity ORDER BY w.identity"
    ).to_pylist()
    norms = engine.rows(
        "SELECT DISTINCT a.identity, i.kind, i.norm FROM identifier AS i JOIN identity_account AS a "
        "ON a.account = i.account JOIN wanted AS w ON w.identity = a.identity WHERE i.norm IS NOT NULL ORDER BY ALL"
    ).to_pylist()
    for one in people:
        one["identifiers"] = [f"{n['kind']}:{n['norm']}" for n in norms if n["identity"] == one["identity"]]
    return people


def _cut(engine: Duck, name: str) -> pa.Table:
    """The rows of one table that are about the named identities."""
    if name in BY_IDENTITY:
        return engine.rows(f'SELECT t.* FROM "{name}" AS t JOIN wanted AS w ON w.identity = t.identity ORDER BY ALL')
    schema = BY_NAME[name].schema
    columns = ", ".join(f't."{column}"' for column in schema.names)
    found = engine.rows(
        f'SELECT {columns} FROM "{name}" AS t JOIN identity_account AS a ON a.account = t.account '
        "JOIN wanted AS w ON w.identity = a.identity ORDER BY t.obs"
    )
    return found.cast(schema)


def _sheet(people: list[dict[str, Any]]) -> bytes:
    columns = {
        "rank": [str(n) for n in range(1, len(people) + 1)],
        "identity": [one["identity"] for one in people],
        "accounts": ["; ".join(one["accounts"]) for one in people],
        "identifiers": ["; ".join(one["identifiers"]) for one in people],
    }
    safe = {name: guarded(pa.chunked_array([pa.array(cells, pa.string())])) for name, cells in columns.items()}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(safe)
    writer.writerows(zip(*(cells.to_pylist() for cells in safe.values()), strict=True))
    return text.getvalue().encode()


def _note(plan: Emergency, people: list[dict[str, Any]]) -> str:
    with speaking(plan.language):
        lines = [
            translate("Emergency disclosure by {agency}").format(agency=plan.heading.sender.agency),
            translate("Danger: {text}").format(text=plan.danger),
            translate("Purpose: {text}").format(text=plan.purpose),
            *(code.line() for code in plan.handling),
            "",
        ]
        for one in people:
            accounts, identifiers = ", ".join(one["accounts"]), ", ".join(one["identifiers"])
            lines += [one["identity"], f"  {accounts}", f"  {identifiers}"]
        lines += [
            "",
            translate("It holds no more than these identities need. A second officer reviews it within a day."),
        ]
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in lines) + "\n"


def _package(plan: Emergency, people: list[dict[str, Any]], rows: dict[str, int]) -> dict[str, Any]:
    return plan.heading.to_json() | {
        "title": plan.title,
        "language": plan.language,
        "danger": plan.danger,
        "fields": list(plan.fields),
        "legal_basis": plan.legal_basis,
        "transfer_basis": plan.transfer_basis,
        "purpose": plan.purpose,
        "ill_treatment": plan.ill_treatment,
        "handling": [asdict(code) for code in plan.handling],
        "source_grade": plan.grade.source,
        "information_grade": plan.grade.information,
        "threshold": None,
        "counts": {
            "candidates": len(people),
            "included": len(people),
            "accounts": sum(len(one["accounts"]) for one in people),
            "not_included": {},
            "rows": rows,
        },
        "lists": {},
        "exhibits": [asdict(ref) for ref in plan.exhibits],
        "message_text": False,
        "changes": None,
        "checkpoint": plan.checkpoint,
    }
