"""One part of the way from accounts to identities and countries, alone in a process, for `bench resolve`.

Usage: python -m fanal.bench.resolve_work WORK PATH OUT. It prints how many units there were and the processor
time of the work alone: what is loaded and compiled before it, and what is read to give a peer the same input, do
not count on either side.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.analyse.addresses import Addresses
from fanal.analyse.clusters import components
from fanal.analyse.compiling import compile_loops
from fanal.analyse.normalise import Normalise
from fanal.analyse.resolve import Resolve
from fanal.analyse.runner import bind, schemas
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.lake.snapshot import read_current
from fanal.model.inputs import Inputs
from fanal.model.kinds_phone import PHONE
from fanal.model.phone_columns import norms as phone_norms

#: What accounts are told to belong together by.
EVIDENCE = ("account", "identifier")
COLUMNS = {
    "account": "account, obs, created_at, stated_name, name_source, stated_birth_year, stated_country, language, "
    "username",
    "identifier": "account, kind, norm, relation, observed_at, obs",
}
_LAST = "resolve_cluster"


class _Clustered(Exception):
    pass


class _UntilClusters(Duck):
    """Ends a run of `resolve` where it hands over its clusters."""

    def bind(self, name: str, source: Any) -> None:
        super().bind(name, source)
        if name == _LAST:
            raise _Clustered


def phones(path: Path, out: Path) -> dict[str, Any]:
    """Normal forms of a file of numbers, one a line."""
    values = pa.array(path.read_text(encoding="utf-8").splitlines())
    phone_norms(values[:1])
    with Duck() as engine:
        began = time.process_time()
        norms = PHONE.norms(values, engine)
        took = time.process_time() - began
    out.write_text("".join(f"{norm or ''}\n" for norm in norms.to_pylist()), encoding="utf-8")
    return {"units": len(values), "cpu_s": took}


def read(path: Path, _: Path) -> dict[str, Any]:
    """The columns that `identities` goes by, out of the lake, and no more."""
    snapshot = read_current(path)
    with Duck() as engine:
        bind(engine, snapshot, EVIDENCE)
        began = time.process_time()
        rows = 0
        for table, columns in COLUMNS.items():
            rows += sum(batch.num_rows for batch in engine.batches(f"SELECT {columns} FROM {table}"))
        return {"units": rows, "cpu_s": time.process_time() - began}


def identities(path: Path, _: Path) -> dict[str, Any]:
    """From accounts and identifiers in the lake to clusters: what `normalise` and `resolve` do up to there."""
    compile_loops()
    snapshot = read_current(path)
    known = schemas()
    with _UntilClusters() as engine:
        bind(engine, snapshot, EVIDENCE)
        for name in {*Normalise.reads, *Resolve.reads} - set(EVIDENCE) - set(Normalise.writes):
            engine.bind(name, known[name].empty_table())
        for name in set(Resolve.reads) & set(Resolve.writes):
            engine.bind(f"previous_{name}", known[name].empty_table())
        began = time.process_time()
        Normalise().run(engine, Inputs())
        try:
            Resolve().run(engine, Inputs())
        except _Clustered:
            took = time.process_time() - began
        found = engine.rows(f"SELECT count(DISTINCT founder_id) AS n FROM {_LAST}")["n"][0].as_py()
    rows = sum(snapshot.rows(name) for name in EVIDENCE)
    return {"units": rows, "cpu_s": took, "note": f"identities: {found}"}


def clusters(path: Path, out: Path) -> dict[str, Any]:
    """Connected components over links that are in memory; `path` holds columns a and b and, as metadata, n."""
    links = pq.read_table(path)
    n = int((links.schema.metadata or {})[b"n"])
    components(3, np.array([0]), np.array([1]))
    began = time.process_time()
    # An array that Arrow lends may not be written to, which for the compiled loop is another type.
    founder = components(n, np.array(links["a"]), np.array(links["b"]))
    took = time.process_time() - began
    sizes = np.sort(np.bincount(founder, minlength=1))
    out.write_text(json.dumps([int((sizes > 0).sum()), int(sizes[-1])]), encoding="ascii")
    return {"units": len(links), "cpu_s": took}


def places(path: Path, out: Path) -> dict[str, Any]:
    """Country, network and anonymiser of every login in the lake."""
    compile_loops()
    sql = load("fanal.analyse", "normalise.sql")
    with Duck() as engine:
        bind(engine, read_current(path), ("login",))
        began = time.process_time()
        addresses = Addresses()
        codes = [addresses.codes(batch.column(0)) for batch in engine.batches("SELECT ip FROM login")]
        located, row_of = addresses.located()
        Normalise.place(engine, sql, located, Inputs())
        rows = np.concatenate([row_of[part[part != -1]] for part in codes])
        took = time.process_time() - began
        address = engine.rows("SELECT country FROM address ORDER BY ip_id")
    logins = np.bincount(rows, minlength=address.num_rows)
    told = pa.table({"country": address["country"], "n": logins}).group_by("country").aggregate([("n", "sum")])
    out.write_text(json.dumps({c or "": n for c, n in zip(*told.to_pydict().values(), strict=True)}), encoding="utf-8")
    return {"units": len(rows), "cpu_s": took, "note": f"addresses: {address.num_rows}"}


def links(path: Path, out: Path) -> dict[str, Any]:
    """Write what `clusters` and its peer read: the links of a lake after its run, and the number of accounts."""
    snapshot = read_current(path)
    query = (
        "SELECT a.account_id AS a, b.account_id AS b FROM identity_link AS l "
        "JOIN account_key AS a ON a.account = l.account_a JOIN account_key AS b ON b.account = l.account_b "
        "WHERE l.band = 'link' ORDER BY a, b"
    )
    with Duck() as engine:
        bind(engine, snapshot, ("identity_link", "account_key"))
        found = engine.rows(query)
    pq.write_table(found.replace_schema_metadata({"n": str(snapshot.rows("account_key"))}), out)
    return {"units": found.num_rows, "cpu_s": 0}


def ips(path: Path, out: Path) -> dict[str, Any]:
    """Write what the peer of `places` reads: the addresses of a lake's logins, one a line."""
    rows = 0
    with Duck() as engine, out.open("wb") as file:
        bind(engine, read_current(path), ("login",))
        for batch in engine.batches("SELECT ip || chr(10) AS line FROM login WHERE ip IS NOT NULL"):
            column = batch.column(0)
            file.write("".join(column.to_pylist()).encode())
            rows += len(column)
    return {"units": rows, "cpu_s": 0}


WORKS: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    work.__name__: work for work in (phones, read, identities, clusters, places, links, ips)
}


def main(arguments: Sequence[str]) -> None:
    """Do one of WORKS and print what it took."""
    work, path, out = arguments
    print(json.dumps(WORKS[work](Path(path), Path(out))))  # noqa: T201  this is the process's answer


if __name__ == "__main__":
    main(sys.argv[1:])
