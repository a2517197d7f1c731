"""What was sent and no longer stands: drafted, approved, opened, stopped or confirmed, and told back."""

from pathlib import Path

import pytest
from release_case import OWN, WHY, Pair

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def delivered_once(paired: Pair, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    pair = paired.copy(tmp_path_factory.mktemp("delivered"))
    pair.deliver()
    return pair


@pytest.fixture
def delivered(delivered_once: Pair, tmp_path: Path) -> Pair:
    """Both nodes after the unit opened the desk's first package."""
    return delivered_once.copy(tmp_path)


def test_a_recall_goes_out_is_opened_stopped_and_told_back(delivered: Pair) -> None:
    desk, unit, identity = delivered.desk, delivered.unit, delivered.id_of("kx:1")
    (drafted,) = desk.rows("recall", identity[:10], *WHY)
    assert (drafted["letter"], drafted["identity"], drafted["state"]) == ("kx-BE-L1", identity, "drafted")
    (file,) = delivered.approve()
    assert file.name == "kx-BE-1.fanal-notice"
    got = unit.do("receive", file, "--format", "json").json
    assert (got["kind"], got["identity"], got["operation"]) == ("recall", identity, "nl-kx")
    assert unit.do("status", *OWN, "--format", "json").json["letters"] == {"opened": 1}
    assert "wait for what the other side says: 1" in desk.do("status").out
    row = next(line for line in unit.rows("identities", *OWN) if "kx:1" in line["accounts"])
    assert "kx-BE-L1" in row["withdrawn"]
    assert "kx-BE-L1" in unit.do("explain", "kx:1", *OWN).out
    assert row["identity"] not in {lead["identity"] for lead in unit.rows("leads", *OWN)}
    said = unit.do("correction", "settle", "kx-BE-L1", "stopped", *WHY, *OWN, "--format", "json").json
    desk.do("receive", said["file"])
    told = [
        row["what"] for node in (desk, unit) for row in node.rows("history", "kx:1", *(OWN if node == unit else ()))
    ]
    for what in ("recall kx-BE-L1 went out to Unit BE", "recall kx-BE-L1 came from Unit 7", "kx-BE-L1 was settled"):
        assert what in told
    (row,) = desk.rows("correction", "list")
    assert (row["state"], row["settled"], row["officer"], row["days_waiting"]) == ("settled", "stopped", "1", None)


def test_a_second_officer_approves_a_recall(delivered: Pair) -> None:
    delivered.desk.do("recall", "kx:1", *WHY)
    assert delivered.desk.refused("correction", "approve").startswith("F-REL-06")
    assert delivered.desk.refused("--as", "7", "correction", "approve").startswith("F-MAY-01")
    assert list(delivered.folder.rglob("*.fanal-notice")) == []


def test_what_was_recalled_is_in_no_later_package(delivered: Pair) -> None:
    identity = delivered.id_of("kx:1")
    delivered.desk.do("recall", "kx:1", *WHY)
    delivered.approve()
    (row,) = delivered.desk.do("package", "build", "BE", "--format", "json").json
    sheet = delivered.desk.folder / "node" / row["folder"] / "data/identities.csv"
    assert identity not in sheet.read_text()
    assert delivered.id_of("kx:4") in sheet.read_text()


def test_a_false_positive_drafts_a_correction_to_every_recipient(delivered: Pair) -> None:
    identity = delivered.id_of("kx:4")
    delivered.unit.do("answer", "set", identity, "false_positive", *OWN)
    answer = delivered.unit.do("answer", "send", *OWN, "--format", "json").json["file"]
    assert delivered.desk.do("receive", answer, "--format", "json").json["corrections_drafted"] == 1
    (row,) = delivered.desk.rows("correction", "list")
    assert (row["kind"], row["identity"], row["state"]) == ("correction", identity, "drafted")


def test_an_identity_protected_after_it_was_sent_is_recalled_without_saying_why(delivered: Pair) -> None:
    delivered.desk.do("protect", "phone", "+32470000011", "--reference", "P-1", "--reason", "a victim's")
    (row,) = delivered.desk.rows("correction", "list")
    assert (row["kind"], row["identity"]) == ("recall", delivered.id_of("kx:1"))
    (file,) = delivered.approve()
    bag = next(path for path in file.parent.iterdir() if path.is_dir())
    text = (bag / "data/notice.json").read_text()
    assert "victim" not in text
    assert "P-1" not in text
    assert "protect" not in text


def test_an_identity_that_is_no_suspect_after_all_is_corrected(delivered: Pair) -> None:
    delivered.desk.do("decide", "kx:4", "not_suspect", *WHY)
    (row,) = delivered.desk.rows("correction", "list")
    assert (row["kind"], row["reason"]) == ("correction", "asked by phone")


def test_what_nobody_has_cannot_be_recalled_and_nothing_is_recalled_twice(delivered: Pair) -> None:
    assert delivered.desk.refused("recall", "kx:6", *WHY).startswith("F-REL-04")
    delivered.desk.do("recall", "kx:1", *WHY)
    assert delivered.desk.refused("recall", "kx:1", *WHY).startswith("F-REL-04")


def test_a_draft_set_aside_is_not_sent(delivered: Pair) -> None:
    delivered.desk.do("recall", "kx:1", *WHY)
    delivered.desk.do("--as", "2", "correction", "dismiss", "kx-BE-L1", *WHY)
    assert delivered.desk.refused("--as", "2", "correction", "approve").startswith("F-REL-05")
    assert delivered.desk.rows("correction", "list")[0]["state"] == "dismissed"


def test_a_letter_about_a_package_that_never_came_is_refused(delivered: Pair, paired: Pair, tmp_path: Path) -> None:
    delivered.desk.do("recall", "kx:1", *WHY)
    (file,) = delivered.approve()
    other = paired.unit.copy(tmp_path / "fresh")
    assert other.refused("receive", file).startswith("F-PKG-26")
    assert not list((other.folder / "node/packages/received").glob("*"))


def test_a_notice_received_twice_or_settled_in_other_words_is_refused(delivered: Pair) -> None:
    delivered.desk.do("recall", "kx:1", *WHY)
    (file,) = delivered.approve()
    delivered.unit.do("receive", file)
    assert delivered.unit.refused("receive", file).startswith("F-PKG-09")
    assert delivered.unit.refused("correction", "settle", "kx-BE-L1", "ignored", *WHY, *OWN).startswith("F-REL-07")
    delivered.unit.do("correction", "settle", "kx-BE-L1", "confirmed", *WHY, *OWN)
    assert delivered.unit.refused("correction", "settle", "kx-BE-L1", "stopped", *WHY, *OWN).startswith("F-REL-05")
