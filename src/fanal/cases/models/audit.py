"""The outbox to the audit log: written with the act, in its transaction, then appended to the files."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models, transaction

from fanal.audit.log import new_salt
from fanal.base import instants
from fanal.base.digests import content_id
from fanal.cases.bounds import check_row


class Outbox(models.Model):
    """One audit entry: ids and salted commitments, no personal data.

    What stands beside `content` repeats it, so that a million entries can be looked through; `content` alone is
    what the log commits to.
    """

    entry = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    appended = models.BooleanField(default=False)
    # What entries are found by, as `content` says it: see `columns_of`.
    officer = models.CharField(max_length=64, default="")
    verb = models.CharField(max_length=64, default="")
    subject = models.TextField(default="")
    about = models.CharField(max_length=64, null=True)  # noqa: DJ001  an entry that is about no identity says nothing
    at = models.CharField(max_length=32, default="")
    operation = models.CharField(max_length=50, default="")  # the slug; empty: of the node, or not known

    class Meta:
        """Django's options."""

        indexes = (
            # The few that wait, among millions: a plain index on a truth value is not looked at for them.
            models.Index(fields=["id"], condition=models.Q(appended=False), name="outbox_waiting"),
            models.Index(fields=["officer", "subject", "id"], name="outbox_officer_subject"),
            models.Index(fields=["verb", "subject"], name="outbox_verb_subject"),
            models.Index(fields=["about"], condition=models.Q(about__isnull=False), name="outbox_about"),
            models.Index(fields=["at", "id"], name="entries_by_day"),
            models.Index(fields=["officer", "id"], name="entries_by_officer"),
            models.Index(fields=["verb", "id"], name="entries_by_verb"),
            models.Index(fields=["operation", "id"], name="entries_by_operation"),
        )

    def __str__(self) -> str:
        return self.entry

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; what it is found by is taken from its content."""
        self.fill()
        super().save(*args, **kwargs)

    def fill(self) -> None:
        """Repeat in the columns what the entry says."""
        self.officer, self.verb, self.subject, self.about = columns_of(self.content)
        self.at = self.content["at"]


def columns_of(content: Mapping[str, Any]) -> tuple[str, str, str, str | None]:
    """Officer, verb, subject and identity of an entry, as its row's columns repeat them."""
    about = content["facts"].get("identity")
    return content["officer"], content["verb"], content["subject"], about if isinstance(about, str) else None


class Listed(models.Model):
    """An identity of the list that an entry names, to find the entry by: it repeats what the entry says."""

    entry = models.ForeignKey(Outbox, on_delete=models.PROTECT, related_name="listed")
    identity = models.CharField(max_length=64)

    class Meta:
        """Django's options."""

        indexes = (models.Index(fields=["identity", "entry"], name="listed_identity"),)

    def __str__(self) -> str:
        return self.identity


def listed_in(content: Mapping[str, Any]) -> list[str]:
    """The identities of an entry's list, as its rows of `Listed` repeat them; none where it names no list."""
    told = content["facts"].get("identities")
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []


def put_in(entry: str, content: Mapping[str, Any], operation: str = "") -> None:
    """Write an entry of `new_entry` into the outbox."""
    write_rows([row_of(entry, content, operation)])


def row_of(entry: str, content: Mapping[str, Any], operation: str) -> Outbox:
    """An entry of `new_entry` as a row that is not written yet. Raises Unstorable."""
    row = Outbox(entry=entry, content=dict(content), operation=operation)
    row.fill()
    check_row(row)
    return row


def write_rows(rows: Sequence[Outbox]) -> None:
    """Write entries, and what they are found by."""
    with transaction.atomic():
        Outbox.objects.bulk_create(rows)
        Listed.objects.bulk_create(
            Listed(entry=row, identity=identity) for row in rows for identity in listed_in(row.content)
        )


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
