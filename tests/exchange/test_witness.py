import json
from dataclasses import replace
from pathlib import Path

import pytest
from exchange_cases import Agency, heading

from fanal.exchange.answer import PackageRef, make_reply, write_reply
from fanal.exchange.opening import Opened
from fanal.exchange.witness import NoWitness, Witness, keep_witness, read_witness, witness_of

CHECKPOINT = "fanal/lamp\n12\nAAAA\n\n— fanal/lamp BBBB\n"


@pytest.fixture
def bag(tmp_path: Path, one: Agency, two: Agency) -> Opened:
    reply = make_reply(
        heading(two, one, kind="receipt"), PackageRef("0" * 64, "lamp", 1, "n"), CHECKPOINT, two.keys.signing
    )
    digest = write_reply(tmp_path / "bag", reply)
    return Opened(tmp_path / "bag", reply.heading, two.pin, digest)


@pytest.fixture
def witness(bag: Opened, two: Agency) -> Witness:
    reply = make_reply(bag.heading, PackageRef("0" * 64, "lamp", 1, "n"), CHECKPOINT, two.keys.signing)
    return witness_of(reply, bag)


def test_a_cosigned_checkpoint_comes_back_as_it_was_kept(tmp_path: Path, witness: Witness) -> None:
    path = keep_witness(tmp_path / "kept", witness)
    assert read_witness(path) == witness
    assert keep_witness(tmp_path / "kept", witness) == path


def test_it_holds_by_the_recipients_key_alone(witness: Witness, one: Agency) -> None:
    assert witness.holds()
    assert not replace(witness, checkpoint=CHECKPOINT.replace("12", "13")).holds()
    assert not replace(witness, signing_key=one.pin.signing_key).holds()
    assert not replace(witness, cosignature="none").holds()


def test_the_recipients_own_bag_is_a_witness_too(bag: Opened, witness: Witness) -> None:
    found = read_witness(bag.folder / "data/receipt.json")
    assert found.holds()
    assert found == replace(witness, reply="")


def test_it_holds_no_personal_data(tmp_path: Path, witness: Witness) -> None:
    raw = json.loads(keep_witness(tmp_path / "kept", witness).read_text())
    assert set(raw) == {"package", "reply", "checkpoint", "cosignature", "signing_key"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sender": 1}', '{"package": 1, "reply": 2}', "[" * 100_000])
def test_what_is_no_witness_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text(text)
    with pytest.raises(NoWitness):
        read_witness(tmp_path / "x")
