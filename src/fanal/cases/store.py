"""Opening the case store: Django set up once in a process, pointed at one node's database at a time."""

from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from fanal.cases.database import database_settings
from fanal.cases.ready import set_up


def open_store(address: str) -> None:
    """Point the case store at a database. Opening another node's closes the one before.

    Args:
        address: see `database_settings`.
    """
    set_up()
    settings = connections["default"].settings_dict
    wanted = database_settings(address)
    if settings["NAME"] != wanted["NAME"] or settings["ENGINE"] != wanted["ENGINE"]:
        connections["default"].close()
        del connections["default"]
        connections.settings["default"] = connections.configure_settings({"default": wanted})["default"]


def migrate() -> None:
    """Bring the open database to this version's schema."""
    call_command("migrate", verbosity=0, interactive=False)


def bring_up_to_date() -> None:
    """Migrate a store that an earlier version made; one that nobody has made yet is left alone."""
    connection = connections["default"]
    if "django_migrations" not in connection.introspection.table_names():
        return
    loader = MigrationLoader(connection)
    if set(loader.disk_migrations) - set(loader.applied_migrations):
        migrate()


def sqlite_address(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite://{path.resolve()}"
