"""What two agencies may compare without showing it to each other: which kinds, how many, under which rule."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from fanal.base.errors import FanalError

#: Kinds whose values are too many to be guessed through.
FREE = ("email", "crypto_address", "device")
#: Kinds whose values can be guessed through: a case reference, the second officer's word on it, small caps.
STRICT = ("phone", "username")
KINDS = (*FREE, *STRICT)


class NotDeconflicted(FanalError):
    """A kind that is never compared."""

    code = "F-DEC-01"
    text = "{kind} is not compared with other agencies; choose among: {kinds}."
    exit_code = 2


class NeedsReference(FanalError):
    """Phones or user names without a case reference."""

    code = "F-DEC-02"
    text = "{kinds} can be guessed through, and are compared only under a case reference; give one (--reference)."
    exit_code = 2


@dataclass(frozen=True)
class Caps:
    """What fanal.toml says under [deconflict].

    Attributes:
        office: whom the other side is told to call; the agency's name where nothing is said.
        most: values of one kind in one query.
        budget: values of one kind that one agency may ask about in all.
        strict_most: `most` for phones and user names.
        strict_budget: `budget` for them.
        false_positives: probability that a query of `most` values gets even one hit that is none, 0 to 0.01;
            0 is exact, and makes larger offers.
        keep_days: how long the keys of blinded sets and of queries are kept after they were last used; from 1.
    """

    office: str = ""
    most: int = 100_000
    budget: int = 500_000
    strict_most: int = 1_000
    strict_budget: int = 5_000
    false_positives: float = 0.0
    keep_days: int = 90

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if type(value) is not field.type and not (field.type is float and type(value) is int):
                raise ValueError(field.name)
        if min(self.most, self.budget, self.strict_most, self.strict_budget) < 0:
            raise ValueError("most")
        if self.keep_days < 1:
            raise ValueError("keep_days")
        if not 0 <= self.false_positives <= 0.01:  # noqa: PLR2004  one wrong hit in a hundred queries is the worst
            raise ValueError("false_positives")

    def most_of(self, kind: str) -> int:
        """How many values of a kind one query may hold."""
        return self.strict_most if kind in STRICT else self.most

    def budget_of(self, kind: str) -> int:
        """How many values of a kind one agency may ask about in all."""
        return self.strict_budget if kind in STRICT else self.budget


def checked_kinds(kinds: Iterable[str], reference: str) -> tuple[str, ...]:
    """The kinds to compare, each once, in their order; all of FREE where none is named.

    Raises:
        NotDeconflicted, NeedsReference.
    """
    named = set(kinds) or set(FREE)
    for kind in sorted(named - set(KINDS)):
        raise NotDeconflicted(kind=kind, kinds=", ".join(KINDS))
    strict = [kind for kind in STRICT if kind in named]
    if strict and not reference.strip():
        raise NeedsReference(kinds=", ".join(strict))
    return tuple(kind for kind in KINDS if kind in named)
