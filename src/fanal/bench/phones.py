"""Telephone numbers of all regions for `bench resolve`: valid and not, in the forms in which evidence has them."""

from itertools import cycle
from random import Random

import phonenumbers

from fanal.model.phone_plans import metadata_of

_TYPES = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager", "uan")


def written(count: int, seed: int) -> list[str]:
    """So many distinct numbers of every region and calling code, those of one region together.

    Half of them are made of a region's example with its last digits drawn anew, mostly valid; the others of drawn
    digits of a length that the region has, mostly not. Forms: `+34 ...`, `0034...`, and in national form
    with the country before it, `ES:...`, where there is one.
    """
    random = Random(seed)  # noqa: S311  a sample, no secret
    plans = [(phonenumbers.country_code_for_region(region), region) for region in phonenumbers.SUPPORTED_REGIONS]
    plans += [(code, "") for code in phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS]
    found: dict[str, tuple[int, str]] = {}
    for plan in cycle(sorted(plans)):
        found[_form(random, *plan, _digits(random, *plan))] = plan
        if len(found) == count:
            break
    return sorted(found, key=lambda value: found[value])


def _digits(random: Random, code: int, region: str) -> str:
    metadata = metadata_of(code, region or "001")
    kinds = [getattr(metadata, name) for name in _TYPES]
    examples = [str(kind.example_number) for kind in kinds if kind and kind.example_number]
    if examples and random.getrandbits(1):
        drawn = random.randrange(1, 6)
        return random.choice(examples)[:-drawn] + "".join(random.choices("0123456789", k=drawn))
    lengths = metadata.general_desc.possible_length if metadata.general_desc else (8,)
    length = random.choice(lengths) + random.choice((0, 0, 0, 1, -1))
    return "".join(random.choices("0123456789", k=max(length, 4)))


def _form(random: Random, code: int, region: str, digits: str) -> str:
    spaced, double_zero, plus, national = range(4)
    form = random.choices((spaced, double_zero, plus, national), (4, 2, 1, 3))[0]
    if form == spaced:
        return f"+{code} {digits[:3]} {digits[3:]}"
    if form == double_zero:
        return f"00{code}{digits}"
    if form == plus or not region:
        return f"+{code}{digits}"
    prefix = metadata_of(code, region).national_prefix or ""
    return f"{region}:{random.choice(('', prefix))}{digits[:4]}-{digits[4:]}"
