"""Checkpoints in the form that transparency logs share."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fanal.audit.checkpoint import (
    Checkpoint,
    CheckpointInvalid,
    cosign,
    cosigners,
    key_id,
    open_checkpoint,
    parse_note,
    sign,
    verifier_key,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER_PUBLIC = OTHER.public_key().public_bytes_raw()
CHECKPOINT = Checkpoint("fanal/desk-be", 12, hashlib.sha256(b"head").digest())


def note():
    return sign(CHECKPOINT, "fanal/desk-be", KEY)


def test_the_note_has_the_lines_of_the_standard():
    origin, size, root, empty, signature, end = note().decode().split("\n")
    assert (origin, size, empty, end) == ("fanal/desk-be", "12", "", "")
    assert base64.b64decode(root) == CHECKPOINT.root
    dash, name, raw = signature.split(" ")
    assert (dash, name) == ("\u2014", "fanal/desk-be")
    assert base64.b64decode(raw)[:4] == hashlib.sha256(b"fanal/desk-be\n\x01" + PUBLIC).digest()[:4]
    KEY.public_key().verify(base64.b64decode(raw)[4:], f"{origin}\n{size}\n{root}\n".encode())


def test_the_verifier_key_names_the_id_and_the_key():
    name, shown, key = verifier_key("fanal/desk-be", PUBLIC).split("+", 2)
    assert (name, shown) == ("fanal/desk-be", key_id("fanal/desk-be", PUBLIC).hex())
    assert base64.b64decode(key) == b"\x01" + PUBLIC


def test_what_a_key_signed_opens_with_it():
    assert open_checkpoint(note(), PUBLIC) == CHECKPOINT


def test_a_function_may_sign():
    assert sign(CHECKPOINT, "fanal/desk-be", KEY.sign, PUBLIC) == note()
    with pytest.raises(CheckpointInvalid):
        sign(CHECKPOINT, "fanal/desk-be", KEY.sign)


def test_another_key_does_not_open_it():
    with pytest.raises(CheckpointInvalid, match="expected key"):
        open_checkpoint(note(), OTHER_PUBLIC)


@pytest.mark.parametrize(("old", "new"), [(b"\n12\n", b"\n11\n"), (b"desk-be\n", b"desk-fr\n")])
def test_a_changed_text_is_refused(old, new):
    with pytest.raises(CheckpointInvalid, match="does not hold"):
        open_checkpoint(note().replace(old, new, 1), PUBLIC)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"fanal/desk-be\n12\n",
        b"\n\n",
        b"a\n\n\xe2\x80\x94 x !!!!\n",
        b"a\n\n- x AAAAAAAA\n",
        b"a\n\n\xe2\x80\x94 x AAAA\n",
        b"\xff\n\n\xff\n",
        b"x" * (1 << 21),
    ],
)
def test_what_is_no_note_is_refused(broken):
    with pytest.raises(CheckpointInvalid):
        open_checkpoint(broken, PUBLIC)


@pytest.mark.parametrize(
    "body", ["fanal\n", "fanal\n012\nAAAA\n", "fanal\n-1\nAAAA\n", "fanal\n12\nAAAA\n", "\n1\nAAAA\n"]
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(body):
    raw = base64.b64encode(key_id("k", PUBLIC) + KEY.sign(body.encode())).decode()
    with pytest.raises(CheckpointInvalid, match="origin, size and head"):
        open_checkpoint(f"{body}\n\u2014 k {raw}\n".encode(), PUBLIC)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_that_the_form_cannot_hold_is_refused(name):
    with pytest.raises(CheckpointInvalid):
        sign(CHECKPOINT, name, KEY)


def test_a_cosignature_stands_beside_the_signature():
    twice = cosign(note(), "unit-fr", OTHER, 1_769_860_800)
    assert twice.startswith(note())
    assert len(parse_note(twice).signatures) == 2
    assert open_checkpoint(twice, PUBLIC) == CHECKPOINT
    assert cosigners(twice, {"unit-fr": OTHER_PUBLIC, "unit-de": PUBLIC}) == {"unit-fr": 1_769_860_800}


def test_a_cosignature_on_another_text_is_refused():
    twice = cosign(note(), "unit-fr", OTHER, 1_769_860_800)
    with pytest.raises(CheckpointInvalid, match="unit-fr"):
        cosigners(twice.replace(b"\n12\n", b"\n13\n"), {"unit-fr": OTHER_PUBLIC})


def test_a_signature_is_no_cosignature():
    assert cosigners(note(), {"fanal/desk-be": PUBLIC}) == {}
