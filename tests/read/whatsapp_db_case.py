"""Reads a WhatsApp database made by SQL through the real sink, for the tests of its readers."""

import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from whatsapp_case import EXHIBIT, Outcome

from fanal.read.contract import Source
from fanal.read.sink import LakeSink
from fanal.read.sqlite_examples import database


def read(reader, script, name, beside=None, **options):
    """Read the database that a script makes; `beside` are scripts of files beside it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "scratch").mkdir()
        path = folder / "exhibit"
        path.write_bytes(database(script))
        files = {}
        for other, text in (beside or {}).items():
            files[other] = folder / other
            files[other].write_bytes(database(text))
        source = Source(path, name, EXHIBIT, folder / "scratch", options=options, beside=files)
        with LakeSink(EXHIBIT, folder / "lake") as sink:
            reader.read(source, sink)
            account = sink.close()
        tables = {table: pq.read_table(paths[0]).to_pylist() for table, paths in sink.files.items()}
    return Outcome(tables, account)


def remarks(outcome, locator):
    """What is remarked of one row."""
    return {row["key"]: row["value"] for row in outcome.rows("remark") if row["locator"] == locator}
