"""The case store as one SQLite file, as it stands at one moment: what a backup holds of it, whatever database it is in.

SQLite copies itself. From PostgreSQL every row comes over as `moving` moves them, which is the case store without
the desk's own tables; `fanal store move` takes them back there.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connections

from fanal.cases.moving import copy_rows
from fanal.cases.store import sqlite_address

#: Who is signed in at the desk, and what it holds for a while.
_PASSING = ("django_session", "desk_cache")


def copy_store(target: Path) -> str:
    """Copy the open case store into a file that is not there yet; call it in a transaction, so that nobody writes.

    Returns:
        What it is kept in: sqlite or postgresql.
    """
    connection = connections["default"]
    if connection.vendor != "sqlite":
        copy_rows(sqlite_address(target))
    else:
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(_empty(target)) as copy:
            source.backup(copy)
    with closing(sqlite3.connect(target)) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in _PASSING:
            if table in tables:
                copy.execute(f"DELETE FROM {table}")
        copy.commit()
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("VACUUM")
    return connection.vendor


def _empty(target: Path) -> sqlite3.Connection:
    target.touch(mode=0o600)
    return sqlite3.connect(target)
