"""Which columns of text are looked at cell by cell. That every sign is among them, test_media_signs holds too."""

import base64
import hashlib

import pyarrow as pa
import pytest

from fanal.evidence.media_columns import suspicious

RUN = base64.b64encode(b"".join(hashlib.sha256(bytes([n])).digest() for n in range(20))).decode()


def test_ordinary_columns_are_not_suspicious():
    assert not suspicious(pa.array(["message 12", None, "x " * 400], pa.string()))
    assert not suspicious(pa.array([], pa.string()))


def test_only_the_part_of_a_sliced_column_is_looked_at():
    column = pa.array(["message 1", RUN, "message 3", None])
    assert suspicious(column)
    assert suspicious(pa.chunked_array([column.slice(2), column.slice(1, 1)]))
    assert not suspicious(pa.chunked_array([column.slice(2), column.slice(0, 1)]))


def test_of_a_dictionary_the_values_are_looked_at():
    assert suspicious(pa.array(["message 1", RUN, RUN]).dictionary_encode())
    assert not suspicious(pa.array(["message 1", None, "message 1"]).dictionary_encode())
    assert not suspicious(pa.array([None, None], pa.string()).dictionary_encode())


@pytest.mark.parametrize("sign", ["Data:image/png;base64,AAAA", "\0", "\x01\x02\x03", "\ufffd" * 4])
@pytest.mark.parametrize("before", [0, 1, (1 << 16) - 2, (1 << 16) - 1, 1 << 16])
def test_a_sign_is_seen_wherever_in_a_long_column_it_stands(sign, before):
    assert suspicious(pa.array(["x " * (before // 2), "y" * (before % 2) + sign, "message 12"]))
