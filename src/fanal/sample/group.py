"""Writes the sample of the group: a tip, two telephones' exports of one chat, address books, events, truth.

Benign and synthetic: no picture, no real person, no text but neutral placeholders. The `truth`
folder says what is so; nothing else in Fanal reads it.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.sample.chat import Entry, make_history
from fanal.sample.chat_phrases import View, android_spanish, ios_english
from fanal.sample.events import Case, expected, make_case
from fanal.sample.members import (
    ADMINS,
    FIRST_EXPORTED,
    FIRST_OWNER,
    FIRST_OWNER_JOINED,
    FOUNDER,
    GROUP,
    SECOND_EXPORTED,
    SECOND_OWNER,
    SECOND_OWNER_JOINED,
    ZONES,
    Member,
    make_members,
)
from fanal.sample.prints import write_prints
from fanal.sample.tip import tip_bytes

FIRST_EXPORT = f"WhatsApp Chat with {GROUP}.zip"
SECOND_EXPORT = f"WhatsApp Chat - {GROUP}.zip"
_ATTACHMENT_BYTES = (256, 2048)

_README = """\
The sample group case. Everything here is invented; every text is a placeholder.

  tip.eml                        the e-mail that opens the case
  {first}   the chat as the first telephone holds it (Android, Spanish)
  {second}      the chat as the second telephone holds it (iOS, English)
  contacts.csv, contacts.yaml    the two telephones' address books, and the mapping that reads them
  grades.json, grades.toml       what an examiner's tool says of the media, and what its categories mean
  list-a.json, list-b.csv        two agencies' hash lists, with a mapping each
  events.jsonl                   what police forces did and reported
  truth/                         what is so; no command reads it

Owners and time zones of the telephones:

  {first}   {first_owner}   "{first_name}"   {first_zone}
  {second}      {second_owner}   "{second_name}"   {second_zone}

Commands, in a node with one operation:

  fanal tip tip.eml
  fanal add "{first}" --owner {first_owner} --time-zone {first_zone}
  fanal add "{second}" --owner {second_owner} --time-zone {second_zone}
  fanal add contacts.csv --mapping contacts.yaml
  fanal media grades grades.json --agency "Examiner 1" --mapping grades.toml
  fanal event events.jsonl
"""

# A name in an export is an account of its own until an address book says whose it is: the number
# stands there as an identifier of the named account, as it does of the account that shows its number.
_CONTACTS_MAPPING = """\
fanal_mapping: 1
platform: whatsapp
source: csv
time_zone: UTC
tables:
  identifier: >
    SELECT 'name:' || name AS account, 'phone' AS kind, phone AS value, 'user' AS relation, _row FROM contacts
