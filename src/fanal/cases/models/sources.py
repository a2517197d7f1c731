"""What came in: an index of the exhibit register, and tips with what the desk knows of each."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models

from fanal.cases.models.offices import Officer, Operation

#: How far the desk has come with a tip.
TIP_STATES = ("new", "assessed", "duplicate")


#: Where a tip stands in the queue: one of STAGES, then since when, in microseconds; a stage is wider than any instant.
STAGES = ("at_risk", "at_risk_taken", "urgent", "waiting", "open", "no_risk", "duplicate")
STAGE_WIDTH = 1 << 53
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def place_of(stage: str, since: dt.datetime) -> int:
    """The place in the queue of what has been in a stage since an instant: in the order of stages, then of instants."""
    return STAGES.index(stage) * STAGE_WIDTH + (since - _EPOCH) // dt.timedelta(microseconds=1)


def stage_of(*, at_risk: bool | None, status: str, taken: bool, quoted: bool) -> str:
    """The stage of a tip: `at_risk`, `urgent`, `waiting` are to be taken in time, the others are under no deadline."""
    if at_risk:
        return "at_risk_taken" if taken else "at_risk"
    if status == "new" and not taken:
        return "urgent" if quoted else "waiting"
    if status == "duplicate":
        return "duplicate"
    return "open" if at_risk is None else "no_risk"


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
    """A report that came in from outside; its content is the exhibit, here is the desk's record of it.

    One exhibit may hold several (a mailbox, a file of several reports): `part` is the locator of one of
    them, empty where the exhibit is the tip. What officers decided stands in `Decision`; `child_at_risk`
    and `duplicate_of` say what is decided now, `taken_by` who answers for what comes next. `place` follows from the
    rest whenever a row is saved: by it the queue is read in its order, by index.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="tips")
    exhibit = models.ForeignKey(ExhibitIndex, on_delete=models.PROTECT, related_name="tips")
    part = models.TextField(default="")
    received_at = models.DateTimeField()
    message_id = models.TextField(default="")  # the sender's own: Message-ID, or the number of a report
    subject = models.TextField(default="")
    sender = models.TextField(default="")
    sent_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=16, default="new", choices=[(s, s) for s in TIP_STATES])
    child_at_risk = models.BooleanField(null=True)  # an officer's word; nobody's yet where null
    risk_at = models.DateTimeField(null=True)  # when that was said
    place = models.BigIntegerField(default=0)
    risk_words = models.JSONField(default=list)  # suggested passages: quote, locator, language, kinds
    victims = models.IntegerField(default=0)  # sections on victims, which are read in the exhibit alone
    source_grade = models.CharField(max_length=1, default="")
    information_grade = models.CharField(max_length=1, default="")
    taken_by = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="tips")
    taken_at = models.DateTimeField(null=True)
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="duplicates")

    class Meta:
        """Django's options."""

        constraints = (models.UniqueConstraint(fields=["exhibit", "part"], name="one_tip_a_part"),)
        indexes = (models.Index(fields=["operation", "place", "id"], name="tips_in_order"),)

    def __str__(self) -> str:
        return f"tip {self.exhibit} {self.part}".rstrip()

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save it, in its place."""
        self.put_in_place()
        told = None if update_fields is None else {*update_fields, "place"}
        super().save(*args, update_fields=told, **kwargs)

    def put_in_place(self) -> None:
        """Work out where in the queue it stands."""
        stage = stage_of(
            at_risk=self.child_at_risk,
            status=self.status,
            taken=self.taken_by_id is not None,
            quoted=bool(self.risk_words),
        )
        self.place = place_of(stage, self.since)

    @property
    def since(self) -> dt.datetime:
        """Since when it waits: its coming in, or an officer's word that a child is at risk."""
        return self.risk_at if self.child_at_risk and self.risk_at else self.received_at

    @property
    def stage(self) -> str:
        """How far it is in the queue, one of STAGES."""
        return STAGES[self.place // STAGE_WIDTH]


class TipMark(models.Model):
    """One thing by which a tip can be known again: an identifier that it names, a digest, its Message-ID."""

    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=32)  # an identifier kind, account, sha256, sha1, md5 or message_id
    value = models.TextField()
    norm = models.TextField(default="")
    locator = models.TextField(default="")
    said_of = models.CharField(max_length=32, default="")  # reported, intended_recipient, incident, text

    class Meta:
        """Django's options."""

        indexes = (models.Index(fields=["kind", "norm"], name="tip_mark_norm"),)
        constraints = (models.UniqueConstraint(fields=["tip", "kind", "value"], name="one_mark_each"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.tip}"
