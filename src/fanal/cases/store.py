"""Opening the case store: Django set up once in a process, pointed at one node's database at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

from django.apps import apps
from django.db import OperationalError, connections

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
        migrate(BESIDE)
        yield BESIDE
    finally:
        connections[BESIDE].close()
        del connections[BESIDE]
        del connections.settings[BESIDE]


def _name(alias: str, address: str) -> None:
    wanted = {"default": {}, alias: database_settings(address)}
    connections.settings[alias] = connections.configure_settings(wanted)[alias]


def migrate(database: str = "default") -> None:
    """Bring an open database, by Django's name of it, to this version's schema."""
    from django.core.management import call_command  # noqa: PLC0415  seldom called, and its library is large

    call_command("migrate", database=database, verbosity=0, interactive=False)


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
    """Whether a migration of this version was not applied. Only names are compared: none of them is loaded for it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return bool(_names() - set(cursor.fetchall()))


def _names() -> set[tuple[str, str]]:
    """Application and name of every migration of this version, by the rules of Django's own loader."""
    return {
        (app.label, module.name)
        for app in apps.get_app_configs()
        if (folder := find_spec(f"{app.name}.migrations")) is not None
        for module in iter_modules(folder.submodule_search_locations or [])
        if not module.ispkg and module.name[0] not in "_~"
    }


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
