"""The platform sample, read through the mappings beside it."""

import pytest
from mapped_case import Remembered

from fanal.read.contract import Source
from fanal.read.jsonl import JSONL
from fanal.read.mapping import load_yaml
from fanal.read.mysqldump import MYSQLDUMP
from fanal.read.tabular import CSV
from fanal.sample.platform import write_platform


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("sample")
    write_platform(made, 0.002, 1, lambda *_: None)
    return made


@pytest.mark.parametrize(
    ("reader", "name", "mapping"),
    [(MYSQLDUMP, "kx.sql", "kx.yaml"), (CSV, "exchange.csv", "exchange.yaml"), (JSONL, "forum.jsonl", "forum.yaml")],
)
def test_the_sample_is_read_whole_and_without_rejects(folder, tmp_path, reader, name, mapping):
    sink = Remembered()
    data = load_yaml((folder / mapping).read_text(), mapping)
    reader.read(Source(folder / name, name, 1, tmp_path, data), sink)
    assert sink.rejects == []
    assert sum(counts["read"] for counts in sink.counts.values()) > 0
    for counts in sink.counts.values():
        assert counts["source"] == counts["read"]
    told = {part: counts["source"] for part, counts in sink.counts.items()}
    source = Source(folder / name, name, 1, tmp_path, data)
    assert told == {part: table.rows for part, table in reader.tables(source).items()}
