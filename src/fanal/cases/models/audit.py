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
    appended = models.BooleanField(default=False)
    # What entries are found by, as `content` says it: see `columns_of`.
    officer = models.CharField(max_length=64, default="")
    verb = models.CharField(max_length=64, default="")
    subject = models.TextField(default="")
    about = models.CharField(max_length=64, null=True)  # noqa: DJ001  an entry that is about no identity says nothing

    class Meta:
        """Django's options."""

        indexes = (
            # The few that wait, among millions: a plain index on a truth value is not looked at for them.
            models.Index(fields=["id"], condition=models.Q(appended=False), name="outbox_waiting"),
            models.Index(fields=["officer", "subject", "id"], name="outbox_officer_subject"),
            models.Index(fields=["verb", "subject"], name="outbox_verb_subject"),
            models.Index(fields=["about"], condition=models.Q(about__isnull=False), name="outbox_about"),
        )

    def __str__(self) -> str:
        return self.entry

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; what it is found by is taken from its content."""
        self.officer, self.verb, self.subject, self.about = columns_of(self.content)
        super().save(*args, **kwargs)


def columns_of(content: Mapping[str, Any]) -> tuple[str, str, str, str | None]:
    """Officer, verb, subject and identity of an entry, as its row's columns repeat them."""
    about = content["facts"].get("identity")
    return content["officer"], content["verb"], content["subject"], about if isinstance(about, str) else None


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
