import json
from dataclasses import replace
from pathlib import Path

import pytest
from exchange_cases import MADE_AT, Agency, expecting, heading

from fanal.exchange.answer import Outcome, PackageRef, Reply, make_reply, read_reply, write_reply
from fanal.exchange.opening import Opened, open_sealed
from fanal.exchange.refusals import Malformed
from fanal.exchange.seal import seal
from fanal.model.codes import UnknownCode

CHECKPOINT = "fanal/lamp\n12\nAAAA\n\n— fanal/lamp BBBB\n"
PACKAGE = PackageRef("0" * 64, "lamp", 1, "node")
OUTCOMES = (
    Outcome("b" * 32, "arrested", "S-17", MADE_AT, "A", "1", person="p1", minor=False, note="message 12"),
    Outcome("a" * 32, "false_positive", "S-17"),
)


def reply_of(sender: Agency, recipient: Agency, kind: str = "answer") -> Reply:
    outcomes = OUTCOMES if kind == "answer" else ()
    return make_reply(heading(sender, recipient, kind=kind), PACKAGE, CHECKPOINT, sender.keys.signing, outcomes)


@pytest.mark.parametrize("kind", ["answer", "receipt"])
def test_a_reply_comes_back_as_it_was_made(tmp_path: Path, one: Agency, two: Agency, kind: str) -> None:
    made = reply_of(two, one, kind)
    digest = write_reply(tmp_path / "bag", made)
    sealed = seal(tmp_path / "bag", made.heading, two.keys.signing, tmp_path / made.heading.file_name, digest)
    got = open_sealed(sealed.path, tmp_path / "got", one.keys, expecting(two.pin, kinds=("answer", "receipt")))
    assert read_reply(got) == made


def test_outcomes_stand_in_one_order(one: Agency, two: Agency) -> None:
    assert [outcome.identity[0] for outcome in reply_of(two, one).outcomes] == ["a", "b"]


def test_a_checkpoint_cosigned_by_somebody_else_is_refused(tmp_path: Path, one: Agency, two: Agency) -> None:
    foreign = replace(reply_of(two, one), cosignature=reply_of(one, two).cosignature)
    write_reply(tmp_path / "bag", foreign)
    with pytest.raises(Malformed, match="cosigned"):
        read_reply(Opened(tmp_path / "bag", foreign.heading, two.pin, ""))


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "guilty"},
        {"note": 3},
        {"minor": "yes"},
        {"source_grade": "Z"},
        {"at": "soon"},
        {"more": 1},
        {"note": "a\x00"},
        {"note": "x" * 10_001},
        {"person": "\x00"},
        {"officer": "x" * 201},
    ],
    ids=lambda change: str(change)[:40],
)
def test_an_outcome_of_another_form_is_refused(
    tmp_path: Path, one: Agency, two: Agency, change: dict[str, object]
) -> None:
    made = reply_of(two, one)
    write_reply(tmp_path / "bag", made)
    file = tmp_path / "bag/data/answer.json"
    raw = json.loads(file.read_text())
    raw["outcomes"][0] |= change
    file.write_text(json.dumps(raw))
    with pytest.raises(Malformed):
        read_reply(Opened(tmp_path / "bag", made.heading, two.pin, ""))


def test_an_outcome_outside_the_vocabulary_cannot_be_made() -> None:
    with pytest.raises(UnknownCode, match="outcome"):
        Outcome("a" * 32, "guilty", "S-17")
