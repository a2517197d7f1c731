"""Request tables: what one addressee is asked, as a table for their machine and a letter for a person.

Minimal by rule: an address with port and instant, a wallet, a mailbox, and a reference; nothing of the case, of
accounts, or of why. A file says by its name whether it may be sent: it begins as a draft, and only a second
officer's release takes that off. Which reference stands for what is written beside the files and never sent.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

from fanal.analyse.leads import say as asked
from fanal.base import instants
from fanal.base.digests import digest_of, sha256_bytes
from fanal.base.errors import FanalError
from fanal.base.files import replace_file
from fanal.base.language import translate, translate_count
from fanal.exchange.sheet import guarded

DRAFT = "DRAFT-"
#: What the references stand for. It stays with the agency.
KEY = "references-keep-here.csv"
_SLUG = re.compile(r"[^a-z0-9]+")


class FolderNotEmpty(FanalError):
    """Requests are to be written where something lies."""

    code = "F-LEADS-01"
    text = "{path} is not a new or empty folder; name another for the requests."


@dataclass(frozen=True)
class Request:
    """One question to one addressee.

    Attributes:
        lead: the finding that it comes from; `identity` and `place` (exhibit and locator) are for the key alone.
        ask: a key of `analyse.leads.ASKS`.
        address: an address, wallet or mailbox; `port` of an address, where one was logged.
        at: UTC, as the exhibit's clock had it; `clock_offset_s` by how much that was ahead, where known.
        perishes_at: when the records are expected to be deleted.
    """

    lead: str
    identity: str
    place: str
    ask: str
    address: str
    port: int | None
    at: datetime | None
    clock_offset_s: float | None
    perishes_at: datetime | None


@dataclass(frozen=True)
class Batch:
    """All requests of one export: a name that references begin with, who asks, on what ground, and when."""

    name: str
    agency: str
    legal_basis: str
    made_at: datetime
    requests: Mapping[str, Sequence[Request]]

    def numbered(self) -> list[tuple[str, str, Sequence[Request]]]:
        """Addressees in the order in which their first records perish: file stem, addressee, requests in order."""
        ordered = {who: sorted(rows, key=_perishing) for who, rows in self.requests.items()}
        names = sorted(ordered, key=lambda who: (*_perishing(ordered[who][0])[:2], who))
        return [(f"{n:03}-{_slug(who)}", who, ordered[who]) for n, who in enumerate(names, 1)]


def _perishing(request: Request) -> tuple[bool, str, str]:
    return request.perishes_at is None, _instant(request.perishes_at), request.lead


def files_of(batch: Batch) -> dict[str, bytes]:
    """Name to content of each file that is meant to be sent, in the language in force; the same for the same batch."""
    found = {}
    for stem, addressee, rows in batch.numbered():
        found[f"{stem}.csv"] = _table(batch, stem, rows)
        found[f"{stem}.txt"] = _letter(batch, stem, addressee, rows).encode()
    return found


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """The digest that a second officer releases: over the name and SHA-256 of every file."""
    return digest_of({name: sha256_bytes(data) for name, data in files.items()})


def write_drafts(folder: Path, batch: Batch, files: Mapping[str, bytes]) -> None:
    """Write every file as a draft, and the key of the references. Raises FolderNotEmpty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(path=folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in files.items():
        replace_file(folder / f"{DRAFT}{name}", data)
    replace_file(folder / KEY, _key(batch))


def read_files(folder: Path) -> dict[str, bytes]:
    """The files of an export as they lie in its folder, drafts under the names that they will have."""
    paths = [path for path in sorted(folder.glob("*")) if path.is_file() and path.name != KEY]
    return {path.name.removeprefix(DRAFT): path.read_bytes() for path in paths}


def release_files(folder: Path) -> list[Path]:
    """Take the word draft off every file; done twice, it changes nothing. Returns the files."""
    for path in sorted(folder.glob(f"{DRAFT}*")):
        path.replace(folder / path.name.removeprefix(DRAFT))
    return [path for path in sorted(folder.glob("*")) if path.is_file() and path.name != KEY]


def _reference(batch: Batch, stem: str, n: int) -> str:
    return f"{batch.name}-{stem[:3]}-{n}"


def _table(batch: Batch, stem: str, rows: Sequence[Request]) -> bytes:
    return _csv(
        [
            {
                "reference": _reference(batch, stem, n),
                "question": asked(row.ask),
                "address": row.address,
                "port": "" if row.port is None else str(row.port),
                "instant_utc": _instant(row.at),
                "clock_offset_s": "" if row.clock_offset_s is None else f"{row.clock_offset_s:g}",
                "true_instant_utc": _instant(_true(row)),
                "kept_until_about": _instant(row.perishes_at)[:10],
            }
            for n, row in enumerate(rows, 1)
        ]
    )


def _key(batch: Batch) -> bytes:
    return _csv(
        [
            {"reference": _reference(batch, stem, n), "identity": row.identity, "lead": row.lead, "place": row.place}
            for stem, _, rows in batch.numbered()
            for n, row in enumerate(rows, 1)
        ]
    )


def _csv(rows: list[dict[str, str]]) -> bytes:
    table = pa.Table.from_pylist(rows)
    columns = {name: guarded(table.column(name)) for name in table.column_names}
    sink = pa.BufferOutputStream()
    pc.write_csv(pa.table(columns), sink, pc.WriteOptions(quoting_style="needed"))
    return bytes(sink.getvalue().to_pybytes())


def _letter(batch: Batch, stem: str, addressee: str, rows: Sequence[Request]) -> str:
    count = translate_count(
        "{n} question stands in the table {file}.", "{n} questions stand in the table {file}.", len(rows)
    )
    lines = [
        translate("Request {name} to {addressee}").format(name=f"{batch.name}-{stem[:3]}", addressee=_plain(addressee)),
        "",
        translate("From: {agency}").format(agency=batch.agency),
        translate("Made at: {at}").format(at=_instant(batch.made_at)[:10]),
        translate("Legal basis: {text}").format(text=batch.legal_basis),
        "",
        count.format(n=len(rows), file=f"{stem}.csv"),
        *_expiry(batch, rows),
        "",
        translate("What is asked:"),
        *(f"- {asked(ask)}" for ask in sorted({row.ask for row in rows})),
        "",
        translate("How to read the table:"),
        *(f"- {note}" for note in _notes(rows)),
        "",
        translate("Nothing is asked about anybody else. A question says of nobody that they did anything."),
    ]
    return "\n".join(lines) + "\n"


def _expiry(batch: Batch, rows: Sequence[Request]) -> list[str]:
    """Please keep them: until when records are expected to be there, and how many may be gone."""
    days = [_instant(row.perishes_at) for row in rows if row.perishes_at]
    now = _instant(batch.made_at)
    ahead = [day for day in days if day >= now]
    lines = [translate("Please keep what you have of all of them now, whether or not you can answer yet.")]
    if ahead:
        lines.append(
            translate("The next of these records are expected to be deleted about {day}.").format(day=min(ahead)[:10])
        )
    if len(ahead) < len(days):
        gone = translate("{n} of them may be deleted already; they are asked for because some are kept longer.")
        lines.append(gone.format(n=len(days) - len(ahead)))
    return lines


def _notes(rows: Sequence[Request]) -> list[str]:
    notes = [translate("Answer each row under its reference.")]
    if any(row.at for row in rows):
        notes.append(translate("Instants are UTC, as the clock of the source had them."))
        if any(row.clock_offset_s is not None for row in rows):
            said = translate("clock_offset_s: seconds by which that clock was ahead; true_instant_utc allows for them.")
            notes.append(said)
        if any(row.clock_offset_s is None for row in rows):
            notes.append(translate("Where clock_offset_s is empty, nobody has compared that clock with true time."))
    if any(row.ask == "who_used_address_without_port" for row in rows):
        notes.append(translate("Where the port is empty, none was logged; if several shared the address, name nobody."))
    return notes


def _true(row: Request) -> datetime | None:
    if row.at is None or row.clock_offset_s is None:
        return None
    return row.at - timedelta(seconds=row.clock_offset_s)


def _instant(at: datetime | None) -> str:
    return instants.text(at) if at else ""


def _plain(text: str) -> str:
    """Text of the evidence on one line, without anything that a reader does not see."""
    return "".join(c if c.isprintable() else " " for c in text)


def _slug(addressee: str) -> str:
    plain = unicodedata.normalize("NFKD", addressee).encode("ascii", "ignore").decode().lower()
    return _SLUG.sub("-", plain).strip("-")[:40] or "addressee"
