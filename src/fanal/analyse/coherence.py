"""Do two accounts behind one identifier value belong to one person? The rules, what each says, and the comparison.

A rule that compares what two accounts show has two chances: how often it holds for two accounts of one
person, and how often for two people who also share the value. The natural logarithm of their quotient is
its weight. Such two people are mostly a household, which is why country, language and address weigh little:
a household has them in common too. What ships is a judgement; `fit` moves it towards what the case at hand
shows. The sum is never shown as a probability. A rule's text is what its user reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from fanal.analyse.habits import AGREE, DIFFER, Habits, Several, alike_hours
from fanal.base.language import mark, translate

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Holds = Callable[[str, Flags], None]

LINK, REVIEW, STRONG = 2.25, 0.0, 4.0
BANDS = ("refused", "review", "link")


@dataclass(frozen=True)
class Rule:
    """One reason for or against, with the words that explain it.

    Attributes:
        name: stable, as it stands in the lake.
        role: `for`, `against`, or `context`.
        weight: natural-log likelihood ratio; of what brings a pair together, log-odds.
        text: what a user reads.
        contradiction: True where it forbids a merge whatever speaks for it.
        same: how often it holds for two accounts of one person whose accounts both show the thing compared;
            `other`: for two people's. 0 where the weight is not made of chances.
    """

    name: str
    role: str
    weight: float
    text: str
    contradiction: bool = False
    same: float = 0.0
    other: float = 0.0


def _told(name: str, same: float, other: float, text: str, *, forbids: bool = False) -> Rule:
    weight = round(log(same / other), 3)
    return Rule(name, "for" if weight > 0 else "against", weight, text, forbids, same, other)


# What one shared value says alone: log-odds that both accounts are one person's.
KINDS = (
    Rule("shares_email", "for", 4.0, mark("Both accounts use the same mailbox, which is mostly one person's.")),
    Rule("shares_phone", "for", 1.6, mark("Both accounts use the same phone number; households share some.")),
    Rule("shares_crypto_address", "for", 2.8, mark("Both accounts paid from the same wallet.")),
    Rule("shares_device", "for", 1.5, mark("Both accounts were used on the same device; households share many.")),
    Rule("shares_bank_account", "for", 2.8, mark("Both accounts name the same bank account; couples share some.")),
    Rule("shares_national_id", "for", 7.0, mark("Both accounts name the same identity document.")),
    Rule("number_changed", "for", 5.0, mark("The service recorded that one account became the other.")),
    Rule("named_in_address_book", "for", 4.0, mark("An address book gives this number to the name.")),
    Rule("spent_together", "for", 2.0, mark("Both accounts paid from addresses that were spent together.")),
    Rule("paid_from_held", "for", 1.0, mark("One account was paid for with what the other holds; a payer is no user.")),
)
COMPARISONS = (
    _told("same_birth_year", 0.86, 0.06, mark("Both accounts state the same birth year.")),
    _told("birth_years_differ", 0.14, 0.94, mark("The stated birth years differ by more than one."), forbids=True),
    _told("same_name", 0.82, 0.02, mark("Both accounts state the same name.")),
    _told("family_name_only", 0.06, 0.40, mark("The stated names have one part in common, as relatives' do.")),
    _told("names_differ", 0.12, 0.58, mark("The stated names have no part in common.")),
    Rule("same_verified_person", "for", 4.0, mark("A provider verified both accounts as the same person.")),
    Rule(
        "verified_people_differ", "against", -6.0, mark("A provider verified two different people."), contradiction=True
    ),
    Rule(
        "documents_differ", "against", -6.0, mark("The accounts name different identity documents."), contradiction=True
    ),
    _told("same_username", 0.25, 0.02, mark("The user names are alike but for digits and signs.")),
    _told(
        "same_handle", 0.15, 0.01, mark("One account's mailbox, before the @, is named as the other or its mailbox is.")
    ),
    _told("same_home", 0.60, 0.45, mark("Both accounts log in mostly from the same address; a household does too.")),
    _told("homes_differ", 0.40, 0.55, mark("The accounts log in mostly from different addresses.")),
    _told("same_hours", 0.85, 0.50, mark("Both accounts are active at the same hours of the day.")),
    _told("hours_differ", 0.15, 0.50, mark("The accounts are active at different hours of the day.")),
    _told("both_hide", 0.12, 0.05, mark("Both accounts log in mostly through anonymisers.")),
    _told("one_hides", 0.08, 0.25, mark("One account logs in mostly through anonymisers, the other does not.")),
    _told("same_elsewhere", 0.12, 0.03, mark("Both accounts log in from an address beside home that few use.")),
    _told("same_country", 0.93, 0.75, mark("Both accounts state the same country.")),
    _told("countries_differ", 0.07, 0.25, mark("The stated countries differ.")),
    _told("same_language", 0.95, 0.85, mark("Both accounts use the same language.")),
    _told("languages_differ", 0.05, 0.15, mark("The languages differ.")),
    _told("mailboxes_differ", 0.35, 0.95, mark("Both accounts show mailboxes, and none is the same.")),
    _told("numbers_differ", 0.20, 0.75, mark("Both accounts show phone numbers, and none is the same.")),
    _told("devices_differ", 0.45, 0.80, mark("Both accounts show devices, and none is the same.")),
)
# What a second shared value of another kind adds to the one that brought the pair together. These are no rules of
# their own: the reader sees the rule of KINDS that they belong to.
ALSO = (
    _told("also_email", 0.65, 0.05, ""),
    _told("also_phone", 0.80, 0.25, ""),
    _told("also_device", 0.55, 0.20, ""),
    # The usual: counted so that its group is whole, and worth nothing, since most of any case does the same.
    Rule("neither_hides", "against", 0.0, "", same=0.80, other=0.70),
    Rule("only_home_known", "against", 0.0, "", same=0.88, other=0.97),
)
VALUES = (
    Rule("years_apart", "against", -3.0, mark("The number was used by one account long before the other: recycled.")),
    Rule("months_apart", "against", -1.5, mark("The number lay unused for months between the two accounts.")),
    Rule("paid_for", "against", 0.0, mark("The value shows who paid for an account, who need not be its user.")),
    Rule("rest_agrees", "for", 0.0, mark("What the other accounts of both sides state or share agrees.")),
    Rule("shared_by_several", "against", 0.0, mark("Other accounts behind this value contradict each other.")),
    Rule("decided_same", "for", 99.0, mark("An officer decided that both accounts are one person's.")),
    Rule(
        "decided_different",
        "against",
        -99.0,
        mark("An officer decided that two people hold the accounts."),
        contradiction=True,
    ),
    Rule(
        "would_join_contradiction",
        "against",
        0.0,
        mark("Linking them would join accounts that contradict."),
        contradiction=True,
    ),
    Rule("bridge", "against", 0.0, mark("This link alone would hold two groups of accounts together.")),
)
RULES = (*KINDS, *COMPARISONS, *VALUES)
BIT = {rule.name: 1 << place for place, rule in enumerate((*RULES, *ALSO))}
WEIGHT = {rule.name: rule.weight for rule in (*RULES, *ALSO)}
KIND_NAMES = tuple(rule.name.removeprefix("shares_") for rule in KINDS)
# A stated birth year is a claim, not a fact: alone it forbids, but the accounts around it may outvote it.
HARD = sum(BIT[rule.name] for rule in RULES if rule.contradiction and rule.name != "birth_years_differ")
CONTRADICTIONS = HARD | BIT["birth_years_differ"]
# Kinds whose absence is telling: a person mostly shows the same one again.
COMPARED_KINDS = {"email": "mailboxes_differ", "phone": "numbers_differ", "device": "devices_differ"}

# What comparisons speak of one thing: exactly one of each group can hold.
GROUPS = (
    ("same_birth_year", "birth_years_differ"),
    ("same_name", "family_name_only", "names_differ"),
    ("same_home", "homes_differ"),
    ("same_hours", "hours_differ"),
    ("both_hide", "one_hides", "neither_hides"),
    ("same_elsewhere", "only_home_known"),
    ("same_country", "countries_differ"),
    ("same_language", "languages_differ"),
    ("also_email", "mailboxes_differ"),
    ("also_phone", "numbers_differ"),
    ("also_device", "devices_differ"),
)
GAP_MONTHS_DAYS, GAP_YEARS_DAYS = 150, 365


def say(reason: str) -> str:
    """The words for a `reason` of the lake (rule names with spaces between) in the language in force."""
    texts = {rule.name: rule.text for rule in RULES}
    return " ".join(translate(texts[name]) if name in texts else name for name in reason.split())


def reason_of(mask: int) -> str:
    """The names of the rules whose bits are set."""
    return " ".join(rule.name for rule in RULES if mask & BIT[rule.name])


@dataclass(frozen=True)
class Features:
    """What is known of each account, by account_id; 0 stands for unknown in every array.

    Attributes:
        born_low: earliest stated birth year; `born_high`: the latest.
        country, language, username, home, verified, document: interned values.
        name_a: first part of the stated name; `name_b`: the last one; interned together. Their upper bits hold
            the script, so that names in different scripts are known to be so.
        own_name: 1 where the name comes from the user or a provider, not from another's contacts.
        first_day: first day of activity, days since 1970; `last_day`: the last one.
        shows: bits by place in KINDS, the kinds of which the account shows a value that may link.
        habits: when it logs in, from where beside home, and whether it hides.
        handles: its user names and the names of its mailboxes, with and without digits, that few have.
    """

    born_low: Ints
    born_high: Ints
    country: Ints
    language: Ints
    username: Ints
    home: Ints
    verified: Ints
    document: Ints
    name_a: Ints
    name_b: Ints
    own_name: Ints
    first_day: Ints
    last_day: Ints
    shows: Ints
    habits: Habits
    handles: Several


def compare(f: Features, a: Ints, b: Ints) -> Ints:
    """Compare what accounts state and do, pair by pair.

    Args:
        f: features by account_id.
        a: account ids; `b`: the other account of each pair.

    Returns:
        The bits of the rules that hold. What accounts share is not among them (see `scoring`).
    """
    mask = np.zeros(len(a), dtype=np.int64)

    def holds(name: str, where: Flags) -> None:
        mask[where] |= BIT[name]

    def both(column: Ints, same: str | None, differ: str | None) -> None:
        x, y = column[a], column[b]
        known = (x > 0) & (y > 0)
        if same:
            holds(same, known & (x == y))
        if differ:
            holds(differ, known & (x != y))

    low = np.maximum(f.born_low[a], f.born_low[b])
    high = np.minimum(f.born_high[a], f.born_high[b])
    known = (f.born_low[a] > 0) & (f.born_low[b] > 0)
    holds("same_birth_year", known & (low <= high))
    holds("birth_years_differ", known & (low - high > 1))
    both(f.country, "same_country", "countries_differ")
    both(f.language, "same_language", "languages_differ")
    both(f.username, "same_username", None)
    alike = (mask & BIT["same_username"]) != 0
    holds("same_handle", ~alike & (f.handles.in_common(a, b) > 0))
    both(f.home, "same_home", "homes_differ")
    both(f.verified, "same_verified_person", "verified_people_differ")
    # A shared document is already the value that brought the two together.
    both(f.document, None, "documents_differ")
    _names(f, a, b, holds)
    _habits(f, a, b, holds)
    return mask


SCRIPT_SHIFT = 48


def _names(f: Features, a: Ints, b: Ints, holds: Holds) -> None:
    a1, a2, b1, b2 = f.name_a[a], f.name_b[a], f.name_a[b], f.name_b[b]
    known = (a1 > 0) & (b1 > 0)
    same = known & (((a1 == b1) & (a2 == b2)) | ((a1 == b2) & (a2 == b1)))
    part = known & ~same & ((a1 == b1) | (a1 == b2) | (a2 == b1) | (a2 == b2))
    # Names in two scripts that no table turns into each other may be one name: nothing is said against.
    comparable = (a1 >> SCRIPT_SHIFT) == (b1 >> SCRIPT_SHIFT)
    own = (f.own_name[a] > 0) & (f.own_name[b] > 0)
    holds("same_name", same)
    holds("family_name_only", part & own)
    holds("names_differ", known & own & comparable & ~same & ~part)


def _habits(f: Features, a: Ints, b: Ints, holds: Holds) -> None:
    ratio = alike_hours(f.habits, a, b)
    holds("same_hours", ratio >= AGREE)
    holds("hours_differ", ratio <= DIFFER)
    hidden, rows = f.habits.days[:, 3], f.habits.days[:, 4]
    known, hides = (rows[a] > 0) & (rows[b] > 0), hidden * 2 > rows
    holds("both_hide", known & hides[a] & hides[b])
    holds("one_hides", known & (hides[a] != hides[b]))
    holds("neither_hides", known & ~hides[a] & ~hides[b])
    common = f.habits.away.in_common(a, b)
    holds("same_elsewhere", common > 0)
    holds("only_home_known", common == 0)
