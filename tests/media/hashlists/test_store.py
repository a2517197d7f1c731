import json
import sqlite3
import stat

import pyarrow.parquet as pq
import pytest

from fanal.media.hashlists import store
from fanal.media.hashlists.form import BadHashList
from fanal.media.hashlists.ncmec import parse_ncmec
from fanal.media.hashlists.nsrl import parse_nsrl
from fanal.media.hashlists.tables import parse_table

MD5 = [f"{n:032x}" for n in range(10)]
SHA1 = [f"{n:040x}" for n in range(10)]
PDQ = [f"{n:064x}" for n in range(10)]


def about(name="one", version="1", opinions=None, otherwise="unmapped"):
    return store.About(name, version, "agency 1", "csv", "", opinions or {}, otherwise)


def take(tmp_path, text, form="csv", **more):
    path = tmp_path / "list.txt"
    path.write_text(text, encoding="utf-8")
    return store.take_in(tmp_path / "lists", path, parse_table(path, form), about(**more))


def rows(tmp_path, table, name="one", version="1"):
    return pq.read_table(tmp_path / "lists" / name / version / f"{table}.parquet").to_pylist()


def test_a_plain_list_of_hashes_needs_no_head(tmp_path):
    taken = take(tmp_path, f"{MD5[1].upper()},1\n{SHA1[2]},2\n{PDQ[3]},1\n")
    assert (taken.entries, taken.hashes, taken.rejected) == (3, {"md5": 1, "sha1": 1, "sha256": 1}, 0)
    assert {row["category"] for row in rows(tmp_path, "entries")} == {"1", "2"}
    assert {row["value"] for row in rows(tmp_path, "hashes")} == {MD5[1], SHA1[2], PDQ[3]}


def test_a_head_names_the_columns_whatever_their_order(tmp_path):
    text = f"Classification;SHA-1;Comment;MD5\nA1;{SHA1[1]};message 12;{MD5[1]}\nB2;;;{MD5[2]}\n"
    assert take(tmp_path, text, "icse").hashes == {"md5": 2, "sha1": 1}
    entries = {row["category"] for row in rows(tmp_path, "entries")}
    assert entries == {"A1", "B2"}
    one = {row["entry"] for row in rows(tmp_path, "hashes") if row["value"] in (SHA1[1], MD5[1])}
    assert len(one) == 1


def test_perceptual_hashes_lie_apart_with_their_quality(tmp_path):
    take(tmp_path, f"pdq,quality\n{PDQ[4]},80\n{PDQ[5]},\n")
    assert [(row["pdq"].hex(), row["quality"]) for row in rows(tmp_path, "prints")] == [(PDQ[4], 80), (PDQ[5], None)]
    assert not rows(tmp_path, "hashes")


def test_values_that_are_no_hash_are_counted(tmp_path):
    taken = take(tmp_path, f"md5\n{MD5[1]}\nno hash\n{'z' * 32}\n")
    assert (taken.entries, taken.rejected) == (1, 2)


def test_a_file_without_any_hash_is_refused(tmp_path):
    with pytest.raises(store.NothingListed):
        take(tmp_path, "md5\nno hash\n")
    with pytest.raises(BadHashList):
        take(tmp_path, "name,comment\na,b\n")


def test_a_mapping_says_what_categories_mean_and_raw_ones_stay(tmp_path):
    text = f"md5,category\n{MD5[1]},1\n{MD5[2]},5\n{MD5[3]},9\n"
    take(tmp_path, text, opinions={"1": "illegal_everywhere", "5": "harmless"})
    said = {row["category"]: row["opinion"] for row in rows(tmp_path, "entries")}
    assert said == {"1": "illegal_everywhere", "5": "harmless", "9": "unmapped"}


def test_an_entry_listed_under_two_opinions_is_disputed(tmp_path):
    text = f"md5,category\n{MD5[1]},1\n{MD5[1]},5\n"
    take(tmp_path, text, opinions={"1": "illegal_here", "5": "harmless"})
    assert [row["opinion"] for row in rows(tmp_path, "entries")] == ["disputed"]


def test_an_entry_keeps_its_id_from_version_to_version_and_no_id_is_made_of_the_hash_alone(tmp_path):
    take(tmp_path, f"md5\n{MD5[1]}\n")
    take(tmp_path, f"md5\n{MD5[1]}\n{MD5[2]}\n", version="2")
    take(tmp_path, f"md5\n{MD5[1]}\n", name="other")
    first, second = rows(tmp_path, "entries")[0]["entry"], rows(tmp_path, "hashes", version="2")
    assert first == next(row["entry"] for row in second if row["value"] == MD5[1])
    assert first != rows(tmp_path, "entries", name="other")[0]["entry"]
    versions = store.in_force(tmp_path / "lists")
    assert [(v.name, v.version, v.entries) for v in versions] == [("one", "2", 2), ("other", "1", 1)]


