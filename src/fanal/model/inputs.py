"""What the steps are told by people: decisions, protected identifiers, the threshold, signals, lists.

`work` reads them from the case store and hands them over as these frozen rows; nothing here knows
the case store. Each field has a digest, so that a step runs again exactly when something that it
names has changed.
"""

from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any

from fanal.base import instants
from fanal.base.digests import canonical_json, digest_of
from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.model.hash_lists import GradeScale, HashListVersion, MatchRules

VERDICTS = ("same", "different", "not_enough")
SIGNALS = ("child_at_risk", "unseen_material", "hands_on", "inciting", "access_to_children")
CONDUCT = ("uploader", "sharer", "administrator", "recruiter", "payer", "signal")
#: Whose grade of a medium a threshold may let count: an examiner's of this node, one that came with a package, the
#: category of a list whose agency is named, for exactly that medium.
GRADES = ("examiner", "package", "list")


class UnknownWord(FanalError):
    """An input names a verdict, signal or conduct that the steps do not know."""

    code = "F-MODEL-11"
    text = "{word} is no {what}; write one of: {known}."
    exit_code = 2


def _known(what: str, word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise UnknownWord(word=word, what=translate(what), known=", ".join(known))


@dataclass(frozen=True)
class PairDecision:
    """What an officer decided about two accounts. It wins over every rule of `resolve`.

    Attributes:
        account_a: an account key, "platform:native id".
        account_b: another account key.
        verdict: `same` (one online identity), `different` (never one), `not_enough` (stays open).
        decision: the decision's id in the case store.
    """

    account_a: str
    account_b: str
    verdict: str
    decision: str

    def __post_init__(self) -> None:
        _known(mark("verdict"), self.verdict, VERDICTS)


@dataclass(frozen=True)
class ProtectedIdentifier:
    """One entry of the sealed protected list: a value whose identity never leaves the node.

    Attributes:
        kind: an identifier kind, or "account" for an account key.
        norm: the normalised value.
        reference: a pseudonymous reference, never a name.
    """

    kind: str
    norm: str
    reference: str


@dataclass(frozen=True)
class Signal:
    """What an officer, a tip or a victim's account says about an account, beyond what the rows show.

    Attributes:
        account: an account key.
        kind: one of SIGNALS.
        source: `officer` or `tip`; only an officer's counts as conduct.
        reference: the decision's or tip's id.
    """

    account: str
    kind: str
    source: str
    reference: str

    def __post_init__(self) -> None:
        _known(mark("signal"), self.kind, SIGNALS)


@dataclass(frozen=True)
class ListEntry:
    """One value of a list that a force keeps: what is context only, who holds it, and when it is so.

    Attributes:
        name: the list's name.
        kind: an identifier kind, or "ip", "ip_range" or "asn".
        norm: the normalised value.
        context: why it is context, one of `model.lists.CONTEXTS`.
        holder: who can be asked about it, where the list says so.
        edition: date of the first edition that says so without a break (YYYY-MM-DD); empty for a list without date.
        since: the first day on which it holds (YYYY-MM-DD); empty where it holds from the beginning.
        until: the first day on which it holds no more (YYYY-MM-DD); empty where it still does.
    """

    name: str
    kind: str
    norm: str
    context: str
    holder: str | None = None
    edition: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class ListEdition:
    """One dated edition of a list: what it was, where it came from, and the days it speaks for.

    Attributes:
        name: the list's name.
        kinds: of its entries, with commas between.
        source: who made it.
        date: YYYY-MM-DD or a package's version; empty where the node gave none.
        digest: hex SHA-256 of the file.
        entries: how many lines it has.
        since: the first day it speaks for (YYYY-MM-DD); empty for the first edition, which speaks for all days before.
        until: the day from which the next edition speaks; empty for the last one.
    """

    name: str
    kinds: str
    source: str
    date: str
    digest: str
    entries: int
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Threshold:
    """The operation's written threshold: what an identity must show before a package may hold it.

    Both halves must be met: conduct, and location. Registration, being added by another, automatic
    download and a free preview are no conduct, whatever the figures below. Uploads, posts and views
    count only where a person graded the medium as illegal.

    Attributes:
        version: rises with each approved text; 0 is the text that Fanal proposes, approved by nobody.
        approver: who approved it (the prosecutor's office).
        approved_at: when; UTC.
        conduct: which of CONDUCT count.
        grades: whose grade of a medium counts, of GRADES; none, and no medium supports suspicion.
        minimum_shares: uploads or posts of graded media from which sharing counts.
        minimum_payments: payments from which paying counts, together with `minimum_views`.
        minimum_views: views or downloads of graded media that a payer must also show.
        minimum_added: accounts that a recruiter must have added.
        probability: how probable the country of origin must be, 0 to 1.
    """

    version: int = 0
    approver: str = ""
    approved_at: datetime | None = None
    conduct: tuple[str, ...] = CONDUCT
    grades: tuple[str, ...] = ("examiner", "package")
    minimum_shares: int = 1
    minimum_payments: int = 1
    minimum_views: int = 1
    minimum_added: int = 3
    probability: float = 0.6

    def __post_init__(self) -> None:
        for word in self.conduct:
            _known(mark("conduct"), word, CONDUCT)
        for word in self.grades:
            _known(mark("grade"), word, GRADES)


@dataclass(frozen=True)
class Cleared:
    """An officer decided that an account is no suspect's: its identity meets no threshold.

    Attributes:
        account: an account key.
        decision: the decision's id in the case store.
    """

    account: str
    decision: str


@dataclass(frozen=True)
class OriginDecision:
    """An officer decided where an account's identity is of. It wins over what `attribute` finds likely.

    Attributes:
        account: an account key.
        country: ISO 3166 alpha-2; empty where the officer holds it to be undetermined.
        decision: the decision's id in the case store.
    """

    account: str
    country: str
    decision: str


class LaterFirst(FanalError):
    """An exhibit was called a copy of one that came after it, or of itself."""

    code = "F-MODEL-12"
    text = (
        "Exhibit {exhibit} cannot be a later copy of {earlier}: name the one that was registered first as the earlier."
    )
    exit_code = 2


@dataclass(frozen=True)
class Copy:
    """One exhibit is a later copy of another: two snapshots of one source.

    Attributes:
        exhibit: the later one's number.
        earlier: the number of the one that it follows.
        comparable: whether what the later one lacks may be said to have vanished: both were read whole
            and under the same scope.
    """

    exhibit: int
    earlier: int
    comparable: bool = True

    def __post_init__(self) -> None:
        if self.exhibit <= self.earlier:
            raise LaterFirst(exhibit=self.exhibit, earlier=self.earlier)


@dataclass(frozen=True)
class Inputs:
    """Everything the steps are told by people, for one operation.

    Attributes:
        as_of: the instant against which perishing evidence is measured (UTC); None, the newest
            instant that the evidence itself holds. The steps never read the clock.
    """

    decisions: tuple[PairDecision, ...] = ()
    protected: tuple[ProtectedIdentifier, ...] = ()
    threshold: Threshold = field(default_factory=Threshold)
    signals: tuple[Signal, ...] = ()
    lists: tuple[ListEntry, ...] = ()
    editions: tuple[ListEdition, ...] = ()
    copies: tuple[Copy, ...] = ()
    hash_lists: tuple[HashListVersion, ...] = ()
    match: MatchRules = field(default_factory=MatchRules)
    scales: tuple[GradeScale, ...] = ()
    cleared: tuple[Cleared, ...] = ()
    origins: tuple[OriginDecision, ...] = ()
    as_of: datetime | None = None

    def digest(self, name: str) -> str:
        """Hex SHA-256 of one field's value, the order of its rows left out of account.

        Raises:
            AttributeError: there is no field of that name.
        """
        value = getattr(self, name)
        if isinstance(value, tuple):
            return digest_of(sorted((_plain(_told(row)) for row in value), key=canonical_json))
        return digest_of(_plain(_told(value) if is_dataclass(value) else value))


FIELDS = tuple(f.name for f in fields(Inputs))


def _told(row: Any) -> dict[str, Any]:
    """A row's fields; where something lies says nothing about what it is."""
    return {f.name: value for f, value in zip(fields(row), asdict(row).values(), strict=True) if f.compare}


def _plain(value: Any) -> Any:
    """The value as JSON knows it: instants as text, tuples as lists."""
    if isinstance(value, datetime):
        return instants.text(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value
