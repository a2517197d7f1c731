from pathlib import Path

import pyarrow as pa
import pytest
from dump_reader import dump_rows

from fanal.sample import dump as dump_of
from fanal.sample.dump import Dump


def _written(path: Path, batches: list[list[str]]) -> Path:
    with Dump(path, "kx") as dump:
        dump.table("t", "  `a` int(11)")
        for batch in batches:
            dump.rows(pa.array(batch, pa.string()))
    return path


def test_statements_stop_before_the_size_that_mysqldump_keeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump_of, "STATEMENT", 100)
    path = _written(tmp_path / "d.sql", [[f",({i},'x')" for i in range(50)]] * 2)
    statements = [line for line in path.read_text().splitlines() if line.startswith("INSERT")]
    assert len(statements) > 5
    assert all(90 < len(s) <= 101 for s in statements[:-1])


@pytest.mark.parametrize("size", [30, 47, 48, 49, 100, 10_000])
def test_no_row_is_lost_or_doubled_at_a_statements_border(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(dump_of, "STATEMENT", size)
    path = _written(tmp_path / "d.sql", [[f",({i},'{'y' * (i % 40)}')" for i in range(n, n + 60)] for n in (0, 60)])
    assert dump_rows(path, "t") == [[str(i), "y" * (i % 40)] for i in range(120)]


def test_a_slice_of_an_array_is_written_from_where_it_begins(tmp_path: Path) -> None:
    with Dump(tmp_path / "d.sql", "kx") as dump:
        dump.table("t", "  `a` int(11)")
        dump.rows(pa.array([",(1)", ",(2)", ",(3)"]).slice(1, 1))
    assert dump_rows(tmp_path / "d.sql", "t") == [["2"]]


def test_a_table_without_rows_has_its_structure_and_no_insert(tmp_path: Path) -> None:
    text = _written(tmp_path / "d.sql", [[]]).read_text()
    assert "CREATE TABLE `t`" in text
    assert "UNLOCK TABLES" in text
    assert "INSERT" not in text


def test_a_dump_broken_off_has_no_footer(tmp_path: Path) -> None:
    dump = Dump(tmp_path / "d.sql", "kx")
    dump.table("t", "  `a` int(11)")
    dump.__exit__(ValueError, ValueError("broken off"), None)
    assert "Dump completed" not in (tmp_path / "d.sql").read_text()
