"""Telephone numbers in E.164, by libphonenumber's own metadata.

The library itself is the reference, and reads short columns. Long ones are read by compiled loops over the same
metadata as arrays (`phone_columns`). Whether a number is in use is not known here, and numbers are recycled: that
speaks in `resolve`.
"""

import re

import phonenumbers
import pyarrow as pa

from fanal.base.language import mark
from fanal.model.kind import Kind, Sql, plain

SEPARATORS = ((0x20, 0x20), (0x28, 0x29), (0x2C, 0x2F), (0x2010, 0x2015), (0x2212, 0x2212))
#: About what the library reads while the arrays are made and the loops loaded: a second where countries are mixed.
FEW = 5_000
_SEPARATOR = re.compile("[" + "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in SEPARATORS) + "]")
_SHAPE = r"(?:([A-Za-z]{2}):)?(\+?)([0-9]{4,24})"


def _phone(value: str) -> str | None:
    found = re.fullmatch(_SHAPE, _SEPARATOR.sub("", re.sub(r"(?i)^tel:", "", plain(value))))
    if not found:
        return None
    region, sign, digits = (found[1] or "").upper() or None, found[2], found[3]
    if sign or (region is None and digits.startswith("00")):
        region, digits = None, "+" + (digits if sign else digits[2:])
    elif region not in phonenumbers.SUPPORTED_REGIONS:
        return None
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None


def _norms(values: pa.Array, _: Sql) -> pa.Array:
    """Normal forms of a column."""
    if len(values) <= FEW:
        return pa.array([_phone(value) for value in values.to_pylist()], pa.string())
    from fanal.model.phone_columns import norms  # noqa: PLC0415  half a second, that only long columns pay

    return norms(values)


PHONE = Kind(
    name="phone",
    label=mark("Phone"),
    reason=mark(
        "A telephone number in international form, valid by the numbering plan of its country. A number in "
        "national form needs its country before it: "
        "`ES:600 000 000`; without one it has no normal form, since many countries have such a number."
    ),
    links=True,
    examples=(
        ("+34 612 34 56 78", "+34612345678"),
        ("0034612345678", "+34612345678"),
        ("ES:612 34 56 78", "+34612345678"),
        ("+44 (0)7400 123456", "+447400123456"),
        ("GB:07400 123456", "+447400123456"),
        ("\u202a+32\u00a0470\u00a012\u201134\u201156\u202c", "+32470123456"),
        ("612345678", None),
        ("+34 12", None),
    ),
    norms=_norms,
    normalise=_phone,
)
