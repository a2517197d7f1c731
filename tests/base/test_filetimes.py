from datetime import UTC, datetime

import pytest

from fanal.base.instants import BadInstant, from_filetime


def test_a_filetime_counts_tenths_of_microseconds_since_1601():
    assert from_filetime(0) == datetime(1601, 1, 1, tzinfo=UTC)
    assert from_filetime(116_444_736_000_000_000) == datetime(1970, 1, 1, tzinfo=UTC)
    assert from_filetime(132_464_472_600_000_019) == datetime(2020, 10, 6, 8, 41, 0, 1, tzinfo=UTC)


def test_a_filetime_beyond_the_calendar_is_none():
    with pytest.raises(BadInstant):
        from_filetime(2**64 - 1)
