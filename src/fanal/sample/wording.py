"""Keys of persons and accounts turned into text: names, mail addresses, numbers, devices, browsers, IPs.

Names are made of syllables; local parts are words and numbers ("user123"). Only the domains are real
providers', since the rules for their addresses differ.
"""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.sample import accounts as a
from fanal.sample.accounts import Accounts
from fanal.sample.draw import Flags, Ints, below, mixed, share
from fanal.sample.letters import Text, joined, padded, picked, uuid, where
from fanal.sample.people import GIVEN_NAMES, SURNAMES, People
from fanal.sample.places import GLOBAL_MAIL, codes, countries, disposable_domains, mail_domains

_GMAIL, _OUTLOOK, _PROTON = (GLOBAL_MAIL.index(d) for d in ("gmail.com", "outlook.com", "proton.me"))
_GIVEN = [
    "Ada",
    "Alba",
    "Alex",
    "Amir",
    "Ana",
    "Andrea",
    "Ansel",
    "Ari",
    "Arlo",
    "Aya",
    "Bela",
    "Ben",
    "Bruno",
    "Carla",
    "Chris",
    "Clara",
    "Dana",
    "Daniel",
    "Dario",
    "Davi",
    "Eda",
    "Elia",
    "Elin",
    "Emil",
    "Emma",
    "Enzo",
    "Erik",
    "Eva",
    "Felix",
    "Finn",
    "Gia",
    "Hana",
    "Hugo",
    "Ida",
    "Ines",
    "Iris",
    "Ivan",
    "Ivo",
    "Jan",
    "Jana",
    "Joan",
    "Jonas",
    "José",
    "Juno",
    "Kai",
    "Kim",
    "Lara",
    "Lea",
    "Leo",
    "Lia",
    "Lina",
    "Luca",
    "Luis",
    "Maja",
    "Marco",
    "Maria",
    "Max",
    "Mia",
    "Milo",
    "Mira",
    "Nico",
    "Nina",
    "Noa",
    "Ola",
    "Omar",
    "Renée",
    "Rita",
    "Sam",
    "Sara",
    "Timo",
    "Vera",
    "Zoë",
]
_START = ["Al", "Bar", "Cor", "Dal", "Er", "Fal", "Gar", "Hol", "Im", "Jor", "Kal", "Lor", "Mar", "Nor", "Or", "Pel"]
_MIDDLE = ["a", "e", "i", "o", "an", "en", "in", "on", "ar", "er", "ir", "or", "al", "el", "il", "ol"]
_END = [
    "dén",
    "ska",
    "ton",
    "mann",
    "sson",
    "ez",
    "ini",
    "ova",
    "berg",
    "ides",
    "escu",
    "oglu",
    "'s",
    "wel",
    "poulos",
    "eira",
]
AGENTS = tuple(
    f"Mozilla/5.0 ({machine}) {engine}/{version}.0"
    for version in range(110, 118)
    for machine, engine in (
        ("Windows NT 10.0; Win64; x64", "Gecko/20100101 Firefox"),
        ("Windows NT 10.0; Win64; x64", "AppleWebKit/537.36 Chrome"),
        ("Macintosh; Intel Mac OS X 10_15_7", "AppleWebKit/605.1.15 Version"),
        ("iPhone; CPU iPhone OS 16_5 like Mac OS X", "AppleWebKit/605.1.15 Version"),
        ("Linux; Android 13", "AppleWebKit/537.36 Chrome"),
    )
)


@cache
def _surnames() -> Text:
    # "O'" and an apostrophe inside: names of this shape break careless readers of dumps.
    made = [f"{s}{m}{e}".replace("'s", "is") for s in _START for m in _MIDDLE for e in _END]
    made[5::97] = [f"O'{name}" for name in made[5::97]]
    made[11::193] = [f"{name}-{made[3]}" for name in made[11::193]]
    return pa.array(made[:SURNAMES])


def names(given: Ints, surname: Ints) -> Text:
    """Given name and surname."""
    return joined(picked(_GIVEN[:GIVEN_NAMES], given), " ", _surnames().take(pa.array(surname)))


def surname_first(given: Ints, surname: Ints) -> Text:
    """Surname, given name: as registers write it, with a comma between."""
    return joined(_surnames().take(pa.array(surname)), ", ", picked(_GIVEN[:GIVEN_NAMES], given))


def stated_names(people: People, accounts: Accounts, rows: Ints) -> Text:
    """The names that accounts state: none, the holder's, or another one."""
    holder, told = accounts.holder[rows], accounts.told_name[rows]
    other = told == 2  # noqa: PLR2004  see Accounts.told_name
    given = np.where(other, below(rows, 61, GIVEN_NAMES), people.given[holder])
    surname = np.where(other, below(rows, 62, SURNAMES), people.surname[holder])
    return where(told > 0, names(given, surname), None)


def stated_births(people: People, accounts: Accounts, rows: Ints) -> tuple[Ints, Flags]:
    """The days of birth that accounts state, as days since 1970, and whether they state one."""
    told = accounts.told_born[rows]
    shift = np.where(told == 2, below(rows, 63, 7000) - 3500, 0)  # noqa: PLR2004  see Accounts.told_born
    return people.born[accounts.holder[rows]] + shift, told > 0


def country_codes(index: Ints) -> Text:
    """Alpha-2 codes; None where the index is -1."""
    return where(index >= 0, picked(codes(), np.maximum(index, 0)), None)


