"""`fanal doctor`: what this installation is and whether it works. It needs no node and no officer."""

import importlib.metadata
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import typer

from fanal.analyse.compiling import compile_loops
from fanal.base.errors import FanalError
from fanal.base.language import mark
from fanal.cli.output import Format, rows
from fanal.cli.session import Form, Session
from fanal.evidence.isolation import Limits, command
from fanal.evidence.look import compile_loop as compile_look
from fanal.media.compiling import compile_loops as compile_fingerprints
from fanal.model.places import provenance
from fanal.read.examples import read_examples
from fanal.read.mapping_casts import compile_loops as compile_casts
from fanal.read.registry import READERS
from fanal.work.keys import key_warnings

PACKAGES = ("duckdb", "pyarrow", "numba", "django", "pyrage", "cryptography", "typst")
OUTSIDE = ("age", "ssh-keygen", "sha256sum")


def doctor_command(ctx: typer.Context, form: Form = Format.text) -> None:
    """Examine the installation."""
    session: Session = ctx.obj
    found = [*_examine(), *_case_store(session), *_keys(session)]
    rows(found, ("what", "found", "works"), form, words=("what", "found"))
    if not all(row["works"] for row in found):
        raise typer.Exit(1)


def _examine() -> list[dict[str, Any]]:
    found = [
        _row("Fanal", importlib.metadata.version("fanal")),
        _row("Python", sys.version.split()[0], works=sys.version_info >= (3, 11)),
        _row(mark("processors"), str(len(os.sched_getaffinity(0)))),
    ]
    found += [_row(name, importlib.metadata.version(name)) for name in PACKAGES]
    found += _databases()
    for part in ("ip_country", "ip_asn", "disposable_mail"):
        made = provenance(part)
        found.append(_row(part.replace("_", " "), f"{made.name} {made.version}"))
    isolation = _isolation()
    found.append(_row(mark("isolation of readers"), isolation, works=isolation != "none"))
    with ThreadPoolExecutor(1) as beside:  # the readers' loops are compiled in their children, the others here
        readers = beside.submit(_readers)
        for compile_some in (compile_loops, compile_fingerprints, compile_casts, compile_look):
            compile_some()
        found.append(readers.result())
    # These check a package without Fanal; Fanal itself does not need them.
    found += [_row(name, shutil.which(name) or mark("not on the path")) for name in OUTSIDE]
    return found


def _keys(session: Session) -> list[dict[str, Any]]:
    """What somebody should see to about the keys of the node, where there is one and an officer may look."""
    try:
        return [_row(mark("keys"), line) for line in key_warnings(session.actor, session.node)]
    except FanalError:
        return []


def _case_store(session: Session) -> list[dict[str, Any]]:
    """The database of the node that is named, or that one stands in; without one, none is opened."""
    try:
        found = session.case_store
    except FanalError as e:
        return [_row(mark("case store"), e.line(), works=False)]
    return [_row(mark("case store"), found)] if found else []


def _databases() -> list[dict[str, Any]]:
    """What a case store can be kept in; the driver of PostgreSQL is an extra."""
    try:
        driver = f"psycopg {importlib.metadata.version('psycopg')}"
    except importlib.metadata.PackageNotFoundError:
        driver = mark("driver not installed")
    return [_row("SQLite", sqlite3.sqlite_version), _row("PostgreSQL", driver)]


def _readers() -> dict[str, Any]:
    """Every reader reads its first example, in its own process; this compiles the kernels too."""
    with tempfile.TemporaryDirectory(prefix="fanal-doctor-") as folder:
        wrong = [name for name, right in read_examples(Path(folder)) if not right]
    return _row(mark("readers read their examples"), ", ".join(wrong) or str(len(READERS)), works=not wrong)


def _isolation() -> str:
    """How a reader's process is cut off here: namespace, hook, or none where it does not even start."""
    child = subprocess.run(
        command("fanal.evidence.isolation:tell", Limits()), capture_output=True, text=True, check=False, timeout=60
    )
    return child.stdout or "none"


def _row(what: str, found: str, *, works: bool = True) -> dict[str, Any]:
    return {"what": what, "found": found, "works": works}
