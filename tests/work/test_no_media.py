"""Media never enter the node: every file that it writes, and all that it prints, is walked and looked into."""

import base64
import logging
import re
import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from media_carriers import CARRIERS, MEDIA
from whole_case import Said, typed

from fanal.lake.snapshot import read_current
from fanal.read.registry import readers

NAMES = [reader.name for reader in readers()]
#: How files of pictures, films and sound begin; and a picture's mark wherever it stands.
BEGINS = re.compile(
    rb"\xff\xd8\xff|\x89PNG|GIF8|RIFF|BM..|II\*\x00|MM\x00\*|....ftyp|\x1a\x45\xdf\xa3|OggS|ID3|\x00\x00\x01[\xb3\xba]",
    re.DOTALL,
)
RUN = 24


def runs(media: bytes) -> list[bytes]:
    """Pieces of the media, one of every hundred bytes: raw, in base64 at each alignment, and in hexadecimal."""
    pieces = [media[at : at + RUN] for at in range(0, len(media) - RUN, 100)]
    encoded = [base64.b64encode(media[shift:]) for shift in range(3)]
    pieces += [text[at : at + RUN] for text in encoded for at in range(0, len(text) - RUN, 133)]
    return [*pieces, *(piece.hex().encode() for piece in pieces[: len(media) // 100])]


NEEDLE = re.compile(b"|".join(re.escape(run) for run in runs(MEDIA)))
HEX = re.compile(MEDIA[:RUN].hex().encode(), re.IGNORECASE)


def contents(path: Path):
    """What a file says, unpacked where it is packed."""
    yield path.read_bytes()
    if path.suffix == ".parquet":
        for column in pq.read_table(path).columns:
            if (
                pa.types.is_string(column.type)
                or pa.types.is_binary(column.type)
                or pa.types.is_fixed_size_binary(column.type)
            ):
                yield b"\n".join(v if isinstance(v, bytes) else v.encode() for v in column.to_pylist() if v is not None)


def found_in(text: bytes) -> str | None:
    hit = NEEDLE.search(text) or HEX.search(text)
    return f"a run of the media's bytes at {hit.start()}" if hit else None


def walk(folder: Path) -> list[str]:
    """Every file below a folder with something of the media in it."""
    wrong = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            if BEGINS.match(path.read_bytes()[:16]):
                wrong.append(f"{path}: begins like media")
            wrong += [f"{path}: {seen}" for text in contents(path) if (seen := found_in(text))]
    return wrong


def test_there_is_a_carrier_for_each_reader():
    assert set(CARRIERS) == set(NAMES)


def test_nothing_that_is_written_printed_or_backed_up_holds_media(tmp_path, caplog, monkeypatch):
    """One node takes an exhibit of every reader: a run and a walk each would cost twenty times as much."""
    caplog.set_level(logging.DEBUG)
    node = tmp_path / "node"
    assert typed("init", node, "--agency", "Unit 7", "--country", "BE", "--demo").code == 0
    assert typed("-C", node, "op", "new", "mc", "--title", "T", "--legal-basis", "B").code == 0
    said = {name: added(node, tmp_path / name, name) for name in NAMES}
    assert {name: one.err for name, one in said.items() if one.code} == {}
    snapshot = read_current(node / "lake" / "mc")
    platforms: dict[str, str] = {}
    for table in ("account", "message", "login"):
        for path in snapshot.files(table):
            known = [account for account in pq.read_table(path)["account"].to_pylist() if account]
            platforms |= {account.partition(":")[0]: account for account in known}
    assert len(platforms) > 5
    for command in ("run", "status", "figures", "check", "audit verify", "status --format json"):
        said[command] = typed("-C", node, *command.split())
    for account in platforms.values():
        said[f"explain {account}"] = typed("-C", node, "explain", account, "--format", "json")
    assert [what for what, one in said.items() if found_in((one.out + one.err).encode())] == []
    assert found_in(caplog.text.encode()) is None
    assert walk(node) == []
    monkeypatch.setenv("FANAL_RECOVERY_PASSPHRASE", "one phrase for the safe")
    key, backup, again = tmp_path / "recovery.key", tmp_path / "a.fanal-backup", tmp_path / "again"
    for words in (("-C", node, "backup", "key", key), ("-C", node, "backup", "make", backup)):
        assert typed(*words).code == 0
    assert typed("restore", backup, again, "--key", key).code == 0
    assert walk(again) == []
    exhibits = said["status --format json"].json["exhibits"]
    assert [one["reader"] for one in exhibits if not sum(table["read"] for table in one["rows"].values())] == []
    assert {one["reader"] for one in exhibits} == set(NAMES)


def added(node: Path, seized: Path, name: str) -> Said:
    """An exhibit that carries media, written and added."""
    carrier = CARRIERS[name]()
    assert found_in(carrier.content) or name == "whatsapp"
    seized.mkdir()
    (seized / carrier.name).write_bytes(carrier.content)
    for beside, content in carrier.beside.items():
        (seized / beside).write_bytes(content)
    mapping: tuple[object, ...] = ()
    if carrier.mapping:
        (seized / "mapping.yaml").write_text(carrier.mapping)
        mapping = ("--mapping", seized / "mapping.yaml")
    return typed("-C", node, "add", seized / carrier.name, *mapping, "--reader", name)


def test_the_walk_sees_what_it_is_for(tmp_path):
    (tmp_path / "a.jpg").write_bytes(MEDIA)
    (tmp_path / "b.txt").write_bytes(b"xx " + base64.b64encode(b"x" + MEDIA))
    (tmp_path / "c.log").write_text(MEDIA.hex().upper())
    pq.write_table(pa.table({"v": ["message", MEDIA.hex()]}), tmp_path / "d.parquet", compression="zstd")
    with sqlite3.connect(tmp_path / "e.sqlite") as store:
        store.execute("CREATE TABLE t (v BLOB)")
        store.execute("INSERT INTO t VALUES (?)", (MEDIA[:2000],))
    assert {Path(line.split(": ")[0]).name for line in walk(tmp_path)} == {
        "a.jpg", "b.txt", "c.log", "d.parquet", "e.sqlite",
    }  # fmt: skip
