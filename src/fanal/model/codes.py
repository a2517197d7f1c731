"""Handling codes, source and information grades, outcomes: the words partners agreed on.

A vocabulary, not a policy: what a code allows is decided by people. Handling codes are a set, not a
ladder, and the two grades are two columns that are never merged into one figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fanal.base.errors import FanalError
from fanal.base.language import mark, translate


class UnknownCode(FanalError):
    """A code that the vocabulary does not have."""

    code = "F-CODE-01"
    text = "{value} is not a {family}; use one of: {known}."
    exit_code = 2


class HandlingTextMissing(FanalError):
    """H3 without the text that it stands for, or text on a code that carries none."""

    code = "F-CODE-02"
    text = "Handling code {value} is wrongly written: H3 needs its own text, H1 and H2 take none."
    exit_code = 2


HANDLING_WORDS = {
    "H1": mark("Not for use in judicial proceedings without the provider's permission."),
    "H2": mark("Not to be passed on without the provider's permission."),
    "H3": mark("Other restriction, in the provider's words:"),
}
SOURCE_WORDS = {
    "A": mark("A: the source is beyond doubt, or has always proved reliable"),
    "B": mark("B: the source has mostly proved reliable"),
    "C": mark("C: the source has mostly proved unreliable"),
    "X": mark("X: the reliability of the source cannot be judged"),
}
INFORMATION_WORDS = {
    "1": mark("1: the information is known to be true without reserve"),
    "2": mark("2: known at first hand to the source, not to the officer who reports it"),
    "3": mark("3: not known at first hand to the source, but agrees with what is recorded"),
    "4": mark("4: not known at first hand to the source, and nothing confirms it yet"),
}
OUTCOME_WORDS = {
    "hit": mark("a hit in our own files"),
    "known_already": mark("known already"),
    "false_positive": mark("false positive"),
    "identified": mark("identified"),
    "in_hand": mark("in hand"),
    "searched": mark("searched"),
    "arrested": mark("arrested"),
    "not_found": mark("not found"),
    "expired": mark("the data had expired"),
}
CERTAINTY_WORDS = {
    "almost certain": mark("almost certain"),
    "likely": mark("likely"),
    "possible": mark("possible"),
    "undetermined": mark("undetermined"),
    "decided": mark("decided by an officer"),
}
ROLE_WORDS = {
    "administrator": mark("administrator"),
    "uploader": mark("uploader"),
    "sharer": mark("sharer"),
    "consumer": mark("consumer"),
    "payer": mark("payer"),
    "recruiter": mark("recruiter"),
    "uploader_not_graded": mark("uploader not graded"),
    "sharer_not_graded": mark("sharer not graded"),
    "consumer_not_graded": mark("consumer not graded"),
}


@dataclass(frozen=True, order=True)
class Handling:
    """One handling code; H3 carries the provider's own text, which is always shown."""

    code: str
    text: str = ""

    def __post_init__(self) -> None:
        known(self.code, HANDLING_WORDS, mark("handling code"))
        if (self.code == "H3") != bool(self.text.strip()):
            raise HandlingTextMissing(value=self.code)

    def line(self) -> str:
        """The code and what it asks, in the reader's language."""
        words = translate(HANDLING_WORDS[self.code])
        return f"{self.code}: {words} {self.text}".rstrip()


@dataclass(frozen=True)
class Grade:
    """How far the source is trusted (A B C X), and how the information is known (1 to 4)."""

    source: str
    information: str

    def __post_init__(self) -> None:
        known(self.source, SOURCE_WORDS, mark("source grade"))
        known(self.information, INFORMATION_WORDS, mark("information grade"))


def known(value: str, family: Iterable[str], name: str) -> str:
    """The value, where the family has it.

    Args:
        value: a code.
        family: the codes there are.
        name: what such a code is called, for the error.

    Raises:
        UnknownCode: it is none of them.
    """
    codes = list(family)
    if value not in codes:
        raise UnknownCode(value=value, family=translate(name), known=" ".join(codes))
    return value


def in_words(value: str, words: dict[str, str]) -> str:
    """A code in the reader's language; the code itself where a partner sent one that we do not have."""
    return translate(words[value]) if value in words else value
