"""Telephone numbers in E.164, by libphonenumber's own metadata, a country at a time.

A country's regular expressions are compiled once for all its numbers in a column and run over them together
(RE2, in Arrow). One SQL expression of all countries took a column of all countries a hundred times as long:
it grows with every country, and each row meets it. The library itself is the reference. Whether a number is in
use is not known here, and numbers are recycled: that speaks in `resolve`.
"""

import re
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import PhoneMetadata, PhoneNumberDesc

from fanal.base.language import mark
from fanal.model.kind import Kind, Sql, literal, numbered, plain, plain_sql, select

Rows = npt.NDArray[np.int64]

_SEPARATORS = "[ ().,/\u2010-\u2015\u2212-]"
_SHAPE = r"(?:([A-Za-z]{2}):)?(\+?)([0-9]{4,24})"
_TYPES = (
    "premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail", "fixed_line",
    "mobile",
)  # fmt: skip
# One country's rules cost about what the library needs for so many numbers.
RARE = 5
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


def _matches(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(texts, pattern)


def starts(texts: pa.Array, pattern: str) -> pa.Array:
    """Which texts begin as the pattern says."""
    return _matches(texts, f"^(?:{pattern})")


def _sized(texts: pa.Array, lengths: Iterable[int]) -> pa.Array:
    return pc.is_in(pc.binary_length(texts), pa.array(sorted(lengths), pa.int32()))


def _longer(texts: pa.Array, length: int) -> pa.Array:
    return pc.greater(pc.binary_length(texts), length)


def _general(texts: pa.Array, metadata: PhoneMetadata) -> pa.Array:
    return _matches(texts, f"^(?:{_plan(metadata).national_number_pattern})$")


def _plan(metadata: PhoneMetadata) -> PhoneNumberDesc:
    """What all numbers of the region have in common."""
    if metadata.general_desc is None:
        raise LookupError(f"no numbering plan of {metadata.id}")
    return metadata.general_desc


def is_of_some_type(texts: pa.Array, metadata: PhoneMetadata) -> pa.Array:
    """Which national numbers match the general description and one type of the region."""
    by_lengths: dict[tuple[int, ...], list[str]] = {}
    for name in _TYPES:
        described: PhoneNumberDesc | None = getattr(metadata, name)
        skipped = name == "mobile" and metadata.same_mobile_and_fixed_line_pattern
        if described and described.national_number_pattern and described.possible_length != (-1,) and not skipped:
            by_lengths.setdefault(described.possible_length, []).append(described.national_number_pattern)
    found = pa.repeat(pa.scalar(value=False), len(texts))
    for lengths, patterns in by_lengths.items():
        typed = _matches(texts, f"^(?:{'|'.join(dict.fromkeys(patterns))})$")
        found = pc.or_(found, pc.and_(_sized(texts, lengths), typed))
    return pc.and_(found, _general(texts, metadata))


def _valid(texts: pa.Array, code: int) -> pa.Array:
    """Which national numbers are valid in the region of the calling code that they belong to."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    if len(regions) == 1:
        return is_of_some_type(texts, metadata_of(code, regions[0]))
    found = np.zeros(len(texts), np.bool_)
    open_ = np.arange(len(texts))
    for region in regions:
        metadata = metadata_of(code, region)
        rows = texts.take(pa.array(open_))
        known = _flags(is_of_some_type(rows, metadata))
        found[open_[known]] = True
        # A number that begins with a region's digits is that region's, valid or not.
        settled = _flags(starts(rows, metadata.leading_digits)) if metadata.leading_digits else known
        found[open_[settled]] = known[settled]
        open_ = open_[~settled]
    return pa.array(found)


def _flags(mask: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(mask.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _without_prefix(texts: pa.Array, metadata: PhoneMetadata) -> pa.Array | None:
    """The numbers after the national prefix is taken off or turned round; None where there is none."""
    prefix = metadata.national_prefix_for_parsing
    if not prefix:
        return None
    at_start = f"^(?:{prefix})"
    bare = pc.replace_substring_regex(texts, at_start, "", max_replacements=1)
    rule = metadata.national_prefix_transform_rule
    if not rule:
        return bare
    last = re.compile(prefix).groups
    held = pc.replace_substring_regex(texts, f"{at_start}.*$", rf"\{last}", max_replacements=1)
    turned = pc.and_(starts(texts, prefix), pc.not_equal(held, ""))
    return pc.if_else(turned, pc.replace_substring_regex(texts, at_start, rule, max_replacements=1), bare)


def _stripped_if_better(texts: pa.Array, metadata: PhoneMetadata) -> pa.Array:
    """Without national prefix, unless that turns a viable number into one that is not."""
    bare = _without_prefix(texts, metadata)
    return texts if bare is None else pc.if_else(_better(texts, bare, metadata), bare, texts)


def _better(texts: pa.Array, bare: pa.Array, metadata: PhoneMetadata) -> pa.Array:
    """Which numbers begin with the prefix, and are not viable with it alone."""
    kept = pc.and_not(_general(texts, metadata), _general(bare, metadata))
    return pc.and_not(starts(texts, str(metadata.national_prefix_for_parsing)), kept)


def _national(texts: pa.Array, metadata: PhoneMetadata) -> pa.Array:
    """The national significant numbers, as the library's parser makes them from what was dialled."""
    bare = _without_prefix(texts, metadata)
    if bare is None:
        return texts
    lengths = _plan(metadata).possible_length
    local = set(_plan(metadata).possible_length_local_only)
    possible = pc.or_(_sized(bare, set(lengths) - local), _longer(bare, max(lengths)))
    return pc.if_else(pc.and_(_better(texts, bare, metadata), possible), bare, texts)


def _dialled(texts: pa.Array, region: str) -> pa.Array:
    """Numbers dialled in a region as `+` and international digits, or `=` and digits already without prefix."""
    metadata = metadata_of(0, region)
    code = str(metadata.country_code)
    here = (
        _joined(f"+{code}", texts) if MAIN_REGION[code] == region else _joined(f"={code}", _national(texts, metadata))
    )
    after = pc.utf8_slice_codeunits(texts, len(code))
    potential = _stripped_if_better(after, metadata)
    better = pc.and_not(_general(potential, metadata), _general(texts, metadata))
    longest = max(_plan(metadata).possible_length)
    coded_already = pc.and_(pc.starts_with(texts, code), pc.or_(better, _longer(texts, longest)))
    found = pc.if_else(coded_already, _joined(f"+{code}", potential), here)
    if metadata.international_prefix:
        rest = pc.replace_substring_regex(texts, f"^(?:{metadata.international_prefix})", "", max_replacements=1)
        abroad = pc.and_not(starts(texts, metadata.international_prefix), pc.starts_with(rest, "0"))
        found = pc.if_else(abroad, _joined("+", rest), found)
    return found


def _joined(head: str, texts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(pa.scalar(head), texts, "")


def _verdict(parts: pa.Table, code: str) -> pa.Array:
    """Norms of one calling code's numbers, columns `n` and `done`; NULL where they are not valid."""
    n, region = parts["n"].combine_chunks(), MAIN_REGION[code]
    bare = _national(n, metadata_of(int(code), region))
    n = pc.if_else(pc.equal(parts["done"].combine_chunks(), "="), n, bare)
    return pc.if_else(_valid(n, int(code)), _joined(f"+{code}", n), pa.scalar(None, pa.string()))


def by_key(
    keys: pa.Array, mask: pa.Array, table: pa.Table, make: Callable[[pa.Table, str], pa.Array]
) -> tuple[Rows, pa.Array]:
    """Work on the rows of each key together.

    Args:
        keys: one a row of `table`.
        mask: which rows count; a NULL key counts nowhere.
        table: what `make` is given the rows of.
        make: from rows and their key to as many strings.

    Returns:
        The rows' numbers, and what was made of each.
    """
    rows = np.flatnonzero(_flags(pc.fill_null(pc.and_(mask, pc.is_valid(keys)), fill_value=False)))
    coded_keys = keys.take(pa.array(rows)).dictionary_encode()
    codes = np.asarray(coded_keys.indices.to_numpy())
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(coded_keys.dictionary) + 1))
    parts = [
        make(table.take(pa.array(rows[order[start:end]])), key)
        for start, end, key in zip(ends[:-1], ends[1:], coded_keys.dictionary.to_pylist(), strict=True)
    ]
    return rows[order], pa.concat_arrays([pa.nulls(0, pa.string()), *(part.cast(pa.string()) for part in parts)])


