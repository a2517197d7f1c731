"""Deconfliction: the files of each exchange and how far they have come, and a log of what was asked that only grows."""

from django.db import models

from fanal.cases.models.append_only import AppendOnlyModel
from fanal.cases.models.exchange import Peer
from fanal.cases.models.offices import Officer, Operation

STATES = ("built", "sealed", "opened")
#: What a line of the log says this node did: gave an offer, asked, answered, refused to, told the result, was told it.
SIDES = ("offered", "asked", "answered", "refused", "told", "learned")


class Deconfliction(models.Model):
    """One file: offer, query, response or result; ours on its way out, or a peer's that was opened."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="deconflictions")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="deconflictions")
    direction = models.CharField(max_length=3, choices=[("out", "out"), ("in", "in")])
    step = models.CharField(max_length=16)
    number = models.IntegerField()
    state = models.CharField(max_length=16, choices=[(s, s) for s in STATES])
    purpose = models.TextField(default="")
    reference = models.TextField(default="")
    office = models.TextField(default="")
    parts = models.JSONField(default=dict)  # kind to values, hits where known, and the offer's kept set
    identities = models.JSONField(default=dict)  # of a result: kind to own identities; for who asked alone
    reply_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replies")
    folder = models.TextField(default="")
    digest = models.CharField(max_length=64, default="")
    basis = models.JSONField(default=dict)  # what it was made from: snapshot and decisions
    built_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="deconflictions_built")
    built_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Officer, on_delete=models.PROTECT, null=True, related_name="deconflictions_approved"
    )
    approved_at = models.DateTimeField(null=True)
    approval = models.TextField(default="")  # SSHSIG over the digest, namespace fanal-approval
    file = models.TextField(default="")
    file_sha256 = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.operation.slug}-D{self.pk}"


class DeconflictionEntry(AppendOnlyModel):
    """One line of the log: how many values of one kind were offered, asked about, answered, and for what."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="deconfliction_log")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="deconfliction_log")
    side = models.CharField(max_length=16, choices=[(s, s) for s in SIDES])
    kind = models.CharField(max_length=32)
    size = models.IntegerField()
    hits = models.IntegerField(null=True)
    purpose = models.TextField(default="")
    reference = models.TextField(default="")
    digest = models.CharField(max_length=64)  # of the file
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.side} {self.kind} {self.size}"
