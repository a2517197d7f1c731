"""Django's engine for PostgreSQL, with the write lock that SQLite's BEGIN IMMEDIATE takes.

Each transaction begins with a lock that only one has at a time and that ends with it. Reads outside of
transactions wait for nobody. So a rule that is checked within a transaction (one decision stands on a subject,
a number is given once) holds against every other writer, on both databases alike.
"""

from typing import Any

from django.db.backends.postgresql import base

from fanal.cases.database import PATIENCE_S

#: Fanal's own among the advisory locks of a database: the letters of its name.
WRITE_LOCK = int.from_bytes(b"fanal")


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection."""

    def get_connection_params(self) -> dict[str, Any]:
        """As Django has it; nobody waits for a lock longer than for SQLite's."""
        told = super().get_connection_params()
        return {"options": f"-c lock_timeout={PATIENCE_S}s", **told}

    def _set_autocommit(self, autocommit: bool) -> None:
        """Django's, called where an outermost transaction begins and ends."""
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if autocommit:
            return
        with self.wrap_database_errors:
            try:
                self.connection.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
            except BaseException:
                self.connection.rollback()
                self.connection.autocommit = True
                raise
