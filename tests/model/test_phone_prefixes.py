"""What comes off the start of a number is what Python's expressions match, group by group."""

import random
import re

import numpy as np
import numpy.typing as npt
import phonenumbers
import pytest

from fanal.model.phone_plans import metadata_of
from fanal.model.phone_prefixes import Prefixes

Table = tuple[npt.NDArray[np.int32], npt.NDArray[np.int8]]
PLANS = [(code, region) for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items() for region in regions]


def matched(table: Table, state: int, number: str) -> tuple[int, int, int] | None:
    after, match = table
    best = None
    for i in range(len(number) + 1):
        found, start, end = match[state, int(i == len(number))]
        if found:
            best = (i, int(start), int(end))
        if i < len(number):
            state = after[state, int(number[i])]
    return best


def expected(pattern: str, number: str) -> tuple[int, int, int] | None:
    found = re.match(pattern, number)
    return found and (found.end(), *(found.span(found.re.groups) if found.re.groups else (-1, -1)))


def test_every_prefix_of_every_plan_is_matched_as_python_matches_it() -> None:
    rng = random.Random(3)
    prefixes = Prefixes()
    metadata = [metadata_of(code, region) for code, region in PLANS]
    patterns = {each.national_prefix_for_parsing for each in metadata} | {
        each.international_prefix for each in metadata
    }
    first = {pattern: prefixes.first(pattern) for pattern in sorted(pattern for pattern in patterns if pattern)}
    table = prefixes.table()
    for pattern, state in first.items():
        digits = sorted(set(re.findall("[0-9]", pattern)))
        for _ in range(40):
            number = "".join(rng.choices(rng.choice((digits, "0123456789")), k=rng.randrange(15)))
            assert matched(table, state, number) == expected(pattern, number), (pattern, number)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        (r"1|12", "12"), (r"12|1", "12"), (r"(1)?1", "1"), (r"(1)?1", "11"), (r"(?:0|90)(\d)?", "905"),
        (r"(?:0|90)(\d)?", "05"), (r"(12)$|1", "12"), (r"(12)$|1", "123"), (r"(1)|(2)", "1"), (r"1{0,2}(1)", "111"),
        (r"0?(?:(11|2)15)?", "0215"), (r"0?(?:(11|2)15)?", "0115"),
    ],
)  # fmt: skip
def test_the_first_alternative_that_leads_on_is_taken_with_its_group(pattern: str, number: str) -> None:
    prefixes = Prefixes()
    state = prefixes.first(pattern)
    assert matched(prefixes.table(), state, number) == expected(pattern, number)