"""


def write_group(folder: Path, seed: int, progress: Callable[[str, float], None]) -> dict[str, int]:
    """Write the sample into a folder; the same seed gives the same bytes.

    Args:
        folder: made where it is missing; files of the same names are replaced.
        seed: of the one generator behind instants, senders and attachments' bytes.
        progress: told the stage and the share done, 0 to 1.

    Returns:
        Numbers of what was written: members, messages, exported_messages, events, persons, graded, listed.
    """
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    progress("members", 0.0)
    members = make_members(rng)
    progress("messages", 0.1)
    history = make_history(members, rng)
    views = _views(members)
    progress("exports", 0.6)
    first = "\n".join(android_spanish(views[0], members, history)) + "\n"
    second = "\r\n".join(ios_english(views[1], members, history, GROUP)) + "\r\n"
    attached = {e.file: rng.bytes(int(rng.integers(*_ATTACHMENT_BYTES))) for e in history if e.file}
    inner = f"Chat de WhatsApp con {GROUP}.txt"
    _write_zip(folder / FIRST_EXPORT, {inner: first.encode(), **attached}, (2020, 12, 10, 7, 30, 0))
    _write_zip(folder / SECOND_EXPORT, {"_chat.txt": second.encode()}, (2021, 1, 25, 15, 30, 0))
    counts = _prints(folder, attached, seed)
    (folder / "tip.eml").write_bytes(tip_bytes(members[FOUNDER], members[ADMINS[1][0]]))
    (folder / "contacts.csv").write_bytes(_contacts(members, views))
    (folder / "contacts.yaml").write_text(_CONTACTS_MAPPING, encoding="utf-8")
    progress("events", 0.8)
    case = make_case(members)
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in case.lines)
    (folder / "events.jsonl").write_text(lines, encoding="utf-8")
    (folder / "README.txt").write_text(_readme(members, views), encoding="utf-8")
    progress("truth", 0.9)
    figures = _figures(members, history, views, case)
    _write_truth(folder / "truth", members, history, views, case, figures)
    progress("done", 1.0)
    return {
        "members": len(members),
        "messages": figures["messages_distinct"],
        "exported_messages": figures["messages_first_export"] + figures["messages_second_export"],
        "events": len(case.lines),
        "persons": len(case.suspects),
        **counts,
    }


def _views(members: list[Member]) -> tuple[View, View]:
    first = {m.number: m.first_book for m in members if m.first_book and m.number != FIRST_OWNER}
    second = {m.number: m.second_book for m in members if m.second_book and m.number != SECOND_OWNER}
    names = members[FIRST_OWNER].first_book or "", members[SECOND_OWNER].second_book or ""
    return (
        View(FIRST_OWNER, names[0], first, FIRST_OWNER_JOINED, FIRST_EXPORTED, ZONES["ES"]),
        View(SECOND_OWNER, names[1], second, SECOND_OWNER_JOINED, SECOND_EXPORTED, ZONES["IN"]),
    )


def _prints(folder: Path, attached: dict[str, bytes], seed: int) -> dict[str, int]:
    """Grades and lists of the attachments that stand for pictures, stickers and videos."""
    kinds = {"jpg": "image/jpeg", "webp": "image/webp", "mp4": "video/mp4"}
    named = {name: kinds[name.rpartition(".")[2]] for name in attached if name.rpartition(".")[2] in kinds}
    md5 = [hashlib.md5(attached[name], usedforsecurity=False).hexdigest() for name in named]
    return write_prints(folder, pa.array(md5), pa.array(list(named.values())), seed)


def _write_zip(path: Path, files: dict[str, bytes], stamped: tuple[int, int, int, int, int, int]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, stamped), data, zipfile.ZIP_DEFLATED)


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _contacts(members: list[Member], views: tuple[View, View]) -> bytes:
    rows = []
    for view in views:
        owner = members[view.owner].phone
        rows.append({"owner": owner, "name": view.own_name, "phone": owner})
        rows += [{"owner": owner, "name": name, "phone": members[n].phone} for n, name in sorted(view.names.items())]
    return _csv(rows).encode()


def _readme(members: list[Member], views: tuple[View, View]) -> str:
    first, second = views
    return _README.format(
        first=FIRST_EXPORT, first_owner=members[first.owner].phone, first_name=first.own_name, first_zone=first.zone,
        second=SECOND_EXPORT, second_owner=members[second.owner].phone, second_name=second.own_name,
        second_zone=second.zone,
    )  # fmt: skip


def _figures(members: list[Member], history: list[Entry], views: tuple[View, View], case: Case) -> dict[str, Any]:
    held = [{id(e) for e in view.entries(history) if e.is_message} for view in views]
    numbers = {phone for m in members for phone in m.phones}
    return {
        **expected(case),
        "members": len(members),
        "accounts": len(numbers),
        "messages_first_export": len(held[0]),
        "messages_second_export": len(held[1]),
        "messages_distinct": len(held[0] | held[1]),
        "owners": [members[view.owner].phone for view in views],
    }


def _write_truth(
    folder: Path, members: list[Member], history: list[Entry], views: tuple[View, View], case: Case,
    figures: dict[str, Any],
) -> None:  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / "figures.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    shown = {id(e): e for view in views for e in view.entries(history) if e.is_message}
    written = Counter(e.actor for e in shown.values())
    first_message: dict[int, Any] = {}
    for entry in sorted(shown.values(), key=lambda e: e.at):
        first_message.setdefault(entry.actor, entry.at.date())
    suspects = {s.member: s for s in case.suspects}
    rows = []
    for member in members:
        suspect = suspects.get(member.number)
        offence = first_message.get(member.number)
        rows.append(
            {
                "member": member.number,
                "country": member.country,
                "phones": " ".join(member.phones),
                "first_book": member.first_book or "",
                "second_book": member.second_book or "",
                "messages": written[member.number],
                "persons": " ".join(suspect.references) if suspect else "",
                "arrested_in": (suspect.arrested_in or "") if suspect else "",
                "born": suspect.born if suspect else "",
                "age_at_first_message": _age(suspect.born, offence) if suspect and offence else "",
                "conduct": " ".join(suspect.conduct) if suspect else "",
            }
        )
    (folder / "members.csv").write_text(_csv(rows), encoding="utf-8")


def _age(born: str, on: Any) -> int:
    year, month, day = (int(part) for part in born.split("-"))
    return int(on.year) - year - ((on.month, on.day) < (month, day))
