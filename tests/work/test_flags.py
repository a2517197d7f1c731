"""What packages say of people beyond the rows: flags, who else holds an identity, and no officer's name."""

import csv
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from whole_case import Case, read_rows

from fanal.cases.models.exchange import Package, Peer
from fanal.cases.models.offices import Officer, Operation
from fanal.cases.session import acting_as
from fanal.exchange.plan import Flag
from fanal.lake.snapshot import read_current
from fanal.work.flags import elsewhere, flags_of

pytestmark = pytest.mark.slow
KX = ("--op", "kx")
WHY = ("--reason", "said in an interview")


def sheet(bag: Path) -> dict[str, dict[str, str]]:
    with (bag / "data/identities.csv").open(encoding="utf-8", newline="") as file:
        return {line["identity"]: line for line in csv.DictReader(file)}


def text_of(bag: Path) -> str:
    """All that a bag says, tables included."""
    parts = [str(pq.read_table(path).to_pylist()) for path in sorted(bag.rglob("*.parquet"))]
    parts += [path.read_text(errors="replace") for path in sorted(bag.rglob("*")) if path.is_file()]
    return "\n".join(parts)


def first_of(case: Case, country: str) -> dict[str, Any]:
    return next(
        line
        for line in case.identities("kx")
        if line["meets_threshold"] and not line["undetermined"] and line["countries"][0]["country"] == country
    )


def test_flags_of_people_go_with_their_identity_and_officers_by_service_number(case: Case) -> None:
    node = case.node("desk")
    for number, officer in enumerate(Officer.objects.all()):
        Officer.objects.filter(pk=officer.pk).update(name=f"Unmistakable Name {number}")
    line = first_of(case, "BE")
    account = line["accounts"][0]
    case.do("desk", "signal", account, "child_at_risk", *KX, *WHY)
    row = next(row for row in read_rows(case.path("desk") / "lake/kx", "account") if row["account"] == account)
    person = ("--evidence", row["obs"], "--born", "2015-01-01", "--age-source", "passport")
    case.do("desk", "decide", line["identity"], "person", *person, *KX, *WHY)
    case.do("desk", "package", "build", "BE", *KX)
    bag = case.path("desk") / "packages/kx/kx-BE-1"
    assert sheet(bag)[line["identity"]]["flags"] == "child_at_risk; minor"
    assert {row["officer"] for row in pq.read_table(bag / "data/tables/flag.parquet").to_pylist()} == {"1"}
    assert "Unmistakable" not in text_of(bag)
    operation, actor = Operation.objects.get(slug="kx"), acting_as(node, "1")
    found = flags_of(actor, node, operation, read_current(node.lake("kx")))
    assert {flag.flag for flag in found if flag.account == account} == {"child_at_risk", "minor"}
    assert all(isinstance(flag, Flag) for flag in found)


def test_an_identity_that_another_country_was_sent_is_counted_there(case: Case) -> None:
    case.release("BE")
    node = case.node("desk")
    operation, actor = Operation.objects.get(slug="kx"), acting_as(node, "1")
    snapshot = read_current(node.lake("kx"))
    assert elsewhere(actor, node, operation, snapshot) == {}
    # What went to Spain and has turned out to be Belgian since is held by Spain.
    Package.objects.filter(operation=operation).update(peer=Peer.objects.get(agency__country="ES"))
    sent = pq.read_table(case.path("desk") / "packages/kx/kx-BE-1/data/tables/identity.parquet")["identity"].to_pylist()
    assert elsewhere(actor, node, operation, snapshot) == dict.fromkeys(sorted(sent), frozenset({"ES"}))
