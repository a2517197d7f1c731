"""Telephone numbers in E.164, by libphonenumber's own metadata compiled into SQL.

One CASE per country calling code, its regular expressions as literals: the engine compiles them
once, so a column costs a microsecond a number where the library needs thirty. The library itself
is the reference. Whether a number is in use is not known here, and numbers are recycled: that
speaks in `resolve`.
"""

import re
from collections.abc import Callable, Iterable

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import PhoneMetadata, PhoneNumberDesc

from fanal.base.language import mark
from fanal.model.kind import Kind, Sql, literal, numbered, plain, plain_sql, select

_SEPARATORS = "[ ().,/\u2010-\u2015\u2212-]"
_SHAPE = r"(?:([A-Za-z]{2}):)?(\+?)([0-9]{4,24})"
_TYPES = (
    "premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail", "fixed_line",
    "mobile",
)  # fmt: skip
# Compiling one country's rules costs about what the library needs for so many numbers.
RARE = 1000
# No more than so many values of a column are handed to the library.
AT_MOST = 10_000
MAIN_REGION = {str(code): regions[0] for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()}


def _phone(value: str) -> str | None:
    found = re.fullmatch(_SHAPE, re.sub(_SEPARATORS, "", re.sub(r"(?i)^tel:", "", plain(value))))
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


def metadata_of(code: int, region: str) -> PhoneMetadata:
    """The numbering plan of a region, or of a calling code of no region. Raises LookupError."""
    found = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if found is None:
        raise LookupError(f"no metadata for +{code} {region}")
    return found


def _whole(column: str, pattern: str) -> str:
    return f"regexp_matches({column}, {literal(f'^(?:{pattern})$')})"


def starts(column: str, pattern: str) -> str:
    """SQL: the column begins as the pattern says."""
    return f"regexp_matches({column}, {literal(f'^(?:{pattern})')})"


def _sized(column: str, lengths: Iterable[int]) -> str:
    return f"length({column}) IN ({', '.join(str(n) for n in sorted(lengths))})"


def _general(column: str, metadata: PhoneMetadata) -> str:
    return _whole(column, str(_plan(metadata).national_number_pattern))


def _plan(metadata: PhoneMetadata) -> PhoneNumberDesc:
    """What all numbers of the region have in common."""
    if metadata.general_desc is None:
        raise LookupError(f"no numbering plan of {metadata.id}")
    return metadata.general_desc


def is_of_some_type(column: str, metadata: PhoneMetadata) -> str:
    """SQL: the national number matches the general description and one type of the region."""
    by_lengths: dict[tuple[int, ...], list[str]] = {}
    for name in _TYPES:
        described: PhoneNumberDesc | None = getattr(metadata, name)
        skipped = name == "mobile" and metadata.same_mobile_and_fixed_line_pattern
        if described and described.national_number_pattern and described.possible_length != (-1,) and not skipped:
            by_lengths.setdefault(described.possible_length, []).append(described.national_number_pattern)
    tests = [
        f"({_sized(column, lengths)} AND {_whole(column, '|'.join(dict.fromkeys(patterns)))})"
        for lengths, patterns in by_lengths.items()
    ]
    return f"(({' OR '.join(tests)}) AND {_general(column, metadata)})"


