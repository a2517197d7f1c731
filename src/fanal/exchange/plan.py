"""What a package is to hold, as `work` plans it from the case store, and what came out of it in figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fanal.base.language import PACKAGE_LANGUAGES
from fanal.exchange.changes import Previous
from fanal.exchange.heading import Heading, Party
from fanal.model.codes import Grade, Handling
from fanal.model.inputs import Threshold


@dataclass(frozen=True)
class Opinion:
    """What an officer of the sender decided about an identity; it travels beside the findings, never over them.

    Attributes:
        officer: service number.
    """

    identity: str
    verdict: str
    reason: str
    officer: str
    at: datetime


@dataclass(frozen=True)
class Flag:
    """What people decided about who may be behind an account, or beside it; it travels with the account.

    Attributes:
        flag: one of FLAGS.
        source: `officer`, `tip` or `person`: whose word it is.
        officer: service number of who decided it.
    """

    account: str
    flag: str
    source: str
    officer: str
    at: datetime


#: `minor`: a person who was a minor at the offence; `child_at_risk`: a child may be at risk now.
FLAGS = ("child_at_risk", "minor")


@dataclass(frozen=True)
class ExhibitRef:
    """An exhibit that the rows come from: its number, digest, and a label without personal data.

    Attributes:
        clock_offset_s: seconds by which its source's clock was ahead of true time, where somebody compared them.
    """

    exhibit: int
    sha256: str
    label: str
    reader: str
    clock_offset_s: float | None = None


@dataclass(frozen=True)
class PackagePlan:
    """One package for one recipient.

    Attributes:
        title: of the operation, as the recipient may see it.
        number: from 1, rising by one per operation and recipient.
        made_at: UTC; the caller reads the clock.
        language: two letters; English where Fanal does not speak it.
        legal_basis: of the operation.
        transfer_basis: why data may go to this recipient (EU, adequacy, safeguards, derogation and its reason).
        purpose: what the recipient may use it for.
        previous: the package before, for what this one changes; None for the first.
        ill_treatment: what was assessed of the risk of it there: none, or assured by the recipient.
        checkpoint: of the audit log, verbatim, to be cosigned by the recipient.
        lists: name to version of every list and address database that the findings rest on.
        held: identities that do not leave (protected list, refused permission); only a common count tells of them.
        only: send at most these identities; None, all that qualify.
        withheld_exhibits: whose rows do not leave (received under H2, privileged, excluded). In a build of several
            packages, an exhibit that one plan withholds is withheld from all.
        bodies: whether text of messages is included.
        perceptual: whether perceptual fingerprints of media are included: for peers entitled to them alone.
        flags: of accounts, whoever's; those of the identities that go in go with them.
        elsewhere: identity to the other countries that hold it already; the package tells how many, never which.
        contact: whom the recipient can call, in the sender's own words; empty where the sender gave nothing.
        others_reviewed_by: when those counted and not sent are looked at again, or deleted.
    """

    operation: str
    title: str
    number: int
    sender: Party
    recipient: Party
    made_at: datetime
    language: str
    legal_basis: str
    transfer_basis: str
    purpose: str
    threshold: Threshold
    grade: Grade
    checkpoint: str
    handling: tuple[Handling, ...] = ()
    lists: Mapping[str, str] = field(default_factory=dict)
    exhibits: tuple[ExhibitRef, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    held: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    withheld_exhibits: frozenset[int] = frozenset()
    bodies: bool = False
    perceptual: bool = False
    flags: tuple[Flag, ...] = ()
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)
    contact: str = ""
    others_reviewed_by: datetime | None = None
    ill_treatment: str = ""
    previous: Previous | None = None

    @property
    def country(self) -> str:
        """The country whose identities it holds: the recipient's."""
        return self.recipient.country

    @property
    def spoken(self) -> str:
        """The language that its summary is written in."""
        return self.language if self.language in PACKAGE_LANGUAGES else "en"

    @property
    def heading(self) -> Heading:
        """What the package says of itself."""
        return Heading("package", self.sender, self.recipient, self.operation, self.number, self.made_at)


@dataclass(frozen=True)
class Counts:
    """What went into a package, and what did not and why.

    Attributes:
        candidates: identities whose most probable country is the recipient's.
        below_threshold: of these, do not meet the operation's threshold.
        undetermined: meet it, but their country is not determined.
        held: meet it and are determined, but do not leave. For the sender's eyes: the package itself tells only
            the sum of `undetermined` and `held`, lest a protected person show.
        not_chosen: qualify, but the plan names others.
        rows: rows of each table sent.
        flags: identities sent that carry each flag.
    """

    candidates: int = 0
    included: int = 0
    accounts: int = 0
    below_threshold: int = 0
    undetermined: int = 0
    held: int = 0
    not_chosen: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    flags: Mapping[str, int] = field(default_factory=dict)