def test_only_the_nodes_own_account_can_read_a_list(tmp_path):
    take(tmp_path, f"md5\n{MD5[1]}\n")
    for path in (tmp_path / "lists", *(tmp_path / "lists").rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077 or path.name == "list.json"
    told = json.loads((tmp_path / "lists" / "one" / "1" / "list.json").read_bytes())
    assert MD5[1] not in json.dumps(told)


def test_a_broken_file_leaves_the_version_that_was_there(tmp_path):
    take(tmp_path, f"md5\n{MD5[1]}\n")
    with pytest.raises(store.NothingListed):
        take(tmp_path, "md5\nnothing\n")
    assert [row["value"] for row in rows(tmp_path, "hashes")] == [MD5[1]]


def test_quarantine_follows_the_entry_and_can_be_taken_back(tmp_path):
    take(tmp_path, f"md5\n{MD5[1]}\n")
    entry = rows(tmp_path, "entries")[0]["entry"]
    store.set_aside(tmp_path / "lists", "one", entry, {"aside": True, "reason": "a logo"})
    take(tmp_path, f"md5\n{MD5[1]}\n", version="2")
    assert store.in_force(tmp_path / "lists")[0].quarantined == (entry,)
    store.set_aside(tmp_path / "lists", "one", entry, {"aside": False, "reason": "no logo"})
    assert store.in_force(tmp_path / "lists")[0].quarantined == ()
    with pytest.raises(store.NoSuchEntry):
        store.set_aside(tmp_path / "lists", "one", "f" * 16, {"aside": True})


def test_a_list_that_is_removed_leaves_nothing(tmp_path):
    take(tmp_path, f"md5\n{MD5[1]}\n")
    store.remove(tmp_path / "lists", "one", None)
    assert not list((tmp_path / "lists").iterdir())
    with pytest.raises(store.NoSuchHashList):
        store.remove(tmp_path / "lists", "one", None)


NCMEC = """<?xml version="1.0"?><queryResult xmlns="https://example.org/v2"><images>
<image><member id="1">a</member><class>A1</class><fingerprints>
<md5>{0}</md5><sha1>{1}</sha1><pdna>x</pdna></fingerprints></image>
</images><videos><video><class>B2</class><fingerprints><md5>{2}</md5></fingerprints></video></videos>
<deletedEntries><image><fingerprints><md5>{3}</md5></fingerprints></image></deletedEntries></queryResult>"""


def test_ncmec_xml_gives_images_and_videos_and_leaves_out_what_was_deleted(tmp_path):
    path = tmp_path / "list.xml"
    path.write_text(NCMEC.format(MD5[1], SHA1[1], MD5[2], MD5[3]), encoding="utf-8")
    taken = store.take_in(tmp_path / "lists", path, parse_ncmec(path), about())
    assert (taken.entries, taken.hashes) == (2, {"md5": 2, "sha1": 1})
    assert {row["category"] for row in rows(tmp_path, "entries")} == {"A1", "B2"}


def test_xml_that_declares_entities_is_refused(tmp_path):
    path = tmp_path / "list.xml"
    path.write_text('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', encoding="utf-8")
    with pytest.raises(BadHashList):
        store.take_in(tmp_path / "lists", path, parse_ncmec(path), about())


def test_nsrl_is_read_from_its_tables_never_from_its_views(tmp_path):
    path = tmp_path / "rds.db"
    with sqlite3.connect(path) as con:
        con.execute("CREATE TABLE METADATA (object_id INTEGER, sha256 TEXT, sha1 TEXT, md5 TEXT)")
        con.executemany("INSERT INTO METADATA VALUES (?, ?, ?, ?)", [(n, PDQ[n], SHA1[n], MD5[n]) for n in range(5)])
        con.execute(f"CREATE VIEW FILE AS SELECT '{MD5[9]}' AS md5")
    con.close()
    taken = store.take_in(tmp_path / "lists", path, parse_nsrl(path, tmp_path), about(otherwise="harmless"))
    assert (taken.entries, taken.hashes) == (5, {"md5": 5, "sha1": 5, "sha256": 5})
    assert {row["opinion"] for row in rows(tmp_path, "entries")} == {"harmless"}
    path.write_bytes(b"no database")
    with pytest.raises(BadHashList):
        parse_nsrl(path, tmp_path)
