"""The parts that `bench resolve` measures do what the steps do."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.bench.resolve_work import clusters, identities, places, read
from fanal.lake.parquet import write_table
from fanal.lake.writer import writing
from fanal.model.tables import BY_NAME


def lake(folder: Path) -> Path:
    """Three accounts, two of them with one mailbox, and a login of each."""
    place = {"exhibit": 1, "locator": "x"}
    rows = {
        "account": [{**place, "obs": n, "account": f"kx:{n}"} for n in range(3)],
        "identifier": [
            {**place, "obs": 10 + n, "account": f"kx:{n}", "kind": "email", "norm": f"a{n // 2}@example.org"}
            for n in range(3)
        ],
        "login": [
            {**place, "obs": 20 + n, "account": f"kx:{n}", "ip": ip} for n, ip in enumerate(("81.240.0.1", "x", None))
        ],
    }
    with writing(folder) as writer:
        files = {}
        for name, table in rows.items():
            path = writer.path(f"{name}-1")
            write_table(path, pa.Table.from_pylist(table, BY_NAME[name].schema))
            files[name] = [path]
        writer.add_exhibit(1, files, {})
        writer.commit()
    return folder


def test_identities_are_counted_where_resolve_hands_them_over(tmp_path: Path) -> None:
    told = identities(lake(tmp_path), tmp_path)
    assert told["note"] == "identities: 2"
    assert told["units"] == read(tmp_path, tmp_path)["units"] == 6


def test_logins_are_counted_by_country(tmp_path: Path) -> None:
    assert places(lake(tmp_path), tmp_path / "out")["units"] == 2
    assert json.loads((tmp_path / "out").read_text()) == {"BE": 1, "": 1}


def test_clusters_are_those_of_the_links(tmp_path: Path) -> None:
    links = pa.table({"a": pa.array([0, 4, 1], pa.int64()), "b": pa.array([1, 3, 4], pa.int64())})
    pq.write_table(links.replace_schema_metadata({"n": "6"}), tmp_path / "links")
    clusters(tmp_path / "links", tmp_path / "out")
    assert json.loads((tmp_path / "out").read_text()) == [3, 4]
