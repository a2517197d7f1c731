"""This node's own card and whether its keys may still be used."""

from datetime import datetime

from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.models.offices import Officer
from fanal.cases.node import Node
from fanal.cases.pin_times import WARN
from fanal.exchange.card import Card, read_card
from fanal.exchange.rotation import REVOKED

#: How the file begins that marks the keys as withdrawn.
NOTICE_OF = "revoked:"
#: The last card that was written, beside the keys.
CARD = "own.fanal-card"


class OwnKeysRevoked(FanalError):
    """Something was to be signed with keys that were withdrawn."""

    code = "F-KEY-18"
    text = "This node's keys were withdrawn: nothing is sealed with them; run `fanal keys rotate --reason TEXT` first."


class OwnCardExpired(FanalError):
    """Something was to be sealed while the node's own card has run out: its recipients would refuse it."""

    code = "F-KEY-19"
    text = (
        "This node's card expired on {day}, so recipients refuse what it seals; write a new one with `fanal peer card` "
        "and send it to them first."
    )


def own_card(node: Node) -> Card | None:
    """The last card that this node wrote with its present keys; None where there is none."""
    path = node.keys / CARD
    if not path.exists():
        return None
    try:
        return read_card(path)
    except FanalError:
        return None


def check_own(node: Node, now: datetime) -> None:
    """Pass where this node may seal. Raises OwnKeysRevoked, OwnCardExpired."""
    if (node.keys / REVOKED).exists():
        raise OwnKeysRevoked
    card = own_card(node)
    if card and card.expires_at < now:
        raise OwnCardExpired(day=card.expires_at.date().isoformat())


def own_warnings(node: Node, now: datetime) -> list[str]:
    """One line for each thing about this node's own keys that somebody should see to."""
    lines = []
    if (node.keys / REVOKED).exists():
        lines.append(OwnKeysRevoked().line())
    card = own_card(node)
    if card and card.expires_at < now + WARN:
        day = card.expires_at.date().isoformat()
        said = translate("This node's card expires on {day}; write a new one with `fanal peer card`, and send it.")
        lines.append(said.format(day=day))
    able = [o for o in Officer.objects.filter(active=True) if (node.keys / f"node-for-{o.service_number}.age").exists()]
    if len(able) == 1:
        lines.append(
            translate(
                "Only officer {officer} can open this node's keys; enrol a second one, or a lost key is the node's end."
            ).format(officer=able[0].service_number)
        )
    return lines
