"""What the match step is told of hash lists and of how to match: which list, which version, whose, where it lies.

Entries themselves are never among a run's inputs: the step reads them through the engine's door, and
writes opaque ids of entries alone.
"""

from dataclasses import dataclass, field
from pathlib import Path

from fanal.base.errors import FanalError
from fanal.base.language import mark

#: What a source says of an entry. `unmapped`: its category has no meaning that this node was told.
OPINIONS: dict[str, str] = {
    "illegal_everywhere": mark("Illegal everywhere: the most severe material by the source's scale."),
    "illegal_here": mark("Illegal where the source works."),
    "harmless": mark("Known to be harmless."),
    "disputed": mark("The source itself calls it disputed."),
    "unmapped": mark("A category whose meaning this node was not told."),
}
ILLEGAL = ("illegal_everywhere", "illegal_here")


class UnknownOpinion(FanalError):
    """A mapping names an opinion that there is none of."""

    code = "F-LIST-05"
    text = "{word} is no opinion; write one of: {known}."
    exit_code = 2


def known_opinion(word: str) -> str:
    """The word, if it is an opinion. Raises UnknownOpinion."""
    if word not in OPINIONS:
        raise UnknownOpinion(word=word, known=", ".join(OPINIONS))
    return word


@dataclass(frozen=True)
class HashListVersion:
    """One version of one hash list, as a run goes by it.

    Attributes:
        name: of the list. version: of it, as the node calls it. agency: whose it is.
        digest: hex SHA-256 of what was taken in.
        entries: how many it has.
        quarantined: entries that an officer set aside: they are matched, shown as such, and count nowhere.
        folder: where its Parquet files lie in the node; no part of what the run depends on.
    """

    name: str
    version: str
    agency: str
    digest: str
    entries: int
    quarantined: tuple[str, ...] = ()
    folder: Path = field(default_factory=Path, compare=False)


@dataclass(frozen=True)
class MatchRules:
    """How media are compared; each match row says by which radius and quality it was found.

    Attributes:
        radius: most bits in which two perceptual hashes differ, 0 to 31.
        quality: least quality of a frame, 0 to 100; frames below it are not compared.
        share: least share of a video's frames, or of an entry's, that must be near.
        quarantine: an entry near to more than this share of all media is set aside by itself.
        frequent: a hash near to more than so many others glues no series together.
    """

    radius: int = 31
    quality: int = 50
    share: float = 0.5
    quarantine: float = 0.02
    frequent: int = 1000


@dataclass(frozen=True)
class GradeScale:
    """What the categories of one exhibit's grades mean, as the officer said who brought it in.

    Attributes:
        exhibit: the VICS file's number. agency: whose grades they are.
        category: as the file has it. opinion: one of OPINIONS.
    """

    exhibit: int
    agency: str
    category: str
    opinion: str

    def __post_init__(self) -> None:
        known_opinion(self.opinion)
