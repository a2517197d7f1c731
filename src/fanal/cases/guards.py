"""What the database itself refuses, whoever writes to it: triggers for SQLite and PostgreSQL.

Append-only tables take no change and lose no row. A package that has left, or was opened, keeps what says
which one it was, who made it and who approved it. After every migration all of them are put up again: SQLite
loses triggers when a table is made anew, and a table that is new has none.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import connections

REFUSAL = "append-only"
PACKAGES = "cases_package"
#: What is fixed of a package that left, or that was opened here.
PACKAGE_COLUMNS = (
    "operation_id", "direction", "sender_operation", "country", "number", "digest", "built_by_id", "built_at",
    "approved_by_id", "approved_at", "approval", "sealed_at", "file_sha256", "checkpoint",
)  # fmt: skip
_GONE = "OLD.sealed_at IS NOT NULL OR OLD.direction = 'in'"
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION fanal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)


def protect(editor: Any, tables: Sequence[str]) -> None:
    """Let no row of these tables be changed or deleted.

    Args:
        editor: a schema editor, as a migration gets it.
        tables: names of tables in the database.
    """
    vendor = editor.connection.vendor
    for table in tables:
        for statement in _append_only(vendor, table):
            editor.execute(statement)


def release(editor: Any, tables: Sequence[str]) -> None:
    """Take the guards of these tables down: a migration that is taken back."""
    vendor = editor.connection.vendor
    for table in tables:
        for verb in ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete"):
            editor.execute(_down(vendor, f"{table}_no_{verb}", table))


def stand(using: str = "default", **_signal: Any) -> None:
    """Put up every guard that the tables of the open database should have; harmless where they stand.

    Args:
        using: Django's name of the database.
        _signal: what else Django tells after a migration.
    """
    connection = connections[using]
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in (table for table in append_only_tables() if table in there):
            for statement in _append_only(connection.vendor, table):
                cursor.execute(statement)
        if PACKAGES in there:
            for statement in _packages(connection.vendor):
                cursor.execute(statement)


def missing(using: str = "default") -> list[str]:
    """Names of guards that should stand in the open database and do not."""
    connection = connections[using]
    asked = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        there = {str(name) for (name,) in cursor.fetchall()}
    return sorted(names() - there)


def names() -> set[str]:
    """What the guards are called that both databases have."""
    of_tables = {f"{table}_no_{verb}" for table in append_only_tables() for verb in ("update", "delete")}
    return {*of_tables, f"{PACKAGES}_fixed", f"{PACKAGES}_kept"}


def append_only_tables() -> list[str]:
    """The tables of all models that are append-only."""
    from fanal.cases.models.append_only import AppendOnlyModel  # noqa: PLC0415  models are loaded after this module

    models = apps.get_app_config("cases").get_models()
    return sorted(model._meta.db_table for model in models if issubclass(model, AppendOnlyModel))


def _append_only(vendor: str, table: str) -> Iterator[str]:
    if vendor == "postgresql":
        yield _FUNCTION
    for verb in ("UPDATE", "DELETE"):
        yield from _up(vendor, f"{table}_no_{verb.lower()}", table, verb)
    if vendor == "postgresql":
        name = f"{table}_no_truncate"
        yield _down(vendor, name, table)
        yield f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION fanal_refuse()"


def _packages(vendor: str) -> Iterator[str]:
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in PACKAGE_COLUMNS)
    if vendor == "postgresql":
        yield _FUNCTION
    yield from _up(vendor, f"{PACKAGES}_fixed", PACKAGES, "UPDATE", f"({_GONE}) AND ({changed})")
    yield from _up(vendor, f"{PACKAGES}_kept", PACKAGES, "DELETE", _GONE)


def _up(vendor: str, name: str, table: str, verb: str, when: str = "") -> Iterator[str]:
    yield _down(vendor, name, table)
    condition = f"WHEN ({when}) " if when else ""
    if vendor == "postgresql":
        yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {condition}EXECUTE FUNCTION fanal_refuse()"
    else:
        yield (f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {condition}BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")


def _down(vendor: str, name: str, table: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if vendor == "postgresql" else "")
