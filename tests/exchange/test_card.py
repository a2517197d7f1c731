import json
from dataclasses import replace
from pathlib import Path

import pytest
from exchange_cases import MADE_AT, Agency

from fanal.exchange import sshsig
from fanal.exchange.card import GOOD_FOR, Card, make_card, read_card, write_card
from fanal.exchange.refusals import AlreadyThere, CardForged, Damaged, Malformed


@pytest.fixture
def path(tmp_path: Path, one: Agency) -> Path:
    write_card(tmp_path / "one.fanal-card", card_of(one), one.keys)
    return tmp_path / "one.fanal-card"


def card_of(agency: Agency) -> Card:
    return make_card(agency.party.agency, agency.party.country, ["de", "en"], agency.keys, MADE_AT)


def test_a_card_comes_back_as_it_was_made(path: Path, one: Agency) -> None:
    assert read_card(path) == card_of(one)
    assert read_card(path).pin() == replace(one.pin, expires_at=MADE_AT + GOOD_FOR)


def test_what_is_read_by_phone_names_both_keys(one: Agency, two: Agency) -> None:
    spoken = card_of(one).compare_by_phone
    assert len(spoken.split()) == 8
    assert spoken != card_of(two).compare_by_phone


def test_a_changed_card_is_refused(path: Path) -> None:
    path.write_text(path.read_text().replace("Agency one", "Agency two"))
    with pytest.raises(CardForged):
        read_card(path)


def test_a_card_signed_by_another_key_is_refused(path: Path, two: Agency) -> None:
    outer = json.loads(path.read_text())
    outer["signature"] = sshsig.sign(outer["card"].encode(), two.keys.signing, "fanal-card")
    path.write_text(json.dumps(outer))
    with pytest.raises(CardForged):
        read_card(path)


def test_a_card_cannot_take_the_id_of_another_node(path: Path, one: Agency, two: Agency) -> None:
    signed = json.loads(json.loads(path.read_text())["card"])
    signed["party"]["node"] = two.party.node
    text = json.dumps(signed)
    path.write_text(json.dumps({"card": text, "signature": sshsig.sign(text.encode(), one.keys.signing, "fanal-card")}))
    with pytest.raises(CardForged):
        read_card(path)


@pytest.mark.parametrize(
    "change",
    [
        {"languages": 3},
        {"made_at": "soon"},
        {"party": []},
        {"format": 9},
        {"languages": ["e" * 9]},
        {"languages": ["\x00"]},
    ],
    ids=str,
)
def test_a_signed_card_of_another_form_is_refused(path: Path, one: Agency, change: dict[str, object]) -> None:
    text = json.dumps(json.loads(json.loads(path.read_text())["card"]) | change)
    path.write_text(json.dumps({"card": text, "signature": sshsig.sign(text.encode(), one.keys.signing, "fanal-card")}))
    with pytest.raises(Malformed):
        read_card(path)


HALVES = (b'{"card": "\\ud800", "signature": "x"}', b'{"card": "x", "signature": "\\ud800"}')


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"junk", b'{"card": "x"}', *HALVES, b" " * 70_000])
def test_what_is_no_card_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.fanal-card").write_bytes(content)
    with pytest.raises(Damaged):
        read_card(tmp_path / "x.fanal-card")


def test_a_card_that_is_there_is_not_overwritten(path: Path, one: Agency) -> None:
    with pytest.raises(AlreadyThere):
        write_card(path, card_of(one), one.keys)
