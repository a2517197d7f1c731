"""Victims, in a compartment of their own: a number for each, and what officers of that role noted, never changed.

No name, no account, no identifier: nothing of a victim leads to a suspect's data or comes from it. Only
`cases.victims` reads these tables.
"""

from django.db import models

from fanal.base.language import mark
from fanal.cases.models.append_only import AppendOnlyModel
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.offices import Officer, Operation

#: How far a victim's identification has come. Withdrawn: entered by mistake, or the same child as another.
UNIDENTIFIED, IDENTIFIED, SAFEGUARDED, WITHDRAWN = (
    mark("unidentified"),
    mark("identified"),
    mark("safeguarded"),
    mark("withdrawn"),
)
STATUSES = (UNIDENTIFIED, IDENTIFIED, SAFEGUARDED, WITHDRAWN)


class Victim(AppendOnlyModel):
    """A child of whom material or a report speaks, by a number that the node gives."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()  # from 1 in each operation

    class Meta:
        """Django's options."""

        constraints = (models.UniqueConstraint(fields=["operation", "number"], name="one_victim_a_number"),)

    def __str__(self) -> str:
        return f"V-{self.number}"


class VictimNote(AppendOnlyModel):
    """What an officer noted of a victim, signed (SSHSIG, namespace fanal-decision). The last one says what stands."""

    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="notes")
    status = models.CharField(max_length=16, choices=[(s, s) for s in STATUSES])
    country = models.CharField(max_length=8, default="")  # where the child is; "" where nobody knows yet
    media = models.JSONField(default=list)  # SHA-256 of media that show the child, hex
    report = models.ForeignKey(CaseEvent, on_delete=models.PROTECT, null=True, related_name="+")  # of a safeguard
    reason = models.TextField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    signature = models.TextField()

    def __str__(self) -> str:
        return f"note {self.pk} on {self.victim}"
