"""The rows behind a package: every table cut down to the included accounts, one pass over each.

Minimal by rule, not by choice: no raw URL, no media, perceptual fingerprints and text of messages only where the
plan allows them, and nothing that names an account outside the same package. Certainty leaves in words: whatever is
a probability, or would give one back, stays.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from fanal.analyse.origin import WORDS
from fanal.exchange.selection import Selection
from fanal.exchange.series import series_selects
from fanal.lake.parquet import TableFile, schema_of
from fanal.model.tables import BY_NAME, GRADE

_HASHED_URL = "CASE WHEN t.url IS NOT NULL THEN 'sha256:' || sha256(t.url) END"
_SAME_PACKAGE = (
    "CASE WHEN EXISTS (SELECT 1 FROM included_account AS b WHERE b.account = t.by_account "
    "AND b.to_country = s.to_country) THEN t.by_account END"
)
# Canonical tables that are cut by account, with what stands in place of a column.
BY_ACCOUNT: dict[str, dict[str, str]] = {
    "account": {},
    "identifier": {},
    "login": {},
    "membership": {"by_account": _SAME_PACKAGE},
    "message": {"body": "CASE WHEN s.bodies THEN t.body END"},
    "share": {},
    "payment": {},
    "link": {"url": _HASHED_URL},
}
# Results of other agencies' steps: they are not ours to pass on.
RECEIVED = "received_"
# What a hash list says of a medium: to name the medium beside it would pass the list on.
OF_LISTS = ("match_finding",)
BY_KEY = {"channel": "included_channel", "media": "included_media"}
CANONICAL = (*BY_ACCOUNT, *BY_KEY)
BY_IDENTITY = (
    "identity",
    "identity_account",
    "identity_country",
    "identity_origin",
    "identity_role",
    "identity_rank",
    "identity_threshold",
    "lead",
)
_CERTAINTY = " ".join(f"WHEN t.probability >= {least} THEN '{word}'" for least, word in WORDS)
# Columns of results that stay here; what a support weighs is left as the order of reasons in identities.csv.
_STAYING = {
    "identity_country": "probability",
    "identity_origin": "probability",
    "identity_role": "score",
    "identity_rank": "score",
    "_finding": "score",
    "_support": "weight",
}
# What takes the place of such a column.
_INSTEAD = {"identity_country": ("words", f"CASE {_CERTAINTY} END")}
# What examiners of this node graded, of media in the same package. What a list or another agency says stays here.
_GRADES = (
    "SELECT DISTINCT s.to_country, t.media, t.agency, t.opinion FROM media_graded AS t "
    "JOIN included_media AS s ON s.media = t.media LEFT JOIN exhibit_told AS o ON o.exhibit = t.obs >> 40 "
    "WHERE t.source = 'examiner' AND NOT coalesce(o.withheld, FALSE)"
)
PDQ = pa.schema(
    [
        ("media", pa.string()),
        ("at_s", pa.float64()),
        ("pdq", pa.string()),
        ("quality", pa.int64()),
        ("variant", pa.string()),
    ]
)


def _canonical_select(table: str) -> str:
    replaced = BY_ACCOUNT.get(table, {})
    columns = ", ".join(f'{replaced.get(name, f"t.{name}")} AS "{name}"' for name in BY_NAME[table].schema.names)
    source, key = ("included_account", "account") if table in BY_ACCOUNT else (BY_KEY[table], table)
    joined = f'SELECT s.to_country, {columns} FROM "{table}" AS t JOIN {source} AS s ON s.{key} = t.{key}'
    return f"{joined} ORDER BY s.to_country, t.obs"


def _columns_of(table: str, schema: pa.Schema) -> tuple[pa.Schema, str]:
    """The columns of a result as they leave, and the expressions that give them."""
    staying = _STAYING.get(table, _STAYING.get(table[table.rfind("_") :]))
    fields = [field for field in schema if field.name != staying]
    written = [f't."{field.name}"' for field in fields]
    if table in _INSTEAD:
        name, expression = _INSTEAD[table]
        fields.append(pa.field(name, pa.string()))
        written.append(f'{expression} AS "{name}"')
    return pa.schema(fields), ", ".join(written)


def _result_select(table: str, columns: str) -> str:
    if table == "lead":
        source = "lead AS t JOIN sent_lead AS s ON s.lead = t.lead"
    elif table in BY_IDENTITY:
        source = f'"{table}" AS t JOIN included AS s ON s.identity = t.identity'
    elif table.endswith("_finding"):
        # A value may be the key of another account: then that account must be in the same package.
        source = (
            f'"{table}" AS t JOIN included_subject AS s ON s.subject = t.subject '
            "LEFT JOIN included_subject AS v ON v.subject = t.value AND v.to_country = s.to_country "
            "LEFT JOIN known_account AS known ON known.account = t.value "
            "WHERE known.account IS NULL OR v.subject IS NOT NULL"
        )
    else:
        finding = table.removesuffix("_support") + "_finding"
        source = f'"{table}" AS t JOIN "sent_{finding}" AS s ON s.finding = t.finding'
    return f"SELECT s.to_country, {columns} FROM {source}"


def selects(selection: Selection) -> Iterator[tuple[str, pa.Schema, str]]:
    """Each table that packages carry, its columns, and the SELECT that cuts it by country."""
    snapshot = selection.snapshot
    for table in CANONICAL:
        if snapshot.files(table):
            yield table, BY_NAME[table].schema, _canonical_select(table)
    found = [n for n in sorted(snapshot.tables) if n.endswith("_finding") and not n.startswith(RECEIVED)]
    findings = [name for name in found if name not in OF_LISTS]
    supports = [name.removesuffix("_finding") + "_support" for name in findings]
    for table in (*BY_IDENTITY, *findings, *supports):
        files = snapshot.files(table)
        if not files:
            continue
        schema, columns = _columns_of(table, schema_of(files[0]).remove_metadata())
        select = _result_select(table, columns)
        if table in findings:
            selection.engine.define(f"sent_{table}", select)
            select = f'SELECT * FROM "sent_{table}"'
        order = ", ".join(f'"{name}" NULLS FIRST' for name in ("to_country", *schema.names))
        yield table, schema, f"SELECT * FROM ({select}) AS sent ORDER BY {order}"
    yield from series_selects(selection)
    if snapshot.files("media_graded"):
        yield "grade", GRADE, f"SELECT * FROM ({_GRADES}) AS sent ORDER BY to_country, media, agency, opinion"
    if snapshot.files("fingerprint") and any(plan.perceptual for plan in selection.plans.values()):
        order = ", ".join(f'"{name}" NULLS FIRST' for name in ("to_country", *PDQ.names))
        yield "media_pdq", PDQ, f"SELECT * FROM media_pdq ORDER BY {order}"


def write_tables(selection: Selection, folders: Mapping[str, Path]) -> dict[str, dict[str, int]]:
    """Write every table of every package.

    Args:
        selection: who is included.
        folders: country to the folder of its Parquet files.

    Returns:
        Country to table to rows; a table without rows for a country has no file there.
    """
    rows: dict[str, dict[str, int]] = {country: {} for country in folders}
    for table, schema, select in selects(selection):
        file: TableFile | None = None
        current = ""
        for country, batch in selection.spread(select):
            if country != current or file is None:
                if file is not None:
                    file.close()
                file, current = TableFile(folders[country] / f"{table}.parquet", schema), country
            file.write(batch)
            rows[country][table] = file.rows
        if file is not None:
            file.close()
    return rows
