from pathlib import Path

import pytest
from desk_case import Desk
from desk_case import build as build_desk
from release_case import Pair
from release_case import build as build_pair
from whole_case import NODES, Case, built_once

from stores import Store, on_both

#: Tests of the case store: on SQLite and on PostgreSQL.
STORE_TESTS = (
    "backup", "corrections", "countries", "decisions", "emergency", "log", "long_work", "packages", "protection",
    "signals", "terms", "tips", "what_changed",
)  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of the case store run on both databases."""
    if metafunc.module.__name__.rpartition("test_")[2] in STORE_TESTS:
        on_both(metafunc)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Both cases, added and run; for reading only. All processes of one test run share it."""
    base = tmp_path_factory.getbasetemp()
    return built_once((base.parent if base.name.startswith("popen-") else base) / "whole-case")


@pytest.fixture
def case(whole: Case, store: Store, tmp_path: Path) -> Case:
    """A copy of both cases that the test may change."""
    copy = whole.copy(tmp_path)
    for name in NODES:
        store.own(copy.path(name))
    return copy


@pytest.fixture(scope="session")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A small case to decide on; for reading only."""
    return build_desk(tmp_path_factory.mktemp("desk") / "case")


@pytest.fixture
def desk(decided: Desk, store: Store, tmp_path: Path) -> Desk:
    """A copy of the small case that the test may change."""
    copy = decided.copy(tmp_path / "desk")
    store.own(copy.folder / "node")
    return copy


@pytest.fixture(scope="session")
def paired(decided: Desk, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The small case with a Belgian node, each pinned by the other; for reading only."""
    return build_pair(decided, tmp_path_factory.mktemp("pair"))


@pytest.fixture
def pair(paired: Pair, store: Store, tmp_path: Path) -> Pair:
    """A copy of both nodes that the test may change."""
    copy = paired.copy(tmp_path)
    for desk in (copy.desk, copy.unit):
        store.own(desk.folder / "node")
    return copy
