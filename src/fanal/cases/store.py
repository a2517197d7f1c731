"""Opening the case store: Django set up once in a process, pointed at one node's database at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.loader import MigrationLoader

from fanal.base.errors import FanalError
from fanal.cases.database import database_settings
from fanal.cases.ready import set_up

BESIDE = "beside"


class StoreUnreachable(FanalError):
    """The database does not answer, or another process writes to it for too long."""

    code = "F-DB-01"
    text = "The case store cannot be used: {detail}; see whether the database runs and lets this node in, then again."
    again = True


def open_store(address: str) -> None:
    """Point the case store at a database. Opening another node's closes the one before.

    Args:
        address: see `database_settings`.
    """
    set_up()
    settings = connections["default"].settings_dict
    if any(settings.get(key) != value for key, value in database_settings(address).items()):
        connections["default"].close()
        del connections["default"]
        _name("default", address)


def close_store() -> None:
    """Let go of the open database, so that its file may be moved; it opens again when it is next asked."""
    connections["default"].close()


@contextmanager
def beside(address: str) -> Iterator[str]:
    """A second database beside the case store, brought to this version's schema; closed at the end.

    Args:
        address: see `database_settings`.

    Yields:
        Django's name of it.
    """
    _name(BESIDE, address)
    try:
        call_command("migrate", database=BESIDE, verbosity=0, interactive=False)
        yield BESIDE
    finally:
        connections[BESIDE].close()
        del connections[BESIDE]
        del connections.settings[BESIDE]


def _name(alias: str, address: str) -> None:
    wanted = {"default": {}, alias: database_settings(address)}
    connections.settings[alias] = connections.configure_settings(wanted)[alias]


def migrate() -> None:
    """Bring the open database to this version's schema."""
    call_command("migrate", verbosity=0, interactive=False)


def bring_up_to_date(folder: Path) -> None:
    """Migrate a store that an earlier version made; one that nobody has made yet is left alone.

    Args:
        folder: the node's. Of several processes that open it at once, one migrates and the others wait.

    Raises:
        StoreUnreachable: the database does not answer.
    """
    with reaching():
        if is_made() and _behind():
            handle = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                if _behind():
                    migrate()
            finally:
                os.close(handle)


def is_made() -> bool:
    """Whether the open database holds a case store, of whatever version."""
    return "django_migrations" in connections["default"].introspection.table_names()


def _behind() -> bool:
    loader = MigrationLoader(connections["default"])
    return bool(set(loader.disk_migrations) - set(loader.applied_migrations))


@contextmanager
def reaching() -> Iterator[None]:
    """Say it in one line where the database does not answer. Raises StoreUnreachable."""
    try:
        yield
    except OperationalError as e:
        lines = str(e).strip().splitlines()
        raise StoreUnreachable(detail=lines[0] if lines else type(e).__name__) from e


def describe() -> str:
    """What the open case store is kept in: the database's name and version, and where it lies."""
    connection = connections["default"]
    with reaching():
        connection.ensure_connection()
        version = ".".join(str(n) for n in connection.get_database_version())
    settings = connection.settings_dict
    host = f"{settings['HOST']}/" if settings["HOST"] and connection.vendor == "postgresql" else ""
    return f"{connection.display_name} {version}, {host}{settings['NAME']}"


def sqlite_address(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite://{path.resolve()}"
