"""Series of media in a package: near-duplicates that its identities used, by digests, with grades that officers gave.

Only media that accounts of the same package used are named; of the rest of a series the number leaves. Whether a hash
list knows it stays here: that word would pass the list on. A series' id says nothing of its media.
"""

from collections.abc import Iterator

import pyarrow as pa

from fanal.analyse.ids import IDENTITY_DIGITS, content_id_sql, literal
from fanal.engine.statements import fill, load
from fanal.exchange.selection import Selection
from fanal.model.hash_lists import ILLEGAL

_S, _I = pa.string(), pa.int64()
#: Table to its columns, as packages carry them.
SERIES: dict[str, pa.Schema] = {
    "series": pa.schema(
        [
            ("series", _S),
            ("media", _I),
            ("media_here", _I),
            ("first_at", pa.timestamp("us")),
            ("other_countries", _I),
            ("used_in", _S),
            ("graded", _S),
        ]
    ),
    "series_media": pa.schema([("series", _S), ("media", _S), ("md5", _S), ("sha1", _S), ("sha256", _S)]),
    "series_grade": pa.schema([("series", _S), ("agency", _S), ("category", _S), ("opinion", _S), ("media", _I)]),
    "identity_series": pa.schema([("identity", _S), ("series", _S), ("media", _I)]),
}


def series_selects(selection: Selection) -> Iterator[tuple[str, pa.Schema, str]]:
    """Each table of SERIES with the SELECT that cuts it by country; none where the step has not run."""
    needed = ("media_series", "series", "media_grade")
    if not all(selection.snapshot.files(name) for name in needed):
        return
    sql = load("fanal.exchange", "series.sql")
    places = {
        "id": f"substr({content_id_sql(literal('series'), 't.series')}, 1, {IDENTITY_DIGITS})",
        "illegal": ", ".join(literal(word) for word in ILLEGAL),
    }
    for name in ("used_series", "told_series_grade", "told_series"):
        selection.engine.define(name, fill(sql[name], **places))
    for table, schema in SERIES.items():
        order = ", ".join(f'"{name}" NULLS FIRST' for name in ("to_country", *schema.names))
        yield table, schema, f"SELECT * FROM ({sql[f'sent_{table}']}) AS sent ORDER BY {order}"
