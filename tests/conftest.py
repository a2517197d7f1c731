"""Shared by all tests: the case store is set up in memory, English is spoken; nodes on both databases."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["FANAL_LANG"] = "en"
os.environ.pop("FANAL_NODE", None)

import pytest
from hypothesis import settings

import fanal.work  # noqa: F401  sets the case store up before any model is loaded
from fanal.cases.access import Actor
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node, load_node
from fanal.cases.session import DEMO_PASSPHRASE, acting_as
from fanal.work.nodes import add_officer
from fanal.work.operations import open_operation
from once import hasten
from postgres_server import Server, running
from stores import Store, blank_node, copied, used

# Machines are shared: how long a case takes says nothing about it.
# FANAL_EXAMPLES asks for more than two cores have time for; `make fuzz` goes deeper where readers are concerned.
settings.register_profile("fanal", deadline=None, max_examples=int(os.environ.get("FANAL_EXAMPLES", "40")))
settings.load_profile("fanal")


@pytest.fixture(scope="session", autouse=True)
def hastened(tmp_path_factory: pytest.TempPathFactory) -> None:
    hasten(tmp_path_factory.mktemp("once"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, one for each process of a test run."""
    with running() as server:
        yield server


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """The database of the test's nodes: a file, or what `stores.on_both` says."""
    name = getattr(request, "param", "sqlite")
    with used(name, lambda: request.getfixturevalue("postgres")) as store:
        yield store


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """A node in which nothing was done yet, for each database; for copying only."""
    made: dict[str, Path] = {}

    def of(name: str) -> Path:
        if name not in made:
            address = request.getfixturevalue("postgres").create() if name == "postgresql" else ""
            made[name] = blank_node(tmp_path_factory.mktemp("blank") / "node", address)
        return made[name]

    return of


@pytest.fixture
def node(blank: Callable[[str], Path], store: Store, tmp_path: Path) -> Node:
    return load_node(copied(store, blank(store.name), tmp_path / "node"))


@pytest.fixture
def first(node: Node) -> Actor:
    return acting_as(node, "1")


@pytest.fixture
def second(node: Node) -> Actor:
    return acting_as(node, "2")


@pytest.fixture
def analyst(node: Node, first: Actor) -> Actor:
    add_officer(first, node, "3", "", ("analyst",), DEMO_PASSPHRASE)
    return acting_as(node, "3")


@pytest.fixture
def operation(node: Node, first: Actor) -> Operation:
    return open_operation(first, node, "kx", "Operation", "order 1")
