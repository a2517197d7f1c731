"""What happened in the sample group: one list of entries, as the messenger's servers saw it.

Not how a telephone shows it: that is `chat_phrases`, which renders one owner's view. Every text is
a neutral placeholder such as "message 12".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from fanal.base import instants
from fanal.sample.members import (
    ADMINS,
    ALIAS,
    BOY_OF_15,
    CREATED,
    FIRST_EXPORTED,
    FIRST_OWNER,
    FIRST_OWNER_JOINED,
    FOUNDER,
    GROUP,
    SECOND_EXPORTED,
    SECOND_OWNER,
    SPANISH,
    ZONES,
    Member,
    arrested_in,
)

MESSAGES = 6_000
INVITE = "https://chat.whatsapp.com/EXAMPLEinviteGROUP7xx0"
LATER_SUBJECT = "Group 7 b"
MESSAGE_KINDS = ("text", "image", "sticker", "video", "audio", "file")
_SHARES = (0.79, 0.08, 0.07, 0.03, 0.02, 0.01)
#: Where an attachment really lies in the first export: kind, name prefix, ending, how many.
ATTACHED = (
    ("image", "IMG", "jpg", 260), ("video", "VID", "mp4", 100), ("sticker", "STK", "webp", 120),
    ("audio", "PTT", "opus", 2), ("file", "DOC", "pdf", 2),
)  # fmt: skip
_DAY_STARTS, _DAY_ENDS, _AT_NIGHT = 9, 23, 0.04


@dataclass
class Entry:
    """One message or one event of the group.

    Attributes:
        at: UTC, whole seconds.
        kind: one of MESSAGE_KINDS, or an event: created, added, linked, left, removed, promoted,
            number_changed, subject.
        actor: the member who wrote or did it.
        target: the member it was done to.
        body: a message's text; of `subject`, old and new title, parted by a line feed.
        file: the attachment's name in the first export.
        deleted_at: when the writer deleted it for everyone.
        edited: whether the text was changed after sending.
    """

    at: datetime
    kind: str
    actor: int
    target: int | None = None
    body: str = ""
    file: str | None = None
    deleted_at: datetime | None = None
    edited: bool = False

    @property
    def is_message(self) -> bool:
        """Whether a member wrote it; all else is a system line."""
        return self.kind in MESSAGE_KINDS


def make_history(members: list[Member], rng: np.random.Generator) -> list[Entry]:
    """Everything from the group's creation to the second export, in order of time."""
    entries = _events(members) + _messages(members, rng)
    entries.sort(key=lambda e: e.at)
    _name_attachments(entries)
    return entries


def _events(members: list[Member]) -> list[Entry]:
    """Creation, joins, promotions, leaves, removals, number changes, subject changes."""
    entries = [Entry(CREATED, "created", FOUNDER, body=GROUP)]
    entries += [Entry(since, "promoted", FOUNDER, number) for number, since in ADMINS[1:]]
    for member in members[1:]:
        in_charge = [number for number, since in ADMINS if since < member.joined_at]
        chosen = member.number % 5 < 2 and member.number not in {SECOND_OWNER, ALIAS}  # noqa: PLR2004  two in five
        by_admin = chosen or member.number == FIRST_OWNER
        actor = in_charge[member.number % len(in_charge)] if by_admin else member.number
        kind = "added" if by_admin else "linked"
        entries.append(Entry(member.joined_at, kind, actor, member.number if by_admin else None))
        if member.left_at is not None:
            if member.number % 4 == 1 or member.number == BOY_OF_15:
                entries.append(Entry(member.left_at, "removed", FOUNDER, member.number))
            else:
                entries.append(Entry(member.left_at, "left", member.number))
        if member.changed_at is not None:
            entries.append(Entry(member.changed_at, "number_changed", member.number))
    for at, old, new in (
        ("2020-05-30T21:00:02Z", GROUP, LATER_SUBJECT),
        ("2020-06-14T08:11:55Z", LATER_SUBJECT, GROUP),
    ):
        entries.append(Entry(instants.parse(at), "subject", FOUNDER, body=f"{old}\n{new}"))
    return entries


