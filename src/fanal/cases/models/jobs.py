"""Long work that an officer asked for at the desk, and how far the worker has come with it."""

from django.db import models

from fanal.base.language import mark
from fanal.cases.models.offices import Officer, Operation

WAITING, RUNNING, DONE = mark("waiting"), mark("running"), mark("done")
REFUSED, STOPPED, BROKEN = mark("refused"), mark("stopped"), mark("broken off")
#: refused: by a rule, in one line; stopped: by an officer; broken off: its process is gone.
STATES = (WAITING, RUNNING, DONE, REFUSED, STOPPED, BROKEN)


class Job(models.Model):
    """One piece of long work. It acts for the officer who asked last, without that officer's key: it signs nothing."""

    operation = models.ForeignKey(
        Operation, on_delete=models.PROTECT, null=True, related_name="jobs"
    )  # null: the node's
    kind = models.CharField(max_length=16)  # of cases.jobs.KINDS
    told = models.JSONField(default=dict)  # what the use case is called with
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="jobs")
    language = models.CharField(max_length=8, default="en")  # of what it says
    state = models.CharField(max_length=16, default=WAITING, choices=[(s, s) for s in STATES])
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    doing = models.TextField(default="")
    share = models.FloatField(default=0)  # done, 0 to 1
    log = models.JSONField(default=list)  # rows: at, line
    result = models.JSONField(default=list)  # rows, as the use case returns them
    stop_asked = models.BooleanField(default=False)

    class Meta:
        """Django's options."""

        indexes = (models.Index(fields=["operation", "-asked_at"], name="jobs_of_operation"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
