import os
import subprocess
import sys
import textwrap

import pyarrow as pa
import pytest

from fanal.engine.duck import Duck
from fanal.lake.parquet import TableFile, write_table
from fanal.lake.snapshot import SnapshotDamaged, read_current
from fanal.lake.writer import LakeBusy, writing

ROWS = pa.table({"obs": pa.array([1, 2, 3], pa.int64())})


def stage(writer, exhibit=1, rows=ROWS, table="account"):
    path = writer.path(f"{table}-{exhibit}")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_table(path, rows)
    writer.add_exhibit(exhibit, {table: [path]}, {"rows": {}})


def committed(root, **kwargs):
    with writing(root) as writer:
        stage(writer, **kwargs)
        return writer.commit()


def test_a_lake_without_current_is_empty(tmp_path):
    snapshot = read_current(tmp_path)
    assert (snapshot.number, snapshot.tables) == (0, {})


def test_a_commit_is_read_back_as_it_was_written(tmp_path):
    snapshot = committed(tmp_path)
    assert read_current(tmp_path) == snapshot
    with Duck() as engine:
        engine.bind("account", snapshot.files("account"))
        assert engine.rows("SELECT sum(obs) AS n FROM account")["n"][0].as_py() == 6


def test_nothing_shows_before_the_commit(tmp_path):
    with writing(tmp_path) as writer:
        stage(writer)
        assert read_current(tmp_path).tables == {}


def test_a_commit_without_a_change_writes_nothing(tmp_path):
    first = committed(tmp_path)
    before = sorted(p.name for p in tmp_path.rglob("*"))
    with writing(tmp_path) as writer:
        assert writer.commit() == first
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


def test_an_exhibit_read_again_replaces_its_rows(tmp_path):
    committed(tmp_path)
    committed(tmp_path, exhibit=2)
    snapshot = committed(tmp_path, rows=ROWS.slice(0, 1))
    assert snapshot.rows("account") == 4
    assert [entry.exhibit for entry in snapshot.tables["account"]] == [1, 2]


def test_a_step_table_is_replaced_and_the_earlier_snapshot_keeps_its_file(tmp_path):
    with writing(tmp_path) as writer:
        writer.set_table("identity", ROWS.to_batches(), ROWS.schema)
        first = writer.commit()
    with writing(tmp_path) as writer:
        writer.set_table("identity", ROWS.slice(2).to_batches(), ROWS.schema)
        second = writer.commit()
    assert (first.rows("identity"), second.rows("identity")) == (3, 1)
    assert all(path.exists() for path in [*first.files("identity"), *second.files("identity")])


def test_a_second_writer_is_refused_while_the_first_works(tmp_path):
    with writing(tmp_path), pytest.raises(LakeBusy), writing(tmp_path):
        pass


def test_what_a_dead_writer_left_is_swept_and_never_seen(tmp_path):
    committed(tmp_path)
    script = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        import pyarrow as pa
        from fanal.lake.parquet import write_table
        from fanal.lake.writer import writing
        with writing(Path(sys.argv[1])) as writer:
            writer.path("account-9").parent.mkdir(parents=True)
            write_table(writer.path("account-9"), pa.table({"obs": [9]}))
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, env=dict(os.environ))
    assert killed.returncode < 0
    assert read_current(tmp_path).rows("account") == 3
    with writing(tmp_path):
        assert not (tmp_path / "data" / "2").exists()


def test_a_file_that_was_not_finished_does_not_appear_under_its_name(tmp_path):
    path = tmp_path / "account.parquet"
    file = TableFile(path, ROWS.schema)
    file.write(ROWS)
    file.__exit__(RuntimeError, RuntimeError(), None)
    assert not path.exists()


def test_a_pointer_to_a_missing_snapshot_is_an_error_that_says_so(tmp_path):
    (tmp_path / "CURRENT").write_text("snapshot-7.json\n")
    with pytest.raises(SnapshotDamaged):
        read_current(tmp_path)
