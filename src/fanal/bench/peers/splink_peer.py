"""Links a set of persons' records with Splink, as the examples of its documentation configure it.

Facts from the examples "Deduplicating the febrl3 dataset", "Linking the febrl4 datasets" (the detailed
model) and "Linking a dataset of real historical persons" of Splink's documentation: rules, comparisons,
recall, samples, and the thresholds at which they predict or cluster. Seeds are added, so that it repeats.

Usage: splink_peer.py SET OUT FILE...   writes pairs of record ids, one a line, a tab between.
"""

import json
import logging
import sys
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

logging.disable(logging.WARNING)
SEED = 2
FEBRL = (
    "SELECT trim(rec_id) AS rec_id, {columns} FROM read_csv('{path}', all_varchar = true, header = true, "
    "delim = ',', quote = '', names = ['rec_id', 'given_name', 'surname', 'street_number', 'address_1', 'address_2', "
    "'suburb', 'postcode', 'state', 'date_of_birth', 'soc_sec_id'])"
)
COLUMNS = ("given_name", "surname", "street_number", "address_1", "postcode", "state", "date_of_birth", "soc_sec_id")


def febrl(path: str) -> str:
    """A SELECT of one FEBRL file, cells trimmed, empty ones NULL."""
    columns = ", ".join(f"nullif(trim({name}), '') AS {name}" for name in COLUMNS)
    return FEBRL.format(columns=columns, path=path.replace("'", "''"))


def train(linker: Linker, likely: list, recall: float, pairs: float, sessions: list, fast: bool) -> None:
    """Prior, u and m, in the documentation's order."""
    linker.training.estimate_probability_two_random_records_match(likely, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=SEED)
    for rule in sessions:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=fast)


def febrl3(path: str) -> tuple[Linker, duckdb.DuckDBPyConnection]:
    """The deduplication example."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    api = DuckDBAPI(connection=con)
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on(name) for name in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")
        ],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
    )
    linker = Linker(api.register(con.sql(febrl(path))), settings)
    swapped = "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"
    likely = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth"), swapped]
    train(linker, likely, 0.9, 1e6, [block_on("date_of_birth"), block_on("postcode")], fast=False)
    return linker, con


def febrl4(path_a: str, path_b: str) -> tuple[Linker, duckdb.DuckDBPyConnection]:
    """The linking example, its detailed model."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    api = DuckDBAPI(connection=con)
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
    )
    linker = Linker([api.register(con.sql(febrl(path))) for path in (path_a, path_b)], settings)
    likely = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    train(linker, likely, 0.8, 1e6, [block_on("date_of_birth"), block_on("postcode")], fast=True)
    return linker, con


def historical(path: str) -> tuple[Linker, duckdb.DuckDBPyConnection]:
    """The example of historical persons."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    api = DuckDBAPI(connection=con)
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison(
                "first_name", "surname", forename_surname_concat_col_name="first_name_surname_concat"
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
    )
    quoted = path.replace("'", "''")
    table = con.sql(
        f"SELECT *, first_name || ' ' || surname AS first_name_surname_concat FROM read_parquet('{quoted}')"
    )
    linker = Linker(api.register(table), settings)
    likely = [
        block_on("first_name", "surname", "dob"),
        block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
        block_on("dob", "postcode_fake"),
    ]
    train(linker, likely, 0.6, 1e7, [block_on("first_name", "surname"), block_on("dob")], fast=True)
    return linker, con


def main(name: str, out: str, *files: str) -> None:
    """Link, write the pairs that the example would call links, and say how many."""
    if name == "febrl3":
        linker, con = febrl3(*files)
        linked = linker.inference.predict(threshold_match_probability=0.2)
        sql = f"SELECT rec_id_l, rec_id_r FROM {linked.physical_name}"
    else:
        linker, con = febrl4(*files) if name == "febrl4" else historical(*files)
        predicted = linker.inference.predict(threshold_match_probability=0.2 if name == "febrl4" else None)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=0.99 if name == "febrl4" else 0.95
        )
        key = "rec_id" if name == "febrl4" else "unique_id"
        sql = (
            f"SELECT a.{key}, b.{key} FROM {clusters.physical_name} AS a JOIN {clusters.physical_name} AS b "
            f"ON a.cluster_id = b.cluster_id AND a.{key} < b.{key}"
        )
    rows = con.sql(sql).fetchall()
    Path(out).write_text("".join(f"{a}\t{b}\n" for a, b in rows), encoding="utf-8")
    json.dump({"pairs": len(rows)}, sys.stdout)


main(*sys.argv[1:])
