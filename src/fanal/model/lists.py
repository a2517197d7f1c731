"""Typed lists: values that are context only, each list with its source, date and digest.

A list never accuses: it says that a value belongs to many (a throw-away mail host, an exchange's
wallet, a device id that a maker gave twice) or that an address hides its user. Fanal ships a few;
a node adds its own as CSV files. None of them is a list of hashes or of people.
"""

import csv
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyarrow as pa

from fanal.base.digests import sha256_bytes, sha256_file
from fanal.base.errors import FanalError
from fanal.model.inputs import ListEntry
from fanal.model.kinds import BY_NAME
from fanal.model.places import PACKED, NoLists, provenance

CONTEXTS = ("disposable_mail", "default_device", "custodial", "vpn", "tor", "hosting")
# What an address may be listed by, besides the identifier kinds: itself, its network.
ADDRESS_KINDS = ("ip", "asn")
ENTRY = pa.schema([(name, pa.string()) for name in ("name", "kind", "norm", "context", "holder")])
COLUMNS = ("kind", "value", "context")
# The day on which Fanal's own lists were last gone through.
REVIEWED = "2026-11-23"


class BadList(FanalError):
    """A node's list has a line that cannot be used."""

    code = "F-MODEL-22"
    text = "{file}, line {line}: {detail}. Columns: kind,value,context,holder; contexts: {contexts}."
    exit_code = 2


@dataclass(frozen=True)
class TypedList:
    """One list with where it comes from.

    Attributes:
        name: stable.
        kind: identifier kind of its entries, or one of ADDRESS_KINDS.
        source: a package's name, or "Fanal".
        date: the package's version, or the day the list was reviewed.
        digest: hex SHA-256 of the file.
        entries: columns of ENTRY. A norm that begins with "@" stands for every mailbox of that host.
    """

    name: str
    kind: str
    source: str
    date: str
    digest: str
    entries: pa.Table


def _own(name: str, file: str, kind: str, context: str | None) -> TypedList:
    raw = files("fanal").joinpath(f"data/{file}").read_bytes()
    rows = list(csv.DictReader(raw.decode("utf-8").splitlines()))
    entries = pa.table(
        [
            pa.array([name] * len(rows), pa.string()),
            pa.array([kind] * len(rows), pa.string()),
            pa.array([row["asn"] if kind == "asn" else row["norm"] for row in rows], pa.string()),
            pa.array([context or row["kind"] for row in rows], pa.string()),
            pa.array([row["holder"] or None for row in rows], pa.string()),
        ],
        schema=ENTRY,
    )
    return TypedList(name, kind, "Fanal", REVIEWED, sha256_bytes(raw), entries)


def _disposable_mail() -> TypedList:
    file = PACKED / "disposable_mail.txt"
    if not file.exists():
        raise NoLists(path=file.name)
    hosts = file.read_text(encoding="utf-8").split()
    made = provenance("disposable_mail")
    fixed = {"name": "disposable_mail", "kind": "email", "context": "disposable_mail", "holder": None}
    columns = {column: pa.array([text] * len(hosts), pa.string()) for column, text in fixed.items()}
    columns["norm"] = pa.array(["@" + host for host in hosts], pa.string())
    entries = pa.table(columns).select(ENTRY.names)
    return TypedList("disposable_mail", "email", made.name, made.version, sha256_file(file), entries)


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


def _entry(name: str, row: dict[str, str | None]) -> ListEntry:
    """One line of a node's list. Raises ValueError with what is wrong."""
    kind, value, context = (str(row.get(column) or "").strip() for column in COLUMNS)
    if context not in CONTEXTS:
        raise ValueError(f"the context {context!r} is unknown")
    norm: str | None
    if kind == "asn":
        norm = value.upper().removeprefix("AS")
        norm = norm if norm.isdecimal() else None
    elif kind == "ip":
        norm = str(ipaddress.ip_address(value))
    elif kind in BY_NAME:
        norm = value.lower() if kind == "email" and value.startswith("@") else BY_NAME[kind].normalise(value)
    else:
        raise ValueError(f"the kind {kind!r} is unknown")
    if not norm:
        raise ValueError(f"{value!r} is no {kind}")
    return ListEntry(name, kind, norm, context, str(row.get("holder") or "").strip() or None)


def node_lists(folder: Path) -> tuple[ListEntry, ...]:
    """Entries of the CSV files that a node adds: kind, value, context, and holder where known.

    Args:
        folder: every `*.csv` in it is one list, named by its stem. A folder that is not there holds none.

    Raises:
        BadList: a line's kind, value or context is of no use.
    """
    found: list[ListEntry] = []
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as f:
            rows = csv.DictReader(f)
            for row in rows:
                try:
                    found.append(_entry(file.stem, row))
                except ValueError as e:
                    contexts = ", ".join(CONTEXTS)
                    raise BadList(file=file.name, line=rows.line_num, detail=str(e), contexts=contexts) from e
    return tuple(found)


def entry_table(entries: Iterable[ListEntry]) -> pa.Table:
    """List entries as rows of ENTRY, in their order."""
    rows = [{name: getattr(entry, name) for name in ENTRY.names} for entry in entries]
    return pa.Table.from_pylist(rows, schema=ENTRY)