def _valid(column: str, code: int) -> str:
    """SQL: the national number is valid in the region of the calling code that it belongs to."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    known = {region: is_of_some_type(column, metadata_of(code, region)) for region in regions}
    if len(regions) == 1:
        return known[regions[0]]
    cases = []
    for region in regions:
        digits = metadata_of(code, region).leading_digits
        cases.append(
            f"WHEN {starts(column, digits)} THEN {known[region]}" if digits else f"WHEN {known[region]} THEN TRUE"
        )
    return f"CASE {' '.join(cases)} ELSE FALSE END"


def _without_prefix(column: str, metadata: PhoneMetadata) -> str | None:
    """SQL: the number after the national prefix is taken off or turned round; None where there is none."""
    prefix = metadata.national_prefix_for_parsing
    if not prefix:
        return None
    at_start = literal(f"^(?:{prefix})")
    bare = f"regexp_replace({column}, {at_start}, '')"
    rule = metadata.national_prefix_transform_rule
    if not rule:
        return bare
    last = re.compile(prefix).groups
    return (
        f"CASE WHEN regexp_extract({column}, {at_start}, {last}) <> '' "
        f"THEN regexp_replace({column}, {at_start}, {literal(rule)}) ELSE {bare} END"
    )


def _stripped_if_better(column: str, metadata: PhoneMetadata) -> str:
    """SQL: without national prefix, unless that turns a viable number into one that is not."""
    bare = _without_prefix(column, metadata)
    if bare is None:
        return column
    kept = f"{_general(column, metadata)} AND NOT {_general(f'({bare})', metadata)}"
    begins = starts(column, str(metadata.national_prefix_for_parsing))
    return f"CASE WHEN {begins} AND NOT ({kept}) THEN {bare} ELSE {column} END"


def _national(column: str, metadata: PhoneMetadata) -> str:
    """SQL: the national significant number, as the library's parser makes it from what was dialled."""
    bare = _without_prefix(column, metadata)
    if bare is None:
        return column
    lengths = _plan(metadata).possible_length
    local = set(_plan(metadata).possible_length_local_only)
    possible = f"({_sized(f'({bare})', set(lengths) - local)} OR length({bare}) > {max(lengths)})"
    kept = f"{_general(column, metadata)} AND NOT {_general(f'({bare})', metadata)}"
    begins = starts(column, str(metadata.national_prefix_for_parsing))
    return f"CASE WHEN {begins} AND NOT ({kept}) AND {possible} THEN {bare} ELSE {column} END"


def _dialled(column: str, region: str) -> str:
    """SQL: a number dialled in a region as `+` and international digits, or `=` and digits already without prefix."""
    metadata = metadata_of(0, region)
    code = str(metadata.country_code)
    main = MAIN_REGION[code] == region
    cases = []
    if metadata.international_prefix:
        abroad = literal(f"^(?:{metadata.international_prefix})")
        rest = f"regexp_replace({column}, {abroad}, '')"
        cases.append(f"WHEN regexp_matches({column}, {abroad}) AND left({rest}, 1) <> '0' THEN '+' || {rest}")
    after = f"substr({column}, {len(code) + 1})"
    potential = _stripped_if_better(after, metadata)
    better = f"(NOT {_general(column, metadata)} AND {_general(f'({potential})', metadata)})"
    longest = max(_plan(metadata).possible_length)
    cases.append(
        f"WHEN starts_with({column}, '{code}') AND ({better} OR length({column}) > {longest}) "
        f"THEN '+{code}' || ({potential})"
    )
    here = f"'+{code}' || {column}" if main else f"'={code}' || ({_national(column, metadata)})"
    return f"CASE {' '.join(cases)} ELSE {here} END"


def tree(column: str, keys: Iterable[str], make: Callable[[str], str], default: str) -> str:
    """SQL: a CASE over keys, by their first letter first, so that a row meets few comparisons."""
    by_first: dict[str, list[str]] = {}
    for key in sorted(keys):
        by_first.setdefault(key[0], []).append(key)
    branches = []
    for first, members in by_first.items():
        inner = " ".join(f"WHEN '{key}' THEN {make(key)}" for key in members)
        branches.append(f"WHEN '{first}' THEN CASE {column} {inner} ELSE {default} END")
    return f"CASE left({column}, 1) {' '.join(branches)} ELSE {default} END"


def _national_stage(codes: Iterable[str]) -> str:
    """SELECT list: without national prefix, where the number still has it."""
    prefixed = [c for c in codes if metadata_of(int(c), MAIN_REGION[c]).national_prefix_for_parsing]
    if not prefixed:
        return "i, c, n"
    made = tree("c", prefixed, lambda c: _national("n", metadata_of(int(c), MAIN_REGION[c])), "n")
    return f"i, c, CASE WHEN done = '=' THEN n ELSE {made} END AS n"


