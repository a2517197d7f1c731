import json

import pyarrow as pa
import pytest

from fanal.read.contract import Unreadable
from fanal.read.vics_examples import EXAMPLES
from fanal.read.vics_list import listed_media


def listed(tmp_path, content):
    path = tmp_path / "list.json"
    path.write_bytes(content)
    batches, context = listed_media(path, tmp_path / "scratch")
    return pa.Table.from_batches(list(batches)).to_pylist(), context


def test_a_list_gives_every_hash_with_its_raw_category(tmp_path):
    (tmp_path / "scratch").mkdir()
    rows, context = listed(tmp_path, EXAMPLES[1].content)
    assert [(row["n"], row["kind"]) for row in rows] == [(n, kind) for n in range(3) for kind in ("md5", "sha1")]
    assert {row["category"] for row in rows} == {"0"}
    assert "2.0.xml/Default" in context


def test_a_case_gives_its_perceptual_hashes_too(tmp_path):
    (tmp_path / "scratch").mkdir()
    rows, _ = listed(tmp_path, EXAMPLES[0].content)
    assert {row["kind"] for row in rows} == {"md5", "sha1", "sha256", "pdq"}


@pytest.mark.parametrize("content", [b'{"value": [{"MD5": "0"}, {"MD', json.dumps({"value": []}).encode(), b"no json"])
def test_a_list_that_breaks_off_or_is_empty_is_refused_whole(tmp_path, content):
    (tmp_path / "scratch").mkdir()
    with pytest.raises(Unreadable):
        listed(tmp_path, content)
