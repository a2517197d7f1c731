"""Agencies, peers, packages and answers: what left, what came, and who stands behind the keys."""

from django.db import models

from fanal.cases.models.append_only import AppendOnlyModel
from fanal.cases.models.committed import Committed
from fanal.cases.models.offices import Officer, Operation


class Agency(models.Model):
    """An agency, this node's or another's."""

    name = models.TextField()
    country = models.CharField(max_length=8)

    def __str__(self) -> str:
        return f"{self.name} ({self.country})"


class Peer(Committed):
    """A pin: one key of another agency's node, as an officer took it from a card. What became of it: `PinEvent`."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="peers")
    node = models.CharField(max_length=64)
    signing_key = models.TextField()
    recipient = models.TextField()  # age X25519
    fingerprint = models.TextField()
    language = models.CharField(max_length=8, default="en")
    pinned_by = models.ForeignKey(Officer, on_delete=models.PROTECT)
    pinned_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_for = models.CharField(max_length=16, default="")  # lost, compromised or retired
    expires_at = models.DateTimeField(null=True)  # of the card
    compared_at = models.DateTimeField(null=True)  # with the peer, by two people; null: nobody has
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")

    class Meta:
        """Django's options."""

        constraints = (models.UniqueConstraint(fields=["node", "signing_key"], name="one_pin_a_key"),)

    def __str__(self) -> str:
        return f"{self.agency}"


class PinEvent(AppendOnlyModel):
    """What an officer did about a pin: pinned, renewed, rotated, compared, revoked, noticed."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=16)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    at = models.DateTimeField()
    compared_with = models.TextField(default="")  # who was at the other end
    over = models.TextField(default="")  # by which means: phone, in person
    reason = models.TextField(default="")

    def __str__(self) -> str:
        return f"{self.what} {self.peer}"


class Package(Committed):
    """One national package, outgoing or received, and how far it has come."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="packages")
    direction = models.CharField(max_length=3, choices=[("out", "out"), ("in", "in")])
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, null=True, related_name="packages")
    sender_operation = models.TextField()
    country = models.CharField(max_length=8)
    number = models.IntegerField()
    state = models.CharField(max_length=16)  # built, approved, sealed, void; opened where received
    folder = models.TextField()
    digest = models.CharField(max_length=64)
    basis = models.JSONField(default=dict)  # what it was made from: snapshot, decisions, threshold
    counts = models.JSONField(default=dict)
    built_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="built")
    built_at = models.DateTimeField()
    approved_by = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="approved")
    approved_at = models.DateTimeField(null=True)
    approval = models.TextField(default="")  # SSHSIG over the digest, namespace fanal-approval
    sealed_at = models.DateTimeField(null=True)
    file = models.TextField(default="")
    file_sha256 = models.CharField(max_length=64, default="")
    checkpoint = models.TextField(default="")  # of the sender's audit log, as the package carried it
    cosignature = models.TextField(default="")  # the recipient's, over the checkpoint, once it answered
    danger = models.TextField(default="")  # of an emergency disclosure: the danger to life or safety
    reviewed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="reviewed")
    reviewed_at = models.DateTimeField(null=True)
    review = models.TextField(default="")  # what the second officer says of an emergency disclosure

    class Meta:
        """Django's options."""

        constraints = (
            models.UniqueConstraint(fields=["operation", "direction", "country", "number"], name="one_number_each"),
        )

    def __str__(self) -> str:
        return f"{self.sender_operation}-{self.country}-{self.number}"


class Arrival(AppendOnlyModel):
    """One sealed file that was opened: its number is never taken again."""

    kind = models.CharField(max_length=16)
    node = models.CharField(max_length=64)
    sender_operation = models.TextField()
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    file_sha256 = models.CharField(max_length=64)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    at = models.DateTimeField()
    gap_reason = models.TextField(default="")

    class Meta:
        """Django's options."""

        constraints = (
            models.UniqueConstraint(fields=["kind", "node", "sender_operation", "number"], name="one_arrival_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.sender_operation}"


class Answer(AppendOnlyModel):
    """What a receiving agency says of one identity of one package."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="answers")
    identity = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16)
    source_grade = models.CharField(max_length=1, default="")
    information_grade = models.CharField(max_length=1, default="")
    person = models.TextField(default="")  # the answering agency's opaque reference
    minor = models.BooleanField(null=True)
    occurred_at = models.DateTimeField(null=True)
    note = models.TextField(default="")
    officer = models.TextField()  # a service number, ours or theirs
    at = models.DateTimeField()
    message = models.CharField(max_length=64, default="")  # the answer file that carried it, by digest

    def __str__(self) -> str:
        return f"{self.outcome} {self.identity}"


class Reply(AppendOnlyModel):
    """One sealed receipt or answer to a package: one that this node sent, or one that came."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="replies")
    direction = models.CharField(max_length=3, choices=[("out", "out"), ("in", "in")])
    kind = models.CharField(max_length=16)  # receipt or answer
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    file = models.TextField(default="")  # below the node's folder, where this node sealed it
    file_sha256 = models.CharField(max_length=64)
    answers = models.IntegerField(default=0)  # identities that it says something of
    checkpoint = models.TextField()  # of the sender's audit log, as the package carried it
    cosignature = models.TextField()  # SSHSIG over it, namespace fanal-checkpoint
    signing_key = models.TextField()  # of who cosigned

    class Meta:
        """Django's options."""

        constraints = (
            models.UniqueConstraint(fields=["package", "direction", "kind", "number"], name="one_reply_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number} to {self.package}"
