"""Connected components over links by Splink, on DuckDB; links and nodes are in memory before."""

import json
import logging
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from splink import DuckDBAPI
from splink.clustering import cluster_pairwise_predictions_at_threshold

logging.disable(logging.WARNING)
links = pq.read_table(sys.argv[1])
con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
con.register("given_nodes", pa.table({"id": range(int(links.schema.metadata[b"n"]))}))
con.register("given_links", links)
con.execute("CREATE TABLE nodes AS SELECT * FROM given_nodes").fetchall()
con.execute("CREATE TABLE links AS SELECT * FROM given_links").fetchall()
api = DuckDBAPI(connection=con)
began = time.process_time()
found = cluster_pairwise_predictions_at_threshold(
    api.register(con.table("nodes")) if hasattr(api, "register") else con.table("nodes"),
    api.register(con.table("links")) if hasattr(api, "register") else con.table("links"),
    db_api=api,
    node_id_column_name="id",
    edge_id_column_name_left="a",
    edge_id_column_name_right="b",
)
took = time.process_time() - began
query = (
    f"SELECT count(*), max(n) FROM (SELECT cluster_id, count(*) AS n FROM {found.physical_name} GROUP BY cluster_id)"
)
Path(sys.argv[2]).write_text(json.dumps(list(con.execute(query).fetchone())), encoding="ascii")
json.dump({"units": links.num_rows, "cpu_s": took}, sys.stdout)
