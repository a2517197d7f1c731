"""The case store's database from its address. SQLite by default: WAL, and a write lock taken at once."""

from typing import Any

from fanal.base.errors import FanalError


class UnknownDatabase(FanalError):
    """A database address of a kind that Fanal does not use."""

    code = "F-STORE-01"
    text = "The database address {address} is not understood; write sqlite:///path/to/case.sqlite in fanal.toml."
    exit_code = 2


def database_settings(address: str) -> dict[str, Any]:
    """Django's DATABASES entry for an address.

    Args:
        address: `sqlite:///absolute/path` or `sqlite://:memory:`.

    Raises:
        UnknownDatabase: any other kind.
    """
    if not address.startswith("sqlite://"):
        raise UnknownDatabase(address=address)
    name = address.removeprefix("sqlite://")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
