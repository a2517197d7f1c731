"""What comes off the start of a dialled number, as a machine that reads digit after digit.

Python's expressions try alternatives in their order and take the first that leads on, not the longest. So a state here
is a list of what may still follow, best first, each with the last group as far as it is captured; nothing
after a match that needs no more digits counts. Where groups begin and end is part of the state, since no such
pattern goes on for ever.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fanal.model.phone_patterns import AtEnd, Digit, Either, Held, Node, Row, Times, parsed

#: What a state says of a match: whether one ends here, and where its last group begins and ends, -1 for nowhere.
Match = tuple[int, int, int]
_NO_MATCH: Match = (0, -1, -1)


@dataclass(frozen=True, eq=False, slots=True)
class _Close:
    """The end of the last group."""


@dataclass(frozen=True, eq=False, slots=True)
class _Rest:
    """What has to follow, first thing first; None at the end of the pattern."""

    first: "Node | _Close"
    then: "_Rest | None"


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which the pattern may go on: at a digit, at the end of the number (`$`), or matched (None)."""

    rest: _Rest | None
    start: int
    end: int


class Prefixes:
    """Makes the machines; the same pattern's is made once."""

    def __init__(self) -> None:
        """With the state that nothing follows, number 0."""
        self._after: list[list[int]] = [[0] * 10]
        self._match: list[tuple[Match, Match]] = [(_NO_MATCH, _NO_MATCH)]
        self._first: dict[str, int] = {}

    def first(self, pattern: str) -> int:
        """The first state of a pattern's machine.

        Raises:
            ValueError: the pattern uses what no numbering plan uses.
        """
        if pattern not in self._first:
            self._first[pattern] = _Making(*parsed(pattern), self._after, self._match).made()
        return self._first[pattern]

    def table(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8]]:
        """All states as arrays.

        Returns:
            Shape (states, 10), the state after each digit, 0 where there is none. Shape (states, 2, 3), the
            Match where more digits follow, and the Match where none do.
        """
        return np.array(self._after, np.int32), np.array(self._match, np.int8)


class _Making:
    """One machine."""

    def __init__(self, tree: Node, groups: int, after: list[list[int]], match: list[tuple[Match, Match]]) -> None:
        self._tree, self._groups, self._after, self._match = tree, groups, after, match
        self._states: dict[tuple[int, tuple[_Way, ...]], int] = {}
        self._rests: dict[tuple[int, int], _Rest] = {}
        self._times: dict[tuple[int, int, int], Times] = {}

    def made(self) -> int:
        return self._state(self._ways(_Way(self._rest(self._tree, None), -1, -1), 0), 0)

    def _state(self, found: Iterator[_Way], at: int) -> int:
        """The state of ways, best first, after `at` digits."""
        ways: dict[_Rest | None, _Way] = {}
        for way in found:
            ways.setdefault(way.rest, way)
            if way.rest is None:
                break
        listed = tuple(ways.values())
        if not listed:
            return 0
        # Where a group will begin depends on how many digits there were.
        key = (at if self._groups else 0, listed)
        if key in self._states:
            return self._states[key]
        state = self._states[key] = len(self._after)
        self._after.append([0] * 10)
        self._match.append((_matched(listed, ended=False), _matched(listed, ended=True)))
        for digit in range(10):
            self._after[state][digit] = self._state(self._read(listed, digit, at + 1), at + 1)
        return state

    def _read(self, ways: tuple[_Way, ...], digit: int, at: int) -> Iterator[_Way]:
        for way in ways:
            if way.rest and isinstance(way.rest.first, Digit) and digit in way.rest.first.among:
                yield from self._ways(_Way(way.rest.then, way.start, way.end), at)

    def _ways(self, way: _Way, at: int) -> Iterator[_Way]:
        """All ways to go on from one without reading a digit, best first."""
        if way.rest is None or isinstance(way.rest.first, Digit | AtEnd):
            yield way
            return
        node, then = way.rest.first, way.rest.then
        if isinstance(node, _Close):
            yield from self._ways(_Way(then, way.start, at), at)
        elif isinstance(node, Row):
            for part in reversed(node.parts):
                then = self._rest(part, then)
            yield from self._ways(_Way(then, way.start, way.end), at)
        elif isinstance(node, Either):
            for part in node.parts:
                yield from self._ways(_Way(self._rest(part, then), way.start, way.end), at)
        elif isinstance(node, Times):
            yield from self._repeated(node, _Way(then, way.start, way.end), at)
        else:
            yield from self._ways(self._opened(node, _Way(then, way.start, way.end), at), at)

    def _repeated(self, node: Times, way: _Way, at: int) -> Iterator[_Way]:
        """Once more where that leads on; else, or where it need not be, no more."""
        if node.most:
            key = (id(node.part), max(node.least - 1, 0), node.most - 1)
            fewer = self._times.setdefault(key, Times(node.part, *key[1:]))
            more = self._rest(node.part, self._rest(fewer, way.rest))
            yield from self._ways(_Way(more, way.start, way.end), at)
        if not node.least:
            yield from self._ways(way, at)

    def _opened(self, node: Held, way: _Way, at: int) -> _Way:
        """Into a group; where it begins is noted for the last one alone, the only one that a rule can name."""
        if node.number < self._groups:
            return _Way(self._rest(node.part, way.rest), way.start, way.end)
        return _Way(self._rest(node.part, self._rest(_CLOSE, way.rest)), at, -1)

    def _rest(self, first: Node | _Close, then: _Rest | None) -> _Rest:
        return self._rests.setdefault((id(first), id(then)), _Rest(first, then))


_CLOSE = _Close()


def _matched(ways: tuple[_Way, ...], *, ended: bool) -> Match:
    """The best match of a state. `ended`: whether the number ends here."""
    for way in ways:
        if way.rest is None or (ended and isinstance(way.rest.first, AtEnd) and way.rest.then is None):
            return (1, way.start, way.end) if way.end >= 0 else (1, -1, -1)
    return _NO_MATCH
