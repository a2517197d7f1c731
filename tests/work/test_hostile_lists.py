"""A hash list comes from others: whatever it does to its parser, it is refused, and nothing of it stays."""

import json
import sqlite3
import zlib

import pytest

from fanal.cli.main import main
from fanal.evidence import row_child
from fanal.evidence.isolation import Limits
from fanal.media.hashlists import child
from fanal.media.hashlists.form import BadHashList
from fanal.work.hashlists import add_hash_list, show_hash_lists

MD5 = "ab" * 16
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><l><image><md5>&j;</md5></image></l>"
)


def half_a_database(path):
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE file (md5 TEXT)")
        made.executemany("INSERT INTO file VALUES (?)", [(f"{n:032x}",) for n in range(5000)])
    path.write_bytes(path.read_bytes()[:9000] + zlib.compress(b"x"))


HOSTILE = {
    "laughs.xml": LAUGHS,
    "deep.json": '{"value":[' + '{"Media":[' * 200_000,
    "cut.json": json.dumps({"value": [{"MD5": MD5, "Category": 1}]})[:-12],
    "outside.xml": '<!DOCTYPE l SYSTEM "file:///etc/passwd"><l><image><md5>x</md5></image></l>',
    "none.csv": "\0" * 5000,
}


@pytest.mark.parametrize("name", [*HOSTILE, "half.sqlite"])
def test_a_hostile_list_is_refused_and_leaves_nothing(node, first, tmp_path, name):
    path = tmp_path / name
    if name == "half.sqlite":
        half_a_database(path)
    else:
        path.write_text(HOSTILE[name], encoding="utf-8")
    with pytest.raises(BadHashList):
        add_hash_list(first, node, path, name="hostile")
    assert show_hash_lists(first, node) == []
    assert not [one for one in node.hash_lists.rglob("*") if one.is_file() and one.name != "key"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [("bad_list_parsers:aborting", "broke off"), ("bad_list_parsers:greedy", "MiB"), ("nowhere:none", "broke off")],
)
def test_a_list_that_ends_its_parser_is_refused(node, first, tmp_path, monkeypatch, entry, said):
    monkeypatch.setattr(child, "ENTRY", entry)
    monkeypatch.setenv("PYTHONPATH", f"{__file__.rpartition('/')[0]}:{path_of_fanal()}")
    small = Limits(memory=200 << 20, wall_s=120, grace_s=0)
    monkeypatch.setattr(row_child.rows_behind_walls, "__defaults__", (small,))
    path = tmp_path / "list.csv"
    path.write_text(f"md5\n{MD5}\n", encoding="utf-8")
    with pytest.raises(BadHashList, match=said):
        add_hash_list(first, node, path, name="hostile")
    assert show_hash_lists(first, node) == []


def path_of_fanal():
    return row_child.__file__.rpartition("/fanal/")[0]


def test_a_list_is_parsed_where_there_is_no_network(node, first, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(row_child, "command", lambda *asked: started.append(asked) or ["false"])
    path = tmp_path / "list.csv"
    path.write_text(f"md5\n{MD5}\n", encoding="utf-8")
    with pytest.raises(BadHashList):
        add_hash_list(first, node, path, name="one")
    assert started == [(child.ENTRY, row_child.WALLS)]


def test_an_officer_reads_one_line_that_says_what_to_do(node, tmp_path, capsys):
    (tmp_path / "list.xml").write_text(LAUGHS, encoding="utf-8")
    assert main(["-C", str(node.folder), "hashlist", "add", str(tmp_path / "list.xml"), "--name", "one"]) == 2
    assert "F-LIST-04" in capsys.readouterr().err
