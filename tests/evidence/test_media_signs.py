"""What stands in place of encoded content, in SQL and in Python alike."""

import base64
import hashlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.engine.duck import Duck
from fanal.evidence.media_columns import suspicious
from fanal.evidence.media_signs import LONG_RUN, broken_runs, free_columns, freed, withheld

NOISE = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(20))
RUN = base64.b64encode(NOISE).decode()
E_ACUTE = "\u00e9".encode()
WRAPPED = "\r\n".join(RUN[i : i + 76] for i in range(0, len(RUN), 76))


@pytest.fixture(scope="module")
def engine():
    with Duck(memory="256MB") as duck:
        yield duck


def in_sql(engine, *values):
    engine.bind("batch", pa.table({"n": range(len(values)), "value": pa.array(values, pa.string())}))
    done = engine.rows(free_columns("batch", ["value"]) + " ORDER BY n")["value"].to_pylist()
    engine.drop("batch")
    return done


@pytest.mark.parametrize(
    "text",
    [
        "message 12",
        "",
        "data: 12 rows",
        "ha" * 300,
        "=" * 300,
        "https://example.org/" + "word-" * 20 + "12",
        NOISE[:100].hex(),
        "two\nlines\tand a bell\x07",
    ],
)
def test_what_people_write_stays_as_it_is(engine, text):
    assert freed(text) == text
    assert in_sql(engine, text) == [text]


@pytest.mark.parametrize(
    "payload",
    [RUN, NOISE.hex(), NOISE.hex().upper(), WRAPPED, "data:image/png;base64,iVBORw0KGgo=", "DATA:video/x-test,%00%01"],
)
def test_encoded_content_becomes_digest_and_length_and_its_surroundings_stay(engine, payload):
    expected = f"before {withheld(payload)} after"
    assert freed(f"before {payload} after") == expected
    assert in_sql(engine, f"before {payload} after", None) == [expected, None]
    assert suspicious(pa.array(["message 12", f"before {payload} after"]))


@pytest.mark.parametrize("text", ["a\0b", "a\x01\x02\x03b", "\ufffd" * 4])
def test_binary_text_is_withheld_whole(engine, text):
    assert freed(text) == withheld(text)
    assert in_sql(engine, text) == [withheld(text)]


def test_the_stand_in_names_length_in_bytes_and_digest():
    assert withheld("\u00e9") == f"[withheld: 2 bytes, sha256 {hashlib.sha256(E_ACUTE).hexdigest()}]"
    assert withheld(b"ab") == withheld("ab")


pieces = st.one_of(
    st.text(max_size=30),
    st.integers(LONG_RUN - 3, LONG_RUN + 40).map(lambda n: RUN[:n]),
    st.sampled_from(["data:image/png;base64,AAAA", "\n", " ", "=", "0", WRAPPED]),
)


@given(st.lists(pieces, max_size=6).map("".join))
def test_sql_and_python_agree_and_doing_it_twice_changes_nothing(engine, text):
    once = freed(text)
    assert freed(once) == once
    if "\0" not in text:
        assert in_sql(engine, text) == [once]
    if once != text:
        assert suspicious(pa.array([text]))


def test_encoded_bytes_that_are_broken_into_lines_are_seen_and_lists_of_digests_are_not():
    encoded = base64.b64encode(bytes(range(256)) * 2).decode()
    broken = [encoded[at : at + 76] for at in range(0, len(encoded), 76)]
    page = ["Annex 1", "picture: data:image/png;base64,iVBORw0", *broken, "end of annex"]
    assert broken_runs(page) == set(range(1, 1 + 1 + len(broken)))
    assert broken_runs([hashlib.sha256(bytes([n])).hexdigest() for n in range(50)]) == set()
    assert broken_runs([*broken[:3], "a line of words between them", *broken[3:6]]) == set()
