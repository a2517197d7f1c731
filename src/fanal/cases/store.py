"""Opening the case store: Django set up once in a process, pointed at one node's database at a time."""

from pathlib import Path

from django.core.management import call_command
from django.db import connections

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


def sqlite_address(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite://{path.resolve()}"
