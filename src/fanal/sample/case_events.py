"""Writes events.jsonl: what agencies reported of the platform's case, with the traps that inflate figures.

The traps: one arrest reported by two countries, a suspect under an alias, a chain of three references for one
man, a second arrest, a planned search or arrest that never came, and a line sent twice. Officers' decisions
that two references are one person stand in the same file.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from fanal.base import instants
from fanal.sample import wording
from fanal.sample.accounts import PLATFORM, Accounts
from fanal.sample.draw import Flags, Ints, stream
from fanal.sample.letters import DAY, day
from fanal.sample.people import People
from fanal.sample.places import codes
from fanal.sample.plan import Plan
from fanal.sample.traffic import moved_for_good
from fanal.sample.truth import account_keys, text_column
from fanal.sample.videos import Videos
from fanal.sample.wallets import Wallets

LEAD, SECOND_LEAD = "DE", "NL"
ADDRESSED, SEARCHED = 38, 31
SEIZED_AT = instants.parse("2025-04-01T04:00:00Z")


@dataclass
class _Suspect:
    """One real person among the suspects, as his own country writes of him."""

    country: str
    reference: str
    name: str
    born: str
    account: str
    conduct: list[str]


@dataclass
class _Book:
    """Lines of the file and what they must amount to."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    searches: Counter[str] = field(default_factory=Counter)
    arrests: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)

    def write(
        self, event: str, reported_by: str, country: str, hours: int, suspect: _Suspect | None = None,
        status: str = "done", note: str = "", **other: Any,
    ) -> None:  # fmt: skip
        """Add one event, `hours` after the seizure."""
        self.numbers[reported_by] += 1
        who = suspect or _Suspect("", "", "", "", "", [])
        self.lines.append(
            {
                "event": event,
                "reference": f"{reported_by}-2025-{self.numbers[reported_by]:05d}",
                "reported_by": reported_by,
                "country": country,
                "at": instants.text(SEIZED_AT + timedelta(hours=hours)),
                "status": status,
                "person": who.reference or None,
                "name": who.name or None,
                "born": who.born or None,
                "account": who.account or None,
                "conduct": who.conduct,
                "note": note,
                **other,
            }
        )

    def same(self, one: str, other: str, reason: str, hours: int) -> None:
        """Add an officer's decision that two references are one person."""
        at = instants.text(SEIZED_AT + timedelta(hours=hours))
        self.lines.append({"event": "same_person", "persons": [one, other], "reason": reason, "at": at})


def _chosen(
    people: People, accounts: Accounts, wallets: Wallets, videos: Videos, plan: Plan, seed: int
) -> tuple[Ints, Flags, Flags, list[str]]:
    """The suspects (persons), who of all persons uploaded and who paid, and the countries that search."""
    rng = stream(seed, "suspects")
    uploads = np.zeros(len(people), dtype=np.bool_)
    uploads[accounts.holder[videos.uploader]] = True
    pays = np.zeros(len(people), dtype=np.bool_)
    pays[accounts.holder[wallets.payers]] = True
    candidates = rng.permutation(np.flatnonzero(uploads | pays))
    candidates = candidates[np.argsort(~uploads[candidates], kind="stable")]
    lives = moved_for_good(people)[candidates]
    by_number = [c for c, _ in Counter(lives.tolist()).most_common()]
    lead = codes().index(LEAD)
    searching = [lead, *[c for c in by_number if c != lead]][:SEARCHED]
    first = [int(candidates[np.flatnonzero(lives == c)[0]]) for c in searching if (lives == c).any()]
    rest = candidates[np.isin(lives, searching) & ~np.isin(candidates, first)]
    suspects = np.array([*first, *rest.tolist()][: plan.suspects], dtype=np.int64)
    return suspects, uploads, pays, [codes()[c] for c in searching]


def _addressed(people: People, searching: list[str]) -> list[str]:
    """Countries that are sent their part: those that search, then those with most residents; never the lead's own."""
    residents = np.bincount(moved_for_good(people), minlength=len(codes()))
    by_number = [codes()[i] for i in np.argsort(-residents, kind="stable") if residents[i]]
    others = [c for c in by_number if c not in searching]
    return ([c for c in searching if c != LEAD] + others)[:ADDRESSED]


def _described(
    people: People, accounts: Accounts, suspects: Ints, uploads: Flags, pays: Flags, at_work: Ints
) -> list[_Suspect]:
    """Text of the suspects. `at_work` holds account rows that paid or uploaded."""
    row_of = dict(zip(accounts.holder[at_work[::-1]].tolist(), at_work[::-1].tolist(), strict=True))
    rows = np.array([row_of[p] for p in suspects.tolist()], dtype=np.int64)
    names = text_column(wording.names(people.given[suspects], people.surname[suspects]))
    born = text_column(day(people.born[suspects] * DAY))
    keys = text_column(account_keys(accounts, rows))
    home = [codes()[c] for c in moved_for_good(people)[suspects]]
    number: Counter[str] = Counter()
    out = []
    for i, person in enumerate(suspects.tolist()):
        number[home[i]] += 1
        conduct = (["uploaded", "shared"] if uploads[person] else []) + (["paid"] if pays[person] else [])
        conduct += ["abused"] if i % 97 == 3 else []  # noqa: PLR2004  a few, as officers report it
        conduct += ["incited"] if i % 131 == 7 else []  # noqa: PLR2004
        out.append(_Suspect(home[i], f"{home[i]}-P{number[home[i]]:04d}", names[i], born[i], keys[i], conduct))
    return out


