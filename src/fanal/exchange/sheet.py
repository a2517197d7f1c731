"""identities.csv: one line an identity, safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula (it begins with = + - @ or their wide forms) gets an
apostrophe in front, phone numbers like +34... included; control characters become blanks. The Parquet
tables beside it hold the values as they are. Reasons against stand beside reasons for, in the recipient's language.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

from fanal.analyse.explain import said_for
from fanal.base.language import mark, speaking
from fanal.exchange.selection import Selection

_FORMULA = r"^\s*[=+\-@＝＋－＠]"  # noqa: RUF001  the wide forms are meant
_CONTROL = r"[\x00-\x1f\x7f]+"
#: What speaks for and against the accounts being one holder's, and the country being this one.
REASONS = ("together_for", "together_against", "country_for", "country_against")
SIDES = {"for": mark("for"), "against": mark("against")}
COLUMNS = (
    "rank",
    "identity",
    "country_is",
    "other_countries",
    "held_by_others",
    "flags",
    "roles",
    "reasons",
    "accounts",
    "usernames",
    "emails",
    "phones",
    "crypto_addresses",
    "other_identifiers",
    "first_seen",
    "last_seen",
    *REASONS,
)


def guarded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of text in which no cell is a formula to a spreadsheet; NULL becomes an empty cell."""
    compute = pa.compute
    clean = compute.fill_null(compute.replace_substring_regex(column, _CONTROL, " "), "")
    marked = compute.binary_join_element_wise("'", clean, "")
    return compute.if_else(compute.match_substring_regex(clean, _FORMULA), marked, clean)


def in_words(column: str, names: str | None) -> str:
    """The reasons of one cell of REASONS as sentences, in the language in force."""
    about, role = column.split("_")
    step = "resolve" if about == "together" else "attribute"
    return " ".join(said_for(step, role, name) for name in (names or "").split())


def write_sheet(path: Path, selection: Selection, country: str, language: str) -> None:
    """Write one country's identities.csv: UTF-8, comma, text quoted, in rank order; reasons in that language."""
    rows = selection.of("sheet", country, "rank").select(list(COLUMNS))
    with speaking(language):
        for name in REASONS:
            place = COLUMNS.index(name)
            coded = rows.column(name).combine_chunks().dictionary_encode()
            words = pa.array([in_words(name, names) for names in coded.dictionary.to_pylist()], pa.string())
            rows = rows.set_column(place, name, words.take(coded.indices))
    for place, name in enumerate(COLUMNS):
        if pa.types.is_string(rows.schema.field(name).type):
            rows = rows.set_column(place, name, guarded(rows.column(name)))
    pc.write_csv(rows, path, pc.WriteOptions(quoting_style="needed"))
