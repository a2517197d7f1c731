"""Commands killed at random moments: nothing half-written is ever seen, and the next run makes up for it."""

import hashlib
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connections
from whole_case import GRADED, TERMS, Case, lake_files, small_platform, typed, written_grades

from fanal.base.digests import sha256_file
from fanal.cases.models.exchange import Package
from fanal.cases.node import find_node, load_node
from fanal.evidence.register import Register
from fanal.exchange.bag import verify_bag
from fanal.lake.snapshot import read_current

KILLS = 10
#: Kills in one node before the command is left to end.
IN_A_ROW = 5
#: `python -m fanal`, waiting after its imports for the word to begin: a kill then falls into the work.
WAITING = (
    "import runpy, sys, fanal.cli.demo, fanal.cli.package, fanal.cli.add, fanal.cli.run\n"
    "sys.stdout.write('ready\\n'); sys.stdout.flush(); sys.stdin.readline()\n"
    "runpy.run_module('fanal', run_name='__main__', alter_sys=True)\n"
)


class Started:
    """One process of the program, its imports done."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WAITING, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def begin(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdout.readline()
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def took(self) -> float:
        """Let it end; returns its seconds."""
        self.begin()
        began = time.monotonic()
        _, said = self.process.communicate()
        assert self.process.returncode == 0, said
        return time.monotonic() - began

    def killed_after(self, seconds: float) -> None:
        self.begin()
        time.sleep(seconds)
        self.stop()

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


def content(folder: Path) -> dict[str, tuple[int, str]]:
    """Rows and a digest over the sorted rows of every Parquet table below a folder, by the table's name."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.parquet")):
        found.setdefault(path.stem, []).extend(str(row) for row in pq.read_table(path).to_pylist())
    return {
        name: (len(rows), hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()) for name, rows in found.items()
    }


def lake_content(node: Path) -> dict[str, tuple[int, str]]:
    """The same for the tables of the current snapshot alone."""
    snapshot = read_current(node / "lake/small")
    rows = {
        name: sorted(str(row) for file in snapshot.files(name) for row in pq.read_table(file).to_pylist())
        for name in snapshot.tables
    }
    return {name: (len(of), hashlib.sha256("\n".join(of).encode()).hexdigest()) for name, of in rows.items()}


def renewed(node: Path, original: Path) -> None:
    """Put a copy of the original in the node's place; the store of the one before is let go."""
    connections["default"].close()
    shutil.rmtree(node, ignore_errors=True)
    shutil.copytree(original, node)


def sound(node: Path) -> None:
    """What can be seen of the node is whole: its snapshot, its register, its packages; and `status` works."""
    snapshot = read_current(node / "lake/small")
    for entries in snapshot.tables.values():
        for entry in entries:
            assert entry.path.endswith(".parquet")
            assert sha256_file(snapshot.root / entry.path) == entry.sha256
    for exhibit in Register(node / "evidence").exhibits("small"):
        if exhibit.stored:
            assert sha256_file(node / "evidence" / exhibit.path) == exhibit.sha256
    said = typed("-C", node, "status", "--format", "json")
    assert said.code == 0, said.err
    assert said.json["snapshot"] == snapshot.number
    load_node(find_node(node))
    for package in Package.objects.all():
        assert verify_bag(node / package.folder) == package.digest
    for folder in (node / "packages").glob("small/small-*"):
        if folder.is_dir():
            verify_bag(folder)


@pytest.fixture(scope="module")
def made(whole: Case, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Nodes before `add`, before `run`, before `package build`, and after it: nobody disturbed."""
    folder = tmp_path_factory.mktemp("kill")
    node = folder / "node"
    dump, mapping = small_platform(folder)
    grades, scale = written_grades(folder, 1, 2)
    assert typed("init", node, "--agency", "Unit 7", "--country", "NL", "--demo").code == 0
    steps: list[tuple[str, list[tuple[object, ...]]]] = [
        (
            "add",
            [
                ("peer", "add", whole.path("belgium.card")),
                ("peer", "assess", "BE", *TERMS),
                ("op", "new", "small", "--title", "T", "--legal-basis", "B"),
                ("op", "threshold", whole.path("platform") / "threshold.toml"),
                ("media", "grades", grades, *GRADED, scale),
            ],
        ),
        ("run", [("add", dump, "--mapping", mapping)]),
        ("build", [("run",)]),
        ("end", [("package", "build", "BE")]),
    ]
    places = {"dump": dump, "mapping": mapping}
    for name, calls in steps:
        for call in calls:
            said = typed("-C", node, *call)
            assert said.code == 0, said.err
        connections["default"].close()
        places[name] = shutil.copytree(node, folder / name)
    yield places
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after", "seed"), [("add", "run", 1), ("run", "build", 2), ("build", "end", 3)])
def test_a_killed_command_leaves_what_was_and_the_next_one_makes_up_for_it(
    made: dict[str, Path], tmp_path: Path, before: str, after: str, seed: int
) -> None:
    node = tmp_path / "node"
    call = {
        "add": ("add", str(made["dump"]), "--mapping", str(made["mapping"])),
        "run": ("run",),
        "build": ("package", "build", "BE"),
    }[before]
    arguments = ("-C", str(node), *call)
    old, new = lake_content(made[before]), lake_content(made[after])
    renewed(node, made[before])
    duration = Started(arguments).took()
    renewed(node, made[before])
    chance = random.Random(seed)
    waiting = Started(arguments)
    for kill in range(1, KILLS + 1):
        begun, waiting = waiting, Started(arguments)
        begun.killed_after(chance.uniform(0, duration))
        sound(node)
        seen = lake_content(node)
        assert seen in (old, new)
        if kill % IN_A_ROW and (seen == old or before == "build"):
            continue
        said = typed("-C", node, *call)
        assert said.code == 0, said.err
        sound(node)
        assert lake_content(node) == new
        assert content(node / "packages") == content(made[after] / "packages")
        assert typed("-C", node, "check").code == 0
        assert typed("-C", node, "audit", "verify", "--format", "json").json["holds"]
        assert not [path for path in lake_files(node) if path.endswith((".new", ".part"))]
        assert len(Register(node / "evidence").exhibits()) == len(Register(made[after] / "evidence").exhibits())
        renewed(node, made[before])
    waiting.stop()