def _messages(members: list[Member], rng: np.random.Generator) -> list[Entry]:
    """Messages by members who are in the group and awake; a few write most."""
    weights = rng.pareto(1.3, len(members)) + 0.05
    weights[list(arrested_in())] += 1.5
    span = int((SECOND_EXPORTED - FIRST_OWNER_JOINED).total_seconds()) - 1
    offsets = np.sort(rng.choice(np.arange(1, span), MESSAGES, replace=False))
    awake = awake_by_hour(members)
    joined = np.array([m.joined_at.timestamp() for m in members])
    left = np.array([m.left_at.timestamp() if m.left_at else np.inf for m in members])
    entries = []
    for n, (offset, draw) in enumerate(zip(offsets.tolist(), rng.random(MESSAGES).tolist(), strict=True), 1):
        at = FIRST_OWNER_JOINED + timedelta(seconds=offset)
        present = (joined < at.timestamp()) & (at.timestamp() < left)
        chance = np.cumsum(weights * awake(at) * present)
        sender = int(np.searchsorted(chance, draw * chance[-1], side="right"))
        entries.append(_message(at, members[sender], n, rng))
    _delete_late(entries)
    return entries


def awake_by_hour(members: list[Member]) -> Callable[[datetime], np.ndarray]:
    """A function of an instant: 1 for each member whose country is awake then, little for the others."""
    zones = [ZoneInfo(zone) for zone in ZONES.values()]
    places = np.array([list(ZONES).index(m.country) for m in members])

    @cache
    def of_hour(hour: datetime) -> np.ndarray:
        local = [hour.astimezone(zone).hour for zone in zones]
        return np.array([1.0 if _DAY_STARTS <= h < _DAY_ENDS else _AT_NIGHT for h in local]).take(places)

    return lambda at: of_hour(at.replace(minute=0, second=0, microsecond=0))


def _message(at: datetime, member: Member, n: int, rng: np.random.Generator) -> Entry:
    kind = str(rng.choice(MESSAGE_KINDS, p=_SHARES))
    if kind != "text":
        return Entry(at, kind, member.number)
    word = "mensaje" if member.country in SPANISH else "message"
    entry = Entry(at, kind, member.number, body=f"{word} {n}")
    turn = n % 50
    if turn == 3:  # noqa: PLR2004  each form once in fifty
        entry.body += "\n- dos\n\n12/03/20 tres: fin" if word == "mensaje" else "\n- two\n\n12/03/20 three: end"
    elif turn == 11:  # noqa: PLR2004
        entry.body += f" https://www.example.org/item/{n}?q=a&b=c"
    elif turn == 17:  # noqa: PLR2004
        entry.body = f"{word}: {n} \U0001f44d\U0001f3fd"
    elif turn == 23:  # noqa: PLR2004
        entry.body += f" user{n}@example.net"
    elif turn == 31:  # noqa: PLR2004
        entry.edited = True
    elif turn == 37:  # noqa: PLR2004
        entry.deleted_at = at + timedelta(minutes=7)
    elif turn == 41:  # noqa: PLR2004
        entry.body += f" {INVITE}"
    return entry


def _delete_late(entries: list[Entry]) -> None:
    """Three texts that the first export still shows were deleted before the second export was made."""
    shown = [e for e in entries if e.kind == "text" and e.at < FIRST_EXPORTED and e.deleted_at is None]
    for entry in shown[-3:]:
        entry.deleted_at = FIRST_EXPORTED + timedelta(hours=20)


def _name_attachments(entries: list[Entry]) -> None:
    for kind, prefix, ending, count in ATTACHED:
        own = [e for e in entries if e.kind == kind and FIRST_OWNER_JOINED < e.at < FIRST_EXPORTED]
        for n, entry in enumerate(own[:: max(1, len(own) // count)][:count], 1):
            day = f"{entry.at.year}{entry.at.month:02}{entry.at.day:02}"
            entry.file = f"{prefix}-{day}-WA{n:04}.{ending}"
