"""An officer's word on the country of an identity: over what is likely, in lists, threshold and packages."""

from typing import Any

from desk_case import Desk
from release_case import Pair

from fanal.cases.access import Actor
from fanal.cases.models.offices import Operation
from fanal.cases.session import acting_as
from fanal.lake.snapshot import read_current
from fanal.work.countries import country_of, misplaced
from fanal.work.told import inputs_for

WHY = ("--reason", "passport in exhibit 1")


def case(desk: Desk) -> tuple[Actor, Any, Operation]:
    return acting_as(desk.node, "1"), desk.node, Operation.objects.get(slug="kx")


def countries(line: dict[str, Any]) -> tuple[list[str], bool, bool]:
    return [one["country"] for one in line["countries"]], line["undetermined"], line["meets_threshold"]


def test_a_word_on_a_country_holds_from_the_next_run_on_and_the_evidence_stands_beside_it(desk: Desk) -> None:
    desk.do("decide", "kx:1", "country", "--country", "fr", *WHY)
    desk.do("run")
    assert countries(desk.line("kx:1")) == (["FR"], False, True)
    assert {row["sure"] for row in desk.rows("identities", "--why") if "kx:1" in row["accounts"]} == {"decided"}
    assert "country: Belgium" in {
        found["text"] for found in desk.do("explain", "kx:1", "--format", "json").json["findings"]
    }
    assert [row["reason"] for row in desk.rows("history", "kx:1") if row["kind"] == "country"] == [WHY[1]]
    desk.do("decide", "kx:1", "undetermined", *WHY)
    desk.do("run")
    assert countries(desk.line("kx:1"))[1:] == (True, False)
    desk.do("decide", "kx:1", "not_enough", *WHY)
    assert inputs_for(*case(desk)).origins == ()
    desk.do("run")
    assert countries(desk.line("kx:1"))[0][0] == "BE"


def test_a_country_that_is_none_and_one_without_the_verdict_are_refused(desk: Desk) -> None:
    assert "ZZ is no country" in desk.refused("decide", "kx:1", "country", "--country", "ZZ", *WHY)
    assert desk.type("decide", "kx:1", "hold", "--country", "BE", *WHY).code == 2
    assert country_of(*case(desk), "kx:1")["standing"] is None


def test_a_word_on_a_country_voids_an_approval_at_once_and_the_identity_stays_until_the_next_run(pair: Pair) -> None:
    pair.desk.do("package", "build", "BE")
    pair.desk.do("--as", "2", "package", "approve")
    pair.desk.do("decide", "kx:1", "country", "--country", "FR", *WHY)
    assert pair.desk.type("package", "seal").code == 1
    actor, node, operation = case(pair.desk)
    snapshot = read_current(node.lake("kx"))
    identity = pair.desk.line("kx:1")["identity"]
    assert misplaced(actor, operation, snapshot) == {identity}
    pair.desk.do("decide", "kx:1", "not_enough", *WHY)
    assert misplaced(actor, operation, snapshot) == frozenset()
