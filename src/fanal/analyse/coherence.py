"""Do two accounts behind one identifier value belong to one person? Rules, and their weights.

Every weight is a natural-log likelihood ratio: how much more often the comparison comes out so
for two accounts of one person than for two accounts of two people who also share the value. Such
people are mostly a household, which is why country, language and home address weigh little: a
household has them in common too. The weights are judgements, not trained; their sum is never shown
as a probability. A rule's text is what its user reads.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fanal.base.language import mark, translate

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Holds = Callable[[str, npt.NDArray[np.bool_]], None]

LINK, REVIEW, STRONG = 2.2, 0.0, 4.0
AGREES, DISAGREES = 2.0, -1.0
BANDS = ("refused", "review", "link")


@dataclass(frozen=True)
class Rule:
    """One reason for or against, with the words that explain it.

    Attributes:
        name: stable, as it stands in the lake.
        role: `for`, `against`, or `context`.
        weight: natural-log likelihood ratio.
        text: what a user reads.
        contradiction: True where it forbids a merge whatever speaks for it.
    """

    name: str
    role: str
    weight: float
    text: str
    contradiction: bool = False


# What one shared value says alone: log-odds that both accounts are one person's.
KINDS = (
    Rule("shares_email", "for", 4.0, mark("Both accounts use the same mailbox, which is mostly one person's.")),
    Rule("shares_phone", "for", 2.0, mark("Both accounts use the same phone number; households share some.")),
    Rule("shares_crypto_address", "for", 3.0, mark("Both accounts paid from the same wallet.")),
    Rule("shares_device", "for", 1.0, mark("Both accounts were used on the same device; households share many.")),
    Rule("shares_bank_account", "for", 3.0, mark("Both accounts name the same bank account; couples share some.")),
    Rule("shares_national_id", "for", 7.0, mark("Both accounts name the same identity document.")),
    Rule("number_changed", "for", 5.0, mark("The service recorded that one account became the other.")),
    Rule("named_in_address_book", "for", 4.0, mark("An address book gives this number to the name.")),
    Rule("spent_together", "for", 2.0, mark("Both accounts paid from addresses that were spent together.")),
    Rule("paid_from_held", "for", 1.0, mark("One account was paid for with what the other holds; a payer is no user.")),
)
COMPARISONS = (
    Rule("same_birth_year", "for", 2.5, mark("Both accounts state the same birth year.")),
    Rule("same_name", "for", 3.5, mark("Both accounts state the same name.")),
    Rule("same_verified_person", "for", 4.0, mark("A provider verified both accounts as the same person.")),
    Rule("same_username", "for", 1.5, mark("The user names are alike but for digits and signs.")),
    Rule("same_home", "for", 0.3, mark("Both accounts log in mostly from the same address; a household does too.")),
    Rule("same_hours", "for", 0.3, mark("Both accounts are active at the same hours of the day.")),
    Rule("same_country", "for", 0.2, mark("Both accounts state the same country.")),
    Rule("same_language", "for", 0.1, mark("Both accounts use the same language.")),
    Rule("birth_years_differ", "against", -4.0, mark("The stated birth years differ by more than one."), True),
    Rule("verified_people_differ", "against", -6.0, mark("A provider verified two different people."), True),
    Rule("documents_differ", "against", -6.0, mark("The accounts name different identity documents."), True),
    Rule("names_differ", "against", -1.5, mark("The stated names have no part in common.")),
    Rule("family_name_only", "against", -1.5, mark("The stated names have one part in common, as relatives' do.")),
    Rule("countries_differ", "against", -1.2, mark("The stated countries differ.")),
    Rule("languages_differ", "against", -0.8, mark("The languages differ.")),
    Rule("hours_differ", "against", -0.6, mark("The accounts are active at different hours of the day.")),
)
VALUES = (
    Rule("years_apart", "against", -3.0, mark("The number was used by one account long before the other: recycled.")),
    Rule("months_apart", "against", -1.5, mark("The number lay unused for months between the two accounts.")),
    Rule("shared_by_several", "against", 0.0, mark("Other accounts behind this value contradict each other.")),
    Rule("decided_same", "for", 99.0, mark("An officer decided that both accounts are one person's.")),
    Rule("decided_different", "against", -99.0, mark("An officer decided that two people hold the accounts."), True),
    Rule("would_join_contradiction", "against", 0.0, mark("Linking them would join accounts that contradict."), True),
    Rule("bridge", "against", 0.0, mark("This link alone would hold two groups of accounts together.")),
)
RULES = (*KINDS, *COMPARISONS, *VALUES)
BIT = {rule.name: 1 << place for place, rule in enumerate(RULES)}
WEIGHT = {rule.name: rule.weight for rule in RULES}
KIND_NAMES = tuple(rule.name.removeprefix("shares_") for rule in KINDS)
CONTRADICTIONS = sum(BIT[rule.name] for rule in RULES if rule.contradiction)

# How often two accounts contradict each other in what they state: one person's, who lies now and
# then, and two people's. And how far agreement may lift what a value's kind says.
LIES, STRANGERS = 0.15, 0.7
LEARNED_UP = 1.0
GAP_MONTHS_DAYS, GAP_YEARS_DAYS = 150, 365


def say(reason: str) -> str:
    """The words for a `reason` of the lake (rule names with spaces between) in the language in force."""
    texts = {rule.name: rule.text for rule in RULES}
    return " ".join(translate(texts[name]) if name in texts else name for name in reason.split())


def reason_of(mask: int) -> str:
    """The names of the rules whose bits are set."""
    return " ".join(name for name, bit in BIT.items() if mask & bit)


@dataclass(frozen=True)
class Features:
    """What is known of each account, by account_id; 0 stands for unknown in every array.

    Attributes:
        born_low: earliest stated birth year; `born_high`: the latest.
        country, language, username, home, verified, document: interned values.
        name_a: first part of the stated name; `name_b`: the last one; interned together.
        own_name: 1 where the name comes from the user or a provider, not from another's contacts.
        hours: 24 bits, the UTC hours with logins.
        first_day: first day of activity, days since 1970; `last_day`: the last one.
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
    hours: Ints
    first_day: Ints
    last_day: Ints


