"""On what terms an agency may be sent anything: basis of the transfer, purpose, risk of ill-treatment, fingerprints."""

from django.db import models

from fanal.cases.models.append_only import AppendOnlyModel
from fanal.cases.models.exchange import Agency
from fanal.cases.models.offices import Officer

#: Without these nothing is built.
NEEDED = ("basis", "purpose", "ill_treatment")
KINDS = (*NEEDED, "perceptual")


class Terms(AppendOnlyModel):
    """One term of one recipient, as an officer recorded it; a later one of its kind supersedes it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="terms")
    kind = models.CharField(max_length=16, choices=[(k, k) for k in KINDS])
    value = models.CharField(max_length=16, default="")  # a key of cases.terms.VALUES; a purpose has none
    text = models.TextField(default="")  # the reason, the purpose and its limits, or the assessment
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    at = models.DateTimeField()
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")

    def __str__(self) -> str:
        return f"{self.kind} {self.value} of {self.agency}"
