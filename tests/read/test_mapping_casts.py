"""Casts beside the engine: text in the usual form by a loop, all other text by the engine, and the same either way."""

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.base.instants import sql_instant, sql_precision
from fanal.engine.duck import Duck
from fanal.model.tables import UTC_INSTANT
from fanal.read import mapping_casts
from fanal.read.mapping_casts import Casts, LeftText, leaves_text

WHOLE = LeftText("n", pa.int64(), "nullif(trim(v), '')", "TRY_CAST(v AS BIGINT)")
INSTANT = LeftText("at", UTC_INSTANT, "nullif(trim(v), '')", sql_instant("v"), sql_precision("v"))
STAMPS = (
    "2024-02-29 23:59:59", "2023-02-29 00:00:00", "2024-05-01T12:30:00", "2024-13-01 00:00:00", "2024-04-31 00:00:00",
    "0000-00-00 00:00:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59", "1969-12-31 23:59:59", "1900-02-29 00:00:00",
    "2000-02-29 00:00:00", "2024-05-01 24:00:00", "2024-05-01 12:60:00", "2024-05-01 12:30:60", "2024-05-01 12:30",
    "2024-05-01", "2024-05-01 12:30:00.5", "2024-05-01 12:30+02", "2024-05-01 12:30:0x", " 2024-05-01 12:30:00", "x",
    "", None,
)  # fmt: skip
NUMBERS = (
    "0",
    "-0",
    "7",
    "-7",
    "007",
    "+7",
    "7.0",
    "7.5",
    "9" * 18,
    "9" * 19,
    "-" + "9" * 18,
    "-",
    " 7",
    "7 ",
    "",
    "x",
    None,
)


@pytest.fixture(scope="module")
def engine():
    with Duck(memory="256MB") as engine:
        yield engine


def both(engine, monkeypatch, column, texts):
    """The same column by the loops and by the engine alone."""
    found = []
    for few in (0, len(texts) + 1):
        with monkeypatch.context() as patched:
            patched.setattr(mapping_casts, "_FEW", few)
            done = Casts(engine, [column]).done(column.name, pa.array(texts, pa.string()))
        assert done is not None
        precision = None if done.precision is None else done.precision.to_pylist()
        found.append((done.values.to_pylist(), done.bad.to_pylist(), precision))
    return found


@pytest.mark.parametrize(("column", "texts"), [(WHOLE, NUMBERS), (INSTANT, STAMPS)])
def test_a_loop_makes_of_text_what_the_engine_makes_of_it(engine, monkeypatch, column, texts):
    quick, slow = both(engine, monkeypatch, column, texts)
    assert quick == slow


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text("0123456789-: T.+Z", max_size=21) | st.datetimes().map(lambda at: at.isoformat(" ")[:19])))
def test_any_text_is_cast_as_the_engine_casts_it(engine, monkeypatch, texts):
    for column in (WHOLE, INSTANT):
        quick, slow = both(engine, monkeypatch, column, texts)
        assert quick == slow


def test_what_cannot_be_cast_is_told_without_the_spaces_around_it(engine):
    done = Casts(engine, [WHOLE]).done("n", pa.array([" x ", " ", None, " 7"]))
    assert (done.values.to_pylist(), done.bad.to_pylist()) == ([None, None, None, 7], ["x", None, None, None])


def test_a_slice_of_a_column_is_cast_like_a_column(engine, monkeypatch):
    monkeypatch.setattr(mapping_casts, "_FEW", 0)
    done = Casts(engine, [WHOLE]).done("n", pa.array(["1", "22", "333", "x"]).slice(1, 2))
    assert done.values.to_pylist() == [22, 333]


def test_other_columns_are_the_engines(engine):
    assert Casts(engine, [WHOLE]).done("m", pa.array(["1"])) is None


@pytest.mark.parametrize(
    ("kind", "form", "zone", "left"),
    [
        (pa.int64(), "iso", "Europe/Paris", True),
        (UTC_INSTANT, "iso", "UTC", True),
        (UTC_INSTANT, "iso", "Europe/Paris", False),
        (UTC_INSTANT, "epoch_s", "UTC", False),
        (pa.float64(), "iso", "UTC", False),
    ],
)
def test_only_whole_numbers_and_plain_instants_are_left_as_text(kind, form, zone, left):
    assert leaves_text(kind, form, zone) is left
