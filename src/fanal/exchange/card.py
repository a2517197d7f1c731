"""Peer cards (`.fanal-card`): who an agency is and which keys are its own, signed by that key, not sealed.

A card proves only that its maker holds the key. That the key is the agency's is checked by people, who
read the words of `compare_by_phone` to each other over a line they trust; only then is it pinned.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from fanal.base import instants
from fanal.base.digests import content_id
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.exchange import sshsig
from fanal.exchange.heading import Party, is_text, party_from_json
from fanal.exchange.keys import Unlocked, node_id
from fanal.exchange.opening import Pin
from fanal.exchange.refusals import CardForged, Malformed
from fanal.exchange.signed_text import read_signed, write_signed
from fanal.exchange.succession import Succession, from_json, leads, to_json

FORMAT = 2
#: How long a card is good for; its maker writes a new one in time.
GOOD_FOR = timedelta(days=365)
_GROUP, _GROUPS = 4, 8
_MOST_LANGUAGES, _LONGEST_CODE = 20, 8


@dataclass(frozen=True)
class Card:
    """What a card says, after its signature was checked.

    Attributes:
        languages: two-letter codes in the agency's order of preference.
        made_at: when; the younger of two cards counts.
        expires_at: from when on nothing is sealed by it, and nothing taken in that was signed later.
        chain: how the present key came from the node's first one, each link signed by the key that went.
    """

    party: Party
    languages: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    chain: tuple[Succession, ...] = ()

    @property
    def fingerprint(self) -> str:
        """`SHA256:...` of the signing key, as ssh-keygen prints it."""
        return sshsig.fingerprint(self.party.signing_key)

    @property
    def compare_by_phone(self) -> str:
        """Eight groups of four hex digits over node and both keys, to read to each other before pinning."""
        return groups(self.party.node, self.party.signing_key, self.party.age_recipient)

    def pin(self) -> Pin:
        """The peer as `opening` knows it."""
        return Pin(self.party.node, self.party.agency, self.party.signing_key, expires_at=self.expires_at)

    def succeeds(self, signing_key: str) -> bool:
        """Whether that key named this card's key as its successor, itself or through others."""
        return leads(self.chain, signing_key, self.party.signing_key, self.party.node)


def groups(node: str, signing_key: str, age_recipient: str) -> str:
    """What two people read to each other of a node and its keys: see `Card.compare_by_phone`."""
    digest = content_id("card", node, signing_key, age_recipient)
    return " ".join(digest[i * _GROUP : (i + 1) * _GROUP] for i in range(_GROUPS))


def make_card(
    agency: str,
    country: str,
    languages: Sequence[str],
    keys: Unlocked,
    made_at: datetime,
    chain: Sequence[Succession] = (),
) -> Card:
    """This node's card, good for GOOD_FOR."""
    public = keys.public
    party = Party(agency, country, public.node, public.signing_key, public.age_recipient)
    return Card(party, tuple(languages), made_at, made_at + GOOD_FOR, tuple(chain))


def write_card(path: Path, card: Card, keys: Unlocked) -> None:
    """Sign a card and write it as JSON. Raises AlreadyThere."""
    said = {
        "format": FORMAT,
        "party": asdict(card.party),
        "languages": card.languages,
        "made_at": instants.text(card.made_at),
        "expires_at": instants.text(card.expires_at),
        "chain": to_json(card.chain),
    }
    write_signed(path, "card", said, keys.signing, compare_by_phone=card.compare_by_phone)


def read_card(path: Path) -> Card:
    """A card whose signature holds. It is not yet trusted: see `compare_by_phone`.

    Raises:
        Damaged: unreadable.
        CardForged: not signed by the key it shows, or the node id is not that key's.
        Malformed: signed, but not what the format says.
    """
    signed, line = read_signed(path, "card", translate("it is no card"), CardForged)
    card = _card(signed, path)
    own = card.party.node == node_id(line)
    if card.party.signing_key != line or not (own or _comes_from_first(card)):
        raise CardForged(path=path.name)
    return card


def _comes_from_first(card: Card) -> bool:
    """Whether the chain begins with the key that the node's id is made of."""
    first = card.chain[0].old if card.chain else ""
    try:
        return node_id(first) == card.party.node and card.succeeds(first)
    except FanalError:
        return False


def _languages(raw: Iterable[object]) -> tuple[str, ...]:
    languages = tuple(str(code) for code in raw)
    if len(languages) > _MOST_LANGUAGES or not all(is_text(code, _LONGEST_CODE) for code in languages):
        raise ValueError("a language is named by its code")
    return languages


def _card(signed: str, path: Path) -> Card:
    try:
        raw = json.loads(signed)
        if (raw["fanal"], raw["format"]) != ("card", FORMAT):
            raise Malformed(path=path.name, name="card", detail=translate("of another format"))
        languages = _languages(raw["languages"])
        times = instants.parse(raw["made_at"]), instants.parse(raw["expires_at"])
        return Card(party_from_json(raw["party"]), languages, *times, from_json(raw["chain"]))
    except (ValueError, KeyError, TypeError, AttributeError, instants.BadInstant) as e:
        raise Malformed(path=path.name, name="card", detail=translate("a field is missing or wrong")) from e
