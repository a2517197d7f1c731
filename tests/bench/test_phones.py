"""The numbers that `bench resolve` reads, and that both sides read them alike."""

import phonenumbers
import pyarrow as pa
import pytest

from fanal.bench.phones import written
from fanal.engine.duck import Duck
from fanal.model.kinds_phone import PHONE

VALUES = written(3000, 2)


def test_they_are_distinct_and_of_every_region() -> None:
    assert len(set(VALUES)) == len(VALUES)
    found = {value.partition(":")[0] for value in written(6000, 2) if ":" in value}
    assert len(found) > 0.9 * len(phonenumbers.SUPPORTED_REGIONS)


def test_the_same_seed_gives_the_same_numbers() -> None:
    assert written(500, 3) == written(500, 3) != written(500, 4)


@pytest.mark.parametrize("few", [0, 10_000])
def test_a_column_of_all_regions_is_read_as_the_library_reads_it(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanal.model.kinds_phone.FEW", few)
    expected = [PHONE.normalise(value) for value in VALUES]
    assert 0.3 < sum(norm is not None for norm in expected) / len(expected) < 0.7
    with Duck(threads=1) as engine:
        assert PHONE.norms(pa.array(VALUES), engine).to_pylist() == expected
