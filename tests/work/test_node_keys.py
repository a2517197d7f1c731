"""What officers do about keys: compare, rotate, revoke, replace what was lost; and what is on record of it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from whole_case import typed

from fanal.base import instants
from fanal.cases.access import INSTALLER, NotAllowed
from fanal.cases.models.exchange import Peer, PinEvent
from fanal.cases.node import load_node
from fanal.cases.own_keys import OwnCardExpired, OwnKeysRevoked, own_warnings
from fanal.cases.pinning import NotCompared, PinExpired, PinRevoked, as_pin, check_sealable, state_of, warnings
from fanal.cases.session import DEMO_PASSPHRASE, NotSealedToOfficer, acting_as, node_keys
from fanal.exchange import keys
from fanal.exchange.card import GOOD_FOR, make_card
from fanal.exchange.card import write_card as put_card
from fanal.exchange.keys import public_keys
from fanal.work.keys import (
    KeysNotLost,
    NoSuchOfficer,
    StillGood,
    key_warnings,
    list_keys,
    replace_officer_key,
    revoke_keys,
    rotate_keys,
)
from fanal.work.log import checkpoint, verify_log
from fanal.work.nodes import init_node
from fanal.work.peers import AlreadyPinned, CardRunOut, KeyRevoked, NotRevoked, pin_card, show_card, write_card
from fanal.work.pins import (
    NoSuchPeer,
    NothingCompared,
    NoticeOfAnother,
    compare_peer,
    pin_history,
    revoke_peer,
    take_notice,
)
from fanal.work.protection import protect

DAY = timedelta(days=1)


@pytest.fixture
def other(tmp_path, node):
    """Another agency's node; the case store that is open stays that of `node`."""
    made = init_node(
        INSTALLER, tmp_path / "other", agency="Unit 9", country="ES", language="es", demo=True, officer="1",
        officer_name="", passphrase=DEMO_PASSPHRASE,
    )  # fmt: skip
    load_node(node.folder)
    return made


@pytest.fixture
def card(tmp_path):
    """Writes a card of the other node."""
    written = iter(range(100))

    def write(other, node) -> Path:
        path = tmp_path / f"{next(written)}.fanal-card"
        load_node(other.folder)
        write_card(acting_as(other, "1"), other, path)
        load_node(node.folder)
        return path

    return write


def of_other(other, node, act):
    """Do something as the other node's officer; `node` is open afterwards."""
    load_node(other.folder)
    try:
        return act(acting_as(other, "1"))
    finally:
        load_node(node.folder)


@pytest.fixture
def pinned(node, first, other, card):
    pin_card(first, node, card(other, node))
    return Peer.objects.get()


def strict(node):
    """The node as one that is no demonstration."""
    return replace(node, demo=False)


def test_outside_a_demonstration_nothing_is_sealed_by_a_card_that_nobody_compared(node, first, pinned):
    check_sealable(node, pinned)
    with pytest.raises(NotCompared):
        check_sealable(strict(node), pinned)
    compare_peer(first, pinned.node[:8], "officer 12 of Unit 9", "phone", "number from our own directory")
    check_sealable(strict(node), Peer.objects.get())


def test_who_compared_when_and_over_what_stays_on_record(node, first, pinned):
    compare_peer(first, "es", "officer 12", "phone", "their number")
    rows = pin_history(first)
    assert [(r["what"], r["officer"], r["compared_with"], r["over"], r["reason"]) for r in rows] == [
        ("pinned", "1", "", "", ""),
        ("compared", "1", "officer 12", "phone", "their number"),
    ]
    assert pin_history(first, "FR") == []


def test_a_comparison_says_with_whom_and_how(first, pinned):
    for told in (("", "phone", "r"), ("a", " ", "r"), ("a", "phone", "")):
        with pytest.raises(NothingCompared):
            compare_peer(first, pinned.node, *told)
    with pytest.raises(NoSuchPeer):
        compare_peer(first, "f" * 32, "a", "phone", "r")


