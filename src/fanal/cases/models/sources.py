"""What came in: an index of the exhibit register, and tips."""

from django.db import models

from fanal.cases.models.offices import Operation


class ExhibitIndex(models.Model):
    """An exhibit as the register has it. The register is the truth; `fanal check` rebuilds this."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="exhibits")
    number = models.IntegerField(unique=True)
    sha256 = models.CharField(max_length=64)
    name = models.TextField()
    reader = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"exhibit {self.number}"


class Tip(models.Model):
    """A report that came in from outside; its content is the exhibit, here is what was done with it."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="tips")
    exhibit = models.OneToOneField(ExhibitIndex, on_delete=models.PROTECT)
    received_at = models.DateTimeField()
    message_id = models.TextField(default="")
    status = models.CharField(max_length=16, default="new")

    def __str__(self) -> str:
        return f"tip {self.exhibit}"
