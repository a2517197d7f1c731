"""identities.csv: one line an identity, safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula (it begins with = + - @ or their wide forms) gets an
apostrophe in front, phone numbers like +34... included; control characters become blanks. The Parquet
tables beside it hold the values as they are.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

from fanal.exchange.selection import Selection

_FORMULA = r"^\s*[=+\-@＝＋－＠]"  # noqa: RUF001  the wide forms are meant
_CONTROL = r"[\x00-\x1f\x7f]+"
COLUMNS = (
    "rank",
    "identity",
    "country_is",
    "other_countries",
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
)


def guarded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of text in which no cell is a formula to a spreadsheet; NULL becomes an empty cell."""
    compute = pa.compute
    clean = compute.fill_null(compute.replace_substring_regex(column, _CONTROL, " "), "")
    marked = compute.binary_join_element_wise("'", clean, "")
    return compute.if_else(compute.match_substring_regex(clean, _FORMULA), marked, clean)


def write_sheet(path: Path, selection: Selection, country: str) -> None:
    """Write one country's identities.csv: UTF-8, comma, text quoted, in rank order."""
    rows = selection.of("sheet", country, "rank").select(list(COLUMNS))
    for place, name in enumerate(COLUMNS):
        if pa.types.is_string(rows.schema.field(name).type):
            rows = rows.set_column(place, name, guarded(rows.column(name)))
    pc.write_csv(rows, path, pc.WriteOptions(quoting_style="needed"))
