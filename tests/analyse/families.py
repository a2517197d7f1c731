"""Invented worlds of accounts, each built to break one way of linking them. They share no code with fanal.sample.

A family is a function of a random generator and a number of persons. It fills a `Town`: canonical rows, and
whose each account is. Neutral placeholder text throughout. The truth's `group` is what a person's own
identifiers hold together; what strangers, couples or families share holds nothing together in it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.analyse.cospend import Cospend
from fanal.analyse.normalise import Normalise
from fanal.analyse.resolve import Resolve
from fanal.engine.duck import Duck
from fanal.model.inputs import Inputs
from fanal.model.tables import BY_NAME, obs_base

OPENED = datetime(2021, 1, 1)
DAYS = 1000
LATIN = [a + b for a in "bdfghjklmnprstv" for b in "aeio"]
CYRILLIC = dict(zip("abcdefghijklmnopqrstuvwxyz", "абкдефгхижклмнопкрстувввиз", strict=True))


@dataclass
class Person:
    """One invented person and what he could write on an account."""

    number: int
    home: int
    given: str
    surname: str
    born: int
    country: str
    language: str
    habit: str
    peak: int
    address: str


@dataclass
class Town:
    """Rows in the making. `own` marks identifiers that nobody else uses."""

    rng: np.random.Generator
    platform: str = "pf"
    accounts: list[dict[str, Any]] = field(default_factory=list)
    identifiers: list[dict[str, Any]] = field(default_factory=list)
    logins: list[dict[str, Any]] = field(default_factory=list)
    holder: dict[str, int] = field(default_factory=dict)
    own: list[tuple[str, str]] = field(default_factory=list)
    born_at: dict[str, int] = field(default_factory=dict)

    def one_in(self, n: float) -> bool:
        """True once in n draws."""
        return bool(self.rng.random() * n < 1)

    def pick(self, items: Any) -> Any:
        """One of them."""
        return items[int(self.rng.integers(len(items)))]

    def word(self, parts: int) -> str:
        """An invented word."""
        return "".join(self.pick(LATIN) for _ in range(parts))

    def people(self, n: int, *, together: float = 0.3, homonyms: bool = False) -> list[Person]:
        """Persons, a share of whom live with the one before."""
        made: list[Person] = []
        for number in range(n):
            joins = made and self.rng.random() < together
            mate = made[-1] if joins else None
            country = mate.country if mate else self.pick(["AA", "BB", "CC", "DD", "EE", "FF"])
            given = mate.given if mate and homonyms and self.one_in(10) else self.word(2)
            made.append(
                Person(
                    number=number,
                    home=mate.home if mate else number,
                    given=given,
                    surname=mate.surname if mate and not self.one_in(5) else self.word(3),
                    born=int(self.rng.integers(1950, 2004)),
                    country=country,
                    language=country.lower(),
                    habit=self.word(4),
                    peak=int(self.rng.integers(24)),
                    address=mate.address
                    if mate
                    else f"198.{18 + number % 2}.{number // 2 // 250 % 250}.{number // 2 % 250}",
                )
            )
        return made

    def account(self, person: Person, day: int | None = None, **stated: Any) -> str:
        """An account of his, with logins around his hours; returns its key."""
        day = int(self.rng.integers(DAYS)) if day is None else day
        key = f"{self.platform}:{len(self.accounts)}"
        self.holder[key], self.born_at[key] = person.number, day
        name = (
            person.habit + str(self.rng.integers(99)) if self.one_in(3) else self.word(4) + str(self.rng.integers(999))
        )
        row = {"username": name, "created_at": OPENED + timedelta(days=day), "name_source": "self"} | stated
        self.accounts.append({"account": key, "platform": self.platform, "native_id": key.split(":")[1], **row})
        for _ in range(int(self.rng.integers(1, 5))):
            ip = person.address if not self.one_in(2.5) else f"203.0.113.{self.rng.integers(60)}"
            hour = int(person.peak + self.rng.normal(0, 2)) % 24
            at = OPENED + timedelta(
                days=day + int(self.rng.integers(60)), hours=hour, minutes=int(self.rng.integers(60))
            )
            self.logins.append({"account": key, "at": at, "at_precision": "second", "ip": ip, "success": True})
        return key

    def use(self, account: str, kind: str, value: str, *, own: bool = True) -> None:
        """The account uses a value; `own` where nobody else does."""
        at = OPENED + timedelta(days=self.born_at[account])
        row = {"account": account, "kind": kind, "value": value, "norm": value, "relation": "user", "observed_at": at}
        self.identifiers.append(row)
        if own:
            self.own.append((account, value))

    def mail(self, person: Person, which: int = 0) -> str:
        """One of his mailboxes."""
        return f"{person.habit}.{person.number}.{which}@mail.example"

    def phone(self, number: int) -> str:
        """A number in E.164."""
        return f"+9990{number:08}"


def stated(town: Town, person: Person, fill: float, lies: float = 0.1) -> dict[str, Any]:
    """What he states: each thing with the chance `fill`, his year and his country untrue with the chance `lies`."""
    told: dict[str, Any] = {}
    if town.rng.random() < fill:
        told["stated_birth_year"] = int(town.rng.integers(1950, 2004)) if town.rng.random() < lies else person.born
    if town.rng.random() < fill / 2:
        told["stated_name"] = f"{person.given} {person.surname}".title()
    if town.rng.random() < fill:
        told["stated_country"] = town.pick(["AA", "BB", "CC"]) if town.rng.random() < lies else person.country
    if town.rng.random() < fill:
        told["language"] = person.language
    return told


def several(town: Town, most: int = 9) -> int:
    """How many accounts an ordinary person has."""
    return int(town.pick([1] * 13 + [2] * 4 + [3, 3, 4, min(7, most)]))


def ordinary(town: Town, person: Person, account: str, *, phone: float = 0.4, device: float = 0.6) -> None:
    """Mailbox, phone and device as most people use them; a household shares some."""
    draw = town.rng.random
    if draw() < 0.85:
        town.use(account, "email", town.mail(person, int(draw() < 0.2) if draw() < 0.9 else int(draw() * 1e6)))
    if draw() < phone:
        family = person.home != person.number and draw() < 0.3
        town.use(account, "phone", town.phone(person.home if family else person.number), own=not family)
    if draw() < device:
        family = draw() < 0.15
        number = 9_000_000 + person.home if family else person.number * 2 + (draw() < 0.25)
        town.use(account, "device", f"dev-{number:.0f}", own=not family)


def bare(rng: np.random.Generator, n: int) -> Town:
    """Mailboxes, numbers, devices and addresses; nobody states a year, a name or a country."""
    town = Town(rng)
    for person in town.people(n):
        for _ in range(several(town)):
            account = town.account(person)
            ordinary(town, person, account)
            if town.one_in(25):
                town.use(account, "device", f"public-{town.rng.integers(12)}", own=False)
    return town


def cafes(rng: np.random.Generator, n: int) -> Town:
    """Machines of cafés and schools with dozens of accounts, family phones, couples with one mailbox."""
    town = Town(rng)
    for person in town.people(n, together=0.4):
        couple = person.home != person.number and town.one_in(4)
        for _ in range(several(town)):
            account = town.account(person, **stated(town, person, 0.55))
            ordinary(town, person, account, device=0.45)
            if couple and town.one_in(2):
                town.use(account, "email", f"couple.{person.home}@mail.example", own=False)
                other = town.account(
                    Person(
                        **{**person.__dict__, "number": person.home, "born": person.born - 4, "given": town.word(2)}
                    ),
                    stated_birth_year=person.born - 4,
                )
                town.use(other, "email", f"couple.{person.home}@mail.example", own=False)
            if town.one_in(4):
                town.use(account, "device", f"cafe-{person.home % 40}", own=False)
    return town


def prolific(rng: np.random.Generator, n: int) -> Town:
    """A few hold 12 to 40 accounts and hold them together only by chains of changing mailbox, device, phone, wallet."""
    town = Town(rng)
    people = town.people(n)
    for person in people:
        if person.number % 60:
            for _ in range(several(town, 4)):
                ordinary(town, person, town.account(person, **stated(town, person, 0.5)))
            continue
        mail = device = phone = wallet = 0
        for place in range(int(rng.integers(12, 41))):
            account = town.account(person, min(DAYS, place * 20), **stated(town, person, 0.4, 0.15))
            mail, device = mail + town.one_in(2), device + town.one_in(5)
            phone, wallet = phone + town.one_in(3), wallet + town.one_in(7)
            if not town.one_in(8):
                town.use(account, "email", town.mail(person, 100 + mail))
            if town.one_in(1.6):
                town.use(account, "device", f"heavy-{person.number}-{device}")
            if town.one_in(2.5):
                town.use(account, "phone", town.phone(50_000_000 + person.number * 100 + phone))
            if town.one_in(3):
                town.use(account, "crypto_address", f"wallet-{person.number}-{wallet}")
    return town


def faults(rng: np.random.Generator, n: int) -> Town:
    """Numbers given out anew, wallets of resellers, one device id for a tenth of all, mailboxes that anyone opens."""
    town = Town(rng)
    for person in town.people(n, together=0.2):
        first = int(rng.integers(DAYS // 3 if person.number % 10 else DAYS))
        for place in range(several(town)):
            account = town.account(person, first + int(place and rng.integers(100)), **stated(town, person, 0.4))
            ordinary(town, person, account, phone=0.2, device=0.5)
            if person.number % 10 < 2 and person.number > 10:
                late = person.number % 10
                day = 20 + int(rng.integers(100)) + 600 * late
                again = town.account(person, day, **stated(town, person, 0.4))
                town.use(again, "phone", town.phone(70_000_000 + person.number - late), own=False)
            if town.one_in(10):
                town.use(account, "device", "id-of-a-faulty-build", own=False)
            if town.one_in(8):
                town.use(account, "email", f"{town.pick('abcdefgh')}{rng.integers(25)}@burner.example", own=False)
            if town.one_in(12):
                town.use(account, "crypto_address", f"reseller-{rng.integers(6)}", own=False)
            elif town.one_in(9):
                town.use(account, "crypto_address", f"purse-{person.number}")
    return town


def scripts(rng: np.random.Generator, n: int) -> Town:
    """Names in two scripts, turned about or spelt another way; fathers and sons of one name."""
    town = Town(rng)
    for person in town.people(n, homonyms=True):
        for _ in range(several(town)):
            told = stated(town, person, 0.3)
            given, surname = person.given, person.surname
            if town.one_in(4):
                given, surname = given.replace("k", "c").replace("i", "y"), surname.replace("v", "w")
            words = [surname, given] if town.one_in(3) else [given, surname]
            text = " ".join(words)
            if town.one_in(2.5):
                text = "".join(CYRILLIC.get(letter, letter) for letter in text)
            if town.one_in(1.4):
                told["stated_name"] = text.title()
            ordinary(town, person, town.account(person, **told), phone=0.3)
    return town


def liars(rng: np.random.Generator, n: int) -> Town:
    """Everyone fills in everything; two in five give each account another birth year."""
    town = Town(rng)
    for person in town.people(n):
        lies = 0.9 if person.number % 5 < 2 else 0.02
        for _ in range(several(town)):
            ordinary(town, person, town.account(person, **stated(town, person, 0.95, lies)), phone=0.5)
    return town


def messenger(rng: np.random.Generator, n: int) -> Town:
    """A number on every account and little else; families with one number, numbers given out anew."""
    town = Town(rng)
    for person in town.people(n, together=0.35):
        own, family = town.phone(person.number), town.phone(80_000_000 + person.home)
        for _ in range(several(town)):
            account = town.account(person, **stated(town, person, 0.12))
            shared = town.one_in(6)
            town.use(account, "phone", family if shared else own, own=not shared)
            if town.one_in(3):
                town.use(account, "device", f"handset-{person.number}")
            if town.one_in(15):
                town.use(account, "email", town.mail(person))
    return town


def market(rng: np.random.Generator, n: int) -> Town:
    """Wallets first: own ones, a couple's, and those of services that no list names; a few sellers hold dozens."""
    town = Town(rng)
    for person in town.people(n, together=0.2):
        dozens = person.number % 80 == 3
        for _ in range(int(rng.integers(12, 30)) if dozens else several(town)):
            told = stated(town, person, 0.35)
            if town.one_in(12):
                told |= {"stated_name": f"{person.given} {person.surname}", "name_source": "provider"}
                told["stated_birth_year"] = person.born
            account = town.account(person, **told)
            draw = rng.random()
            if draw < 0.45:
                town.use(account, "crypto_address", f"own-{person.number}-{rng.integers(3 if dozens else 2)}")
            elif draw < 0.55:
                town.use(account, "crypto_address", f"home-{person.home}", own=False)
            elif draw < 0.75:
                town.use(account, "crypto_address", f"service-{rng.integers(15)}", own=False)
            if town.one_in(1.7):
                town.use(account, "email", town.mail(person, int(rng.integers(6 if dozens else 2))))
            if town.one_in(4):
                town.use(account, "device", f"browser-{person.number}-{rng.integers(2)}")
    return town


