"""Heads of lines: forms sniffed and locked, messages cut apart whatever the blocks, bodies kept as they stood."""

# ruff: noqa: RUF001  some heads are in Arabic digits

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.read import whatsapp_lines
from fanal.read.whatsapp_heads import heads, sniff
from fanal.read.whatsapp_lines import Chunk, Preamble, days, split
from fanal.read.whatsapp_scan import OPENINGS

SENDERS = st.text("ABCabc éñ:+0123 ~\u200e", min_size=1, max_size=12).filter(
    lambda s: ": " not in s + " " and not s.endswith(":")
)
BODIES = st.text("abc é:,-/.[]0123 \n\u200e\u200f😀", max_size=40)
NO_OPENINGS = np.zeros(OPENINGS, np.bool_)
FORMS = {
    "android": "{d:02}/{m:02}/{y:02}, {H:02}:{M:02} - ",
    "ios": "[{d:02}/{m:02}/{y:02}, {H:02}:{M:02}:{S:02}] ",
    "german": "{d:02}.{m:02}.20{y:02}, {H:02}:{M:02} - ",
    "swedish": "20{y:02}-{m:02}-{d:02} {H:02}:{M:02} - ",
    "american": "{m}/{d}/{y:02}, {h}:{M:02}\u202f{half} - ",
    "ios american": "\u200e[{m}/{d}/{y:02}, {h}:{M:02}:{S:02}\u202f{half}] ",
    "dots": "{d}.{m}.{y:02} {H:02}.{M:02} - ",
}


def stamped(form: str, n: int) -> str:
    hour = n % 24
    return FORMS[form].format(
        d=n % 28 + 1, m=n % 12 + 1, y=20 + n % 9, H=hour, h=hour % 12 or 12, M=n % 60, S=n % 59,
        half="AM" if hour < 12 else "PM",
    )  # fmt: skip


def in_blocks(data: bytes, size: int):
    return lambda: iter([data[i : i + size] for i in range(0, len(data), size)])


def pieces(data: bytes, size: int = 1 << 20):
    style = sniff(data.decode("utf-8", "replace"))
    assert style is not None
    rows = []
    for piece in split(in_blocks(data, size), style, NO_OPENINGS):
        if isinstance(piece, Preamble):
            rows.append((piece.line, piece.text))
        else:
            rows += zip(piece.line.to_pylist(), piece.sender.to_pylist(), piece.body.to_pylist(), strict=True)
    return rows


@given(
    st.sampled_from(sorted(FORMS)),
    st.lists(st.tuples(st.one_of(st.none(), SENDERS), BODIES), min_size=1, max_size=12),
    st.integers(1, 200),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_is_read_again_whatever_the_blocks(form, messages, size, end):
    messages = [
        (sender, body if sender is not None else re.sub(": +", ":", body)) for sender, body in messages
        if not heads(body)
    ]  # fmt: skip
    text, expected, line = "", [], 1
    for n, (sender, body) in enumerate(messages):
        head = stamped(form, n) + (f"{sender}: " if sender is not None else "")
        expected.append((line, sender, body))
        text += head + body + end
        line += body.count("\n") + 1
    assert (pieces(text.encode(), size) if messages else []) == expected


@given(st.binary(max_size=300), st.integers(1, 64))
def test_any_bytes_are_cut_without_failing_and_no_line_is_lost(noise, size):
    data = b"13/02/23, 10:00 - A: one\n" + noise + b"\n13/02/23, 10:01 - A: end"
    style = sniff("13/02/23, 10:00 - A: one\n")
    chunks = [piece for piece in split(in_blocks(data, size), style, NO_OPENINGS) if isinstance(piece, Chunk)]
    assert chunks[-1].line.to_pylist()[-1] == data.count(b"\n") + 1
    assert sum(len(chunk.line) for chunk in chunks) >= 2


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("31/12/23, 22:15 - ", (False, "/", False, 2, False, "")),
        ("[31/12/2023, 22:15:03] ", (True, "/", False, 4, True, "")),
        ("31.12.23, 22:15 - ", (False, ".", False, 2, False, "")),
        ("2023-12-31, 22:15 - ", (False, "-", True, 4, False, "")),
        ("31-12-2023 22:15 - ", (False, "-", False, 4, False, "")),
        ("31/12/2023 à 22:15 - ", (False, "/", False, 4, False, "")),
        ("12/31/23, 10:15\u202fPM - ", (False, "/", False, 2, False, "after")),
        ("31/12/23, 10:15 p.\u00a0m. - ", (False, "/", False, 2, False, "after")),
        ("2023/12/31 下午10:15 - ", (False, "/", True, 4, False, "before")),
        ("[31. 12. 2023 22:15:03] ", (True, ". ", False, 4, True, "")),
        ("\u200e[31.12.23, 22:15:03] ", (True, ".", False, 2, True, "")),
        ("31/12/2566 22:15 - ", (False, "/", False, 4, False, "")),
        ("31.12.2023 klo 22.15 - ", (False, ".", False, 4, False, "")),
        ("31.12.23 г., 22:15 - ", (False, ".", False, 2, False, "")),
        ("31.12.2023 г., 22:15 ч. - ", (False, ".", False, 4, False, "")),
        ("[31.12.2023 г., 22:15:03\u202fч.] ", (True, ".", False, 4, True, "")),
        ("2023-12-31 22 h 15 - ", (False, "-", True, 4, False, "")),
        ("2023. 12. 31. 오후 10:15 - ", (False, ". ", True, 4, False, "before")),
        ("31/12/23 10:15 CH - ", (False, "/", False, 2, False, "after")),
        ("۳۱/۱۲/۲۰۲۳،\u200f ۲۲:۱۵ - ", (False, "/", False, 4, False, "")),
        ("৩১/১২/২৩, ১০:১৫ PM - ", (False, "/", False, 2, False, "after")),
        ("\u200f٣١\u200f/١٢\u200f/٢٠٢٣، ١٠:١٥ م - ", (False, "/", False, 4, False, "after")),
    ],
)
def test_the_forms_of_heads_are_told_apart_and_locked(head, expected):
    style = sniff(f"{head}A: one\n")
    assert (style.bracketed, style.separator, style.year_first, style.year_digits, style.seconds,
            style.meridiem) == expected  # fmt: skip
    assert pieces(f"{head}A: one\n{head}B: two\n".encode()) == [(1, "A", "one"), (2, "B", "two")]


