"""Media are scanned where they lie; the node gets hashes and figures, and nothing that could show a picture."""

import base64
import io
import sys
from pathlib import Path

import av
import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from test_no_media import walk
from whole_case import typed

from fanal.lake.snapshot import read_current

sys.path.insert(0, str(Path(__file__).parents[1] / "media"))

from made import animated, filmed, pattern, saved

CSV = """id,digest
1,{sha256}
"""
MAPPING = """fanal_mapping: 1
platform: kx
source: csv
tables:
  media: SELECT id AS native_id, digest AS sha256, 'video/mp4' AS mime, _row FROM videos
"""


@pytest.fixture(scope="module")
def seized(tmp_path_factory):
    root = tmp_path_factory.mktemp("seized")
    (root / "chat").mkdir()
    for name, content in {
        "p.jpg": saved("JPEG"),
        "same.jpg": saved("JPEG"),
        "half.jpg": saved("JPEG", pattern(300, 300))[:6000],
        "chat/v.mp4": filmed(bars=24),
        "chat/a.gif": animated("GIF"),
        "chat/s.webp": saved("WEBP", np.dstack([pattern(), np.tile(np.arange(128, dtype=np.uint8), (96, 1))])),
        "notes.txt": b"message 12",
    }.items():
        (root / name).write_bytes(content)
    return root


@pytest.fixture(scope="module")
def node(tmp_path_factory, seized):
    folder = tmp_path_factory.mktemp("work") / "node"
    assert typed("init", folder, "--agency", "Unit 7", "--country", "BE", "--demo").code == 0
    assert typed("-C", folder, "op", "new", "mc", "--title", "T", "--legal-basis", "B").code == 0
    first = typed("-C", folder, "media", "scan", seized, "--pass", "keyframes", "--format", "jsonl")
    assert first.code == 0, first.err
    said = typed("-C", folder, "media", "scan", seized, "--format", "jsonl")
    assert said.code == 0, said.err
    return folder, said


def table(folder, name):
    snapshot = read_current(folder / "lake" / "mc")
    return [row for path in snapshot.files(name) for row in pq.read_table(path).to_pylist()]


def test_each_file_is_one_medium_with_its_digests_and_type(node, seized):
    rows = {row["locator"]: row for row in table(node[0], "media")}
    assert set(rows) == {str(p.relative_to(seized)) for p in seized.rglob("*") if p.is_file()}
    video = rows["chat/v.mp4"]
    assert (video["mime"], video["width"], video["height"], video["status"]) == ("video/mp4", 128, 96, "whole")
    assert abs(video["duration_s"] - 3) < 0.1
    assert rows["half.jpg"]["status"] == "truncated"
    assert {len(row[name]) for row in rows.values() for name in ("md5",)} == {32}


def test_fingerprints_stand_under_the_media_they_are_of(node):
    rows = table(node[0], "fingerprint")
    of = {}
    for row in rows:
        of.setdefault((row["locator"], row["variant"]), []).append(row["at_s"])
    assert of["chat/v.mp4", "plain"] == [0.0, 1.0, 2.0]
    assert of["chat/v.mp4", "cropped"] == [0.0, 1.0, 2.0]
    assert of["chat/a.gif", "plain"] == [0.0, 0.2, 0.4]
    assert of["p.jpg", "plain"] == [None]
    assert ("same.jpg", "plain") not in of
    assert len({row["obs"] for row in rows}) == len(rows)
    media = {row["locator"]: row["media"] for row in table(node[0], "media")}
    assert all(row["media"] == media[row["locator"]] for row in rows)
    assert media["p.jpg"] == media["same.jpg"]


def test_a_sticker_is_a_kind_of_its_own(node):
    assert [(row["locator"], row["key"], row["value"]) for row in table(node[0], "remark")] == [
        ("chat/s.webp", "kind", "sticker")
    ]


def test_what_is_not_whole_is_named_with_its_reason(node):
    rejects = {row["locator"]: row["reason"] for row in table(node[0], "reject")}
    assert set(rejects) == {"half.jpg"}
    (exhibit,) = typed("-C", node[0], "status", "--format", "json").json["exhibits"]
    assert exhibit["rows"]["files"] == {"source": 7, "read": 7, "rejected": 0, "unmapped": 0}
    assert exhibit["notes"]["remaining"] == 0


def test_scanning_again_changes_nothing(node, seized):
    before = read_current(node[0] / "lake" / "mc").number
    assert typed("-C", node[0], "media", "scan", seized).code == 0
    assert read_current(node[0] / "lake" / "mc").number == before
    assert {
        row["remaining"] for row in typed("-C", node[0], "media", "remaining", seized, "--format", "jsonl").lines
    } == {0}


def test_steps_run_on_what_was_scanned_and_the_stores_agree(node):
    assert typed("-C", node[0], "run").code == 0
    assert {row["wrong"] for row in typed("-C", node[0], "check", "--format", "jsonl").lines} == {0}
    assert typed("-C", node[0], "figures", "--format", "json").json["videos"] == 1


def test_a_medium_that_a_reader_named_by_its_hash_is_the_same_medium(node, seized, tmp_path):
    folder = node[0]
    sha256 = next(row["sha256"] for row in table(folder, "media") if row["locator"] == "chat/v.mp4")
    (tmp_path / "videos.csv").write_text(CSV.format(sha256=sha256.upper()))
    (tmp_path / "videos.yaml").write_text(MAPPING)
    added = typed("-C", folder, "add", tmp_path / "videos.csv", "--mapping", tmp_path / "videos.yaml")
    assert added.code == 0, added.err
    assert typed("-C", folder, "media", "scan", seized).code == 0
    tied = {row["media"] for row in table(folder, "media") if row["locator"] == "chat/v.mp4"}
    assert tied == {"kx:1"}
    assert {row["media"] for row in table(folder, "fingerprint") if row["locator"] == "chat/v.mp4"} == {"kx:1"}


def pieces(seized):
    """Runs of every file and of what its pixels decode to: raw, in base64 at each alignment, in hexadecimal."""
    for path in sorted(p for p in seized.rglob("*") if p.suffix != ".txt" and p.is_file()):
        yield path.read_bytes()
    with Image.open(seized / "p.jpg") as picture:
        yield np.asarray(picture.convert("RGB")).tobytes()
        yield np.asarray(picture.convert("L")).tobytes()
    with av.open(io.BytesIO((seized / "chat" / "v.mp4").read_bytes())) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24").tobytes()
            yield bytes(frame.planes[0])
            break


def runs(content, run=24):
    starts = range(0, len(content) - run, max(run, len(content) // 60))
    raw = [content[at : at + run] for at in starts]
    # A run of one value is found everywhere, and says nothing.
    raw = [piece for piece in raw if len(set(piece)) > 6]
    encoded = [
        base64.b64encode(content[at + shift : at + shift + 3 * run])[:run] for at in starts for shift in range(3)
    ]
    return [*raw, *(e for e in encoded if len(set(e)) > 6), *(piece.hex().encode() for piece in raw)]


def test_nothing_of_a_picture_is_in_any_file_that_a_scan_writes(node, seized):
    folder, said = node
    needles = [run for content in pieces(seized) for run in runs(content)]
    assert any(run in (seized / "p.jpg").read_bytes() for run in needles)
    written = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    printed = (said.out + said.err).encode()
    assert [run for run in needles if run in written or run in printed] == []
    assert walk(folder) == []


def test_a_folder_that_is_not_there_is_refused(node, tmp_path):
    said = typed("-C", node[0], "media", "scan", tmp_path / "nothing")
    assert (said.code, "F-MEDIA-02" in said.err) == (1, True)
