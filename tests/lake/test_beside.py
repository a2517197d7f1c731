"""Tables beside a snapshot: whole or not there, named by what they are made of."""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet

from fanal.lake.beside import keep_only, place_of, table_beside
from fanal.lake.parquet import write_table
from fanal.lake.snapshot import read_current
from fanal.lake.writer import writing

ROWS = pa.table({"n": pa.array([3, 4], pa.int64())})


@dataclass
class Doubled:
    name: str = "doubled"
    version: int = 1
    of: tuple[str, ...] = ("account",)
    made: list[int] = field(default_factory=list)

    def rows(self, snapshot):
        self.made.append(snapshot.number)
        return ROWS.schema, ROWS.to_batches()


def lake(root, n):
    with writing(root) as writer:
        path = writer.path("account-1")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_table(path, pa.table({"obs": pa.array([n], pa.int64())}))
        writer.add_exhibit(1, {"account": [path]}, {})
        writer.commit()
    return read_current(root)


def test_a_table_is_made_once_for_the_same_rows(tmp_path):
    made = Doubled()
    snapshot = lake(tmp_path, 1)
    assert table_beside(snapshot, made) == table_beside(snapshot, made)
    assert pa.parquet.read_table(table_beside(snapshot, made)) == ROWS
    table_beside(lake(tmp_path, 2), made)
    assert made.made == [1, 2]


def test_what_was_begun_and_never_finished_is_made_again(tmp_path):
    made = Doubled()
    snapshot = lake(tmp_path, 1)
    place = place_of(snapshot, made)
    place.parent.mkdir()
    place.with_name(place.name + ".part").write_bytes(b"PAR1")
    assert pa.parquet.read_table(table_beside(snapshot, made)) == ROWS
    assert [path.suffix for path in place.parent.glob("doubled-*")] == [".parquet"]


def test_tables_that_nobody_asks_for_any_more_are_deleted(tmp_path):
    made = Doubled()
    first, second = lake(tmp_path, 1), lake(tmp_path, 2)
    old, new = table_beside(first, made), table_beside(second, made)
    keep_only(second, [new])
    assert (old.exists(), new.exists()) == (False, True)
