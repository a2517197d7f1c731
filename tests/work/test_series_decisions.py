"""What officers decide about series of media: sent to victim identification, held, waiting again."""

from typing import Any

import pytest
from desk_case import Desk

from fanal.analyse.series_pages import WantedSeries
from fanal.cases.access import Actor, NotAllowed
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.session import acting_as
from fanal.work.series import series_decided, series_page, series_to_identify, show_series

WHY = ("--reason", "children not identified yet")
NOWHERE = {"media": "", "accounts": ""}


def case(desk: Desk, officer: str = "1") -> tuple[Actor, Any, Operation]:
    return acting_as(desk.node, officer), desk.node, Operation.objects.get(slug="kx")


def test_a_series_is_sent_held_and_waits_again_each_word_superseding_the_one_before(desk: Desk) -> None:
    for verdict in ("send", "hold", "release"):
        desk.do("media", "decide", "kx:1", verdict, *WHY)
        expected = {} if verdict == "release" else {"kx:1": verdict}
        assert series_decided(*case(desk)) == expected
    history = show_series(*case(desk), "kx:1", NOWHERE, 5)["history"]
    assert [(row["verdict"], row["stands"]) for row in history] == [("send", False), ("hold", False), ("release", True)]
    assert Decision.objects.filter(subject_kind="series", superseded_by=None).count() == 1


def test_nothing_is_taken_back_that_was_never_decided_and_no_series_is_made_up(desk: Desk) -> None:
    assert "neither sent nor held" in desk.refused("media", "decide", "kx:4", "release", *WHY)
    assert "no series kx:none" in desk.refused("media", "decide", "kx:none", "send", *WHY)
    assert "needs a reason" in desk.refused("media", "decide", "kx:4", "send", "--reason", " ")


def test_what_was_sent_waits_for_victim_identification_until_somebody_graded_it(desk: Desk) -> None:
    desk.do("media", "decide", "kx:1", "send", *WHY)
    assert series_to_identify(*case(desk)) == 0  # the examiner graded it before
    with pytest.raises(NotAllowed):
        series_to_identify(*case(desk, "7"))


def test_an_analyst_reads_who_used_a_series_and_it_is_on_the_record(desk: Desk) -> None:
    (row,) = series_page(*case(desk, "7"), WantedSeries(series="kx:1"), "", 5).rows
    assert row["who"] == [{"account": "kx:1", "identity": desk.line("kx:1")["identity"]}]
    assert row["graded"] == "illegal"
