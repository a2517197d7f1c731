"""VICS case files: hashes and grades as they stand, and nothing of what must not be kept."""

import json

import pyarrow.parquet as pq
import pytest

from fanal.read.contract import Source, Unreadable
from fanal.read.json_shown import LARGEST
from fanal.read.sink import LakeSink
from fanal.read.vics import VICS, HashList, Vics

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Cases"
MD5 = "AB" * 16


class Read:
    """One file, read into a folder of its own."""

    def __init__(self, folder, *media, context=CONTEXT, reader=VICS, raw=None):
        path = folder / "case.json"
        document = {
            "@odata.context": context,
            "value": [{"CaseNumber": "12", "ContactName": "officer 1", "Media": list(media)}],
        }
        path.write_bytes(raw if raw is not None else json.dumps(document).encode())
        self.source = Source(path, path.name, 3, folder)
        with LakeSink(3, folder / "out") as sink:
            reader.read(self.source, sink)
            self.account = sink.close()
        self.tables = {table: pq.read_table(paths[0]).to_pylist() for table, paths in sink.files.items()}
        self.notes = self.account["notes"]
        self.everything = str((self.account, self.tables))

    def __getitem__(self, table):
        return self.tables.get(table, [])

    def remarks(self, key):
        return [row["value"] for row in self["remark"] if row["key"] == key]


@pytest.fixture
def read(tmp_path):
    return lambda *media, **more: Read(tmp_path, *media, **more)


def test_a_category_is_kept_raw_with_the_scale_that_it_is_on(read):
    got = read({"MD5": MD5, "Category": 2}, {"MD5": MD5, "Category": "A"}, {"MD5": MD5, "Category": None}, {"MD5": MD5})
    assert got.remarks("category") == ["2", "A"]
    assert got.remarks("category_context") == [CONTEXT, CONTEXT]
    assert got.notes["graded"] == {"n": 2, "categories": {"2": 1, "A": 1}}


def test_hashes_are_lower_case_and_key_the_medium(read):
    (row,) = read({"MD5": MD5, "SHA1": "CD" * 20, "MediaSize": 7, "MimeType": "video/mp4"})["media"]
    assert (row["media"], row["md5"], row["sha1"]) == (f"vics:{'ab' * 16}", "ab" * 16, "cd" * 20)
    assert (row["bytes"], row["mime"]) == (7, "video/mp4")


def test_a_medium_without_hashes_has_a_key_of_this_exhibit(read):
    assert [row["media"] for row in read({"MediaID": 7})["media"]] == ["vics:3/7"]


def test_pdq_is_a_fingerprint_and_a_broken_one_a_reject(read):
    hashes = [{"HashName": "PDQ", "HashValue": "0F" * 32}, {"HashName": "pdq", "HashValue": "0F"}]
    got = read({"MD5": MD5, "AlternativeHashes": hashes})
    assert [(row["media"], row["pdq"]) for row in got["fingerprint"]] == [(f"vics:{'ab' * 16}", b"\x0f" * 32)]
    assert [(row["column"], row["excerpt"]) for row in got["reject"]] == [("pdq", "0f")]


def test_a_hash_that_is_none_leaves_its_cell_empty(read):
    got = read({"MD5": "x" * 32, "SHA1": "CD" * 20})
    assert [(row["md5"], row["media"]) for row in got["media"]] == [(None, f"vics:{'cd' * 20}")]
    assert [(row["column"], row["locator"]) for row in got["reject"]] == [("md5", got["media"][0]["locator"])]


def test_photodna_miniatures_and_comments_are_counted_and_never_kept(read):
    medium = {"MD5": MD5, "PhotoDNA": "cGhvdG8x", "Miniature": "bWluaTEx", "Comments": "name 7",
              "AlternativeHashes": [{"HashName": "PhotoDNA", "HashValue": "cGhvdG8y"}]}  # fmt: skip
    got = read(medium)
    shown = VICS.excerpt(got.source, got["media"][0]["locator"])
    assert not [secret for secret in ("cGhvdG8", "bWluaTEx", "name 7") if secret in got.everything + shown]
    assert [got.notes[f"{key}_not_kept"] for key in ("photodna", "miniatures", "comments")] == [1, 1, 1]
    assert "[withheld]" in shown


def test_nobody_named_in_a_file_becomes_an_account(read):
    got = read({"MD5": MD5, "VictimIdentified": "true", "Series": "series 1", "OffenderIdentified": False})
    assert set(got.tables) == {"media", "remark"}
    assert "officer 1" not in got.everything
    assert got.remarks("victim_identified") + got.remarks("offender_identified") == ["true", "false"]


def test_files_of_a_medium_are_told_by_path(read):
    files = [
        {"FileName": "a.jpg", "FilePath": "p\\a.jpg"},
        {"FileName": "b.jpg", "FilePath": "p/", "Unallocated": "true"},
    ]
    got = read({"MD5": MD5, "MediaFiles": files})
    assert got.remarks("file") == ["p\\a.jpg", "p/b.jpg"]
    assert got.remarks("deleted") == ["unallocated"]


def test_exif_values_that_are_long_are_left_out(read):
    exifs = [
        {"PropertyName": "Make", "PropertyValue": "maker"},
        {"PropertyName": "MakerNote", "PropertyValue": "A1" * 200},
    ]
    assert read({"MD5": MD5, "Exifs": exifs}).remarks("exif") == ["Make: maker"]


def test_a_received_list_of_hashes_never_becomes_an_exhibits_rows(read):
    with pytest.raises(HashList):
        read(raw=json.dumps({"value": [{"MD5": MD5, "MediaFiles": []}] * 3}).encode())


@pytest.mark.parametrize("media", [[], ["a", 1, None, []]])
def test_every_element_is_accounted_for(read, media):
    assert read(*media).account["rows"]["media"] == {
        "source": len(media),
        "read": 0,
        "rejected": len(media),
        "unmapped": 0,
    }


def test_a_huge_element_is_a_reject_and_the_next_is_read(read):
    got = read({"MD5": MD5, "Miniature": "A" * (LARGEST + 1)}, {"MD5": MD5}, reader=Vics(chunk=1 << 20))
    assert len(got["media"]) == 1
    assert [row["reason"] for row in got["reject"]] == ["larger than what is read of one element"]
    assert got.account["rows"]["json"]["rejected"] == 1


def test_a_file_without_media_is_refused(read):
    with pytest.raises(Unreadable, match="no list of media"):
        read(raw=b'{"value": "x"}')


def test_case_files_are_recognised_by_what_they_say_they_are():
    assert VICS.detect(b'{"@odata.context":"%s"' % CONTEXT.encode(), "x") > 0.9
    assert VICS.detect(b'{"@odata.context":"http://example.org/$metadata#Orders"', "x") == 0
