"""Nodes and cases on both databases: what the store's tests run on."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connections

from fanal.base.digests import sha256_file
from fanal.cases.access import INSTALLER
from fanal.cases.moving import copy_rows
from fanal.cases.node import CONFIG, load_node
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.work.nodes import init_node
from postgres_server import Server

STORES = ("sqlite", "postgresql")
_DATABASE = re.compile(r'^database = "(.*)"$', re.MULTILINE)


def on_both(metafunc: pytest.Metafunc) -> None:
    """Run a test on both databases where it uses a case store. For `pytest_generate_tests`."""
    if "store" in metafunc.fixturenames:
        metafunc.parametrize("store", STORES, indirect=True)


def database_of(node: Path) -> str:
    """What the node's fanal.toml says of its database: "" for the file beside it."""
    found = _DATABASE.search((node / CONFIG).read_text(encoding="utf-8"))
    assert found
    return found[1]


def put(node: Path, address: str) -> None:
    """Have the node's fanal.toml name a database."""
    text = (node / CONFIG).read_text(encoding="utf-8")
    (node / CONFIG).write_text(_DATABASE.sub(f'database = "{address}"', text), encoding="utf-8")


@dataclass
class Store:
    """The database that a test runs on, and what was made for it there."""

    name: str
    server: Callable[[], Server]
    made: list[str] = field(default_factory=list)

    def own(self, node: Path) -> None:
        """Give a copied node a case store of its own: the copied file, or a new database with the same rows."""
        if self.name == "sqlite":
            return
        connections["default"].close()
        self.made.append(self.server().copy(database_of(node) or self._moved(node)))
        put(node, self.made[-1])

    def _moved(self, node: Path) -> str:
        """A database with the rows of the node's file, moved once for all nodes that have the same rows."""
        moved, rows = self.server().moved, sha256_file(node / "case.sqlite")
        if rows not in moved:
            address = self.server().create()
            load_node(node)
            copy_rows(address)
            connections["default"].close()
            moved[rows] = address
        return moved[rows]


@contextmanager
def used(name: str, server: Callable[[], Server]) -> Iterator[Store]:
    """A store for one test; its databases are dropped at the end."""
    store = Store(name, server)
    yield store
    connections["default"].close()
    for address in store.made:
        server().drop(address)


def blank_node(folder: Path, address: str, country: str = "BE") -> Path:
    """A node in which nothing was done yet."""
    init_node(
        INSTALLER,
        folder,
        agency="Unit 7",
        country=country,
        language="en",
        demo=True,
        officer="1",
        officer_name="",
        passphrase=DEMO_PASSPHRASE,
        database=address,
    )
    connections["default"].close()
    return folder


def copied(store: Store, original: Path, to: Path) -> Path:
    """A copy of a node, with a case store of its own."""
    shutil.copytree(original, to)
    store.own(to)
    return to
