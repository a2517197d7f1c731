"""What the police forces did and reported in the sample group case, one line of JSON an event.

Invented, but built so that counting rightly gives the published figures and counting naively does
not: one man stands under two references in two countries, one is arrested twice, one arrest is
reported by two countries, one man flees from one country into another, some arrests are only
planned. What counting rightly gives is worked out here from the list of men, not from the lines.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fanal.base import instants
from fanal.sample.members import (
    ALIAS,
    BOY_OF_15,
    FIRST_EXPORTED,
    FIRST_OWNER,
    FOUNDER,
    FUGITIVE,
    SECOND_EXPORTED,
    SECOND_OWNER,
    Member,
    arrested_in,
)

TIP_AT = instants.parse("2020-10-06T08:41:00Z")
#: Born so that the age is the same at every message that the telephones show; most were adults when arrested.
MINORS = {BOY_OF_15: "2005-01-28", 13: "2004-01-28", 57: "2003-01-29", 84: "2003-01-30"}
_FIRST_ARRESTS = instants.parse("2022-11-10T05:30:00Z")
_FUGITIVE_SEARCH = instants.parse("2022-11-15T05:00:00Z")
_FUGITIVE_ARREST = instants.parse("2023-03-14T11:20:00Z")
_ARRESTED_TWICE = 5
_REPORTED_TWICE = 55
_ABUSED = frozenset({4, 12, FUGITIVE, 56, 66})
_INCITED = frozenset({FOUNDER, 2, 12, ALIAS})
#: Identified and heard, never arrested; two of these arrests stay planned.
_ONLY_HEARD = (20, 22, 24, 60, 61, 69, 99, 106, 113)
_ONLY_PLANNED = (20, 60)


@dataclass
class Suspect:
    """A man behind one member, as the officers know him in the end.

    Attributes:
        member: his place in the list of members.
        references: every person reference he stands under, the first one leading.
        conduct: what he is suspected of.
        arrested_in: country of his first arrest, None where he was not arrested.
        arrested_at: instant of his first arrest.
    """

    member: int
    references: list[str]
    name: str
    born: str
    conduct: list[str]
    arrested_in: str | None = None
    arrested_at: datetime | None = None


@dataclass
class Case:
    """All lines of the events file, and the men they are about."""

    suspects: list[Suspect]
    lines: list[dict[str, Any]] = field(default_factory=list)


class _Desk:
    """Where the agencies' reports are written down."""

    def __init__(self, members: list[Member]) -> None:
        self.members = members
        self.lines: list[dict[str, Any]] = []

    def report(
        self, event: str, by: str, at: datetime, note: str, suspect: Suspect | None = None, *,
        country: str | None = None, status: str = "done", under: int = 0,
    ) -> None:  # fmt: skip
        member = self.members[suspect.member] if suspect else None
        phone = None if member is None else (member.later_phone if under and member.later_phone else member.phone)
        self.lines.append(
            {
                "event": event,
                "reference": "",
                "reported_by": by,
                "country": country or by,
                "at": instants.text(at),
                "status": status,
                "person": suspect.references[under] if suspect else None,
                "name": suspect.name if suspect else None,
                "born": suspect.born if suspect else None,
                "account": f"whatsapp:{phone}" if phone else None,
                "conduct": suspect.conduct if suspect else [],
                "note": note,
            }
        )

    def same_person(self, suspect: Suspect, at: datetime, reason: str) -> None:
        self.lines.append(
            {"event": "same_person", "persons": suspect.references, "reason": reason, "at": instants.text(at)}
        )


