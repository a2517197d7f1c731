"""Operations, officers and what each may do where."""

from django.db import models

from fanal.cases.models.append_only import AppendOnlyModel

ROLES = ("analyst", "coordinator", "victim_identification", "national_officer", "auditor", "administrator")


class Operation(models.Model):
    """One case. No step of the analysis reads two."""

    slug = models.SlugField(unique=True)
    title = models.TextField()
    legal_basis = models.TextField()
    opened_at = models.DateTimeField()
    received_from = models.TextField(default="")  # the sending node, where the operation is a received package's
    sender_operation = models.TextField(default="")

    def __str__(self) -> str:
        return self.slug


class Officer(models.Model):
    """One officer of this node. Outside the node an officer is the service number alone."""

    service_number = models.CharField(max_length=64, unique=True)
    name = models.TextField()
    public_key = models.TextField()  # OpenSSH line, Ed25519
    added_at = models.DateTimeField()
    active = models.BooleanField(default=True)  # False: locked, or retired
    retired_at = models.DateTimeField(null=True)  # for good

    def __str__(self) -> str:
        return self.service_number

    @property
    def state(self) -> str:
        """Whether the officer works here: active, locked or retired."""
        return "active" if self.active else "retired" if self.retired_at else "locked"


class FormerKey(AppendOnlyModel):
    """A key that an officer signed with before: what was signed by it then still counts."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="former_keys")
    public_key = models.TextField()
    until = models.DateTimeField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"former key of {self.officer}"


class Grant(models.Model):
    """A role of an officer: in one operation (need to know), or in the node where `operation` is empty."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="grants")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, null=True, related_name="grants")
    role = models.CharField(max_length=32, choices=[(role, role) for role in ROLES])
    granted_at = models.DateTimeField()

    class Meta:
        """Django's options."""

        constraints = (models.UniqueConstraint(fields=["officer", "operation", "role"], name="one_grant_each"),)

    def __str__(self) -> str:
        return f"{self.officer} {self.role} {self.operation or '*'}"
