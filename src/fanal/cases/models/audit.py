"""The outbox to the audit log: written with the act, in its transaction, then appended to the files."""

from django.db import models


class Outbox(models.Model):
    """One audit entry: ids and salted commitments, no personal data."""

    entry = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    appended = models.BooleanField(default=False, db_index=True)

    def __str__(self) -> str:
        return self.entry
