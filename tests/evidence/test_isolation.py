"""The walls around a child process. What a whole reader meets behind them is in tests/read/test_child.py."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from fanal.evidence.isolation import Limits, command, environment, resident

SEALED = """
import os, resource, socket, sys
from fanal.evidence import isolation
limits = {limits}
isolation._leave_network = lambda libc: {closed}
print(isolation.seal_off(limits))
print(resource.getrlimit(resource.RLIMIT_CORE)[1], resource.getrlimit(resource.RLIMIT_NOFILE)[1])
for refused in (socket.socket, lambda: os.system("true"), os.fork):
    try:
        refused()
    except PermissionError as e:
        print(e)
"""


LISTING = """
import json, sys
import pyarrow as pa
import pyarrow.dataset
from fanal.engine.duck import Duck
def serve(closed):
    with Duck() as engine:
        engine.bind("one", pa.table({"a": pa.array(["x"])}))
        engine.rows("SELECT * FROM one")
    json.dump(sorted(sys.modules), sys.stdout)
"""


def sealed(closed, parent):
    code = SEALED.format(limits={**asdict(Limits(open_files=64)), "parent": parent}, closed=closed)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_where_the_kernel_refuses_a_namespace_python_closes_the_network():
    run = sealed(closed=False, parent=os.getpid())
    assert run.stdout.split() == ["hook", "0", "64", "socket.__new__", "os.system", "os.fork"]


def test_where_the_kernel_grants_one_it_says_so():
    assert sealed(closed=True, parent=os.getpid()).stdout.split()[0] == "namespace"


def test_a_child_whose_parent_is_gone_does_not_begin():
    run = sealed(closed=False, parent=1)
    assert (run.returncode, run.stdout) == (1, "")


def test_a_lean_child_finds_neither_pandas_nor_scipy_from_its_first_import_on(tmp_path):
    (tmp_path / "listing.py").write_text(LISTING)
    run = subprocess.run(
        command("listing:serve", Limits(), lean=True),
        env={**environment(tmp_path), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(json.loads(run.stdout))
    assert modules & {"pandas", "scipy"} == set()
    assert {"pyarrow.dataset", "duckdb"} <= modules


def test_no_secret_of_the_environment_reaches_the_child(monkeypatch):
    monkeypatch.setenv("FANAL_TEST_SECRET", "pass phrase")
    monkeypatch.setenv("LANG", "fr_BE.UTF-8")
    kept = environment(Path("scratch"))
    assert "FANAL_TEST_SECRET" not in kept
    assert (kept["LANG"], kept["TMPDIR"]) == ("fr_BE.UTF-8", "scratch")


def test_resident_memory_is_what_a_process_holds_for_itself():
    before = resident(os.getpid())
    held = np.ones(8 << 20)
    assert resident(os.getpid()) - before > held.nbytes // 2


def test_a_process_that_is_gone_holds_nothing():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert resident(process.pid) == 0
