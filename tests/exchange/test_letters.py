import json
from pathlib import Path
from typing import Any

import pytest
from exchange_cases import Agency, expecting, heading

from fanal.exchange.answer import PackageRef
from fanal.exchange.letters import ACTS, KINDS, Letter, read_letter, write_letter
from fanal.exchange.opening import Opened, open_sealed
from fanal.exchange.refusals import Malformed
from fanal.exchange.seal import seal
from fanal.model.codes import UnknownCode

PACKAGE = PackageRef("0" * 64, "lamp", 1, "node")


def letter(sender: Agency, recipient: Agency, kind: str, act: str) -> Letter:
    head = heading(sender, recipient, kind=kind)
    return Letter(head, act, "lamp-FR-L1", PACKAGE, "asked by phone", "S-17", "a" * 32, "FR")


@pytest.mark.parametrize(("kind", "act"), [(kind, act) for kind in KINDS for act in ACTS[kind]])
def test_a_letter_comes_back_as_it_was_made(tmp_path: Path, one: Agency, two: Agency, kind: str, act: str) -> None:
    made = letter(one, two, kind, act)
    digest = write_letter(tmp_path / "bag", made)
    sealed = seal(tmp_path / "bag", made.heading, one.keys.signing, tmp_path / made.heading.file_name, digest)
    assert sealed.path.name == f"lamp-FR-1.fanal-{kind}"
    got = open_sealed(sealed.path, tmp_path / "got", two.keys, expecting(one.pin, kinds=KINDS))
    assert read_letter(got) == made


def test_a_letter_says_what_its_kind_can_say(one: Agency, two: Agency) -> None:
    with pytest.raises(UnknownCode):
        letter(one, two, "notice", "granted")


@pytest.mark.parametrize(
    "change",
    [
        {"act": "burn"},
        {"reason": " "},
        {"reference": ""},
        {"officer": 7},
        {"package": {"digest": 1, "operation": "lamp", "number": 1, "node": "n"}},
        {"package": "lamp"},
        {"more": "text"},
        {"reason": "a\x00"},
        {"reference": "x" * 65},
        {"identity": "a" * 33},
        {"to": "half \ud800"},
    ],
    ids=repr,
)
def test_a_letter_of_another_form_is_refused(tmp_path: Path, one: Agency, two: Agency, change: dict[str, Any]) -> None:
    made = letter(one, two, "notice", "recall")
    write_letter(tmp_path / "bag", made)
    file = tmp_path / "bag/data/notice.json"
    raw = json.loads(file.read_text())
    raw["letter"] |= change
    file.write_text(json.dumps(raw))
    with pytest.raises(Malformed):
        read_letter(Opened(tmp_path / "bag", made.heading, one.pin, ""))