#: Constants were chosen with the first half in sight; the second is held out.
TUNED: dict[str, Callable[[np.random.Generator, int], Town]] = {
    "bare": bare, "cafes": cafes, "prolific": prolific, "faults": faults,
}  # fmt: skip
HELD_OUT: dict[str, Callable[[np.random.Generator, int], Town]] = {
    "scripts": scripts, "liars": liars, "messenger": messenger, "market": market,
}  # fmt: skip


@dataclass(frozen=True)
class Resolved:
    """What came out, by account: whose it is, what own identifiers hold together, and the identity."""

    person: np.ndarray
    group: np.ndarray
    identity: np.ndarray
    links: list[dict[str, Any]]
    constants: dict[str, dict[str, Any]]


def resolved(town: Town, inputs: Inputs | None = None, *, shuffle: int | None = None) -> Resolved:
    """Normalise and resolve a town. `shuffle` reorders the rows after they have their observation numbers."""
    with Duck() as engine:
        rows = {"account": town.accounts, "identifier": town.identifiers, "login": town.logins}
        place = 0
        for name, table in BY_NAME.items():
            made = []
            for row in rows.get(name, []):
                place += 1
                made.append({"exhibit": 1, "locator": f"{name}:{place}", "obs": obs_base(1) + place, **row})
            if shuffle is not None:
                np.random.default_rng(shuffle).shuffle(made)
            engine.bind(name, pa.Table.from_pylist(made, table.schema))
        Normalise().run(engine, Inputs())
        Cospend().run(engine, Inputs())
        engine.bind("previous_identity_account", Resolve.writes["identity_account"].empty_table())
        Resolve().run(engine, inputs or Inputs())
        found = engine.rows("SELECT account, identity FROM identity_account ORDER BY account_id").to_pylist()
        links = engine.rows("SELECT * FROM identity_link ORDER BY account_a, account_b").to_pylist()
        constants = {row["rule"]: row for row in engine.rows("SELECT * FROM resolve_constant").to_pylist()}
    number = {account["account"]: place for place, account in enumerate(town.accounts)}
    names = sorted({row["identity"] for row in found})
    code = {name: place for place, name in enumerate(names)}
    identity = np.zeros(len(number), dtype=np.int64)
    for row in found:
        identity[number[row["account"]]] = code[row["identity"]]
    person = np.array([town.holder[key] for key in number], dtype=np.int64)
    return Resolved(person, _groups(town, number), identity, links, constants)


def _groups(town: Town, number: dict[str, int]) -> np.ndarray:
    parent = list(range(len(number)))

    def find(x: int) -> int:
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    first: dict[tuple[int, str], int] = {}
    for account, value in town.own:
        place = number[account]
        other = first.setdefault((town.holder[account], value), place)
        parent[find(place)] = find(other)
    return np.array([find(x) for x in range(len(number))], dtype=np.int64)
