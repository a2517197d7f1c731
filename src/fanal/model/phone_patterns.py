"""The patterns of numbering plans, read into trees: digits, classes, groups, alternatives, `{n,m}`, `?` and `$`.

That is all that libphonenumber's metadata uses. Anything else is refused, so that a plan is never half understood.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

_TOKEN = re.compile(r"\(\?:|\[[0-9-]+\]|\{[0-9,]+\}|\\d|[0-9()|?$]")
_ANY = frozenset(range(10))


# Nodes are told apart by identity: what is made of them is remembered for each.
@dataclass(frozen=True, eq=False, slots=True)
class Digit:
    """One digit out of some."""

    among: frozenset[int]


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """One after the other."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, eq=False, slots=True)
class Either:
    """The first alternative that leads on."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, eq=False, slots=True)
class Times:
    """So many times one after the other, as often as can be."""

    part: "Node"
    least: int
    most: int


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """A capturing group; its number counts from 1."""

    part: "Node"
    number: int


@dataclass(frozen=True, eq=False, slots=True)
class AtEnd:
    """Nothing may follow."""


Node: TypeAlias = Digit | Row | Either | Times | Held | AtEnd


def parsed(pattern: str) -> tuple[Node, int]:
    """The tree of a pattern and how many groups it captures.

    Raises:
        ValueError: it uses what no numbering plan uses.
    """
    tokens = _TOKEN.findall(pattern)
    if "".join(tokens) != pattern:
        raise ValueError(f"unknown in a numbering plan: {pattern}")
    reading = _Reading(tokens)
    tree = reading.either()
    if reading.tokens:
        raise ValueError(f"closed more often than opened: {pattern}")
    return tree, reading.groups


class _Reading:
    """What of a pattern is left, last token first."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens[::-1]
        self.groups = 0

    def either(self) -> Node:
        parts = [self._row()]
        while self.tokens and self.tokens[-1] == "|":
            self.tokens.pop()
            parts.append(self._row())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _row(self) -> Node:
        parts: list[Node] = []
        tokens = self.tokens
        while tokens and tokens[-1] not in "|)":
            part = self._one(tokens.pop())
            if tokens and tokens[-1][0] in "{?":
                least, _, most = (tokens.pop()[1:-1] or "0,1").partition(",")
                part = Times(part, int(least), int(most or least))
            parts.append(part)
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def _one(self, sign: str) -> Node:
        if sign.isdigit():
            return Digit(frozenset((int(sign),)))
        if sign == r"\d":
            return Digit(_ANY)
        if sign == "$":
            return AtEnd()
        if sign[0] == "[":
            return Digit(_among(sign[1:-1]))
        if sign not in ("(", "(?:"):
            raise ValueError(f"out of place in a numbering plan: {sign}")
        number = 0
        if sign == "(":
            self.groups += 1
            number = self.groups
        part = self.either()
        if not self.tokens:
            raise ValueError("a group in a numbering plan is not closed")
        self.tokens.pop()
        return Held(part, number) if number else part


def _among(listed: str) -> frozenset[int]:
    found: set[int] = set()
    for first, last in re.findall(r"([0-9])(?:-([0-9]))?", listed):
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)
