"""The list of identities as a file for an officer's own work: the same at the desk and on the command line.

It holds what a filter selects and what may leave the node: who is protected, on hold, cleared or recalled, a victim
or a witness stands in no file. It is no package: nobody outside is meant to get it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fanal.analyse.pages import Wanted, chosen, told_of
from fanal.base import instants
from fanal.base.cells import csv_lines
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import read_current
from fanal.work.foreign import answers_on
from fanal.work.handling import shown
from fanal.work.protection import staying

COLUMNS = (
    "rank",
    "identity",
    "accounts",
    "identifiers",
    "country",
    "certainty",
    "roles",
    "meets_threshold",
    "met_by",
    "why_not",
    "answers",
    "handling",
)
#: Between the values of one cell.
BETWEEN = "; "


@dataclass(frozen=True)
class Table:
    """A file that is not written yet.

    Attributes:
        name: of the file: operation, handling codes, instant.
        rows: how many identities it holds; that number is on the record already.
        lines: its text, line by line.
    """

    name: str
    rows: int
    lines: Iterator[str]


def identity_table(actor: Actor, node: Node, operation: Operation, wanted: Wanted) -> Table:
    """The identities that are wanted, as CSV in rank order. How many is on the record before the first line is made.

    Cells that a spreadsheet would run begin with an apostrophe. `handling` repeats in each row what the material's
    codes ask, `answers` says what each country that got the identity last answered.
    """
    may(actor, "identity.export", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    found = chosen(snapshot, wanted, staying(actor, operation, snapshot))
    codes = sorted({(one["code"], one["line"]) for one in shown(actor, operation)})
    handling = BETWEEN.join(line for _, line in codes)
    answers = answers_on(actor, operation)
    asked = {"country": wanted.country, "role": wanted.role, "meets": wanted.meets, "by_text": bool(wanted.text)}
    record(actor, "identity.export", operation.slug, snapshot=snapshot.number, rows=found.num_rows, **asked)
    rows = (_row(row, answers.get(row["identity"], []), handling) for row in told_of(snapshot, found))
    stamp = instants.now().strftime("%Y%m%dT%H%M%SZ")
    name = "-".join([operation.slug, "identities", *sorted({code for code, _ in codes}), stamp])
    return Table(f"{name}.csv", found.num_rows, csv_lines(COLUMNS, rows))


def _row(row: dict[str, Any], answers: list[dict[str, Any]], handling: str) -> dict[str, Any]:
    best = row["countries"][0] if row["countries"] and not row["undetermined"] else None
    return {
        **row,
        "accounts": BETWEEN.join(row["accounts"]),
        "identifiers": BETWEEN.join(f"{one['kind']} {one['norm']}" for one in row["identifiers"]),
        "country": best["country"] if best else "",
        "certainty": row["sure"] if best else "undetermined",
        "roles": BETWEEN.join(row["roles"]),
        "met_by": row.get("met_by", "") or "",
        "why_not": "" if row["meets_threshold"] else row.get("why_not", "") or "",
        "answers": BETWEEN.join(f"{one['country']} {one['outcome']}" for one in answers),
        "handling": handling,
    }