def _shaped(source: str) -> str:
    """SELECT: region hint, digits, and `s` where the number is international already."""
    bare = f"regexp_replace(regexp_replace({plain_sql('value')}, '(?i)^tel:', ''), {literal(_SEPARATORS)}, '', 'g')"
    shape = literal(f"^{_SHAPE}$")
    parts = ", ".join(f"regexp_extract(v, {shape}, {n}) AS {name}" for n, name in enumerate(("hint", "sign", "d"), 1))
    abroad = "CASE WHEN sign <> '' THEN '+' || d WHEN hint = '' AND starts_with(d, '00') THEN '+' || substr(d, 3) END"
    return (
        f"SELECT i, upper(hint) AS region, d, {abroad} AS s FROM "
        f"(SELECT i, {parts} FROM (SELECT i, {bare} AS v FROM {source}))"
    )


def coded(source: str) -> str:
    """SELECT: calling code `c`, the rest `n`, and whether the prefix is off already."""
    by_size = {n: ", ".join(f"'{c}'" for c in sorted(MAIN_REGION) if len(c) == n) for n in (1, 2, 3)}
    code = " ".join(f"WHEN substr(s, 2, {n}) IN ({listed}) THEN substr(s, 2, {n})" for n, listed in by_size.items())
    parts = "i, c, left(s, 1) AS done, substr(s, length(c) + 2) AS n"
    return f"SELECT {parts} FROM (SELECT i, s, CASE {code} END AS c FROM {source})"


def few(keys: pa.Array, room: int) -> list[str]:
    """Keys rare enough that the library is quicker than compiling their rules: the rarest, `room` rows at most."""
    counted = sorted((row["counts"], row["values"]) for row in pc.value_counts(keys.drop_null()).to_pylist())
    chosen = []
    for count, key in counted:
        room -= count
        if count > RARE or room < 0:
            break
        chosen.append(key)
    return chosen


def _international(values: pa.Array, engine: Sql) -> tuple[pa.Array, pa.Array]:
    """Numbers with calling code (`+`) or without prefix already (`=`), and which values the library has to read."""
    shaped = select(numbered(values), engine, _shaped).combine_chunks()
    region, s = shaped["region"].combine_chunks(), shaped["s"].combine_chunks()
    local = pc.and_(pc.is_null(s), pc.is_in(region, pa.array(sorted(phonenumbers.SUPPORTED_REGIONS))))
    regions = pc.filter(region, local)
    rare = few(regions, AT_MOST)
    by_library = pc.and_(local, pc.is_in(region, pa.array(rare, pa.string())))
    by_rules = pc.and_not(local, by_library)
    frequent = sorted(set(regions.unique().to_pylist()) - set(rare))
    if frequent:
        dialled = tree("region", frequent, lambda r: _dialled("d", r), "NULL")
        made = select(shaped.filter(by_rules), engine, lambda source: f"SELECT i, {dialled} AS s FROM {source}")
        s = pc.replace_with_mask(s, by_rules, made["s"].combine_chunks())
    return s, by_library


def _norms(values: pa.Array, engine: Sql) -> pa.Array:
    """Normal forms of a column: rules of the frequent countries in SQL, the rest through the library."""
    s, by_library = _international(values, engine)
    parts = select(pa.table({"i": np.arange(len(s)), "s": s}), engine, coded)
    codes = parts["c"].combine_chunks()
    rare = few(codes, AT_MOST - (pc.sum(by_library).as_py() or 0))
    by_library = pc.or_(by_library, pc.is_in(codes, pa.array(rare, pa.string())))
    by_rules = pc.and_not(pc.is_valid(codes), by_library)
    found = pa.nulls(len(values), pa.string())
    frequent = sorted(set(codes.drop_null().unique().to_pylist()) - set(rare))
    if frequent:
        valid = tree("c", frequent, lambda c: _valid("n", int(c)), "FALSE")
        verdict = f"SELECT i, CASE WHEN {valid} THEN '+' || c || n END AS norm"
        national = _national_stage(frequent)
        made = select(parts.filter(by_rules), engine, lambda name: f"{verdict} FROM (SELECT {national} FROM {name})")
        found = pc.replace_with_mask(found, by_rules, made["norm"].combine_chunks())
    asked = [_phone(value) for value in pc.filter(values, by_library).to_pylist()]
    return pc.replace_with_mask(found, by_library, pa.array(asked, pa.string()))


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