def make_case(members: list[Member]) -> Case:
    """The whole case after the tip, lines in order of time."""
    suspects = _suspects(members)
    desk = _Desk(members)
    _start(desk, suspects)
    for suspect in suspects:
        if suspect.arrested_in is None:
            _hear(desk, suspect)
        elif suspect.member == FUGITIVE:
            _find_fugitive(desk, suspect)
        else:
            _arrest(desk, suspect)
    _trap_alias(desk, suspects)
    _trap_second_arrest(desk, suspects)
    _trap_double_report(desk, suspects)
    for n, country in enumerate(("ES", "EC"), 1):
        desk.report(
            "safeguard",
            country,
            _FIRST_ARRESTS + timedelta(days=45 * n),
            f"Child V-{n} is safe; details in the compartment.",
        )
    lines = sorted(desk.lines, key=lambda line: str(line["at"]))
    _number(lines)
    return Case(suspects, lines)


def _number(lines: list[dict[str, Any]]) -> None:
    """Each agency numbers its own reports in order of time."""
    reports: Counter[str] = Counter()
    for line in lines:
        if "reference" in line:
            by = line["reported_by"]
            reports[by] += 1
            line["reference"] = f"{by}-{str(line['at'])[:4]}-{reports[by]:04}"


def _suspects(members: list[Member]) -> list[Suspect]:
    arrested = arrested_in()
    per_country: Counter[str] = Counter()
    found = []
    for n, number in enumerate(sorted([*arrested, *_ONLY_HEARD])):
        country = arrested.get(number) or members[number].country
        per_country[country] += 1
        conduct = [word for word, who in (("abused", _ABUSED), ("incited", _INCITED)) if number in who]
        suspect = Suspect(
            member=number,
            references=[f"{country}-P-{per_country[country]:03}"],
            name=f"Person {number}",
            born=MINORS.get(number, f"{1962 + number * 7 % 38}-0{1 + number % 9}-{10 + number % 18}"),
            conduct=["shared", *conduct],
        )
        if number in arrested:
            suspect.arrested_in = country
            suspect.arrested_at = (
                _FUGITIVE_ARREST if number == FUGITIVE else _FIRST_ARRESTS + timedelta(days=n * 5 % 180, minutes=15 * n)
            )
        found.append(suspect)
    extra = {FUGITIVE: "IT-P-901", ALIAS: "UY-P-901", _REPORTED_TWICE: "ES-P-901"}
    for suspect in found:
        if suspect.member in extra:
            suspect.references.append(extra[suspect.member])
    return found


def _start(desk: _Desk, suspects: list[Suspect]) -> None:
    """The months after the tip: two telephones, help from four sides, names behind numbers."""
    by_member = {s.member: s for s in suspects}
    desk.report("search", "ES", FIRST_EXPORTED - timedelta(hours=2), "Search.", by_member[FIRST_OWNER])
    desk.report("seizure", "ES", FIRST_EXPORTED, "First telephone seized.", by_member[FIRST_OWNER])
    for days, asked in ((8, "Europol"), (11, "Interpol"), (29, "the force of India"), (54, "the force of Ecuador")):
        desk.report("request", "ES", FIRST_EXPORTED + timedelta(days=days), f"Request to {asked}.")
    desk.report("seizure", "IN", SECOND_EXPORTED, "Second telephone seized.", by_member[SECOND_OWNER])
    for n, suspect in enumerate(suspects):
        at = SECOND_EXPORTED + timedelta(days=40 + 13 * n, hours=n % 9)
        by = suspect.references[0][:2]
        desk.report("identified", by, at, "Subscriber of the number named by the provider.", suspect)


def _arrest(desk: _Desk, suspect: Suspect) -> None:
    country, at = suspect.arrested_in or "", suspect.arrested_at or _FIRST_ARRESTS
    if suspect.member % 2 == 0:
        desk.report("search", country, at - timedelta(days=3), "Search planned.", suspect, status="planned")
        desk.report("arrest", country, at - timedelta(days=3), "Arrest planned.", suspect, status="planned")
    desk.report("search", country, at - timedelta(minutes=20), "Search.", suspect)
    desk.report("arrest", country, at, "Arrest.", suspect)
    if suspect.member % 4 == 0:
        desk.report("interview", country, at + timedelta(days=1), "Interview.", suspect)


