"""The node's own keys and its officers': new ones, withdrawn ones, lost ones. Everything is on record."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.cases import pinning, session
from fanal.cases.access import Actor, NoOfficer, may
from fanal.cases.models.offices import FormerKey, Officer
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.own_keys import CARD, NOTICE_OF, own_card, own_warnings
from fanal.exchange import keys, rotation
from fanal.exchange.card import groups
from fanal.exchange.revocation import ENDING, REASONS, write_notice
from fanal.exchange.sshsig import fingerprint
from fanal.model.codes import known

#: How long a former age key opens what was sealed before the rotation.
IN_TRANSIT = timedelta(days=60)


#: What a key of the node is.
IN_USE, FORMER, REVOKED = mark("in use"), mark("former"), mark("revoked")


class NoSuchOfficer(FanalError):
    """A new key for an officer whom the node does not have."""

    code = "F-KEY-15"
    text = "The node has no officer {officer}; `fanal officer list` shows them."


class KeysNotLost(FanalError):
    """Keys were called lost that open."""

    code = "F-KEY-16"
    text = "The node's keys open with your key, so they are not lost; run `fanal keys rotate` without --lost."


class StillGood(FanalError):
    """A notice that its key could not sign, or should not have to."""

    code = "F-KEY-17"
    text = "A key of the node cannot be withdrawn as {reason}: {why}."


def rotate_keys(actor: Actor, node: Node, *, lost: bool, reason: str) -> dict[str, Any]:
    """Make new signing and age keys for the node, sealed to every active officer.

    The old signing key names the new one, so that peers need not compare again; but not where it is lost or was
    withdrawn: then the node has a new id, and everybody compares its new card.

    Args:
        lost: the old keys cannot be opened any more.
        reason: why.

    Raises:
        NoOfficer, KeysNotLost, WrongPassphrase, NotSealedToOfficer.
    """
    may(actor, "keys.manage")
    now = instants.now()
    withdrawn = (node.keys / rotation.REVOKED).exists()
    old = _present(node, actor, lost=lost)
    secret = session.new_passphrase()
    before = keys.public_keys(node.keys)
    made = rotation.rotate(
        node.keys,
        secret,
        {f"node-for-{o.service_number}.age": _sealed(o, secret) for o in Officer.objects.filter(active=True)},
        now,
        old=old,
        until=now + IN_TRANSIT if old else None,
        chained=old is not None and not withdrawn,
    )
    record(actor, "keys.rotate", made.node, before=before.signing_key, after=made.signing_key, reason=reason)
    return {
        "node": made.node,
        "fingerprint": fingerprint(made.signing_key),
        "before": fingerprint(before.signing_key),
        "chained": made.node == before.node,
        "old_key_opens_until": instants.text(now + IN_TRANSIT) if old else None,
    }


def _present(node: Node, actor: Actor, *, lost: bool) -> keys.Unlocked | None:
    if not isinstance(actor.signer, session.OfficerKey):
        raise NoOfficer
    if not lost:
        return session.node_keys(node, actor)
    try:
        session.node_keys(node, actor)
    except FanalError:
        return None
    raise KeysNotLost


def _sealed(officer: Officer, secret: str) -> bytes:
    return bytes(pyrage.encrypt(secret.encode(), [pyrage.ssh.Recipient.from_str(officer.public_key)]))


def revoke_keys(actor: Actor, node: Node, path: Path, reason: str, text: str) -> dict[str, Any]:
    """Withdraw the node's present keys: write a notice that they sign themselves, for every peer.

    Afterwards nothing is signed with them; `rotate_keys` makes new ones, without a link from the old.

    Args:
        path: the notice to write.
        reason: compromised or retired; a lost key cannot sign.
        text: what happened.

    Raises:
        StillGood: it is called lost, and is here. AlreadyThere, UnknownCode, NoOfficer.
    """
    may(actor, "keys.manage")
    known(reason, REASONS, mark("reason"))
    if reason == "lost":
        why = translate("a lost key cannot sign its own notice; telephone the peers, who run `fanal peer revoke`")
        raise StillGood(reason=translate(reason), why=why)
    unlocked = session.node_keys(node, actor)
    now = instants.now()
    public = unlocked.public
    write_notice(path, public.node, node.agency, unlocked.signing, reason, now)
    (node.keys / rotation.REVOKED).write_text(f"{NOTICE_OF} {public.signing_key}\n", encoding="ascii")
    record(actor, "keys.revoke", public.node, key=public.signing_key, reason=reason, text=text)
    return {"node": public.node, "fingerprint": fingerprint(public.signing_key), "reason": reason, "file": str(path)}


def replace_officer_key(actor: Actor, node: Node, officer: str, passphrase: str, reason: str) -> dict[str, Any]:
    """Give an officer a new key, where theirs is lost, known to somebody else, or its pass phrase forgotten.

    Another officer does this: the node's pass phrase is opened with that officer's key and sealed to the new one.
    What the officer signed before still counts.

    Raises:
        NoSuchOfficer, NoPassphrase, NoOfficer, NotSealedToOfficer.
    """
    may(actor, "officer.add")
    row = Officer.objects.filter(service_number=officer, active=True).first()
    if row is None:
        raise NoSuchOfficer(officer=officer)
    secret = session.node_passphrase(node, actor)
    path = session.officer_key_path(node, officer)
    fresh = path.with_name(path.name + ".next")
    for leftover in (fresh, fresh.with_name(fresh.name + ".pub")):
        leftover.unlink(missing_ok=True)
    line = keys.create_officer_key(fresh, passphrase, slow=passphrase != session.DEMO_PASSPHRASE)
    now = instants.now()
    with transaction.atomic():
        FormerKey.add(officer=row, public_key=row.public_key, until=now, reason=reason)
        before = fingerprint(row.public_key)
        row.public_key = line
        row.save()
        record(actor, "officer.key", officer, before=before, after=fingerprint(line), reason=reason)
        session.seal_node_to(node, officer, line, secret)
        fresh.replace(path)
        fresh.with_name(fresh.name + ".pub").replace(path.with_name(path.name + ".pub"))
    return {"officer": officer, "before": before, "fingerprint": fingerprint(line)}


def own_identity(actor: Actor, node: Node) -> dict[str, Any]:
    """What others know this node by, without opening its keys.

    Returns:
        `node`, `fingerprint`, `compare_by_phone`, `card_expires` (an instant; None where no card was written with the
        present keys), `withdrawn`.
    """
    may(actor, "peer.card")
    public, card = keys.public_keys(node.keys), own_card(node)
    return {
        "node": public.node,
        "fingerprint": fingerprint(public.signing_key),
        "compare_by_phone": groups(public.node, public.signing_key, public.age_recipient),
        "card_expires": card.expires_at if card else None,
        "withdrawn": (node.keys / rotation.REVOKED).exists(),
    }


def own_files(actor: Actor, node: Node) -> list[Path]:
    """The last card, and the revocation notices, that were written beside the keys: none of them is secret."""
    may(actor, "peer.card")
    return [path for path in (node.keys / CARD, *sorted(node.keys.glob(f"*{ENDING}"))) if path.exists()]


def list_keys(actor: Actor, node: Node) -> list[dict[str, Any]]:
    """The node's keys, present and former: until when each opens files, and when the last card runs out."""
    may(actor, "peer.card")
    public = keys.public_keys(node.keys)
    card = own_card(node)
    withdrawn = (node.keys / rotation.REVOKED).exists()
    rows = [
        {
            "fingerprint": fingerprint(public.signing_key),
            "state": REVOKED if withdrawn else IN_USE,
            "card_expires": _day(card.expires_at) if card else None,
            "opens_until": None,
        }
    ]
    folders = sorted((node.keys / keys.FORMER).glob("*"), key=lambda path: int(path.name), reverse=True)
    for folder in folders:
        until = folder / keys.UNTIL
        rows.append(
            {
                "fingerprint": fingerprint((folder / f"{keys.SIGNING}.pub").read_text(encoding="ascii")),
                "state": FORMER,
                "card_expires": None,
                "opens_until": until.read_text(encoding="ascii")[:10] if until.exists() else None,
            }
        )
    return rows


def _day(at: datetime) -> str:
    return at.date().isoformat()


def key_warnings(actor: Actor, node: Node) -> list[str]:
    """One line for each key or card, own or a peer's, that somebody should see to."""
    may(actor, "keys.read")
    now = instants.now()
    return [*own_warnings(node, now), *pinning.warnings(now)]
