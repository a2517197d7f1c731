"""A case store goes into another database: from the file that a node began with to a team's PostgreSQL, or back.

Every row with its number, in one transaction, while nobody else writes. It copies and deletes nothing.
"""

from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.core.serializers import sort_dependencies
from django.db import connections, transaction
from django.db.models import Model

from fanal.base.errors import FanalError
from fanal.cases.database import shown
from fanal.cases.store import beside

_AT_ONCE = 1_000


class NotEmpty(FanalError):
    """The other database has a case store with rows."""

    code = "F-DB-04"
    text = "{address} already holds rows of {table}; nothing was moved. Make an empty database, then again."


def copy_rows(address: str) -> int:
    """Copy every row of the open case store into the empty database at an address.

    Args:
        address: see `database.database_settings`.

    Returns:
        How many rows.

    Raises:
        NotEmpty: the other one has rows; it is left as it was.
    """
    copied = 0
    config = apps.get_app_config("cases")
    models: list[type[Model]] = list(sort_dependencies([(config, list(config.get_models()))]))
    with transaction.atomic(), beside(address) as other, transaction.atomic(using=other):
        for model in models:
            if model._base_manager.using(other).exists():
                raise NotEmpty(address=shown(address), table=model._meta.db_table)
            copied += _copy(model, other)
        with connections[other].cursor() as cursor:
            for statement in connections[other].ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
    return copied


def _copy(model: type[Model], other: str) -> int:
    source, target = model._base_manager.order_by("pk"), model._base_manager.using(other)
    rows, waiting = 0, list[Any]()
    for row in source.iterator(chunk_size=_AT_ONCE):
        waiting.append(row)
        rows += 1
        if len(waiting) == _AT_ONCE:
            target.bulk_create(waiting)
            waiting = []
    target.bulk_create(waiting)
    return rows
