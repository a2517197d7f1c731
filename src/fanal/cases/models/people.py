"""Decisions and what they make: identities under review, and persons.

An online identity is made by the analysis; a person exists only by an officer's decision.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from fanal.base.digests import content_id
from fanal.cases.models.append_only import AppendOnlyModel
from fanal.cases.models.offices import Officer, Operation

#: Kinds of decisions that name accounts and identities. The protected list is not among them: one role reads it.
NAMING = ("pair", "accounts", "identity", "country", "person", "signal")
#: Of a key in the index, characters.
_LONGEST = 200
_OF_IDENTITIES = ("identity", "accounts", "country")
CATEGORIES = ("suspect", "witness", "victim", "other")


class Decision(AppendOnlyModel):
    """One decision of one officer, signed (SSHSIG, namespace fanal-decision) over its canonical JSON."""

    commits: ClassVar[bool] = False  # its signature and its own entry say what it held

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=64, unique=True)  # content id
    subject_kind = models.CharField(max_length=16)  # a key of cases.decisions.VERDICTS
    subject = models.TextField(db_index=True)
    verdict = models.CharField(max_length=32)
    reason = models.TextField()
    detail = models.JSONField(default=dict)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    at = models.DateTimeField()
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    signature = models.TextField()

    class Meta:
        """Django's options."""

        indexes = (
            models.Index(fields=["operation", "subject_kind", "id"], name="decisions_by_kind"),
            models.Index(fields=["operation", "subject_kind", "at"], name="decisions_by_day"),
            models.Index(fields=["operation", "officer", "id"], name="decisions_by_officer"),
        )

    def __str__(self) -> str:
        return f"decision {self.decision[:12]}"


class Named(models.Model):
    """What a decision names, to find it by among thousands: an account, an identity, an answer that it takes over.

    It repeats the decision's own words and says nothing of its own.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="named")
    key = models.TextField()

    class Meta:
        """Django's options."""

        indexes = (models.Index(fields=["operation", "key"], name="named_key"),)

    def __str__(self) -> str:
        return self.key


def keys_of(kind: str, subject: str, detail: Mapping[str, Any]) -> set[str]:
    """What a decision of that kind names: accounts as they are, an identity by its id, an answer as `answer N`."""
    if kind not in NAMING:
        return set()
    one = {detail.get(name) for name in ("account_a", "account_b", "founder", "account")}
    lists = [*detail.get("sides", []), detail.get("accounts") or []]
    answers = (f"answer {row}" for row in detail.get("answer", {}).get("rows", ()))
    keys = {key for key in (*one.union(*lists), *answers, subject if kind in _OF_IDENTITIES else None) if key}
    return {indexed(key) for key in keys}


def indexed(key: str) -> str:
    """The key as the index has it: of one that is longer than an index takes, its content id."""
    return key if len(key) <= _LONGEST else content_id("named", key)


class Identity(models.Model):
    """An online identity that an officer has decided something about, by its founding account."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="identities")
    identity = models.CharField(max_length=32)
    founder = models.TextField()

    class Meta:
        """Django's options."""

        constraints = (models.UniqueConstraint(fields=["operation", "identity"], name="one_row_an_identity"),)

    def __str__(self) -> str:
        return self.identity


class Person(models.Model):
    """A person, made by a decision that names the identifying evidence."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="persons")
    category = models.CharField(max_length=16, choices=[(c, c) for c in CATEGORIES])
    name = models.TextField(default="")
    born = models.DateField(null=True)
    age_source = models.TextField(default="")
    identity = models.CharField(max_length=32, default="")
    made_by = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="made")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="absorbed")

    def __str__(self) -> str:
        return f"person {self.pk}"


class PersonReference(models.Model):
    """An agency's own reference for a person; several may stand for one."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="references")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    reference = models.TextField()

    class Meta:
        """Django's options."""

        constraints = (models.UniqueConstraint(fields=["operation", "reference"], name="one_person_a_reference"),)

    def __str__(self) -> str:
        return self.reference
