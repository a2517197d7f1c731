"""Bank accounts and national identity numbers. Numbers that mean something only inside one country carry its code."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.language import mark
from fanal.model.kind import Kind, in_sql, plain, plain_sql
from fanal.model.kinds_hashes import matrix

# Length of the IBAN by country, from the registry of ISO 13616.
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    "YE": 30,
}  # fmt: skip
_IBAN = "|".join(f"{country}[0-9]{{2}}[A-Z0-9]{{{length - 4}}}" for country, length in sorted(IBAN_LENGTHS.items()))
_LOCAL_ACCOUNT = "[A-Z]{2}:[0-9A-Z]{5,34}"
_NATIONAL = "[A-Z]{2}:[0-9A-Z]{4,24}"
_LONGEST = max(IBAN_LENGTHS.values())


def _bare(value: str) -> str:
    text = plain(value)
    return re.sub(r"[ ./\-]", "", text).upper() if text.isascii() else ""


def iban_holds(iban: str) -> bool:
    """Whether the check digits of an IBAN (upper case, no spaces) hold (ISO 7064, modulo 97)."""
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def _bank_account(value: str) -> str | None:
    bare = _bare(value)
    if re.fullmatch(_LOCAL_ACCOUNT, bare):
        return bare
    return bare if re.fullmatch(_IBAN, bare) and iban_holds(bare) else None


def _finish_bank(norms: pa.Array) -> pa.Array:
    """NULL where an IBAN's check digits do not hold."""
    ibans = pc.fill_null(pc.invert(pc.match_substring(norms, ":")), fill_value=False)
    rows = pc.filter(norms, ibans)
    if not len(rows):
        return norms
    turned = pc.binary_join_element_wise(pc.utf8_slice_codeunits(rows, 4), pc.utf8_slice_codeunits(rows, 0, 4), "")
    text = matrix(turned, _LONGEST)
    rest = np.zeros(len(rows), np.int64)
    for i in range(_LONGEST):
        c = text[:, i].astype(np.int64)
        digit, letter = (c >= ord("0")) & (c <= ord("9")), c >= ord("A")
        rest = np.where(digit, rest * 10 + c - ord("0"), np.where(letter, rest * 100 + c - ord("A") + 10, rest)) % 97
    checked = pc.if_else(pa.array(rest == 1), rows, pa.scalar(None, pa.string()))
    return pc.replace_with_mask(norms, ibans, checked)


def _national_id(value: str) -> str | None:
    bare = _bare(value)
    return bare if re.fullmatch(_NATIONAL, bare) else None


def _query(pattern: str, source: str) -> str:
    # Letters outside ASCII are left out first: some of them turn into ASCII by upper().
    bare = "regexp_replace(upper(v), '[ ./\\-]', '', 'g')"
    ascii_only = f"SELECT i, {plain_sql('value')} AS v FROM {source}"
    inner = f"SELECT i, CASE WHEN regexp_matches(v, '^[\\x00-\\x7f]*$') THEN {bare} END AS v FROM ({ascii_only})"
    kept = f"CASE WHEN regexp_matches(v, '^(?:{pattern})$') THEN v END"
    return f"SELECT i, {kept} AS norm FROM ({inner})"


BANK_ACCOUNT = Kind(
    name="bank_account",
    label=mark("Bank account"),
    reason=mark(
        "An IBAN whose check digits hold, or a national account number with its country: `US:021000021/123456789`."
        " A bare number is not "
        "normalised, since two banks may both have it."
    ),
    links=True,
    examples=(
        ("BE68 5390 0754 7034", "BE68539007547034"),
        ("be68-5390-0754-7034", "BE68539007547034"),
        ("BE69 5390 0754 7034", None),
        ("US:021000021/123456789", "US:021000021123456789"),
        ("123456789", None),
    ),
    norms=in_sql(lambda source: _query(f"{_IBAN}|{_LOCAL_ACCOUNT}", source), _finish_bank),
    normalise=_bank_account,
)

NATIONAL_ID = Kind(
    name="national_id",
    label=mark("National identity number"),
    reason=mark(
        "A number of an identity document with its country, `ES:12345678-Z`, without separators; a number without "
        "country is not normalised."
    ),
    links=True,
    examples=(("es:12345678-Z", "ES:12345678Z"), ("BE: 85.07.30-033.28", "BE:85073003328"), ("12345678Z", None)),
    norms=in_sql(lambda source: _query(_NATIONAL, source)),
    normalise=_national_id,
)