def of_country(index: Ints, field: str) -> Text:
    """One text field of each row's country."""
    return picked([str(getattr(c, field)) for c in countries()], index)


@cache
def _domain_starts() -> tuple[Ints, Ints]:
    counts = np.array([len(c.mail_domains) for c in countries()], dtype=np.int64)
    return np.cumsum(counts) - counts + len(GLOBAL_MAIL), counts


def _home_domain(people: People, holder: Ints, salt: int) -> Ints:
    """The provider of a mailbox: Gmail for four in ten, one of the country's for four, another for the rest."""
    start, count = _domain_starts()
    country = people.country[holder]
    local = start[country] + below(holder, salt + 1, count[country])
    u = share(holder, salt)
    other = below(holder, salt + 2, len(GLOBAL_MAIL))
    return np.where(u < 0.4, _GMAIL, np.where(u < 0.8, local, other))  # noqa: PLR2004


def mailbox(people: People, holder: Ints, which: NDArray[np.int64], form: NDArray[np.int64]) -> Text:
    """A holder's main or second mailbox, in one of the forms that a provider delivers to the same box."""
    main = which != a.SECOND_MAIL
    domain = np.where(main, _home_domain(people, holder, 71), _home_domain(people, holder, 81))
    word = where(main, "user", "mail")
    number = holder + 1001
    gmail = domain == _GMAIL
    plus_works = gmail | (domain == _OUTLOOK) | (domain == _PROTON)
    dotted = where(main, "us.er.", "m.ail")
    word = where(gmail & (form == a.DOTTED), dotted, word)
    word = where(form == a.UPPER, pc.utf8_capitalize(word), word)
    tag = where(plus_works & (form == a.PLUS), joined("+", below(holder, 91, 90)), "")
    host = picked(mail_domains(), domain)
    host = where(gmail & (form == a.OTHER_DOMAIN), "googlemail.com", host)
    host = where(form == a.UPPER, pc.utf8_capitalize(host), host)
    return joined(word, number, tag, "@", host)


def mails(people: People, accounts: Accounts, rows: Ints) -> Text:
    """The mail address of each account; None where it shows none."""
    kind = accounts.mail[rows]
    own = mailbox(people, accounts.holder[rows], kind, accounts.mail_form[rows])
    shared = kind == a.SHARED_MAIL
    domains = disposable_domains()
    box = np.where(shared, accounts.inbox[rows], rows)
    host = picked(domains, np.where(shared, box % len(domains), below(rows, 92, len(domains))))
    thrown = joined(where(shared, "inbox", "temp"), box + 1, "@", host)
    return where(kind == a.NO_MAIL, None, where(kind >= a.THROWN_MAIL, thrown, own))


@cache
def _prefixes() -> tuple[Text, Ints, Ints, Ints]:
    start = np.cumsum([0] + [len(c.mobile_prefixes) for c in countries()])[:-1]
    return (
        pa.array([p for c in countries() for p in c.mobile_prefixes]),
        start.astype(np.int64),
        np.array([len(c.mobile_prefixes) for c in countries()], dtype=np.int64),
        np.array([c.free_digits for c in countries()], dtype=np.int64),
    )


def phones(people: People, owner: Ints, form: NDArray[np.int64]) -> Text:
    """The number of each owner, in one of four forms: +49…, 0049…, national, +49 in blocks."""
    prefixes, start, count, digits = _prefixes()
    country = people.country[owner]
    span = 10 ** digits[country]
    # 7919 shares no factor with the number of numbers (2, 3 and 5 only), so no two owners meet.
    place = (people.rank_in_country[owner] * 7919 + 1231) % (span * count[country])
    tail = padded(span + place % span, 1)
    tail = pc.utf8_slice_codeunits(tail, 1)
    prefix = prefixes.take(pa.array(start[country] + place // span))
    code = of_country(country, "calling_code")
    trunk = of_country(country, "trunk")
    number = joined(prefix, tail)
    blocks = joined(
        "+", code, " ", prefix, " ", pc.utf8_slice_codeunits(tail, 0, 3), "-", pc.utf8_slice_codeunits(tail, 3)
    )
    international = joined("+", code, number)
    zeros = joined("00", code, number)
    other = where(form == a.NATIONAL_PHONE, joined(trunk, number), where(form == a.SPACED_PHONE, blocks, zeros))
    return where(form == a.INTERNATIONAL_PHONE, international, other)


def account_phones(people: People, accounts: Accounts, rows: Ints) -> Text:
    """The number of each account; None where it shows none."""
    owner = people.phone_of[accounts.holder[rows]]
    return where(accounts.has_phone[rows], phones(people, owner, accounts.phone_form[rows]), None)


def devices(accounts: Accounts, rows: Ints, seed: int) -> Text:
    """The device id of each account; None where it shows none."""
    key = accounts.device[rows]
    own = uuid(mixed(key, seed + 11), mixed(key, seed + 12))
    default = picked(a.DEFAULT_DEVICES, np.clip(a.FIRST_DEFAULT - key, 0, len(a.DEFAULT_DEVICES) - 1))
    return where(key == a.NO_DEVICE, None, where(key <= a.FIRST_DEFAULT, default, own))


def usernames(accounts: Accounts, rows: Ints) -> Text:
    """Names of accounts, one of a kind on their site: a person's usual one, or one made for the account."""
    made = joined(where(accounts.site[rows] == a.FORUM, "member", "name"), rows + 1)
    return where(accounts.own_name[rows], joined("user", accounts.holder[rows] + 1001), made)
