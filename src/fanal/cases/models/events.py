"""What was done outside: requests, searches, arrests, as each agency reported it."""

from django.db import models

from fanal.cases.models.append_only import AppendOnlyModel
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Person

KINDS = ("request", "identified", "search", "arrest", "interview", "seizure", "order", "flight", "safeguard")


class CaseEvent(AppendOnlyModel):
    """One report of one event. Two reports of one arrest are two rows; figures count persons."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=[(k, k) for k in KINDS])
    reference = models.TextField()
    reported_by = models.CharField(max_length=8)
    country = models.CharField(max_length=8)
    at = models.DateTimeField()
    offence_at = models.DateTimeField(null=True)  # of the conduct that the report is about
    status = models.CharField(max_length=16)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="events")
    account = models.TextField(default="")  # whose holder the report is about, where it says so
    conduct = models.JSONField(default=list)
    note = models.TextField(default="")

    class Meta:
        """Django's options."""

        constraints = (
            models.UniqueConstraint(fields=["operation", "reported_by", "reference"], name="one_row_a_report"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