def test_an_analyst_neither_compares_nor_revokes_nor_rotates(node, analyst, pinned):
    for act in (
        lambda: compare_peer(analyst, pinned.node, "a", "phone", "r"),
        lambda: revoke_peer(analyst, pinned.node, "lost", "r"),
        lambda: rotate_keys(analyst, node, lost=False, reason="r"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_rotated_card_needs_no_second_call(node, first, other, card, pinned):
    compare_peer(first, pinned.node, "officer 12", "phone", "r")
    made = of_other(other, node, lambda officer: rotate_keys(officer, other, lost=False, reason="yearly"))
    assert made["chained"]
    pin_card(first, node, card(other, node))
    new = Peer.objects.get(revoked_at=None)
    assert (new.node, new.compared_at) == (pinned.node, Peer.objects.get(pk=pinned.pk).compared_at)
    assert new.signing_key != pinned.signing_key
    check_sealable(strict(node), new)
    old = as_pin(Peer.objects.get(pk=pinned.pk))
    assert (old.revoked, old.retired_at is not None) == (False, True)
    assert [r["what"] for r in pin_history(first)] == ["pinned", "compared", "rotated", "retired"]


def test_a_rotated_card_of_a_revoked_key_is_compared_again(node, first, other, card, pinned):
    compare_peer(first, pinned.node, "officer 12", "phone", "r")
    revoke_peer(first, pinned.node, "compromised", "they called")
    of_other(other, node, lambda officer: rotate_keys(officer, other, lost=False, reason="stolen"))
    pin_card(first, node, card(other, node))
    new = Peer.objects.get(revoked_at=None)
    assert new.compared_at is None
    assert as_pin(Peer.objects.get(pk=pinned.pk)).revoked


def test_a_key_that_the_pinned_one_never_named_is_refused(node, first, other, card, pinned, tmp_path):
    of_other(other, node, lambda officer: rotate_keys(officer, other, lost=False, reason="r"))
    unlocked = of_other(other, node, lambda officer: node_keys(other, officer))
    Peer.objects.filter(pk=pinned.pk).update(signing_key=public_keys(node.keys).signing_key)
    with pytest.raises(AlreadyPinned):
        pin_card(first, node, card(other, node))
    assert unlocked.public.node == pinned.node


def test_a_card_pinned_again_is_renewed_and_stays_compared(node, first, other, card, pinned):
    compare_peer(first, pinned.node, "officer 12", "phone", "r")
    Peer.objects.update(expires_at=instants.now() + DAY)
    assert state_of(Peer.objects.get(), instants.now()) == "expires_soon"
    pin_card(first, node, card(other, node))
    assert state_of(Peer.objects.get(), instants.now()) == "good"
    assert Peer.objects.count() == 1


def test_a_revoked_key_seals_nothing_and_its_card_is_refused(node, first, other, card, pinned):
    with pytest.raises(NothingCompared):
        revoke_peer(first, pinned.node, "lost", "")
    revoke_peer(first, pinned.node, "lost", "officer 12 called")
    gone = Peer.objects.get()
    with pytest.raises(PinRevoked):
        check_sealable(node, gone)
    with pytest.raises(KeyRevoked):
        pin_card(first, node, card(other, node))
    assert PinEvent.objects.get(what="revoked").reason == "officer 12 called"


def test_a_notice_revokes_what_it_names(node, first, other, pinned, tmp_path):
    path = tmp_path / "es.fanal-revocation"
    of_other(other, node, lambda officer: revoke_keys(officer, other, path, "compromised", "a theft"))
    take_notice(first, path)
    assert Peer.objects.get().revoked_for == "compromised"
    own = tmp_path / "own.fanal-revocation"
    revoke_keys(first, node, own, "retired", "")
    with pytest.raises(NoticeOfAnother):
        take_notice(first, own)


def test_withdrawn_keys_seal_nothing_until_there_are_new_ones_without_a_link(node, first, pinned, tmp_path):
    before = public_keys(node.keys).node
    revoke_keys(first, node, tmp_path / "x.fanal-revocation", "compromised", "a theft")
    with pytest.raises(OwnKeysRevoked):
        check_sealable(node, pinned)
    assert any("withdrawn" in line for line in own_warnings(node, instants.now()))
    made = rotate_keys(first, node, lost=False, reason="a theft")
    assert (made["chained"], made["node"] != before) == (False, True)
    check_sealable(node, pinned)


def test_a_lost_key_signs_no_notice(node, first, tmp_path):
    with pytest.raises(StillGood):
        revoke_keys(first, node, tmp_path / "x", "lost", "")


def test_a_node_that_lost_its_keys_goes_on_under_a_new_id(node, first, other, card, pinned):
    (other.keys / "signing").write_bytes(b"damaged")
    made = of_other(other, node, lambda officer: rotate_keys(officer, other, lost=True, reason="disk"))
    assert not made["chained"]
    fresh = card(other, node)
    with pytest.raises(NotRevoked):
        pin_card(first, node, fresh, replaces=pinned.node[:8])
    revoke_peer(first, pinned.node, "lost", "officer 12 called")
    pin_card(first, node, fresh, replaces=pinned.node[:8])
    new = Peer.objects.get(revoked_at=None)
    assert (new.node == pinned.node, new.follows_id, new.compared_at) == (False, pinned.pk, None)
    assert as_pin(Peer.objects.get(pk=pinned.pk)).revoked


@pytest.mark.parametrize(("demo", "phrase"), [(False, "words of a person"), (True, DEMO_PASSPHRASE)])
def test_only_a_pass_phrase_that_a_person_thought_of_is_slow_to_try(tmp_path, monkeypatch, demo, phrase):
    made, real = dict[str, bool](), keys.create_officer_key

    def create(path, passphrase, *, slow=True):
        made[path.name] = slow
        return real(path, passphrase, slow=slow)

    monkeypatch.setattr(keys, "create_officer_key", create)
    init_node(
        INSTALLER,
        tmp_path / "real",
        agency="Unit 9",
        country="BE",
        language="en",
        demo=demo,
        officer="1",
        officer_name="",
        passphrase=phrase,
    )
    assert (made["officer-1"], made["signing"]) == (not demo, False)


def test_keys_that_open_are_not_lost(node, first):
    with pytest.raises(KeysNotLost):
        rotate_keys(first, node, lost=True, reason="r")


def test_every_officer_opens_the_new_keys(node, first, second):
    rotate_keys(first, node, lost=False, reason="yearly")
    assert node_keys(node, first).public == node_keys(node, second).public == public_keys(node.keys)


def test_the_log_holds_over_a_rotation_and_a_new_officers_key(node, first, second, operation):
    protect(second, operation, "account", "kx:1", "P-1", "asked by phone")
    checkpoint(first, node)
    rotate_keys(first, node, lost=False, reason="yearly")
    replace_officer_key(first, node, "2", DEMO_PASSPHRASE, "lost")
    protect(acting_as(node, "2"), operation, "account", "kx:2", "P-2", "asked by phone")
    assert verify_log(first, node)["problems"] == []


def test_an_officer_whose_key_is_lost_gets_another_from_an_administrator(node, first, second):
    old = node_keys(node, second)
    made = replace_officer_key(first, node, "2", DEMO_PASSPHRASE, "pass phrase forgotten")
    assert made["before"] != made["fingerprint"]
    assert node_keys(node, acting_as(node, "2")).public == old.public
    with pytest.raises(NotSealedToOfficer):
        node_keys(node, second)
    with pytest.raises(NoSuchOfficer):
        replace_officer_key(first, node, "77", DEMO_PASSPHRASE, "lost")


def test_a_card_is_warned_of_before_its_last_day_and_refused_after(node, first, pinned):
    now = instants.now()
    assert not [line for line in warnings(now) if "expire" in line]
    assert [line for line in warnings(pinned.expires_at - 29 * DAY) if "expires on" in line]
    Peer.objects.update(expires_at=now - DAY)
    with pytest.raises(PinExpired):
        check_sealable(node, Peer.objects.get())
    assert [line for line in key_warnings(first, node) if "expired on" in line]


def test_a_card_that_has_run_out_is_not_pinned(node, first, other, tmp_path):
    unlocked = of_other(other, node, lambda officer: node_keys(other, officer))
    old = make_card("Unit 9", "ES", ["es"], unlocked, instants.now() - GOOD_FOR - DAY)
    put_card(tmp_path / "old.fanal-card", old, unlocked)
    with pytest.raises(CardRunOut):
        pin_card(first, node, tmp_path / "old.fanal-card")


def test_this_nodes_own_card_runs_out_too(node, first, pinned, tmp_path):
    unlocked = node_keys(node, first)
    old = make_card("Unit 7", "BE", ["en"], unlocked, instants.now() - GOOD_FOR - DAY)
    put_card(node.keys / "own.fanal-card", old, unlocked)
    with pytest.raises(OwnCardExpired):
        check_sealable(node, pinned)
    assert list_keys(first, node)[0]["card_expires"] == old.expires_at.date().isoformat()


def test_a_node_that_one_officer_alone_can_open_is_warned_of(node, first):
    assert not own_warnings(node, instants.now())
    (node.keys / "node-for-2.age").unlink()
    assert "Only officer 1" in own_warnings(node, instants.now())[0]


def test_a_card_is_shown_with_the_groups_to_read_out(node, first, other, card):
    path = card(other, node)
    assert show_card(first, node, path)["compare_by_phone"] == of_other(
        other, node, lambda officer: show_card(officer, other, None)["compare_by_phone"]
    )


def test_the_commands_say_it(node, first, pinned, tmp_path):
    def do(*words):
        said = typed("-C", node.folder, *words)
        assert said.code == 0, said.err
        return said

    assert "not compared" in do("peer", "list").out
    do("peer", "compare", "ES", "--with", "officer 12", "--over", "phone", "--reason", "r")
    assert [row["what"] for row in do("peer", "list", "--history", "--format", "jsonl").lines] == ["pinned", "compared"]
    assert do("peer", "card", "--show", "--format", "json").json["compare_by_phone"]
    do("officer", "key", "2", "--reason", "lost")
    assert do("keys", "rotate", "--reason", "yearly", "--format", "json").json["chained"]
    assert [row["state"] for row in do("keys", "list", "--format", "jsonl").lines] == ["in use", "former"]
    do("keys", "revoke", tmp_path / "x.fanal-revocation", "--reason", "retired")
    assert typed("-C", node.folder, "peer", "revoke", "ES", "--reason", "bored", "--note", "n").code == 2
    do("peer", "revoke", "ES", "--reason", "lost", "--note", "officer 12 called")
    assert do("audit", "verify", "--format", "json").json["problems"] == []
