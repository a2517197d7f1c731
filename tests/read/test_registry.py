"""Every registered reader against its own examples, and the registry itself."""

import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanal.base.errors import FanalError
from fanal.evidence.media_columns import suspicious
from fanal.evidence.media_signs import freed
from fanal.model.tables import BY_NAME, REJECT, exhibit_of
from fanal.read.contract import Source
from fanal.read.mapping_yaml import load_yaml
from fanal.read.registry import (
    HEAD,
    READERS,
    MappingMissing,
    NotRecognised,
    UnknownReader,
    by_name,
    detect,
    readers,
    resolve,
)
from fanal.read.signs import SIGNS
from fanal.read.sink import LakeSink

EXHIBIT = 11
CASES = [
    pytest.param(reader, example, id=f"{reader.name}-{n}-{example.name}")
    for reader in readers()
    for n, example in enumerate(reader.examples(), start=1)
]
each_example = pytest.mark.parametrize(("reader", "example"), [case for case in CASES if not case.values[1].refused])
each_refused = pytest.mark.parametrize(("reader", "example"), [case for case in CASES if case.values[1].refused])
each_reader = pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.name)


def mapping_of(example):
    return load_yaml(example.mapping, example.name) if example.mapping else None


def read_anew(folder, reader, example):
    """Reads an example in a folder: its source, what was written (table to rows), and the account."""
    path = folder / "bytes"
    path.write_bytes(example.content)
    (folder / "scratch").mkdir()
    beside = {name: folder / name for name in example.beside}
    for name, content in example.beside.items():
        beside[name].write_bytes(content)
    source = Source(
        path=path, name=example.name, exhibit=EXHIBIT, scratch=folder / "scratch", mapping=mapping_of(example),
        options=example.options, beside=beside,
    )  # fmt: skip
    with LakeSink(EXHIBIT, folder / "staging") as sink:
        reader.read(source, sink)
        account = sink.close()
    return source, {table: pq.read_table(paths[0]) for table, paths in sink.files.items()}, account


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """As `read_anew`, each example once for all tests of a process."""
    known = {}

    def once(reader, example):
        if id(example) not in known:
            known[id(example)] = read_anew(tmp_path_factory.mktemp("example"), reader, example)
        return known[id(example)]

    return once


def test_every_entry_is_a_reader_with_a_name_of_its_own_and_examples():
    names = [reader.name for reader in readers()]
    assert len(set(names)) == len(READERS)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert {reader.name for reader in readers()} == {case.values[0].name for case in CASES}


@pytest.mark.parametrize("entry", sorted(SIGNS))
def test_the_signs_of_a_reader_say_what_it_says_itself(entry):
    signs, reader = SIGNS[entry], resolve(entry)
    assert entry in READERS
    assert (signs.name, signs.mapped, signs.beside) == (reader.name, reader.mapped, reader.beside)
    assert all(
        signs.detect(example.content[:HEAD], example.name) == reader.detect(example.content[:HEAD], example.name)
        for example in reader.examples()
    )


@each_example
def test_the_right_reader_is_detected(reader, example):
    assert detect(example.content[:HEAD], example.name, mapping_of(example)) is reader


@each_example
def test_no_other_reader_is_surer_of_it_by_its_bytes(reader, example):
    sure = {r.name: r.detect(example.content[:HEAD], example.name) for r in readers()}
    assert all(0 <= confidence <= 1 for confidence in sure.values())
    assert sure[reader.name] == max(sure.values())


@each_reader
def test_a_reader_recognises_at_least_one_of_its_examples_by_its_bytes(reader):
    assert any(reader.detect(example.content[:HEAD], example.name) > 0 for example in reader.examples())


@each_example
def test_rows_and_rejects_are_as_the_example_says(reader, example, read):
    _, tables, _ = read(reader, example)
    found = {table: rows.num_rows for table, rows in tables.items() if table != "reject"}
    assert found == {table: n for table, n in example.rows.items() if n}
    assert tables.get("reject", REJECT.schema.empty_table()).num_rows == example.rejects


@each_reader
def test_a_reader_has_examples_of_what_is_whole_and_of_what_is_hostile(reader):
    hostile = [example.hostile for example in reader.examples()]
    assert False in hostile
    assert True in hostile


@each_refused
def test_what_cannot_be_read_at_all_is_refused_as_the_example_says(reader, example, tmp_path):
    assert example.hostile
    assert not example.rows
    with pytest.raises(FanalError) as refusal:
        read_anew(tmp_path, reader, example)
    assert refusal.value.code == example.refused


@each_example
def test_every_source_row_is_accounted_for_once(reader, example, read):
    _, _, account = read(reader, example)
    assert account["rows"], "a reader counts at least one part"
    for part, counts in account["rows"].items():
        assert counts["source"] == counts["read"] + counts["rejected"] + counts["unmapped"], part
        assert min(counts.values()) >= 0, part


@each_example
def test_observations_are_unique_ascending_and_the_exhibits_own(reader, example, read):
    _, tables, _ = read(reader, example)
    numbers = [rows["obs"].to_pylist() for rows in tables.values()]
    assert all(obs == sorted(obs) for obs in numbers)
    every = [n for obs in numbers for n in obs]
    assert len(set(every)) == len(every)
    assert {exhibit_of(n) for n in every} <= {EXHIBIT}


@each_example
def test_tables_have_the_models_columns_and_every_row_a_locator(reader, example, read):
    _, tables, _ = read(reader, example)
    for table, rows in tables.items():
        assert rows.schema.equals((REJECT if table == "reject" else BY_NAME[table]).schema)
        assert rows["locator"].null_count == 0


@each_example
def test_the_exhibits_own_text_is_found_at_the_locators(reader, example, read):
    source, tables, _ = read(reader, example)
    for table, rows in tables.items():
        for locator in {rows["locator"][0].as_py(), rows["locator"][-1].as_py()}:
            excerpt = reader.excerpt(source, locator)
            assert excerpt.strip() or table == "reject", f"{table} {locator}"
            assert freed(excerpt) == excerpt, f"{table} {locator}"


@each_example
def test_no_encoded_or_binary_content_is_written(reader, example, read):
    _, tables, account = read(reader, example)
    for table, rows in tables.items():
        for column in rows.column_names:
            if pa.types.is_string(rows[column].type):
                assert not suspicious(rows[column]), f"{table}.{column}"
    said = json.dumps(account, ensure_ascii=False)
    assert freed(said) == said


@each_example
def test_reading_again_writes_the_same_rows(reader, example, read, tmp_path):
    _, first, account = read(reader, example)
    _, second, again = read_anew(tmp_path, reader, example)
    assert first == second
    assert account == again


def test_an_unknown_reader_is_named_with_the_ones_there_are():
    with pytest.raises(UnknownReader, match=r"clay_tablet.*whatsapp, eml"):
        by_name("clay_tablet")


def test_a_mappings_source_decides():
    assert detect(b"a,b\n1,2\n", "x.csv", {"source": "jsonl"}) is by_name("jsonl")


def test_a_table_without_a_mapping_asks_for_one():
    with pytest.raises(MappingMissing, match=r"x\.csv.*csv.*--mapping"):
        detect(b"a,b\n1,2\n", "x.csv")


def test_what_nobody_knows_is_not_guessed():
    with pytest.raises(NotRecognised, match=r"x\.bin"):
        detect(bytes(range(256)), "x.bin")