def _alias(suspect: _Suspect, country: str, number: int) -> _Suspect:
    return _Suspect(suspect.country, f"{country}-A{number:04d}", f"Alias {number}", "", suspect.account, [])


def _foreign(country: str) -> str:
    """A country that also reports what happened in another one: the lead, or the second where it is the lead's own."""
    return SECOND_LEAD if country == LEAD else LEAD


def _searches(book: _Book, suspects: list[_Suspect], rng: np.random.Generator, searching: list[str]) -> None:
    for i, s in enumerate(suspects):
        hours = 400 + i % 200
        book.write("identified", s.country, s.country, hours, s, note="identified from the part sent")
        if i < len(searching) or rng.random() < 0.8:  # noqa: PLR2004  the first of each country is searched
            book.write("search", s.country, s.country, hours + 300, s)
            book.searches[s.country] += 1
        elif rng.random() < 0.3:  # noqa: PLR2004
            book.write("search", s.country, s.country, hours + 300, s, status="planned")
        if rng.random() < 0.4:  # noqa: PLR2004
            book.write("interview", s.country, s.country, hours + 310, s)


def _arrests(book: _Book, suspects: list[_Suspect], plan: Plan, rng: np.random.Generator) -> None:
    held = sorted(rng.permutation(len(suspects))[: plan.arrests].tolist())
    for n, i in enumerate(held):
        s = suspects[i]
        hours = 720 + n % 50
        book.write("arrest", s.country, s.country, hours, s)
        book.arrests[s.country] += 1
        if n % 20 == 0 or n == 1:
            other = _foreign(s.country)
            twice = _Suspect(s.country, f"{other}-R{n:04d}", s.name, s.born, s.account, [])
            book.write("arrest", other, s.country, hours + 1, twice, note="reported by a second country")
            book.same(
                s.reference, twice.reference, "same arrest reported twice: same name and day of birth", hours + 48
            )
        if n % 30 == 2:  # noqa: PLR2004
            book.write("arrest", s.country, s.country, hours + 900, s, note="second arrest of the same man")
    planned = [i for i in range(len(suspects)) if i not in set(held)][:: max(1, len(suspects) // 4)]
    for i in planned:
        s = suspects[i]
        book.write("arrest", s.country, s.country, 2000, s, status="planned", note="not carried out")


def _aliases(book: _Book, suspects: list[_Suspect]) -> None:
    for n, i in enumerate(range(4, len(suspects), max(8, len(suspects) // 28))):
        s = suspects[i]
        other = _foreign(s.country)
        alias = _alias(s, other, n + 1)
        book.write("identified", other, s.country, 500 + n, alias, note="known there under another name")
        book.same(alias.reference, s.reference, "same account, same mailbox", 600 + n)
        if n == 0:
            third = _alias(s, "IT" if "IT" not in (s.country, other) else "ES", 9001)
            book.write("interview", third.reference[:2], s.country, 520, third, note="known there under a third name")
            book.same(third.reference, alias.reference, "same mailbox named in both interviews", 620)


def write(
    path: Path, people: People, accounts: Accounts, wallets: Wallets, videos: Videos, plan: Plan, seed: int
) -> dict[str, Any]:
    """Write the events; returns the figures that they amount to once references of one person are merged."""
    chosen, uploads, pays, searching = _chosen(people, accounts, wallets, videos, plan, seed)
    at_work = np.unique(np.concatenate([videos.uploader, wallets.payers]))
    at_work = at_work[accounts.site[at_work] == PLATFORM]
    suspects = _described(people, accounts, chosen, uploads, pays, at_work)
    rng = stream(seed, "events")
    book = _Book()
    book.write("seizure", LEAD, LEAD, 0, note="the platform's servers")
    addressed = _addressed(people, searching)
    for i, country in enumerate(addressed):
        book.write("request", LEAD, country, 24 + i % 5, note="account data of that country's residents")
    _searches(book, suspects, rng, searching)
    _arrests(book, suspects, plan, rng)
    _aliases(book, suspects)
    for i in range(plan.safeguarded):
        country = suspects[i % len(suspects)].country
        book.write("safeguard", country, country, 900 + i, note="a child made safe")
    # The same report arrives twice: same agency, same reference.
    for kind in ("search", "arrest"):
        book.lines.append(next(line for line in book.lines if line["event"] == kind))
    ordered = sorted(book.lines, key=lambda line: str(line["at"]))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in ordered:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return {
        "suspects_identified": len(suspects),
        "arrests": sum(book.arrests.values()),
        "arrests_by_country": dict(book.arrests),
        "searches_by_country": dict(book.searches),
        "countries_sent": len(addressed),
        "countries_searched": len(book.searches),
        "safeguarded": plan.safeguarded,
        "events": len(ordered),
    }
