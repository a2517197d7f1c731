"""What scan, match and a package write while lists are there: no medium, no entry; in a package no word of a list."""

import sys
from pathlib import Path

import pyarrow.parquet as pq
from release_case import Pair
from whole_case import md5_of, typed

sys.path.insert(0, str(Path(__file__).parents[1] / "media"))

from made import saved

STRANGE, AGENCY, LIST = "9e" * 16, "Agency Quince", "quincelist"


def shown(path):
    """A file's bytes, and the text of its rows where it is a table."""
    table = str(pq.read_table(path).to_pydict()) if path.suffix == ".parquet" else ""
    return path.read_bytes() + table.encode()


def files(*folders):
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def test_neither_media_nor_a_list_get_where_they_must_not_be(pair: Pair, tmp_path, monkeypatch):
    seized = tmp_path / "seized"
    seized.mkdir()
    picture = saved("PNG")
    (seized / "p.png").write_bytes(picture)
    (tmp_path / "list.csv").write_text(f"md5,category\n{md5_of(1)},1\n{STRANGE},1\n")
    (tmp_path / "list.toml").write_text('[categories]\n1 = "illegal_everywhere"\n')
    given = ("--name", LIST, "--agency", AGENCY, "--mapping", tmp_path / "list.toml")
    pair.desk.do("hashlist", "add", tmp_path / "list.csv", *given)
    pair.desk.do("media", "scan", seized, "--workers", "1")
    (entry,) = {match["entry"] for match in pair.desk.rows("media", "match")}
    pair.desk.do("media", "series")
    pair.desk.do("run")
    pair.deliver()
    monkeypatch.setenv("FANAL_RECOVERY_PASSPHRASE", "one phrase for the safe")
    pair.desk.do("backup", "key", tmp_path / "recovery.key")
    pair.desk.do("backup", "make", tmp_path / "a.fanal-backup")
    assert (
        typed("restore", tmp_path / "a.fanal-backup", tmp_path / "again", "--key", tmp_path / "recovery.key").code == 0
    )
    lists = pair.desk.node.hash_lists
    written = [
        path for path in files(pair.desk.folder, pair.unit.folder, tmp_path / "again") if lists not in path.parents
    ]
    pieces = [picture[n : n + 24] for n in range(40, len(picture) - 24, 24)]
    pieces = [piece for piece in pieces if len(set(piece)) > 10]
    assert pieces
    for path in written:
        text = shown(path)
        assert STRANGE.encode() not in text, path
        assert bytes.fromhex(STRANGE) not in text, path
        assert not [piece for piece in pieces if piece in text], path
    away = files(pair.desk.node.packages, pair.unit.folder)
    for path in away:
        for word in (AGENCY, LIST, entry):
            assert word.encode() not in shown(path), (path, word)
    assert any(md5_of(1).encode() in shown(path) for path in away)  # the desk's own hash, of its own exhibit
    assert any(AGENCY.encode() in shown(path) for path in written)  # the walk sees what the lake says of it
