"""The outbox to the audit log: written with the act, in its transaction, then appended to the files."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import models

from fanal.audit.log import new_salt
from fanal.base import instants
from fanal.base.digests import content_id


class Outbox(models.Model):
    """One audit entry: ids and salted commitments, no personal data."""

    entry = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    appended = models.BooleanField(default=False, db_index=True)

    def __str__(self) -> str:
        return self.entry


def new_entry(officer: str, verb: str, subject: str, facts: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """An entry's id and its content, as a row of the outbox holds them; see `outbox.record`."""
    at = instants.text(instants.now())
    entry = content_id("audit", officer, verb, subject, at, secrets.token_hex(8))
    content = {
        "at": at,
        "officer": officer,
        "verb": verb,
        "subject": subject,
        "facts": dict(facts),
        "salt": new_salt().hex(),
    }
    return entry, content
