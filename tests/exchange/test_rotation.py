"""Keys that change: what follows from the old ones, what still opens, and what a kill leaves."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from exchange_cases import MADE_AT, PASSPHRASE, Agency, agency, expecting, heading, make_bag

from fanal.exchange import keys, rotation
from fanal.exchange.card import make_card, read_card, write_card
from fanal.exchange.opening import open_sealed
from fanal.exchange.refusals import CardExpired, CardForged, NotForUs, SignedTooLate, SignerRevoked
from fanal.exchange.seal import seal
from fanal.exchange.succession import leads, succeed

LATER = MADE_AT + timedelta(days=10)


@pytest.fixture
def node(tmp_path: Path) -> Agency:
    return agency(tmp_path, "node", "BE")


def rotated(node: Agency, *, chained: bool = True, old: bool = True, word: str = "another") -> keys.Unlocked:
    rotation.rotate(
        node.folder,
        word,
        {},
        MADE_AT,
        old=node.keys if old else None,
        until=LATER if old else None,
        chained=chained,
    )
    return keys.unlock(node.folder, word)


def test_a_rotated_node_keeps_its_id_and_nothing_else(node: Agency) -> None:
    before = node.keys.public
    after = rotated(node).public
    assert after.node == before.node
    assert after.signing_key != before.signing_key
    assert after.age_recipient != before.age_recipient
    assert keys.former_keys(node.folder) == [before.signing_key]
    with pytest.raises(keys.WrongPassphrase):
        keys.unlock(node.folder, PASSPHRASE)


def test_the_old_private_signing_key_is_gone(node: Agency) -> None:
    old = (node.folder / "signing").read_bytes()
    rotated(node)
    assert all(path.read_bytes() != old for path in node.folder.rglob("*") if path.is_file())


def test_each_key_names_the_next_so_a_card_leads_back_to_the_first(node: Agency, tmp_path: Path) -> None:
    first = node.keys.public.signing_key
    second = rotated(node)
    third = rotated(replace(node, keys=second), word="third")
    chain = rotation.chain_of(node.folder)
    write_card(tmp_path / "c.fanal-card", make_card("A", "BE", ["en"], third, MADE_AT, chain), third)
    card = read_card(tmp_path / "c.fanal-card")
    assert card.party.node == node.keys.public.node
    assert card.succeeds(first)
    assert card.succeeds(second.public.signing_key)
    assert not card.succeeds(third.public.signing_key)


def test_a_card_without_the_links_back_cannot_keep_the_id(node: Agency, tmp_path: Path) -> None:
    after = rotated(node)
    write_card(tmp_path / "c.fanal-card", make_card("A", "BE", ["en"], after, MADE_AT), after)
    with pytest.raises(CardForged):
        read_card(tmp_path / "c.fanal-card")


def test_a_link_that_another_key_signed_leads_nowhere(one: Agency, two: Agency, three: Agency) -> None:
    line, recipient = two.keys.public.signing_key, two.keys.public.age_recipient
    node = one.keys.public.node
    good = succeed(node, one.keys.signing, line, recipient, MADE_AT)
    first = one.keys.public.signing_key
    assert leads([good], first, line, node)
    assert not leads([replace(good, new=three.keys.public.signing_key)], first, three.keys.public.signing_key, node)
    forged = succeed(node, three.keys.signing, line, recipient, MADE_AT)
    assert not leads([replace(forged, old=first)], first, line, node)
    assert not leads([good], first, line, three.keys.public.node)


def test_what_was_sealed_before_a_rotation_opens_until_its_day(node: Agency, one: Agency, tmp_path: Path) -> None:
    head = heading(one, node)
    digest = make_bag(tmp_path / "bag", head)
    file = seal(tmp_path / "bag", head, one.keys.signing, tmp_path / head.file_name, digest).path
    after = rotated(node)
    assert open_sealed(file, tmp_path / "got", after, expecting(one.pin)).heading == head
    again = rotated(replace(node, keys=after), word="third")
    assert open_sealed(file, tmp_path / "once-more", again, expecting(one.pin)).heading == head
    assert rotation.forget_expired(node.folder, LATER - timedelta(days=1)) == 0
    assert rotation.forget_expired(node.folder, LATER + timedelta(days=1)) == 2
    with pytest.raises(NotForUs):
        open_sealed(file, tmp_path / "late", keys.unlock(node.folder, "third"), expecting(one.pin))


def test_keys_made_after_a_loss_have_a_new_id_and_open_nothing_old(node: Agency) -> None:
    after = rotated(node, chained=False, old=False)
    assert after.public.node == keys.node_id(after.public.signing_key) != node.keys.public.node
    assert after.earlier == ()
    assert rotation.chain_of(node.folder) == ()


def test_a_rotation_killed_once_all_was_made_is_finished_by_the_next(node: Agency, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(node.folder, whole)
    moved = []
    for n in range(8):
        folder = tmp_path / f"killed-{n}"
        shutil.copytree(whole, folder)
        real = rotation.finish
        rotation.finish = lambda _folder: None
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(rotation, "public_keys", lambda _folder: None)
                rotation.rotate(
                    folder, "another", {"beside.age": b"x"}, MADE_AT, old=node.keys, until=LATER, chained=True
                )
        finally:
            rotation.finish = real
        files = sorted(path for path in (folder / "next").rglob("*") if path.is_file())
        for path in files[:n]:  # so many were moved when it was killed
            target = folder / path.relative_to(folder / "next")
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        rotation.finish(folder)
        moved.append(keys.unlock(folder, "another").public.node)
        assert (folder / "beside.age").read_bytes() == b"x"
        assert not (folder / "next").exists()
    assert set(moved) == {node.keys.public.node}


def test_a_retired_key_counts_for_what_was_made_before(node: Agency, one: Agency, tmp_path: Path) -> None:
    head = heading(one, node)
    digest = make_bag(tmp_path / "bag", head)
    file = seal(tmp_path / "bag", head, one.keys.signing, tmp_path / head.file_name, digest).path
    before, after = MADE_AT - timedelta(seconds=1), MADE_AT + timedelta(seconds=1)
    open_sealed(file, tmp_path / "got", node.keys, expecting(replace(one.pin, retired_at=after, expires_at=after)))
    for pin, error in (
        (replace(one.pin, retired_at=before), SignedTooLate),
        (replace(one.pin, expires_at=before), CardExpired),
        (replace(one.pin, revoked=True), SignerRevoked),
    ):
        with pytest.raises(error):
            open_sealed(file, tmp_path / "refused", node.keys, expecting(pin))
        assert not (tmp_path / "refused").exists()