def put(texts: pa.Array, rows: Rows, made: pa.Array) -> pa.Array:
    """The texts with those of some rows replaced."""
    place = np.arange(len(texts))
    place[rows] = len(texts) + np.arange(len(rows))
    return pa.concat_arrays([texts, made]).take(pa.array(place))


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
    rare = few(pc.filter(region, local), AT_MOST)
    by_library = pc.and_(local, pc.is_in(region, pa.array(rare, pa.string())))
    by_rules = pc.and_not(local, by_library)
    rows, made = by_key(region, by_rules, shaped, lambda part, key: _dialled(part["d"].combine_chunks(), key))
    return put(s, rows, made), by_library


def _norms(values: pa.Array, engine: Sql) -> pa.Array:
    """Normal forms of a column: rules of the frequent countries together, the rest through the library."""
    s, by_library = _international(values, engine)
    parts = select(pa.table({"i": np.arange(len(s)), "s": s}), engine, coded)
    codes = parts["c"].combine_chunks()
    rare = few(codes, AT_MOST - (pc.sum(by_library).as_py() or 0))
    by_library = pc.or_(by_library, pc.is_in(codes, pa.array(rare, pa.string())))
    rows, made = by_key(codes, pc.invert(by_library), parts, _verdict)
    found = put(pa.nulls(len(values), pa.string()), rows, made)
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
