"""Letters between agencies about what was sent: recalls and corrections, permissions, and what was said to them."""

from django.db import models

from fanal.cases.models.exchange import Package, Peer
from fanal.cases.models.offices import Officer, Operation

KINDS = ("recall", "correction", "permission")
STATES = ("drafted", "dismissed", "sealed", "opened", "answered", "settled")


class Letter(models.Model):
    """One letter, ours or theirs, and how far it has come.

    One officer drafts it, another approves and seals it. It is settled when the other side has said what it does:
    a recall or correction is `stopped` or `confirmed`, a permission `granted` or `refused`.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="letters")
    direction = models.CharField(max_length=3, choices=[("out", "out"), ("in", "in")])
    kind = models.CharField(max_length=16, choices=[(k, k) for k in KINDS])
    state = models.CharField(max_length=16, choices=[(s, s) for s in STATES])
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="letters")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="letters")
    reference = models.CharField(max_length=64)  # its maker's name for it
    identity = models.CharField(max_length=32, default="")  # as the package had it; empty: all of the package
    reason = models.TextField()
    detail = models.JSONField(default=dict)
    drafted_by = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="drafted_letters")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="approved_letters")
    approval = models.TextField(default="")  # SSHSIG over the digest, namespace fanal-approval
    sealed_at = models.DateTimeField(null=True)
    number = models.IntegerField(null=True)
    digest = models.CharField(max_length=64, default="")
    file = models.TextField(default="")
    settled = models.CharField(max_length=16, default="")
    settled_reason = models.TextField(default="")
    settled_officer = models.TextField(default="")  # a service number, ours or theirs
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """Django's options."""

        constraints = (
            models.UniqueConstraint(fields=["direction", "peer", "reference"], name="one_letter_a_reference"),
        )

    def __str__(self) -> str:
        return self.reference
