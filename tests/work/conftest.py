from pathlib import Path

import pytest
from desk_case import Desk
from desk_case import build as build_desk
from release_case import Pair
from release_case import build as build_pair
from whole_case import Case, built_once

from fanal.cases.access import INSTALLER
from fanal.cases.session import DEMO_PASSPHRASE, acting_as
from fanal.work.nodes import add_officer, init_node
from fanal.work.operations import open_operation


@pytest.fixture
def node(tmp_path):
    return init_node(
        INSTALLER,
        tmp_path / "node",
        agency="Unit 7",
        country="BE",
        language="en",
        demo=True,
        officer="1",
        officer_name="",
        passphrase=DEMO_PASSPHRASE,
    )


@pytest.fixture
def first(node):
    return acting_as(node, "1")


@pytest.fixture
def second(node):
    return acting_as(node, "2")


@pytest.fixture
def analyst(node, first):
    add_officer(first, node, "3", "", ("analyst",), DEMO_PASSPHRASE)
    return acting_as(node, "3")


@pytest.fixture
def operation(node, first):
    return open_operation(first, node, "kx", "Operation", "order 1")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Both cases, added and run; for reading only. All processes of one test run share it."""
    base = tmp_path_factory.getbasetemp()
    return built_once((base.parent if base.name.startswith("popen-") else base) / "whole-case")


@pytest.fixture
def case(whole: Case, tmp_path: Path) -> Case:
    """A copy of both cases that the test may change."""
    return whole.copy(tmp_path)


@pytest.fixture(scope="session")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A small case to decide on; for reading only."""
    return build_desk(tmp_path_factory.mktemp("desk") / "case")


@pytest.fixture
def desk(decided: Desk, tmp_path: Path) -> Desk:
    """A copy of the small case that the test may change."""
    return decided.copy(tmp_path / "desk")


@pytest.fixture(scope="session")
def paired(decided: Desk, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The small case with a Belgian node, each pinned by the other; for reading only."""
    return build_pair(decided, tmp_path_factory.mktemp("pair"))


@pytest.fixture
def pair(paired: Pair, tmp_path: Path) -> Pair:
    """A copy of both nodes that the test may change."""
    return paired.copy(tmp_path)
