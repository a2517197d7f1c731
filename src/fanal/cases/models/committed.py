"""Rows that the audit log vouches for: each time one is written, an entry commits to all that stands in it.

Somebody who edits the database by other means than Fanal leaves a row that the last entry about it contradicts;
`fanal check` and `fanal audit verify` find it. Who did what, and why, stands in entries of its own (`outbox.record`):
these here say only what a row held. They show nothing of it in the log: there a commitment is salted.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models.signals import post_delete

from fanal.base import instants
from fanal.base.digests import canonical_json, content_id
from fanal.cases.models.audit import new_entry, put_in

WRITTEN, DELETED = "row.write", "row.delete"
#: Who an entry about a row names: the node itself.
NODE = "node"


class Committed(models.Model):
    """A row whose every state is committed to. Change it by `save()`: an update of a query set is not seen."""

    commits: ClassVar[bool] = True

    class Meta:
        """Django's options."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, and the entry that commits to it, in one transaction."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.commits:
                model = type(self)
                told = model._base_manager.filter(pk=self.pk).values().get()
                _commit(subject_of(model, self.pk), WRITTEN, digest(model, told))


def _commit(row: str, verb: str, said: str | None) -> None:
    entry, content = new_entry(NODE, verb, row, {"row": said})
    put_in(entry, content)


def subject_of(model: type[models.Model], pk: Any) -> str:
    """How an entry names a row."""
    return f"{model._meta.model_name}:{pk}"


def digest(model: type[models.Model], told: Mapping[str, Any]) -> str:
    """The content id of a row.

    What stands at its default is left out: so a column that a later version adds changes no digest.

    Args:
        model: of the row; a migration's own state of it will do.
        told: its columns, as `.values()` hands them out.
    """
    said = {
        field.attname: _plain(told[field.attname])
        for field in model._meta.concrete_fields
        if told[field.attname] is not None and (field.primary_key or told[field.attname] != field.get_default())
    }
    return content_id("row", str(model._meta.label_lower), canonical_json(said).decode())


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return instants.text(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _deleted(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    """A row that Fanal itself takes away, such as a package that was never sealed."""
    if issubclass(sender, Committed) and sender.commits:
        _commit(subject_of(sender, instance.pk), DELETED, None)


post_delete.connect(_deleted, dispatch_uid="fanal.committed")
