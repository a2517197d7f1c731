"""The country that a telephone number belongs to, by its calling code and, where several share one, its digits.

A number's country is where it was issued. Where its user sits is for `attribute` to weigh.
"""

import phonenumbers
import pyarrow as pa

from fanal.model.kinds_phone import FEW

_NOWHERE = phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY


def phone_country(norm: str) -> str | None:
    """The reference: the country of one number in E.164, by the library; None for numbers of no country."""
    region: str | None = phonenumbers.region_code_for_number(phonenumbers.parse(norm))
    return None if region == _NOWHERE else region


def phone_countries(norms: pa.Array) -> pa.Array:
    """The countries of normalised numbers, in their order; NULL for numbers of no country.

    Args:
        norms: valid numbers in E.164, without NULLs.

    Returns:
        ISO 3166 alpha-2 codes.
    """
    if len(norms) <= FEW:
        return pa.array([phone_country(norm) for norm in norms.to_pylist()], pa.string())
    from fanal.model.phone_columns import countries  # noqa: PLC0415  see kinds_phone

    return countries(norms)
