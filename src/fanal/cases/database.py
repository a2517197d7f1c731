"""The case store's database from its address: a SQLite file by default, PostgreSQL for a team.

Both are used in one way: every transaction that may write takes the one write lock when it begins, so that
what an officer was shown is what the act goes by. SQLite has that lock itself (WAL, BEGIN IMMEDIATE); for
PostgreSQL `cases.postgres` takes it.
"""

from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from fanal.base.errors import FanalError

POSTGRES = "fanal.cases.postgres"
SCHEMES = ("postgresql", "postgres")
#: Seconds that a transaction waits for another one to end.
PATIENCE_S = 30


class UnknownDatabase(FanalError):
    """A database address of a kind that Fanal does not use."""

    code = "F-STORE-01"
    text = (
        "The database address {address} is not understood; write sqlite:///path/to/case.sqlite "
        "or postgresql://host/name in fanal.toml."
    )
    exit_code = 2


class NoDriver(FanalError):
    """The node's case store is in PostgreSQL, and the package that speaks to it is not installed."""

    code = "F-DB-02"
    text = "{address} needs the driver of PostgreSQL; install it with: pip install 'fanal[postgres]'."


def database_settings(address: str) -> dict[str, Any]:
    """Django's DATABASES entry for an address.

    Args:
        address: `sqlite:///absolute/path`, `sqlite://:memory:`, or
            `postgresql://[user[:password]@][host][:port]/name[?sslmode=verify-full&...]`; what stands behind the
            question mark are libpq's own parameters.

    Raises:
        UnknownDatabase: any other kind.
        NoDriver: PostgreSQL, and psycopg is not installed.
    """
    if address.startswith("sqlite://"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": address.removeprefix("sqlite://"),
            "ATOMIC_REQUESTS": False,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": PATIENCE_S,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts, port = _parts(address)
    if find_spec("psycopg") is None:
        raise NoDriver(address=shown(address))
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": POSTGRES,
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", port),
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"connect_timeout": str(PATIENCE_S), "application_name": "fanal", **options},
    }


def shown(address: str) -> str:
    """The address as it may be shown: without a password."""
    scheme, _, rest = address.partition("://")
    who, at, where = rest.rpartition("@")
    return f"{scheme}://{who.partition(':')[0]}{at}{where}" if at else address


def _parts(address: str) -> tuple[SplitResult, str]:
    """The parts of PostgreSQL's address, and its port. Raises UnknownDatabase."""
    try:
        parts = urlsplit(address)
        port = str(parts.port or "")
    except ValueError as e:
        raise UnknownDatabase(address=shown(address)) from e
    if parts.scheme not in SCHEMES or len(parts.path) < 2 or "/" in parts.path[1:]:  # noqa: PLR2004  "/" and a name
        raise UnknownDatabase(address=shown(address))
    return parts, port
