"""Typed lists: values that are context only, each list with its source, date and digest.

A list never accuses: it says that a value belongs to many (a throw-away mail host, an exchange's
wallet, a device id that a maker gave twice) or that an address hides its user. Fanal ships a few;
a node adds its own (`node_lists`). None of them is a list of hashes or of people.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import pyarrow as pa

from fanal.base.digests import sha256_bytes, sha256_file
from fanal.model.inputs import ListEdition, ListEntry
from fanal.model.places import PACKED, NoLists, provenance

# What an address may be listed by, besides the identifier kinds: itself, a range that holds it, its network.
ADDRESS_KINDS = ("ip", "ip_range", "asn")
ANONYMISERS = ("tor", "vpn", "hosting")
# What a value of each kind may be listed as. A kind that is not here takes no list: names, user names and
# documents are people's.
CONTEXTS_OF: dict[str, tuple[str, ...]] = {
    "email": ("disposable_mail",),
    "phone": ("disposable_phone",),
    "crypto_address": ("custodial", "processor"),
    "bank_account": ("custodial", "processor"),
    "device": ("default_device",),
    **dict.fromkeys(ADDRESS_KINDS, ANONYMISERS),
}
CONTEXTS = tuple(dict.fromkeys(context for contexts in CONTEXTS_OF.values() for context in contexts))
_TEXTS = ("name", "kind", "norm", "context", "holder", "edition")
ENTRY = pa.schema([*((name, pa.string()) for name in _TEXTS), ("since", pa.date32()), ("until", pa.date32())])
# The day on which Fanal's own lists were last gone through.
REVIEWED = "2026-11-26"


@dataclass(frozen=True)
class TypedList:
    """One list that ships, with where it comes from.

    Attributes:
        name: stable.
        kind: identifier kind of its entries, or one of ADDRESS_KINDS.
        source: a package's name, or "Fanal".
        date: the package's version, or the day the list was reviewed.
        digest: hex SHA-256 of the file.
        entries: columns of ENTRY. A norm that begins with "@" stands for every mailbox of that host. They hold
            for all days: one edition is all there is.
    """

    name: str
    kind: str
    source: str
    date: str
    digest: str
    entries: pa.Table

    def edition(self) -> ListEdition:
        """What a run records of it."""
        return ListEdition(self.name, self.kind, self.source, self.date, self.digest, self.entries.num_rows)


def _own(name: str, file: str, kind: str, context: str | None) -> TypedList:
    raw = files("fanal").joinpath(f"data/{file}").read_bytes()
    rows = list(csv.DictReader(raw.decode("utf-8").splitlines()))
    entries = entry_table(
        ListEntry(
            name, kind, row["asn" if kind == "asn" else "norm"], context or row["kind"], row["holder"] or None, REVIEWED
        )
        for row in rows
    )
    return TypedList(name, kind, "Fanal", REVIEWED, sha256_bytes(raw), entries)


def _disposable_mail() -> TypedList:
    file = PACKED / "disposable_mail.txt"
    if not file.exists():
        raise NoLists(path=file.name)
    hosts = file.read_text(encoding="utf-8").split()
    made = provenance("disposable_mail")
    name = "disposable_mail"
    fixed = {"name": name, "kind": "email", "context": name, "holder": None, "edition": made.version}
    columns = {column: pa.array([text] * len(hosts), pa.string()) for column, text in fixed.items()}
    columns["norm"] = pa.array(["@" + host for host in hosts], pa.string())
    columns |= {column: pa.nulls(len(hosts), pa.date32()) for column in ("since", "until")}
    return TypedList(name, "email", made.name, made.version, sha256_file(file), pa.table(columns).select(ENTRY.names))


@cache
def shipped_lists() -> tuple[TypedList, ...]:
    """The lists that come with Fanal: throw-away mail hosts, default devices, custodial wallets, anonymising networks.

    Raises NoLists where the packed ones are missing.
    """
    return (
        _disposable_mail(),
        _own("default_device", "default_devices.csv", "device", "default_device"),
        _own("custodial", "custodial_wallets.csv", "crypto_address", "custodial"),
        _own("anonymiser_asn", "anonymiser_asns.csv", "asn", None),
    )


def lists_in_force(editions: Iterable[ListEdition]) -> tuple[TypedList, ...]:
    """The shipped lists that speak beside a node's own: its list of the same name stands in a shipped one's place."""
    own = {edition.name for edition in editions}
    return tuple(one for one in shipped_lists() if one.name not in own)


def editions_in_force(editions: Iterable[ListEdition]) -> tuple[ListEdition, ...]:
    """Every edition that a run goes by: the shipped ones that still speak, then the node's."""
    own = tuple(editions)
    return (*(one.edition() for one in lists_in_force(own)), *own)


def entry_table(entries: Iterable[ListEntry]) -> pa.Table:
    """List entries as rows of ENTRY, in their order; open days are NULL."""
    rows = [
        {
            **{name: getattr(entry, name) for name in _TEXTS},
            "since": date.fromisoformat(entry.since) if entry.since else None,
            "until": date.fromisoformat(entry.until) if entry.until else None,
        }
        for entry in entries
    ]
    return pa.Table.from_pylist(rows, schema=ENTRY)
