"""What the second officer is shown, and what a later package says of the one before."""

import json
from pathlib import Path

import pytest
from release_case import OWN, WHY, Pair

pytestmark = pytest.mark.slow
SHOW = ("package", "show")


@pytest.fixture(scope="module")
def built_once(paired: Pair, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    pair = paired.copy(tmp_path_factory.mktemp("built"))
    pair.desk.do("package", "build", "BE")
    return pair


@pytest.fixture
def built(built_once: Pair, tmp_path: Path) -> Pair:
    """Both nodes with the desk's first package built."""
    return built_once.copy(tmp_path)


def bag(pair: Pair, number: int = 1) -> Path:
    return pair.desk.folder / f"node/packages/kx/kx-BE-{number}"


def test_a_number_that_the_recipient_has_seen_is_not_given_again(built: Pair) -> None:
    built.desk.do("package", "build", "BE", "--after", "4")
    assert [row["package"] for row in built.desk.rows("package", "list")] == ["kx-BE-5"]
    built.desk.do("--as", "2", "package", "approve")
    built.desk.do("package", "seal")
    built.desk.do("package", "build", "BE", "--after", "2")
    assert bag(built, 6).is_dir()


def test_the_second_officer_is_shown_what_the_bag_holds(built: Pair) -> None:
    sheet = built.desk.do("--as", "2", *SHOW, "kx-BE-1", "--format", "json").json
    (listed,) = built.desk.rows("package", "list")
    assert sheet["digest"] == listed["digest"]
    assert [row["accounts"] for row in sheet["identities"]] == [["kx:1", "kx:2", "kx:3"], ["kx:4"]]
    assert sheet["terms"]["purpose"] == "criminal investigation"
    assert sheet["message_text"] is False
    assert sheet["changes"] is None
    assert sheet["rows"]["identity"] == 2
    assert set(sheet["files"]) >= {"data/package.json", "data/identities.csv", "data/tables/identity.parquet"}


def test_approving_prints_the_sheet(built: Pair) -> None:
    out = built.desk.do("--as", "2", "package", "approve").out
    for said in ("criminal investigation", "kx:4", "data/tables/identity.parquet", "nothing was sent there before"):
        assert said in out


def test_minors_among_them_are_marked_counted_and_void_an_approval(built: Pair) -> None:
    built.desk.do("--as", "2", "package", "approve")
    born = ("--born", "2012-05-01", "--age-source", "identity card", "--evidence", "1/users:4")
    built.desk.do("decide", "kx:4", "person", *born, *WHY)
    assert built.desk.refused("package", "seal").startswith("F-PKG-19")
    built.desk.do("package", "build", "BE")
    sheet = built.desk.do(*SHOW, "kx-BE-1", "--format", "json").json
    assert sheet["minors"] == 1
    assert {row["accounts"][0]: row["flags"] for row in sheet["identities"]} == {"kx:1": [], "kx:4": ["minor"]}


def test_how_many_the_protected_list_holds_back_shows_to_its_role_alone(built: Pair) -> None:
    built.desk.do("protect", "phone", "+32470000011", "--reference", "P-1", *WHY)
    built.desk.do("package", "build", "BE")
    assert built.desk.do(*SHOW, "kx-BE-1", "--format", "json").json["held_back"] == 1
    assert "held_back" not in built.desk.do("--as", "2", *SHOW, "kx-BE-1", "--format", "json").json


def test_a_bag_that_was_changed_is_not_shown(built: Pair) -> None:
    (bag(built) / "data/identities.csv").write_bytes(b"rank,identity\n")
    assert built.desk.refused(*SHOW, "kx-BE-1").startswith("F-PKG-15")


def test_what_is_shown_does_not_come_from_the_case(built: Pair) -> None:
    before = built.desk.do(*SHOW, "kx-BE-1", "--format", "json").json
    built.desk.do("decide", "kx:4", "hold", *WHY)
    assert built.desk.do(*SHOW, "kx-BE-1", "--format", "json").json == before


def test_a_later_package_says_what_is_withdrawn_and_what_is_as_it_was(built: Pair) -> None:
    one, four = built.id_of("kx:1"), built.id_of("kx:4")
    built.unit.do("receive", built.release())
    built.desk.do("decide", "kx:4", "hold", *WHY)
    found = built.unit.do("receive", built.release(), "--format", "json").json
    assert found["changes"] == {"added": [], "changed": [], "withdrawn": [four]}
    built.unit.do("run", *OWN)
    assert one in {line["identity"] for line in built.unit.rows("identities", *OWN)}
    assert four not in {line["identity"] for line in built.unit.rows("identities", *OWN)}


def test_a_later_package_says_what_is_added_and_what_changed(built: Pair) -> None:
    one, four = built.id_of("kx:1"), built.id_of("kx:4")
    built.desk.do("decide", "kx:4", "hold", *WHY)
    built.release()
    built.desk.do("decide", "kx:4", "release", *WHY)
    built.desk.do("decide", "kx:1", "suspect", *WHY)
    built.release()
    told = json.loads((bag(built, 2) / "data/package.json").read_text())["changes"]
    assert told["since"]["number"] == 1
    assert [row["identity"] for row in told["added"]] == [four]
    (changed,) = told["changed"]
    assert changed["identity"] == one
    assert changed["content"] != changed["before"]
    assert told["withdrawn"] == []


def test_an_identity_recalled_and_sent_again_stands_again(built: Pair) -> None:
    built.unit.do("receive", built.release())
    built.desk.do("recall", "kx:4", *WHY)
    (notice,) = built.approve()
    built.unit.do("receive", notice)
    built.desk.do("decide", "kx:4", "release", *WHY)
    built.unit.do("receive", built.release())
    built.unit.do("run", *OWN)
    assert [line for line in built.unit.rows("identities", *OWN) if "withdrawn" in line] == []
