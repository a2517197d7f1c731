"""What probabilistic linkage compares, level by level, in the words that explain it. No engine, no table.

A comparison is a list of levels; the first whose condition holds counts. Each level's weight is trained
(`linkage_model`), so none stands here. A level's text is what its user reads. Conditions are SQL over columns
that end in `_l` and `_r`, made by this program alone, run by Splink on its own engine.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fanal.base.language import mark

# Near: one keystroke, or Jaro-Winkler of .88, the step that Splink's own name comparison has (Winkler 1990).
_NEAR = "(jaro_winkler_similarity({a}, {b}) >= 0.88 OR damerau_levenshtein({a}, {b}) <= 1)"


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison.

    Attributes:
        name: stable, as it stands in the lake.
        sql: the condition; empty for whatever is left.
        text: what a user reads.
        frequency: the column whose rare values say more than its common ones, at this level.
    """

    name: str
    sql: str
    text: str
    frequency: str | None = None


@dataclass(frozen=True)
class Comparison:
    """One thing that is compared.

    Attributes:
        name: of its column of weights.
        known: the condition under which nothing can be said: a side does not tell.
        needs: the columns it reads; it is left out where a table lacks one of them.
        levels: from the most alike to whatever is left.
    """

    name: str
    known: str
    needs: tuple[str, ...]
    levels: tuple[Level, ...]


def near(a: str, b: str) -> str:
    """The condition that two texts are almost the same."""
    return _NEAR.format(a=a, b=b)


def same(column: str) -> str:
    """The condition that both sides have one value in a column."""
    return f"{column}_l = {column}_r"


def missing(column: str) -> str:
    """The condition that a side tells nothing in a column."""
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def texts(comparisons: Iterable[Comparison]) -> dict[str, str]:
    """The words of every level, by name."""
    return {level.name: level.text for comparison in comparisons for level in comparison.levels}


_COMMON_WORDS = "len(list_intersect(words_l, words_r)) >= {n}"
_EITHER_WAY = (
    f"(({near('given_l', 'given_r')} AND {near('family_l', 'family_r')}) "
    f"OR ({near('given_l', 'family_r')} AND {near('family_l', 'given_r')}))"
)
_INITIAL = (
    "(given_l IS NULL OR given_r IS NULL OR "
    "(left(given_l, 1) = left(given_r, 1) AND (length(given_l) = 1 OR length(given_r) = 1)))"
)
NAME = Comparison(
    "name",
    "(given_l IS NULL AND family_l IS NULL) OR (given_r IS NULL AND family_r IS NULL)",
    ("given", "family"),
    (
        Level("whole_name_same", same("whole"), mark("The whole name is the same."), "whole"),
        Level(
            "family_name_same_given_near",
            f"{same('family')} AND {near('given_l', 'given_r')}",
            mark("The family name is the same, the given name almost."),
            "family",
        ),
        Level(
            "given_name_same_family_near",
            f"{same('given')} AND {near('family_l', 'family_r')}",
            mark("The given name is the same, the family name almost."),
            "given",
        ),
        Level("both_names_near", _EITHER_WAY, mark("Both names are almost the same, perhaps in the other order.")),
        Level(
            "family_name_same_given_initial",
            f"{same('family')} AND {_INITIAL}",
            mark("The family name is the same; of a given name there is an initial or nothing."),
            "family",
        ),
        Level("two_name_words_same", _COMMON_WORDS.format(n=2), mark("Two words of the names are the same.")),
        Level("family_name_same", same("family"), mark("Only the family name is the same."), "family"),
        Level("given_name_same", same("given"), mark("Only the given name is the same."), "given"),
        Level("one_name_word_same", _COMMON_WORDS.format(n=1), mark("One word of the names is the same.")),
        Level(
            "one_name_near",
            f"{near('given_l', 'given_r')} OR {near('family_l', 'family_r')}",
            mark("One of the names is almost the same."),
        ),
        Level("name_differs", "", mark("The names have nothing in common.")),
    ),
)
BORN = Comparison(
    "born",
    missing("born"),
    ("born",),
    (
        Level("born_same", same("born"), mark("The dates of birth are the same."), "born"),
        Level(
            "born_same_year_only",
            "left(born_l, 4) = left(born_r, 4) AND (only_year_l OR only_year_r)",
            mark("The years of birth are the same, and one date tells no more than the year."),
        ),
        Level(
            "born_one_keystroke",
            "damerau_levenshtein(born_l, born_r) <= 1 OR (left(born_l, 4) = left(born_r, 4) "
            "AND substr(born_l, 6, 2) = substr(born_r, 9, 2) AND substr(born_l, 9, 2) = substr(born_r, 6, 2))",
            mark("The dates of birth are one keystroke apart, or day and month are swapped."),
        ),
        Level("born_two_keystrokes", "damerau_levenshtein(born_l, born_r) <= 2", mark("The dates of birth are alike.")),
        Level("born_differs", "", mark("The dates of birth differ.")),
    ),
)
POSTCODE = Comparison(
    "postcode",
    missing("postcode"),
    ("postcode",),
    (
        Level("postcode_same", same("postcode"), mark("The postcodes are the same."), "postcode"),
        Level(
            "postcode_one_keystroke",
            "damerau_levenshtein(postcode_l, postcode_r) <= 1",
            mark("The postcodes are one keystroke apart."),
        ),
        Level("district_same", same("district"), mark("The postcodes are of one district."), "district"),
        Level("postcode_differs", "", mark("The postcodes differ.")),
    ),
)
DOCUMENT = Comparison(
    "document",
    missing("document"),
    ("document",),
    (
        Level("document_same", same("document"), mark("The numbers of the identity documents are the same.")),
        Level(
            "document_near",
            "damerau_levenshtein(document_l, document_r) <= 2",
            mark("The numbers of the identity documents are two keystrokes apart or less."),
        ),
        Level("document_differs", "", mark("The numbers of the identity documents differ.")),
    ),
)
_CROSSED = "street_l = street_more_r OR street_more_l = street_r OR street_more_l = street_more_r"
STREET = Comparison(
    "street",
    missing("street"),
    ("street", "street_more"),
    (
        Level("street_same", same("street"), mark("The streets are the same."), "street"),
        Level(
            "street_near",
            f"{near('street_l', 'street_r')} OR {_CROSSED}",
            mark("The streets are almost the same, or stand in another field."),
        ),
        Level("street_differs", "", mark("The streets differ.")),
    ),
)


