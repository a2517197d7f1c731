"""Persons' records to persons: a provider's customers, the answers to a request, registers; with typing errors.

Records are prepared (plain text, words of names, parts of dates), blocked on keys (`record_keys`), weighed by a
model trained on them (`linkage_model`) and gathered (`record_groups`). What comes out is a proposal for people
to look at; nothing here merges online identities.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from fanal.analyse.coherence import Ints
from fanal.analyse.linkage_levels import PERSON, Comparison
from fanal.analyse.linkage_model import Model, Plan, Scored, link
from fanal.analyse.record_groups import FLOOR, gather
from fanal.analyse.record_keys import with_keys

_S = pa.string()
#: What a record may tell; each is text or NULL. `born` is YYYY-MM-DD, checked by nobody.
FIELDS = (
    "given", "family", "full_name", "born", "document", "postcode", "place", "street", "street_more", "house",
    "occupation",
)  # fmt: skip
#: Words that stand before, between or behind names and are none; with them, every word that begins with a digit.
TITLES = frozenset(
    (
        "sir", "dame", "lord", "lady", "baron", "baroness", "baronet", "earl", "count", "countess", "duke", "duchess",
        "marquess", "viscount", "prince", "princess", "dr", "mr", "mrs", "ms", "miss", "prof", "rev", "reverend", "hon",
        "of", "the", "and", "de", "la", "von", "van", "der", "den",
    )
)  # fmt: skip
#: A comparison of a column that fewer records tell than this share cannot be trained; it is left out.
FEWEST_TOLD = 0.05
#: Of people, one in 365 is born on 1 January; a register where more than this share are writes it for "unknown".
NEW_YEARS = 0.02
#: Pairs that agree in all of these are almost surely one person's; they are taken to be so many of the true ones.
LIKELY = (("whole", "born"), ("born", "postcode"), ("document", "born"))
RECALL = 0.5
#: Pairs this much below the floor still speak against a group: they are weighed too.
_BELOW = 12.0


@dataclass(frozen=True)
class Linked:
    """What was found.

    Attributes:
        group: for each record, the place of the first record of its group.
        pairs: candidate pairs that speak for one person, with their weights.
        model: with which they were weighed.
    """

    group: Ints
    pairs: Scored
    model: Model


def link_records(records: pa.Table, *, across: bool = False) -> Linked:
    """Which records are one person's.

    Args:
        records: columns of FIELDS, text; those left out are told by nobody. With `across` also `source`. Sorted
            by something that stays, since the order is part of the result.
        across: compare only records of two sources.

    Raises:
        NotTrained: too few records to learn from.
    """
    table = with_keys(prepared(records))
    plan = Plan(told(table), _sessions(table), _likely(table), RECALL, across)
    model, pairs = link(table, plan, FLOOR - _BELOW)
    return Linked(gather(len(table), pairs), pairs, model)


def prepared(records: pa.Table) -> pa.Table:
    """The records in plain letters, with the columns that levels and keys read."""
    empty = pa.nulls(len(records), _S)

    def column(name: str) -> pa.Array:
        return records[name].combine_chunks().cast(_S) if name in records.column_names else empty

    text = {name: plain(column(name)) for name in FIELDS if name != "born"}
    given, family, words = _names(text["given"], text["family"], text["full_name"])
    born = column("born")
    made = {
        "given": given,
        "family": family,
        "whole": pc.binary_join_element_wise(given, family, " "),
        "words": words,
        "born": born,
        "born_year": pc.utf8_slice_codeunits(born, 0, 4),
        "only_year": _only_year(born),
        "district": _districts(text["postcode"]),
        **{name: text[name] for name in FIELDS[4:]},
    }
    if "source" in records.column_names:
        made["source"] = records["source"]
    return pa.table(made)


def plain(texts: pa.Array) -> pa.Array:
    """Small letters and digits without accents, single spaces between; NULL for nothing."""
    bare = pc.replace_substring_regex(
        pc.utf8_normalize(pc.utf8_lower(texts), "NFD"), pattern=r"\p{Mn}+", replacement=""
    )
    bare = pc.utf8_trim_whitespace(pc.replace_substring_regex(bare, pattern=r"[^\p{L}\p{N}]+", replacement=" "))
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, _S), bare)


def told(table: pa.Table) -> tuple[Comparison, ...]:
    """The comparisons that enough records tell something for."""
    least = max(2, FEWEST_TOLD * len(table))
    return tuple(one for one in PERSON if len(table) - table[one.needs[0]].null_count >= least)


def _sessions(table: pa.Table) -> tuple[tuple[str, ...], ...]:
    """Name, date and a third of what the records tell: each comparison is trained in two of three sessions."""
    third = next((name for name in ("document", "postcode", "place") if name in _names_of(told(table))), None)
    return (("whole",), ("born",), *(((third,),) if third else ()))


def _likely(table: pa.Table) -> tuple[tuple[str, ...], ...]:
    known = _names_of(told(table))
    return tuple(columns for columns in LIKELY if all(name == "whole" or name in known for name in columns))


def _names_of(comparisons: tuple[Comparison, ...]) -> set[str]:
    return {one.name for one in comparisons}


def _only_year(born: pa.Array) -> pa.Array:
    """Whether a date says no more than its year: 1 January, where a register writes it for a day it does not know."""
    first = pc.fill_null(pc.ends_with(born, pattern="-01-01"), fill_value=False)
    told = len(born) - born.null_count
    often = pc.sum(first.cast(pa.int64())).as_py() or 0
    return first if often > NEW_YEARS * told else pa.array([False] * len(born))


def _districts(postcodes: pa.Array) -> pa.Array:
    """What stands before the last space of a postcode; NULL where there is none."""
    district = pc.replace_substring_regex(postcodes, pattern=" [^ ]*$", replacement="")
    return pc.if_else(pc.equal(district, postcodes), pa.scalar(None, _S), district)


def _names(given: pa.Array, family: pa.Array, full: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Given and family names without titles, filled from the full name; and all words of two letters or more."""
    out: tuple[list[str | None], list[str | None], list[list[str] | None]] = ([], [], [])
    for parts in zip(given.to_pylist(), family.to_pylist(), full.to_pylist(), strict=True):
        first, last, rest = ([w for w in (one or "").split(" ") if _is_name(w)] for one in parts)
        if not last and len(rest) > 1:
            last = rest[-1:]
        if not first and len(rest) > 1:
            first = rest[:1]
        out[0].append(" ".join(first) or None)
        out[1].append(" ".join(last) or None)
        out[2].append(sorted({w for w in (*first, *last, *rest) if len(w) > 1}) or None)
    return pa.array(out[0], _S), pa.array(out[1], _S), pa.array(out[2], pa.list_(_S))


def _is_name(word: str) -> bool:
    return bool(word) and word not in TITLES and not word[0].isdigit()
