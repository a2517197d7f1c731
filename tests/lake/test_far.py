"""A lake that is not on this machine, by way of pyarrow's file systems; here one that keeps a folder."""

import pyarrow as pa
import pytest
from pyarrow import fs

from fanal.engine import far
from fanal.engine.duck import Duck
from fanal.engine.far import Far, PlaceUnreachable
from fanal.lake.parquet import TableFile, digest_at, schema_of, write_table
from fanal.lake.snapshot import SnapshotDamaged, read_current
from fanal.lake.writer import ForeignLake, LakeBusy, sweep, writing

ROWS = pa.table({"obs": pa.array([1, 2, 3], pa.int64())})


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The folder behind far://store."""
    folder = tmp_path / "store"
    folder.mkdir()
    made = fs.SubTreeFileSystem(str(folder), fs.LocalFileSystem())
    monkeypatch.setattr(far, "file_system", lambda _root: made)
    return folder


@pytest.fixture
def lake(store, tmp_path):
    return Far("far://store/lakes/op?region=x", tmp_path / "home")


def committed(root, rows=ROWS, exhibit=1):
    with writing(root) as writer:
        path = writer.path(f"account-{exhibit}")
        write_table(path, rows)
        writer.add_exhibit(exhibit, {"account": [path]}, {"rows": {}})
        writer.set_table("identity", rows.to_batches(), rows.schema)
        return writer.commit()


def total(snapshot, table="account"):
    with Duck() as engine:
        engine.bind("t", snapshot.files(table))
        return engine.rows("SELECT sum(obs) AS n FROM t WHERE obs > 1")["n"][0].as_py()


def test_a_commit_is_read_back_as_it_was_written(lake, store):
    snapshot = committed(lake)
    assert read_current(lake) == snapshot
    assert (snapshot.number, total(snapshot), total(snapshot, "identity")) == (1, 5, 5)
    assert (store / "lakes/op/data/1/identity.parquet").is_file()


def test_nothing_shows_before_the_commit_and_a_step_sees_what_was_staged(lake):
    with writing(lake) as writer:
        writer.set_table("identity", ROWS.to_batches(), ROWS.schema)
        assert total(writer.pending(), "identity") == 5
        assert read_current(lake).tables == {}


def test_the_newest_snapshot_is_the_current_one(lake):
    committed(lake)
    for exhibit in range(2, 11):
        committed(lake, exhibit=exhibit)
    assert (read_current(lake).number, read_current(lake).rows("account")) == (10, 30)


def test_nothing_stays_in_the_home_folder(lake):
    committed(lake)
    assert not list(lake.home.rglob("*.parquet"))


def test_what_a_dead_writer_left_is_swept(lake, store):
    committed(lake)
    with writing(lake) as writer:
        writer.set_table("identity", ROWS.slice(1).to_batches(), ROWS.schema)
    left = store / "lakes/op/data/2"
    (store / "lakes/op/snapshot-2.json.new").write_text("{")
    assert left.is_dir()
    with writing(lake) as writer:
        assert not left.exists()
        assert not writer.staging.exists()
    assert not list(store.rglob("*.new"))
    assert sweep(read_current(lake)) == []


def test_another_nodes_lake_is_refused(lake, tmp_path):
    committed(lake)
    with pytest.raises(ForeignLake), writing(Far(lake.url, tmp_path / "other")):
        pass
    assert read_current(Far(lake.url, tmp_path / "other")).rows("account") == 3


def test_a_second_writer_is_refused_while_the_first_works(lake):
    with writing(lake), pytest.raises(LakeBusy), writing(lake):
        pass


def test_a_damaged_snapshot_is_an_error_that_says_so(lake, store):
    committed(lake)
    (store / "lakes/op/snapshot-3.json").write_text("{")
    with pytest.raises(SnapshotDamaged):
        read_current(lake)


def test_columns_and_digests_are_those_of_the_file_here(lake, tmp_path):
    snapshot = committed(lake)
    (file,) = snapshot.files("identity")
    with TableFile(tmp_path / "same.parquet", ROWS.schema) as same:
        same.write(ROWS)
    assert (schema_of(file), digest_at(file)) == (schema_of(same.path), digest_at(same.path))
    assert digest_at(file) == snapshot.tables["identity"][0].sha256


def test_a_place_that_does_not_answer_is_an_error_of_one_line(lake, store):
    (store / "lakes").write_text("a file where a folder should be")
    with pytest.raises(PlaceUnreachable) as refused, writing(lake):
        pass
    assert "\n" not in refused.value.line()


@pytest.mark.parametrize(
    ("url", "spark", "path", "name"),
    [
        ("s3://bucket/lake/op?endpoint_override=h:1", "s3a://bucket/lake/op", "bucket/lake/op", "op"),
        ("s3a://bucket/op", "s3a://bucket/op", "bucket/op", "op"),
        ("hdfs://host:8020/lake/op/", "hdfs://host:8020/lake/op/", "/lake/op", "op"),
    ],
)
def test_each_side_gets_the_name_that_it_knows(url, spark, path, name, tmp_path):
    place = Far(url, tmp_path)
    assert (place.for_spark, place.path, place.name) == (spark, path, name)
    assert (place / "data").path == f"{path}/data"