def _plain(column: str, alike: str, near_text: str, differ: str) -> Comparison:
    return Comparison(
        column,
        missing(column),
        (column,),
        (
            Level(f"{column}_same", same(column), alike, column),
            Level(
                f"{column}_near",
                f"{near(f'{column}_l', f'{column}_r')} OR contains({column}_l, {column}_r) "
                f"OR contains({column}_r, {column}_l)",
                near_text,
            ),
            Level(f"{column}_differs", "", differ),
        ),
    )


PLACE = _plain(
    "place",
    mark("The places are the same."),
    mark("The places are almost the same, or one is part of the other."),
    mark("The places differ."),
)
OCCUPATION = _plain(
    "occupation",
    mark("The occupations are the same."),
    mark("The occupations are almost the same."),
    mark("The occupations differ."),
)
HOUSE = Comparison(
    "house",
    missing("house"),
    ("house",),
    (
        Level("house_same", same("house"), mark("The house numbers are the same."), "house"),
        Level("house_differs", "", mark("The house numbers differ.")),
    ),
)
#: Of persons' records: customers of a provider, answers to a request, registers.
PERSON: tuple[Comparison, ...] = (NAME, BORN, DOCUMENT, POSTCODE, PLACE, STREET, HOUSE, OCCUPATION)

_LETTERS = "len(list_intersect(letters_l, letters_r)) >= 1"
_HOURS = "bit_count(CAST(hours_l AS INTEGER) {sign} CAST(hours_r AS INTEGER))"
#: Of online identities: what their accounts state and when they are active.
IDENTITY: tuple[Comparison, ...] = (
    NAME,
    Comparison(
        "username",
        missing("username"),
        ("username", "usernames", "letters"),
        (
            Level(
                "username_same", "len(list_intersect(usernames_l, usernames_r)) >= 1", mark("A user name is the same.")
            ),
            Level("username_letters_same", _LETTERS, mark("The user names are alike but for digits and signs.")),
            Level("username_differs", "", mark("The user names differ.")),
        ),
    ),
    Comparison(
        "birth_year",
        missing("born_low"),
        ("born_low", "born_high"),
        (
            Level(
                "birth_year_same",
                "born_low_l <= born_high_r AND born_low_r <= born_high_l",
                mark("The stated birth years are the same."),
            ),
            Level("birth_year_differs", "", mark("The stated birth years differ.")),
        ),
    ),
    Comparison(
        "country",
        missing("country"),
        ("country",),
        (
            Level("country_same", same("country"), mark("The stated countries are the same."), "country"),
            Level("country_differs", "", mark("The stated countries differ.")),
        ),
    ),
    Comparison(
        "language",
        missing("language"),
        ("language",),
        (
            Level("language_same", same("language"), mark("The languages are the same."), "language"),
            Level("language_differs", "", mark("The languages differ.")),
        ),
    ),
    Comparison(
        "hours",
        missing("hours"),
        ("hours",),
        (
            Level(
                "hours_overlap",
                f"{_HOURS.format(sign='&')} * 2 >= {_HOURS.format(sign='|')}",
                mark("Both are active at the same hours of the day."),
            ),
            Level("hours_meet", f"{_HOURS.format(sign='&')} >= 1", mark("Some hours of activity are the same.")),
            Level("hours_apart", "", mark("They are active at different hours of the day.")),
        ),
    ),
)
