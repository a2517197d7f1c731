import csv
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fanal.base.language import speaking
from fanal.exchange.requests import (
    DRAFT,
    KEY,
    Batch,
    FolderNotEmpty,
    Request,
    digest_of_files,
    files_of,
    read_files,
    release_files,
    write_drafts,
)

AT = datetime(2024, 2, 20, 19, 0, 0, tzinfo=UTC)
LATER = datetime(2024, 8, 18, 19, 0, 0, tzinfo=UTC)
ADDRESS = Request("lead1", "i" * 32, "1/logins:7", "who_used_address_and_port", "192.0.2.1", 4020, AT, 30.0, LATER)
MAILBOX = Request("lead2", "j" * 32, "1/users:7", "who_holds_mailbox", "=a@mail.example", None, None, None, None)


def batch(**requests):
    return Batch("kx-R1", "Unit 7", "order 1", AT, requests or {"Example Télécom": [ADDRESS]})


def table(files, name):
    return list(csv.DictReader(files[name].decode().splitlines()))


def letter(*requests):
    files = files_of(batch(A=list(requests)))
    return files["001-a.txt"].decode()


def test_a_row_has_a_reference_and_what_a_provider_needs():
    (row,) = table(files_of(batch()), "001-example-telecom.csv")
    assert row == {
        "reference": "kx-R1-001-1",
        "question": "Who was given this address and port at this instant (UTC)?",
        "address": "192.0.2.1",
        "port": "4020",
        "instant_utc": "2024-02-20T19:00:00Z",
        "clock_offset_s": "30",
        "true_instant_utc": "2024-02-20T18:59:30Z",
        "kept_until_about": "2024-08-18",
    }


def test_no_cell_is_a_formula_to_a_spreadsheet():
    (row,) = table(files_of(batch(mail=[MAILBOX])), "001-mail.csv")
    assert row["address"] == "'=a@mail.example"


def test_nothing_of_the_case_is_in_what_is_sent():
    for data in files_of(batch(A=[ADDRESS, MAILBOX])).values():
        for secret in (b"lead1", b"iiii", b"users:7", b"jjjj"):
            assert secret not in data


def test_who_deletes_first_is_asked_first():
    soon = replace(ADDRESS, perishes_at=AT)
    files = files_of(batch(B=[ADDRESS], A=[MAILBOX], C=[soon]))
    assert [name for name in files if name.endswith(".csv")] == ["001-c.csv", "002-b.csv", "003-a.csv"]


def test_an_address_without_a_port_says_so():
    without = replace(ADDRESS, ask="who_used_address_without_port", port=None)
    assert "carrier NAT" in letter(without)
    assert "name nobody" in letter(without)
    assert "name nobody" not in letter(ADDRESS)


def test_the_clock_is_spoken_of_only_as_far_as_it_is_known():
    assert "clock_offset_s: seconds" in letter(ADDRESS)
    assert "nobody has compared" not in letter(ADDRESS)
    assert "nobody has compared" in letter(replace(ADDRESS, clock_offset_s=None))
    assert "UTC, as the clock" not in letter(MAILBOX)


def test_records_that_may_be_gone_are_counted():
    assert "1 of them may be deleted already" in letter(replace(ADDRESS, perishes_at=datetime(2023, 1, 1, tzinfo=UTC)))
    assert "may be deleted already" not in letter(ADDRESS)
    assert "about 2024-08-18" in letter(ADDRESS)


def test_the_same_batch_gives_the_same_files_and_another_others():
    assert digest_of_files(files_of(batch())) == digest_of_files(files_of(batch()))
    other = batch(A=[replace(ADDRESS, port=4021)])
    assert digest_of_files(files_of(other)) != digest_of_files(files_of(batch(A=[ADDRESS])))


def test_a_letter_speaks_the_language_in_force():
    with speaking("fr"):
        said = letter(ADDRESS)
    assert said != letter(ADDRESS)


def test_drafts_lie_as_drafts_until_they_are_released(tmp_path):
    files = files_of(batch())
    write_drafts(tmp_path / "out", batch(), files)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {KEY, *(f"{DRAFT}{name}" for name in files)}
    assert read_files(tmp_path / "out") == files
    for _ in range(2):
        assert {path.name for path in release_files(tmp_path / "out")} == set(files)
    assert read_files(tmp_path / "out") == files
    assert "i" * 32 in (tmp_path / "out" / KEY).read_text()


def test_nothing_is_written_where_something_lies(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(FolderNotEmpty):
        write_drafts(tmp_path, batch(), files_of(batch()))


@pytest.mark.parametrize("addressee", ["../../x", "日本", "", "a" * 300, "a/b\x00c\nd"])
def test_no_addressee_names_a_place_or_breaks_a_line(addressee):
    files = files_of(batch(**{addressee: [ADDRESS]}))
    for name in files:
        assert "/" not in name
        assert len(name) < 60
    (first,) = [data.decode().splitlines()[0] for name, data in files.items() if name.endswith(".txt")]
    assert first.startswith("Request kx-R1-001 to ")
