"""What `fanal bench exchange` tells, without measuring anything."""

import pytest

from fanal.bench.exchange import SECTIONS, bench_exchange
from fanal.bench.exchange_rows import COLUMNS, ExchangeTask, row
from fanal.bench.exchange_seal import seal_section
from fanal.bench.sections import UnknownSection
from fanal.bench.stage import Measured


def test_a_section_that_there_is_not_is_refused() -> None:
    with pytest.raises(UnknownSection, match="packages"):
        bench_exchange(ExchangeTask(0.1), lambda *_: None, "weather")


def test_the_sections_have_different_names() -> None:
    assert len({name for name, _ in SECTIONS}) == len(SECTIONS)


def test_a_row_has_the_columns_of_the_table() -> None:
    assert tuple(row("seal", "seal", Measured("seal", 1.0, 2.0, 3.0), "1 MiB")) == COLUMNS


def test_sealing_stands_beside_hash_and_encryption_on_the_same_bytes() -> None:
    rows = seal_section(ExchangeTask(0.001), lambda *_: None)
    assert [r["work"] for r in rows][:2] == ["seal", "sha256"]
    assert {r["units"] for r in rows} == {"1 MiB"}
    assert rows[0]["ratio"] is not None
