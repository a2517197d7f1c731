import csv
from pathlib import Path

from desk_case import Desk

from fanal.analyse.pages import Wanted
from fanal.cases.access import Actor
from fanal.cases.models.offices import Operation
from fanal.work.identity_table import identity_table


def accounts(desk: Desk) -> list[str]:
    rows = csv.DictReader(desk.do("identities", "--format", "csv").out.splitlines())
    return sorted(account for row in rows for account in row["accounts"].split("; "))


def test_nobody_stands_in_the_file_who_must_not_leave_the_node(desk: Desk) -> None:
    assert "kx:6" in accounts(desk)
    desk.do("protect", "account", "kx:6", "--reference", "R-1", "--reason", "of ours")
    assert accounts(desk) == ["kx:1", "kx:2", "kx:3", "kx:4", "kx:5", "kx:7"]


def test_the_file_bears_the_handling_codes_in_its_name_and_in_each_row(desk: Desk) -> None:
    desk.do("op", "handling", "H1", "H3", "--text", "=placeholder", "--reason", "as asked")
    made = identity_table(Actor("1"), desk.node, Operation.objects.get(), Wanted())
    assert Path(made.name).stem.startswith("kx-identities-H1-H3-")
    rows = list(csv.DictReader(made.lines))
    assert len(rows) == made.rows > 0
    assert all(row["handling"].startswith("H1: ") and "; H3: " in row["handling"] for row in rows)
