"""What a worker may say is a closed list; everything else is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.media.messages import MOST_LINE, MOST_ROWS, SCHEMA, BadMessage, checked

ROW = [1.5, "0f" * 32, 100, "plain"]
DONE = {
    "kind": "done", "n": 1, "width": 8, "height": None, "duration_s": 2.5, "status": "whole", "reason": "",
    "sticker": False,
}  # fmt: skip
DIGESTS = {
    "kind": "digests", "n": 1, "md5": "0" * 32, "sha1": "0" * 40, "sha256": "0" * 64, "bytes": 5, "mime": "image/png",
    "family": "picture",
}  # fmt: skip
GOOD = [
    {"kind": "ready", "isolation": "namespace"},
    {"kind": "beat", "n": 0, "bytes": 7, "at_s": 0},
    {"kind": "gone", "n": 3},
    {"kind": "shots", "n": 3, "rows": [ROW, [None, "00" * 32, 0, "cropped"]]},
    DONE,
    DIGESTS,
]


@pytest.mark.parametrize("message", GOOD, ids=lambda m: m["kind"])
def test_what_a_worker_says_passes(message):
    assert checked(json.loads(json.dumps(message))) == message


def test_every_kind_is_tried_here():
    assert {message["kind"] for message in GOOD} == set(SCHEMA)


@pytest.mark.parametrize(
    "message",
    [
        None, [], {}, {"kind": "picture"}, {"kind": ["done"]},
        {**DONE, "data": "AAAA"}, {key: value for key, value in DONE.items() if key != "reason"},
        {**DONE, "reason": "x" * 5000}, {**DONE, "status": "shown"}, {**DONE, "width": -1}, {**DONE, "width": 2.5},
        {**DONE, "duration_s": float("nan")}, {**DONE, "n": True}, {**DONE, "sticker": 1},
        {**DIGESTS, "mime": "image/png;" + "A" * 400}, {**DIGESTS, "sha256": "0" * 63 + "G"}, {**DIGESTS, "md5": ["0"]},
        {"kind": "shots", "n": 1, "rows": []}, {"kind": "shots", "n": 1, "rows": [ROW] * (MOST_ROWS + 1)},
        {"kind": "shots", "n": 1, "rows": [[1.5, "0f" * 400, 100, "plain"]]},
        {"kind": "shots", "n": 1, "rows": [[1.5, "0f" * 32, 101, "plain"]]},
        {"kind": "shots", "n": 1, "rows": [[1.5, "0f" * 32, 100, "thumbnail"]]},
        {"kind": "shots", "n": 1, "rows": [[*ROW, "more"]]},
    ],
    ids=lambda m: str(m)[:60],
)  # fmt: skip
def test_everything_else_is_refused(message):
    with pytest.raises(BadMessage):
        checked(message)


def test_the_longest_message_fits_a_line():
    row = [9_999_999.123456, "f" * 64, 100, "cropped"]
    assert len(json.dumps({"kind": "shots", "n": 1 << 40, "rows": [row] * MOST_ROWS})) < MOST_LINE


@given(
    st.recursive(st.none() | st.integers() | st.text(max_size=9), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_whatever_is_said_is_refused_or_known(message):
    try:
        assert checked(message)["kind"] in SCHEMA
    except BadMessage:
        assert message not in GOOD