def _hear(desk: _Desk, suspect: Suspect) -> None:
    country, at = suspect.references[0][:2], _FIRST_ARRESTS + timedelta(days=suspect.member)
    desk.report("interview", country, at, "Interview.", suspect)
    if suspect.member in _ONLY_PLANNED:
        desk.report("arrest", country, at + timedelta(days=60), "Arrest planned.", suspect, status="planned")


def _find_fugitive(desk: _Desk, suspect: Suspect) -> None:
    """Italy searches, he is gone; Spain has ordered his arrest, which he does not know, and finds him there."""
    desk.report("search", "IT", _FUGITIVE_SEARCH, "Search; the man was not there.", suspect, under=1)
    desk.report("flight", "IT", _FUGITIVE_SEARCH + timedelta(hours=1), "Left before the search.", suspect, under=1)
    desk.report("order", "ES", _FUGITIVE_SEARCH + timedelta(days=12), "Arrest ordered.", suspect)
    desk.report("arrest", "ES", _FUGITIVE_ARREST, "Arrest in Salamanca; he did not know of the order.", suspect)
    desk.same_person(suspect, _FUGITIVE_ARREST + timedelta(days=1), "Same papers and same telephone number.")


def _of(suspects: Iterable[Suspect], member: int) -> Suspect:
    return next(s for s in suspects if s.member == member)


def _trap_alias(desk: _Desk, suspects: list[Suspect]) -> None:
    """The man whom Peru arrested is arrested again in Uruguay, under another name."""
    man = _of(suspects, ALIAS)
    at = (man.arrested_at or _FIRST_ARRESTS) + timedelta(days=75)
    other = Suspect(man.member, man.references, "Person 275", "1979-02-11", man.conduct)
    desk.report("arrest", "UY", at, "Arrest.", other, under=1)
    desk.same_person(man, at + timedelta(days=9), "The group's history shows the change of number; same papers.")


def _trap_second_arrest(desk: _Desk, suspects: list[Suspect]) -> None:
    man = _of(suspects, _ARRESTED_TWICE)
    at = (man.arrested_at or _FIRST_ARRESTS) + timedelta(days=61)
    desk.report("arrest", man.arrested_in or "", at, "Arrest after a breach of conditions.", man)


def _trap_double_report(desk: _Desk, suspects: list[Suspect]) -> None:
    """Spain reports under its own reference the arrest that Ecuador made and reported."""
    man = _of(suspects, _REPORTED_TWICE)
    at = man.arrested_at or _FIRST_ARRESTS
    desk.report("arrest", "ES", at, "Arrest abroad at our request.", man, country=man.arrested_in, under=1)
    desk.same_person(man, at + timedelta(days=2), "Both reports name the same arrest.")


def expected(case: Case) -> dict[str, Any]:
    """What counting rightly gives."""
    arrested = [s for s in case.suspects if s.arrested_in]
    searches = Counter(
        str(line["country"]) for line in case.lines if line["event"] == "search" and line["status"] == "done"
    )
    first = min(s.arrested_at for s in arrested if s.arrested_at)
    return {
        "persons": len(case.suspects),
        "arrests": len(arrested),
        "arrests_by_country": dict(sorted(Counter(str(s.arrested_in) for s in arrested).items())),
        "minors": sum(s.member in MINORS for s in arrested),
        "conduct": dict(sorted(Counter(word for s in arrested for word in s.conduct).items())),
        "searches_by_country": dict(sorted(searches.items())),
        "requests": sum(line["event"] == "request" for line in case.lines),
        "safeguarded": sum(line["event"] == "safeguard" for line in case.lines),
        "days_from_tip_to_first_arrest": (first - TIP_AT).days,
        "naive": {
            "arrest_lines": sum(line["event"] == "arrest" for line in case.lines),
            "arrest_lines_done": sum(line["event"] == "arrest" and line["status"] == "done" for line in case.lines),
            "references_arrested": len(
                {line["person"] for line in case.lines if line["event"] == "arrest" and line["status"] == "done"}
            ),
        },
    }