def compare(f: Features, a: Ints, b: Ints) -> tuple[Floats, Ints]:
    """Compare accounts pair by pair.

    Args:
        f: features by account_id.
        a: account ids; `b`: the other account of each pair.

    Returns:
        The summed weights of the rules that hold, and their bits.
    """
    score = np.zeros(len(a))
    mask = np.zeros(len(a), dtype=np.int64)

    def holds(name: str, where: npt.NDArray[np.bool_]) -> None:
        score[where] += WEIGHT[name]
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
    both(f.home, "same_home", None)
    both(f.verified, "same_verified_person", "verified_people_differ")
    # A shared document is already the value that brought the two together.
    both(f.document, None, "documents_differ")
    _names(f, a, b, holds)
    _hours(f, a, b, holds)
    return score, mask


def _names(f: Features, a: Ints, b: Ints, holds: Holds) -> None:
    a1, a2, b1, b2 = f.name_a[a], f.name_b[a], f.name_a[b], f.name_b[b]
    known = (a1 > 0) & (b1 > 0)
    same = known & (((a1 == b1) & (a2 == b2)) | ((a1 == b2) & (a2 == b1)))
    part = known & ~same & ((a1 == b1) | (a1 == b2) | (a2 == b1) | (a2 == b2))
    own = (f.own_name[a] > 0) & (f.own_name[b] > 0)
    holds("same_name", same)
    holds("family_name_only", part & own)
    holds("names_differ", known & own & ~same & ~part)


def _hours(f: Features, a: Ints, b: Ints, holds: Holds) -> None:
    x, y = f.hours[a], f.hours[b]
    common, all_hours = np.bitwise_count(x & y), np.bitwise_count(x | y)
    # An account that is active around the clock tells nothing about hours.
    telling = (np.minimum(np.bitwise_count(x), np.bitwise_count(y)) >= 3) & (all_hours <= 18)  # noqa: PLR2004  of 24
    holds("same_hours", telling & (common * 2 >= all_hours))
    holds("hours_differ", telling & (common * 8 <= all_hours))


def prior(kind: Ints, agree: Floats, disagree: Floats, size: Ints) -> Floats:
    """Log-odds that two accounts behind a value are one person's, given how the others behind it get on.

    Args:
        kind: place in KINDS.
        agree: how many other pairs behind the value agree, as if independent.
        disagree: how many contradict each other.
        size: how many accounts are behind the value.
    """
    base = np.array([rule.weight for rule in KINDS])[kind]
    told = agree * np.log((1 - LIES) / (1 - STRANGERS)) + disagree * np.log(LIES / STRANGERS)
    # Agreement among others makes a value more personal, but never more than its kind by so much.
    # Nor does a value say less than that any of the accounts behind it may be the other's.
    return np.asarray(np.maximum(base + np.minimum(told, LEARNED_UP), np.minimum(base, -np.log(size))))
