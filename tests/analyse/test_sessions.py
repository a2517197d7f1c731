"""One engine for all look-ups of a process: sessions do not see each other's names."""

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from fanal.analyse.sessions import MOST, opened, session
from fanal.lake.snapshot import read_current


def test_names_of_one_session_are_unknown_to_another():
    with session() as one, session() as other:
        one.bind("t", pa.table({"n": [1]}))
        other.define("t", "SELECT 2 AS n")
        assert one.rows("SELECT n FROM t")["n"].to_pylist() == [1]
        assert other.rows("SELECT n FROM t")["n"].to_pylist() == [2]


def test_a_name_may_hide_a_snapshots_table_in_one_session_alone(world):
    world.account("kx:1")
    snapshot = world.write()
    with opened(snapshot, ("account", "login")) as one, opened(snapshot, ("account",)) as other:
        one.define("account", "SELECT 9 AS n")
        assert one.rows("SELECT * FROM account").to_pylist() == [{"n": 9}]
        assert other.rows("SELECT account FROM account").to_pylist() == [{"account": "kx:1"}]
        assert one.rows("SELECT * FROM login").num_rows == 0


def test_threads_read_more_snapshots_than_are_known_at_one_time(world):
    numbers = []
    for n in range(MOST + 2):
        world.account(f"kx:{n}")
        numbers.append(world.write())

    def count(snapshot):
        with opened(snapshot, ("account",)) as engine:
            return engine.rows("SELECT * FROM account").num_rows

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(count, numbers * 2)) == list(range(1, MOST + 3)) * 2
    assert count(read_current(world.root)) == MOST + 2
