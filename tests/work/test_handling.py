"""Handling codes: set at the sender, carried in the package, honoured in the receiver's node; permissions both ways."""

from pathlib import Path

import pytest
from desk_case import THRESHOLD
from release_case import OWN, WHY, Pair
from whole_case import TERMS

from fanal.cases.models import Operation
from fanal.cases.session import acting_as
from fanal.lake.snapshot import read_current
from fanal.work.handling import not_passed_on

pytestmark = pytest.mark.slow


def under(paired: Pair, folder: Path, *codes: str) -> Pair:
    """Both nodes after the unit received under these codes, ran, and may send to the desk's country and its own."""
    pair = paired.copy(folder)
    text = ("--text", "ask unit 7 first") if "H3" in codes else ()
    pair.desk.do("op", "handling", *codes, *text, *WHY)
    pair.deliver()
    (folder / "threshold.toml").write_text(THRESHOLD)
    pair.unit.do("op", "threshold", folder / "threshold.toml", *OWN)
    pair.unit.do("run", *OWN)
    return pair


@pytest.fixture(scope="module")
def h2_once(paired: Pair, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return under(paired, tmp_path_factory.mktemp("h2"), "H2")


@pytest.fixture
def h2(h2_once: Pair, tmp_path: Path) -> Pair:
    return h2_once.copy(tmp_path)


@pytest.fixture(scope="module")
def h1_h3_once(paired: Pair, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return under(paired, tmp_path_factory.mktemp("h1"), "H1", "H3")


@pytest.fixture
def h1_h3(h1_h3_once: Pair, tmp_path: Path) -> Pair:
    return h1_h3_once.copy(tmp_path)


def test_the_words_of_h3_are_shown_wherever_the_material_is(h1_h3: Pair) -> None:
    for command in (("status",), ("identities",), ("explain", "kx:1"), ("figures",)):
        assert "ask unit 7 first" in h1_h3.unit.do(*command, *OWN).out
    (row, *_) = h1_h3.unit.do("status", *OWN, "--format", "json").json["handling"][1:]
    assert row["code"] == "H3"


def test_h1_is_marked_on_identities_and_figures(h1_h3: Pair) -> None:
    assert all(row["handling"] == ["H1", "H3"] for row in h1_h3.unit.rows("identities", *OWN))
    assert h1_h3.unit.do("figures", *OWN, "--format", "json").json["handling"] == {"H1": 1, "H3": 1}


def test_requests_for_proceedings_are_refused_under_h1_and_a_permission_is_asked_for(
    h1_h3: Pair, tmp_path: Path
) -> None:
    line = h1_h3.unit.refused("leads", "export", tmp_path / "court", "--proceedings", *OWN)
    assert line.startswith("F-REL-11")
    assert not (tmp_path / "court").exists()
    (row,) = h1_h3.unit.rows("permission", "list", *OWN)
    assert (row["use"], row["state"], row["schedule"]) == ("proceedings", "drafted", True)
    made = h1_h3.unit.do("leads", "export", tmp_path / "out", *OWN, "--format", "json").json
    assert any(line.startswith("H1") for line in made["handling"])


def test_what_came_under_h2_is_in_no_request_and_a_permission_is_asked_for(h2: Pair, tmp_path: Path) -> None:
    assert h2.unit.refused("leads", "export", tmp_path / "out", *OWN).startswith("F-LEADS-02")
    (row,) = h2.unit.rows("permission", "list", *OWN)
    assert (row["use"], row["direction"], row["schedule"]) == ("pass_on", "out", True)


def test_what_came_under_h2_is_in_no_package_until_its_provider_permits_it(h2: Pair) -> None:
    desk, unit = h2.desk, h2.unit
    unit.do("peer", "assess", "NL", *TERMS)
    unit.do("permission", "ask", "pass_on", *WHY, *OWN)
    assert unit.refused("permission", "approve", *OWN).startswith("F-REL-06")
    (asked,) = unit.do("--as", "2", "permission", "approve", *OWN, "--format", "json").json
    assert asked["file"].endswith(".fanal-permission")
    assert desk.do("receive", asked["file"], "--format", "json").json["kind"] == "pass_on"
    desk.do("permission", "grant", asked["letter"], *WHY)
    assert desk.refused("permission", "approve").startswith("F-REL-06")
    (reply,) = desk.do("--as", "2", "permission", "approve", "--format", "json").json
    unit.do("permission", "receive", reply["file"])
    (row,) = unit.rows("permission", "list", *OWN)
    assert (row["settled"], row["schedule"], row["officer"]) == ("granted", False, "2")
    folder = h2.folder / "out"
    assert unit.do("leads", "export", folder, *OWN, "--format", "json").json["requests"] > 0


def test_what_is_refused_stays_on_the_schedule(h2: Pair, tmp_path: Path) -> None:
    h2.unit.do("permission", "ask", "pass_on", *WHY, *OWN)
    (asked,) = h2.unit.do("--as", "2", "permission", "approve", *OWN, "--format", "json").json
    h2.desk.do("receive", asked["file"])
    h2.desk.do("permission", "refuse", asked["letter"], *WHY)
    (reply,) = h2.desk.do("--as", "2", "permission", "approve", "--format", "json").json
    h2.unit.do("receive", reply["file"])
    (row,) = h2.unit.rows("permission", "list", *OWN)
    assert (row["settled"], row["schedule"]) == ("refused", True)
    assert h2.unit.refused("leads", "export", tmp_path / "out", *OWN).startswith("F-LEADS-02")
    assert h2.unit.refused("permission", "ask", "pass_on", *WHY, *OWN).startswith("F-REL-12")


def passed_on(pair: Pair, to: str) -> set[str]:
    """Accounts whose identities may not go to that country from the unit's operation."""
    node = pair.unit.node
    operation = Operation.objects.get(slug=OWN[1])
    held, _ = not_passed_on(acting_as(node, "1"), node, operation, read_current(node.lake(OWN[1])), to)
    return {
        account
        for line in pair.unit.rows("identities", *OWN)
        if line["identity"] in held
        for account in line["accounts"]
    }


def test_a_permission_holds_for_whom_and_for_what_it_was_granted(h2: Pair) -> None:
    everybody = {"kx:1", "kx:2", "kx:3", "kx:4"}
    assert passed_on(h2, "NL") == everybody
    asked = ("permission", "ask", "pass_on", "--to", "NL", "--identity", h2.id_of("kx:4"), *WHY, *OWN)
    h2.unit.do(*asked)
    (request,) = h2.unit.do("--as", "2", "permission", "approve", *OWN, "--format", "json").json
    h2.desk.do("receive", request["file"])
    h2.desk.do("permission", "grant", request["letter"], *WHY)
    (reply,) = h2.desk.do("--as", "2", "permission", "approve", "--format", "json").json
    h2.unit.do("receive", reply["file"])
    assert passed_on(h2, "NL") == everybody - {"kx:4"}
    assert passed_on(h2, "FR") == everybody


def test_codes_of_an_exhibit_and_of_a_country_are_in_its_packages(paired: Pair, tmp_path: Path) -> None:
    desk = paired.copy(tmp_path).desk
    desk.do("op", "handling", "H2", "--exhibit", "1", *WHY)
    desk.do("op", "handling", "H3", "--text", "by hand alone", "--country", "be", *WHY)
    desk.do("op", "handling", "H1", "--country", "FR", *WHY)
    desk.do("package", "build", "BE")
    sheet = desk.do("package", "show", "kx-BE-1", "--format", "json").json
    assert [(code["code"], code["text"]) for code in sheet["handling"]] == [("H2", ""), ("H3", "by hand alone")]
    assert "by hand alone" in desk.do("--as", "2", "package", "approve").out
    desk.do("op", "handling", "--exhibit", "1", *WHY)
    assert desk.refused("package", "seal").startswith("F-PKG-19")


def test_codes_for_what_there_is_not_are_refused(paired: Pair, tmp_path: Path) -> None:
    desk = paired.copy(tmp_path).desk
    assert desk.refused("op", "handling", "H9", *WHY).startswith("F-CODE-01")
    assert desk.refused("op", "handling", "H3", *WHY).startswith("F-CODE-02")
    assert desk.refused("op", "handling", "H1", "--exhibit", "77", *WHY).startswith("F-REL-10")
    assert desk.refused("permission", "ask", "pass_on", *WHY).startswith("F-ANSWER-01")
