"""Compressed files: the plain bytes within come out, whatever the end of the file is like."""

import bz2
import gzip
import io

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.evidence.streams import StreamBomb, StreamLimits, form_of, opened, plain_head, plain_name

TEXT = b"".join(b"line %d of text, %d\n" % (n, n * 7919 % 10_007) for n in range(20_000))


def packed(form: str, data: bytes) -> bytes:
    return gzip.compress(data, mtime=0) if form == "gzip" else pa.compress(data, "zstd", asbytes=True)


def unpacked(tmp_path, content: bytes, size: int = 1 << 16, limits: StreamLimits | None = None):
    path = tmp_path / "file"
    path.write_bytes(content)
    out = []
    with opened(path, limits) as stream:
        while piece := stream.read(size):
            out.append(piece)
        return b"".join(out), stream


forms = pytest.mark.parametrize("form", ["gzip", "zstd"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.binary(max_size=300) | st.just(TEXT), min_size=1, max_size=4),
    st.sampled_from(["gzip", "zstd"]),
    st.sampled_from([1 << 20, 8191, 100_000]),
)
def test_members_one_behind_the_other_are_one_text(tmp_path, members, form, size):
    found, stream = unpacked(tmp_path, b"".join(packed(form, m) for m in members), size)
    assert found == b"".join(members)
    assert stream.facts() == {"compression": form}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(1, 64))
def test_a_plain_file_is_given_as_it_is(tmp_path, content, size):
    if form_of(content) is None:
        found, stream = unpacked(tmp_path, content, size)
        assert (found, stream.facts()) == (content, {})


@forms
@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_what_stands_before_a_cut_is_kept_and_the_cut_is_told(tmp_path, form, share):
    whole = packed(form, TEXT)
    found, stream = unpacked(tmp_path, whole[: int(len(whole) * share)])
    assert TEXT.startswith(found)
    assert len(found) > len(TEXT) * (share - 0.6)
    assert stream.facts() == {"compression": form, "truncated": True, "compression_ends": "cut off"}


@forms
def test_a_file_that_ends_in_its_own_header_is_cut_off_and_empty(tmp_path, form):
    found, stream = unpacked(tmp_path, packed(form, TEXT)[:5])
    assert (found, stream.ending) == (b"", "cut off")


@forms
def test_other_bytes_behind_the_text_are_told_as_damage(tmp_path, form):
    found, stream = unpacked(tmp_path, packed(form, TEXT) + b"something else altogether")
    assert TEXT.startswith(found)
    assert len(found) > len(TEXT) - (1 << 16)
    assert stream.ending == "damaged"


def test_zeros_behind_a_gzip_member_are_padding(tmp_path):
    found, stream = unpacked(tmp_path, packed("gzip", TEXT) + bytes(600_000) + packed("gzip", b"more\n") + bytes(3))
    assert found == TEXT + b"more\n"
    assert stream.ending == "whole"


def test_a_gzip_member_with_a_wrong_check_sum_is_damaged_and_nearly_all_its_text_kept(tmp_path):
    raw = bytearray(packed("gzip", TEXT))
    raw[-6] ^= 1
    found, stream = unpacked(tmp_path, bytes(raw))
    assert TEXT.startswith(found)
    assert len(found) > len(TEXT) - (1 << 14)
    assert stream.ending == "damaged"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", packed("gzip", TEXT)[:900], packed("zstd", TEXT)[:900]]),
       st.binary(max_size=300))  # fmt: skip
def test_no_bytes_break_it(tmp_path, head, tail):
    _, stream = unpacked(tmp_path, head + tail)
    assert stream.ending in ("whole", "cut off", "damaged")
    assert len(plain_head(head + tail)) <= 1 << 16


@forms
def test_a_bomb_is_refused_while_it_unpacks(tmp_path, form):
    bomb = packed(form, bytes(200 << 20)) if form == "zstd" else packed(form, bytes(32 << 20))
    with pytest.raises(StreamBomb, match="Unpack it by hand"):
        unpacked(tmp_path, bomb)


@forms
def test_more_than_the_total_is_refused(tmp_path, form):
    with pytest.raises(StreamBomb):
        unpacked(tmp_path, packed(form, TEXT), limits=StreamLimits(total=100_000))


@forms
def test_the_head_of_a_compressed_file_is_plain_as_far_as_it_goes(form):
    head = plain_head(packed(form, TEXT)[: 1 << 16])
    assert TEXT.startswith(head)
    assert 0 < len(head) <= 1 << 16


def test_a_head_that_unpacks_to_much_is_cut():
    assert plain_head(packed("gzip", bytes(8 << 20))) == bytes(1 << 16)
    assert plain_head(TEXT, 100) == TEXT[:100]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("access.log.gz", "access.log"),
        ("a.csv.ZST", "a.csv"),
        ("access.log.2.gz", "access.log.2"),
        ("a.csv", "a.csv"),
        (".gz", ".gz"),
    ],
)
def test_the_ending_for_compression_is_no_part_of_the_name(name, plain):
    assert plain_name(name) == plain


def test_other_compressions_are_not_taken_for_these():
    assert form_of(bz2.compress(b"x")) is None
    assert form_of(io.BytesIO(packed("gzip", b"x")).read(2)) is None
