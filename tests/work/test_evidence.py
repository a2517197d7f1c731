"""Taking exhibits in: what lies beside them, what their order covers, what is read in part."""

import json
from typing import Any

import pytest

from fanal.base.instants import BadInstant
from fanal.evidence.intake import ReferenceChanged
from fanal.evidence.isolation import Limits
from fanal.evidence.register import NoSuchExhibit, Register
from fanal.lake.snapshot import read_current
from fanal.read import child, registry
from fanal.read.contract import Example
from fanal.work.evidence import add_exhibits, source_of
from fanal.work.status import status

MAPPING = """fanal_mapping: 1
platform: fo
source: jsonl
tables:
  account: SELECT id AS native_id, _row FROM forum WHERE kind = 'member'
  message: SELECT id AS account, at, body, _row FROM forum WHERE kind = 'post'
"""
POSTS = [
    {"kind": "member", "id": 7},
    {"kind": "post", "id": 7, "at": "2024-05-01T10:00:00Z", "body": "message 1"},
    {"kind": "post", "id": 7, "at": "2024-07-01T10:00:00Z", "body": "message 2"},
]


class Paired:
    """A reader of files that have a second one beside them."""

    name = "paired"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ("{name}-wal", "book.db", "absent.db")

    def detect(self, head, name):  # noqa: ARG002  the interface's arguments
        return 1.0 if head.startswith(b"paired") else 0.0

    def examples(self):
        yield Example("a.paired", b"paired", {})


PAIRED = Paired()


@pytest.fixture
def paired(monkeypatch):
    monkeypatch.setattr(registry, "READERS", (f"{__name__}:PAIRED", *registry.READERS))
    registry.readers.cache_clear()
    yield
    registry.readers.cache_clear()


@pytest.fixture
def forum(tmp_path):
    (tmp_path / "forum.yaml").write_text(MAPPING)
    (tmp_path / "forum.jsonl").write_text("".join(json.dumps(post) + "\n" for post in POSTS))
    return tmp_path / "forum.jsonl"


@pytest.fixture
def add(node, first, operation, tmp_path):
    def call(path, **options):
        custody = options.pop("custody", {})
        return add_exhibits(
            first, node, operation, [path], mapping=tmp_path / "forum.yaml", options=options, custody=custody,
            report=lambda *_: None,
        )[0]  # fmt: skip

    return call


def nothing_read(*_: object, **__: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Stands for a reader's child that finds no row."""
    return {}, {"rows": {}, "notes": {}, "tables": {}}


def test_files_beside_an_exhibit_are_registered_with_it_and_are_none_of_their_own(
    node, first, operation, tmp_path, paired, monkeypatch
):
    for name in ("a.paired", "a.paired-wal", "book.db"):
        (tmp_path / name).write_bytes(b"paired " + name.encode())
    monkeypatch.setattr("fanal.work.evidence.read_exhibit", nothing_read)
    paths = [tmp_path / name for name in ("a.paired-wal", "a.paired", "book.db")]
    (added,) = add_exhibits(first, node, operation, paths, report=lambda *_: None)
    (exhibit,) = Register(node.evidence).exhibits()
    assert added["name"] == "a.paired"
    assert [file.name for file in exhibit.beside] == ["a.paired-wal", "book.db"]
    source = source_of(first, node, operation, exhibit)
    assert {name: path.read_bytes() for name, path in source.beside.items()} == {
        "a.paired-wal": b"paired a.paired-wal",
        "book.db": b"paired book.db",
    }


def test_a_file_beside_an_exhibit_that_changed_is_noticed(node, first, operation, tmp_path, paired, monkeypatch):
    (tmp_path / "a.paired").write_bytes(b"paired")
    (tmp_path / "book.db").write_bytes(b"\xff\xd8\xff book")
    monkeypatch.setattr("fanal.work.evidence.read_exhibit", nothing_read)
    add_exhibits(first, node, operation, [tmp_path / "a.paired"], report=lambda *_: None)
    (exhibit,) = Register(node.evidence).exhibits()
    assert not exhibit.beside[0].stored
    (tmp_path / "book.db").write_bytes(b"another book")
    with pytest.raises(ReferenceChanged):
        source_of(first, node, operation, exhibit)


def test_what_an_order_does_not_cover_stays_unread_and_is_counted(node, first, operation, forum, add):
    custody = {"order": "order 12", "order_date": "2024-08-01", "authority": "court 3", "scope": "May and June 2024"}
    added = add(forum, scope={"from": "2024-05-01", "to": "2024-06-30"}, custody=custody)
    assert (added["rows"], added["outside_scope"]) == (3, 1)
    (shown,) = status(first, node, operation)["exhibits"]
    assert shown["outside_scope"] == {"message": 1}
    assert shown["custody"] | {"added_at": "", "officer": ""} == {
        "added_at": "", "officer": "", "source": "", "privilege": "", "use": "evidence", **custody,
    }  # fmt: skip
    assert read_current(node.lake("kx")).rows("message") == 1


def test_a_scope_that_is_no_date_is_refused_before_anything_is_registered(node, forum, add):
    with pytest.raises(BadInstant):
        add(forum, scope={"from": "May"})
    assert Register(node.evidence).exhibits() == []


def test_a_snapshot_of_an_exhibit_that_is_not_there_is_refused(node, forum, add):
    with pytest.raises(NoSuchExhibit):
        add(forum, snapshot_of=4)
    assert Register(node.evidence).exhibits() == []


def test_an_exhibit_that_was_read_in_part_says_so(node, first, operation, tmp_path, add, monkeypatch):
    lines = "".join(json.dumps({"kind": "post", "id": n, "body": "message 12 " * 40}) + "\n" for n in range(400_000))
    path = tmp_path / "forum.jsonl"
    path.write_text(lines)
    (tmp_path / "forum.yaml").write_text(MAPPING)
    monkeypatch.setattr(child, "Limits", lambda: Limits(memory=260 << 20))
    monkeypatch.setattr(child, "PATIENCE", 8)
    added = add(path)
    assert added["stopped"] == "memory"
    (shown,) = status(first, node, operation)["exhibits"]
    assert shown["notes"]["truncated"] is True
    rows = shown["rows"]["forum"]
    assert 0 < rows["read"] < 400_000
    assert rows["source"] == rows["read"] + rows["rejected"]
    assert read_current(node.lake("kx")).rows("message") == rows["read"]
