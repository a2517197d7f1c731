"""Agencies with keys, a small bag, and what a node expects: the material of these tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanal.base.digests import canonical_json
from fanal.exchange.bag import write_bag
from fanal.exchange.heading import Heading, Party, head_file
from fanal.exchange.keys import Unlocked, create_keys, unlock
from fanal.exchange.opening import Expectation, Pin
from fanal.exchange.seal import Sealed, bag_info

PASSPHRASE = "six plain words for a test"
MADE_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Agency:
    folder: Path
    keys: Unlocked
    party: Party
    pin: Pin


def agency(root: Path, name: str, country: str) -> Agency:
    folder = root / name
    create_keys(folder, PASSPHRASE)
    keys = unlock(folder, PASSPHRASE)
    public = keys.public
    party = Party(f"Agency {name}", country, public.node, public.signing_key, public.age_recipient)
    return Agency(folder, keys, party, Pin(public.node, party.agency, public.signing_key))


def heading(
    sender: Agency, recipient: Agency, number: int = 1, operation: str = "lamp", kind: str = "package"
) -> Heading:
    return Heading(kind, sender.party, recipient.party, operation, number, MADE_AT)


def make_bag(folder: Path, head: Heading) -> str:
    (folder / "data/tables").mkdir(parents=True)
    (folder / head_file(head.kind)).write_bytes(canonical_json(head.to_json()))
    (folder / "data/tables/account.parquet").write_bytes(bytes(range(256)) * 20)
    return write_bag(folder, bag_info(head))


Sealer = Callable[..., Sealed]


def expecting(*pins: Pin, **more: Any) -> Expectation:
    return Expectation(pins=pins, **more)
