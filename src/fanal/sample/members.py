"""The members of the sample group: who they are, under which numbers and names, when they are in the group.

Invented from end to end. Telephone numbers are the telephone library's own example numbers of each
country with other last digits: valid in form, and nobody's on purpose. What they write stands in
`chat`; what the police did about them in `events`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import phonenumbers

from fanal.base import instants

GROUP = "Group 7"
CREATED = instants.parse("2020-01-20T17:05:12Z")
#: First instant that each of the two telephones shows, and the moment its export was made.
FIRST_OWNER_JOINED = instants.parse("2020-02-03T19:40:31Z")
FIRST_EXPORTED = instants.parse("2020-12-10T06:30:00Z")
SECOND_OWNER_JOINED = instants.parse("2020-05-17T13:22:48Z")
SECOND_EXPORTED = instants.parse("2021-01-25T10:00:00Z")

#: Members by the country of their number: the eleven of the published case, then others.
MEMBERS = {
    "ES": 54, "EC": 12, "CR": 8, "PE": 10, "UY": 8, "GB": 6, "IN": 6, "IT": 7, "FR": 6, "PK": 5, "SY": 4,
    "MX": 6, "CO": 5, "AR": 4, "CL": 3, "PT": 2, "DE": 2, "US": 2,
}  # fmt: skip
ZONES = {
    "ES": "Europe/Madrid", "EC": "America/Guayaquil", "CR": "America/Costa_Rica", "PE": "America/Lima",
    "UY": "America/Montevideo", "GB": "Europe/London", "IN": "Asia/Kolkata", "IT": "Europe/Rome",
    "FR": "Europe/Paris", "PK": "Asia/Karachi", "SY": "Asia/Damascus", "MX": "America/Mexico_City",
    "CO": "America/Bogota", "AR": "America/Argentina/Buenos_Aires", "CL": "America/Santiago",
    "PT": "Europe/Lisbon", "DE": "Europe/Berlin", "US": "America/New_York",
}  # fmt: skip
SPANISH = frozenset({"ES", "EC", "CR", "PE", "UY", "MX", "CO", "AR", "CL"})

FOUNDER = 0
#: Places in the list of members that the story needs by name.
FIRST_OWNER = 1
SECOND_OWNER = sum(MEMBERS[c] for c in ("ES", "EC", "CR", "PE", "UY", "GB"))
FUGITIVE = sum(MEMBERS[c] for c in ("ES", "EC", "CR", "PE", "UY", "GB", "IN"))
ALIAS = sum(MEMBERS[c] for c in ("ES", "EC", "CR")) + 1
BOY_OF_15 = 9
#: Who changes telephone number and stays in the country; the alias moves from Peru to Uruguay.
MOVERS = (16, 30, 56, 112)
#: Administrators and since when, the founder first.
ADMINS = (
    (FOUNDER, CREATED),
    (2, CREATED + timedelta(days=9, hours=3)),
    (SECOND_OWNER, instants.parse("2020-06-02T15:20:09Z")),
    (FIRST_OWNER, instants.parse("2020-06-20T20:31:44Z")),
    (FUGITIVE, instants.parse("2020-08-09T17:00:21Z")),
)
#: Arrests of the published case, by the country where they took place.
ARRESTS = {"ES": 17, "EC": 4, "CR": 2, "PE": 2, "UY": 2, "GB": 1, "IN": 1, "IT": 1, "FR": 1, "PK": 1, "SY": 1}
_JOINED_BEFORE_FIRST_OWNER = 26


@dataclass
class Member:
    """One member.

    Attributes:
        number: place in the list, from 0.
        country: of the first telephone number, ISO 3166 alpha-2.
        phone: E.164.
        later_phone: the number after a change, else None.
        changed_at: when it changed.
        first_book: name in the first owner's address book, None where the number shows.
        second_book: the same of the second owner.
        joined_at: when the member came into the group.
        left_at: when the member left it, None while still in.
    """

    number: int
    country: str
    phone: str
    joined_at: datetime
    left_at: datetime | None = None
    later_phone: str | None = None
    changed_at: datetime | None = None
    first_book: str | None = None
    second_book: str | None = None

    def phone_at(self, at: datetime) -> str:
        """The number in use at an instant."""
        return self.later_phone if self.later_phone and self.changed_at and at >= self.changed_at else self.phone

    @property
    def phones(self) -> list[str]:
        """All numbers, in order of use."""
        return [self.phone, *([self.later_phone] if self.later_phone else [])]


def arrested_in() -> dict[int, str]:
    """Members who are arrested, and where: the first of each country; the fugitive from Italy in Spain."""
    placed = {FUGITIVE: "ES"}
    start = 0
    for country, count in MEMBERS.items():
        own = [n for n in range(start, start + count) if n != FUGITIVE]
        wanted = ARRESTS.get(country, 0) - (country == "ES")
        placed |= dict.fromkeys(own[: max(0, wanted)], country)
        start += count
    return dict(sorted(placed.items()))


def phone_of(country: str, n: int) -> str:
    """The n-th (from 0, below 900) sample number of a country, E.164."""
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if example is None or example.national_number is None:
        raise KeyError(country)
    national = example.national_number - example.national_number % 1000 + 100 + n
    made = phonenumbers.PhoneNumber(country_code=example.country_code, national_number=national)
    return str(phonenumbers.format_number(made, phonenumbers.PhoneNumberFormat.E164))


def spaced(phone: str) -> str:
    """An E.164 number as the messenger shows it to who has no name for it."""
    parsed = phonenumbers.parse(phone)
    shown = str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    if phone.startswith("+1"):
        area, rest = shown.removeprefix("+1 ").split("-", 1)
        return f"+1 ({area}) {rest}"
    return shown


def make_members(rng: np.random.Generator) -> list[Member]:
    """All members, in a fixed order by country; only instants and names hang on the generator."""
    members: list[Member] = []
    for country, count in MEMBERS.items():
        for n in range(count):
            members.append(Member(len(members), country, phone_of(country, n), CREATED))
    _let_join(members, rng)
    _let_leave(members, rng)
    _change_numbers(members)
    _fill_address_books(members)
    return members


def _let_join(members: list[Member], rng: np.random.Generator) -> None:
    fixed = {FOUNDER: CREATED, FIRST_OWNER: FIRST_OWNER_JOINED, SECOND_OWNER: SECOND_OWNER_JOINED}
    for member in members:
        if member.number in fixed:
            member.joined_at = fixed[member.number]
        elif member.number * 37 % len(members) < _JOINED_BEFORE_FIRST_OWNER:
            member.joined_at = CREATED + timedelta(seconds=int(rng.integers(600, 13 * 86_400)))
        else:
            span = int((instants.parse("2020-10-31T00:00:00Z") - FIRST_OWNER_JOINED).total_seconds())
            member.joined_at = FIRST_OWNER_JOINED + timedelta(seconds=int(rng.integers(60, span)))
    for number, since in ADMINS[1:]:
        if number not in fixed:
            members[number].joined_at = min(members[number].joined_at, since - timedelta(days=1))
    members[ALIAS].joined_at = instants.parse("2020-04-11T23:02:10Z")


def _let_leave(members: list[Member], rng: np.random.Generator) -> None:
    """One member in six goes again; never one of those the story needs to the end."""
    staying = {ALIAS, *MOVERS, *(number for number, _ in ADMINS)}
    for member in members:
        if member.number in staying or member.number % 6 != 5:  # noqa: PLR2004  one in six
            continue
        stay = timedelta(seconds=int(rng.integers(20 * 86_400, 90 * 86_400)))
        member.left_at = min(member.joined_at + stay, SECOND_EXPORTED - timedelta(days=1))
    members[BOY_OF_15].left_at = instants.parse("2020-11-20T20:15:40Z")


def _change_numbers(members: list[Member]) -> None:
    start = instants.parse("2020-07-06T18:30:05Z")
    for n, number in enumerate(MOVERS):
        member = members[number]
        member.later_phone = phone_of(member.country, 500 + n)
        member.changed_at = max(start, member.joined_at) + timedelta(days=15 * (n + 1), hours=n)
    members[ALIAS].later_phone = phone_of("UY", 500)
    members[ALIAS].changed_at = instants.parse("2020-09-01T22:10:00Z")


def _fill_address_books(members: list[Member]) -> None:
    """The owners know some members by name; nobody known by name changes numbers, so a name is one number."""
    steady = [m for m in members if m.later_phone is None]
    for member in steady:
        if member.number != FIRST_OWNER and member.country == "ES" and member.number % 5 == 3:  # noqa: PLR2004  spread over the list
            member.first_book = f"Contacto {member.number}"
        if member.number != SECOND_OWNER and member.country in {"IN", "PK", "GB", "ES"} and member.number % 4 == 3:  # noqa: PLR2004
            member.second_book = f"Contact {member.number}"
    members[FIRST_OWNER].first_book = "Titular 1"
    members[SECOND_OWNER].second_book = "Owner 2"