@pytest.mark.parametrize("line", ["12.34.56.78 - - [31/Dec/2023:10:00:00]", "31/12/23 something", "", "10:15 - A: one"])
def test_other_lines_have_no_form(line):
    assert sniff(line) is None


@pytest.mark.parametrize(("seen", "other"), [("CH", "SA"), ("p.\u00a0m.", "a.\u00a0m."), ("PG", "PTG"), ("م", "ص")])
def test_the_other_half_of_the_day_is_expected_where_one_was_seen(seen, other):
    assert sniff(f"31/12/23, 10:15 {seen} - A: one\n").halves == (seen, other)


def test_the_form_of_most_lines_is_locked():
    text = "[01/02/23, 10:00:00] X: pasted\n" + "13/02/23, 10:00 - A: one\n" * 3
    assert sniff(text).bracketed is False


def test_what_stands_before_the_first_head_comes_apart_with_its_line():
    data = b"one\ntwo\n13/02/23, 10:00 - A: x\n"
    assert pieces(data) == [(1, "one\ntwo"), (3, "A", "x")]
    assert pieces(data, 5) == [(1, "one"), (2, "two"), (3, "A", "x")]


def test_a_head_in_another_form_stays_in_the_body():
    data = b"13/02/23, 10:00 - A: one\n[13/02/23, 10:00:00] B: two\n13/02/23, 10:00 - C: three\n"
    assert pieces(data) == [(1, "A", "one\n[13/02/23, 10:00:00] B: two"), (3, "C", "three")]


def test_a_message_longer_than_any_is_cut_and_the_lines_after_it_keep_their_numbers(monkeypatch):
    monkeypatch.setattr(whatsapp_lines, "LONGEST", 4_000)
    data = b"13/02/23, 10:00 - A: " + b"x\n" * 50_000 + b"13/02/23, 10:01 - B: two\n"
    style = sniff("13/02/23, 10:00 - A: one\n")
    chunks = list(split(in_blocks(data, 1_000), style, NO_OPENINGS))
    assert chunks[0].cut
    assert len(chunks[0].body[0].as_py()) == 4_000
    assert chunks[-1].line.to_pylist()[-1] == 50_001


def test_the_dates_of_all_messages_come_in_order():
    data = b"x\n" + b"".join(b"%02d/02/23, 10:00 - A: one\nmore\n" % n for n in range(1, 20))
    style = sniff(data.decode())
    for size in (7, 64, 1 << 20):
        found = [day for block in days(in_blocks(data, size), style) for day in block.to_pylist()]
        assert found == [b"%02d/02/23" % n for n in range(1, 20)]
