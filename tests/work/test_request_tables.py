"""Leads as requests: a draft by one officer, released by another, and only as it was drafted."""

import csv
from pathlib import Path

import pytest
from desk_case import Desk

from fanal.exchange.requests import DRAFT, KEY

pytestmark = pytest.mark.slow
WHY = ("--reason", "order 1 covers it")
SECOND = ("--as", "2")


@pytest.fixture
def out(desk: Desk) -> Path:
    """The folder of a draft of all requests."""
    desk.do("leads", "export", desk.folder / "out")
    return desk.folder / "out"


def test_each_addressee_gets_a_table_and_a_letter_as_drafts(desk: Desk, out: Path) -> None:
    names = sorted(path.name for path in out.iterdir() if path.name != KEY)
    assert len(names) == 2 * len(desk.rows("leads", "addressees"))
    assert all(name.startswith(DRAFT) for name in names)


def test_a_request_asks_for_no_more_than_it_must(desk: Desk, out: Path) -> None:
    lines = [row for path in out.glob("*.csv") if path.name != KEY for row in csv.DictReader(path.open())]
    assert len(lines) == len(desk.rows("leads"))
    identities = {line["identity"] for line in desk.rows("identities")}
    sent = "".join(path.read_text() for path in out.iterdir() if path.name != KEY)
    assert not [identity for identity in identities if identity in sent]
    assert "kx:" not in sent
    (address,) = [line for line in lines if line["port"]][:1]
    assert address["instant_utc"] == "2024-02-20T19:00:00Z"
    assert (address["clock_offset_s"], address["true_instant_utc"]) == ("30", "2024-02-20T18:59:30Z")
    with (out / KEY).open() as f:
        assert {row["identity"] for row in csv.DictReader(f)} <= identities


def test_requests_are_written_in_the_language_of_who_is_asked_and_released_as_they_stand(desk: Desk) -> None:
    folder = desk.folder / "polish"
    desk.do("leads", "export", folder, "--language", "pl")
    letters = [path.read_text(encoding="utf-8") for path in folder.glob("*.txt")]
    assert letters
    assert all("Prosimy odpowiedzieć na każdy wiersz pod jego sygnaturą." in letter for letter in letters)
    desk.do(*SECOND, "leads", "release", "kx-R1", folder, *WHY)
    assert desk.refused("leads", "export", desk.folder / "none", "--language", "xx").startswith("F-SUM-01")


def test_who_drafted_cannot_release(desk: Desk, out: Path) -> None:
    assert desk.refused("leads", "release", "kx-R1", out, *WHY).startswith("F-LEADS-04")
    assert all(path.name.startswith(DRAFT) for path in out.iterdir() if path.name != KEY)


def test_an_analyst_drafts_and_does_not_release(desk: Desk) -> None:
    folder = desk.folder / "own"
    desk.do("--as", "7", "leads", "export", folder)
    assert desk.refused("--as", "7", "leads", "release", "kx-R1", folder, *WHY).startswith("F-MAY-01")


def test_a_second_officer_releases_what_was_drafted(desk: Desk, out: Path) -> None:
    before = {path.name.removeprefix(DRAFT): path.read_bytes() for path in out.iterdir()}
    said = desk.do(*SECOND, "leads", "release", "kx-R1", out, *WHY, "--format", "json").json
    assert len(said["files"]) == len(before) - 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert (
        desk.do(*SECOND, "leads", "release", "kx-R1", out, *WHY, "--format", "json").json["decision"]
        == said["decision"]
    )


def test_a_changed_file_is_not_released(desk: Desk, out: Path) -> None:
    table = out / f"{DRAFT}001-telenet-bv.csv"
    table.write_text(table.read_text().replace("2024", "2023"))
    assert desk.refused(*SECOND, "leads", "release", "kx-R1", out, *WHY).startswith("F-LEADS-05")


def test_a_file_put_beside_them_is_not_released(desk: Desk, out: Path) -> None:
    (out / f"{DRAFT}more.txt").write_text("more")
    assert desk.refused(*SECOND, "leads", "release", "kx-R1", out, *WHY).startswith("F-LEADS-05")


@pytest.mark.parametrize(
    "act",
    [
        ("protect", "account", "kx:1", "--reference", "P-1", *WHY),
        ("decide", "kx:1", "hold", *WHY),
        ("decide", "kx:4", "not_suspect", *WHY),
    ],
)
def test_what_may_no_longer_leave_refuses_the_release(desk: Desk, out: Path, act: tuple[str, ...]) -> None:
    desk.do(*act)
    assert desk.refused(*SECOND, "leads", "release", "kx-R1", out, *WHY).startswith("F-LEADS-05")


def test_one_addressee_may_be_asked_alone_and_each_export_has_its_number(desk: Desk, out: Path) -> None:
    said = desk.do("leads", "export", desk.folder / "one", "--addressee", "PROVIDER.be", "--format", "json").json
    assert (said["name"], said["addressees"], said["requests"]) == ("kx-R2", 1, 2)
    assert {row["addressee"] for row in desk.rows("leads", "--addressee", "provider.be")} == {"provider.be"}
    assert desk.refused("leads", "export", desk.folder / "none", "--addressee", "nobody").startswith("F-LEADS-02")
    assert not (desk.folder / "none").exists()
    assert desk.refused("leads", "export", out).startswith("F-LEADS-01")


def test_without_an_approved_threshold_nothing_is_asked(desk: Desk) -> None:
    desk.do("op", "new", "young", "--title", "T", "--legal-basis", "B")
    said = desk.refused("leads", "export", desk.folder / "young", "--op", "young")
    assert said.startswith("F-PACKAGE-01")


def test_requests_that_were_never_drafted_are_not_released(desk: Desk, out: Path) -> None:
    assert desk.refused(*SECOND, "leads", "release", "kx-R9", out, *WHY).startswith("F-LEADS-03")


def test_a_draft_and_a_release_are_signed_decisions_in_the_log(desk: Desk, out: Path) -> None:
    desk.do(*SECOND, "leads", "release", "kx-R1", out, *WHY)
    assert desk.do("audit", "verify", "--format", "json").json["holds"]
