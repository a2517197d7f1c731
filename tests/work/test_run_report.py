"""The last run in counts, beside the run before."""

from desk_case import Desk

from fanal.cases.access import Actor
from fanal.cases.models.offices import Operation
from fanal.work.run_report import run_report

OFFICER = Actor("1")


def test_the_last_run_is_told_in_counts_beside_the_run_before(desk: Desk) -> None:
    node, operation = desk.node, Operation.objects.get(slug="kx")
    found = run_report(OFFICER, node, operation)
    for exhibit in found["exhibits"]:
        assert exhibit["source"] == exhibit["read"] + exhibit["rejected"] + exhibit["unmapped"] > 0
    assert sum(found["countries"].values()) == len(desk.identities())
    assert sum(row["pairs"] for row in found["links"]) > 0
    assert found["identities"] == {}
    desk.do("decide", "kx:4,kx:5", "same", "--reason", "one person")
    desk.do("run")
    again = run_report(OFFICER, node, operation)
    assert (again["identities"]["merged"], again["identities"]["new"]) == (1, 0)
    assert {"table": "identity", "before": 5, "now": 4} in again["tables"]
