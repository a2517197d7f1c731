"""The numbering plans of all regions and calling codes as arrays, out of libphonenumber's metadata.

Made once in a process that reads many numbers, in a fifth of a second; nothing of it is stored. What the arrays
mean is what `phone_loops` does with them.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberDesc

from fanal.model.phone_patterns import parsed
from fanal.model.phone_prefixes import Prefixes
from fanal.model.phone_states import ALL, States

Numbers = npt.NDArray[np.int32]

_TYPES = (
    "premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail", "fixed_line",
    "mobile",
)  # fmt: skip
#: More digits than any number has that is read, with what a rule puts before it.
DIGITS = 32
#: What a length says of a dialled number: not one of the plan, one of it, or longer than all of it.
WRONG, POSSIBLE, TOO_LONG = range(3)
LETTERS = 26
#: The longest text that a rule puts before a number.
_PUT_BEFORE = 4


class Plans(NamedTuple):
    """All plans. A plan is of one region, or of a calling code of no region; -1 stands for none.

    Attributes:
        of_code: shape (1000,), the main plan of a calling code.
        of_region: shape (26 * 26,), the plan of a region by its two letters.
        main: the main plan of each plan's calling code.
        code: the calling code of each plan; code_digits, how many digits it has.
        general: the state before what each plan has in common for all its numbers.
        valid: the state before the valid numbers of each plan's calling code, in whatever region.
        region: the state that leads to the number in `regions`, plus one, of the region that a number belongs to.
        lengths: shape (plans, DIGITS), WRONG, POSSIBLE or TOO_LONG.
        after, value: see States.table.
        national: the first state of the machine that takes the national prefix off, 0 for none.
        abroad: the same for the international prefix.
        rule: shape (plans, 5), how many digits the plan's rule puts before the last group, and these; -1 for no rule.
        prefix_after, prefix_match: see Prefixes.table.
    """

    of_code: Numbers
    of_region: Numbers
    main: Numbers
    code: Numbers
    code_digits: Numbers
    general: Numbers
    valid: Numbers
    region: Numbers
    lengths: npt.NDArray[np.int8]
    after: Numbers
    value: Numbers
    national: Numbers
    abroad: Numbers
    rule: npt.NDArray[np.int8]
    prefix_after: Numbers
    prefix_match: npt.NDArray[np.int8]


def metadata_of(code: int, region: str) -> PhoneMetadata:
    """The numbering plan of a region, or of a calling code of no region. Raises LookupError."""
    found = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if found is None:
        raise LookupError(f"no metadata for +{code} {region}")
    return found


def _listed() -> Iterator[tuple[int, str]]:
    """Calling code and region of every plan, in the library's order: the main region of a code first."""
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            yield code, region


#: The region of each plan.
REGIONS = tuple(region for _, region in _listed())


@cache
def plans() -> Plans:
    """The numbering plans of the installed phonenumbers library.

    Raises:
        ValueError: a pattern or rule of it uses what none used before.
    """
    listed = list(_listed())
    described = [metadata_of(code, region) for code, region in listed]
    states, prefixes = States(), Prefixes()
    of_code, of_region = np.full(1000, -1, np.int32), np.full(LETTERS * LETTERS, -1, np.int32)
    for plan in reversed(range(len(listed))):
        code, region = listed[plan]
        of_code[code] = plan
        if region in phonenumbers.SUPPORTED_REGIONS:
            of_region[place_of(region)] = plan
    main = of_code[[code for code, _ in listed]]
    general = [_numbers(states, _plan(metadata)) for metadata in described]
    valid, region_of = _by_code(states, main, described, general)
    after, value = states.table()
    national = [_first(prefixes, each.national_prefix_for_parsing) for each in described]
    abroad = [_first(prefixes, each.international_prefix) for each in described]
    prefix_after, prefix_match = prefixes.table()
    codes = np.array([code for code, _ in listed], np.int32)
    code_digits = np.array([len(str(code)) for code, _ in listed], np.int32)
    return Plans(
        of_code, of_region, main, codes, code_digits, np.array(general, np.int32),
        valid, region_of, np.array([_lengths(each) for each in described], np.int8), after, value,
        np.array(national, np.int32), np.array(abroad, np.int32),
        np.array([_rule(each) for each in described], np.int8), prefix_after, prefix_match,
    )  # fmt: skip


def place_of(region: str) -> int:
    """Where two capital letters stand in `Plans.of_region`."""
    return (ord(region[0]) - ord("A")) * LETTERS + ord(region[1]) - ord("A")


def _plan(metadata: PhoneMetadata) -> PhoneNumberDesc:
    """What all numbers of the region have in common."""
    if metadata.general_desc is None:
        raise LookupError(f"no numbering plan of {metadata.id}")
    return metadata.general_desc


def _numbers(states: States, described: PhoneNumberDesc) -> int:
    return states.numbers(parsed(str(described.national_number_pattern))[0])


def _valid(states: States, metadata: PhoneMetadata, general: int) -> int:
    """The numbers that match the general description and one type of the region."""
    found = []
    for name in _TYPES:
        described: PhoneNumberDesc | None = getattr(metadata, name)
        skipped = name == "mobile" and metadata.same_mobile_and_fixed_line_pattern
        if described and described.national_number_pattern and not skipped:
            numbers = _numbers(states, described)
            found.append(states.sized(numbers, described.possible_length) if described.possible_length else numbers)
    return states.both(states.sized(general, _plan(metadata).possible_length), states.either(found))


def _by_code(
    states: States, main: Numbers, described: list[PhoneMetadata], general: list[int]
) -> tuple[Numbers, Numbers]:
    """See Plans.valid and Plans.region: the first region of a code that a number begins like, or is valid in."""
    valid, region = np.zeros((2, len(main)), np.int32)
    for plan in reversed(range(len(main))):
        metadata, first = described[plan], main[plan]
        here = _valid(states, metadata, general[plan])
        where = states.beginning(parsed(metadata.leading_digits)[0]) if metadata.leading_digits else here
        if np.count_nonzero(main == first) == 1:
            where = ALL
        valid[first] = states.chosen(where, here, int(valid[first]))
        region[first] = states.chosen(where, states.constant(plan + 1), int(region[first]))
    return valid[main], region[main]


def _first(prefixes: Prefixes, pattern: str | None) -> int:
    return prefixes.first(pattern) if pattern else 0


def _lengths(metadata: PhoneMetadata) -> list[int]:
    """What each length says: one for use within a town alone counts as wrong, longer than all or not."""
    known, local = _plan(metadata).possible_length, _plan(metadata).possible_length_local_only
    found = [POSSIBLE if n in known else TOO_LONG if n > max(known) else WRONG for n in range(DIGITS)]
    return [WRONG if n in local else said for n, said in enumerate(found)]


def _rule(metadata: PhoneMetadata) -> list[int]:
    """See Plans.rule."""
    rule = metadata.national_prefix_transform_rule
    if not rule:
        return [-1] * (1 + _PUT_BEFORE)
    groups = parsed(str(metadata.national_prefix_for_parsing))[1]
    found = re.fullmatch(rf"([0-9]{{0,{_PUT_BEFORE}}})\\{groups}", rule)
    if not found:
        raise ValueError(f"unknown in a numbering plan: {rule}")
    return [len(found[1]), *map(int, found[1].ljust(_PUT_BEFORE, "0"))]
