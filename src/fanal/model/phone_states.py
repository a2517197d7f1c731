"""Sets of numbers as states of one machine that reads digit after digit, smallest possible and shared by all plans.

A state is what may still follow; two states that allow the same are one. So patterns of all countries
are put together, cut and compared without ever listing a number.
"""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from fanal.model.phone_patterns import Digit, Either, Held, Node, Row, Times

_DIGITS = range(10)
#: The state after which nothing counts, and the one after which every digit and every end does.
NONE, ALL = 0, 1
Table = npt.NDArray[np.int32]


class States:
    """Makes states. Each has a value, 0 where a number may not end there, and ten states after it."""

    def __init__(self) -> None:
        """The two states that lead to themselves: NONE with the value 0 and ALL with the value 1."""
        self._after: list[tuple[int, ...]] = [(NONE,) * 10, (ALL,) * 10]
        self._value = [0, 1]
        self._ids: dict[tuple[int, tuple[int, ...]], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._either: dict[frozenset[int], int] = {}
        self._chosen: dict[tuple[int, int, int], int] = {}
        self._cut: dict[tuple[int, int], int] = {}
        self._lengths: dict[int, int] = {NONE: 0}
        self._end = self._state(1, self._after[NONE])

    def numbers(self, tree: Node) -> int:
        """The state before all that a pattern matches to its end."""
        return self._then(tree, self._end)

    def beginning(self, tree: Node) -> int:
        """The state before all that begins as the pattern says."""
        return self._then(tree, ALL)

    def constant(self, value: int) -> int:
        """A state that gives every number this value."""
        if value == 1:
            return ALL
        self._after.append((len(self._after),) * 10)
        self._value.append(value)
        return len(self._after) - 1

    def either(self, states: Iterable[int]) -> int:
        """What one of several allows. Of values of their own they have none."""
        parts = frozenset(states) - {NONE}
        if len(parts) <= 1:
            return next(iter(parts), NONE)
        if ALL in parts:
            return ALL
        if parts not in self._either:
            after = tuple(map(self.either, zip(*(self._after[part] for part in parts), strict=True)))
            self._either[parts] = self._state(int(any(self._value[part] for part in parts)), after)
        return self._either[parts]

    def both(self, one: int, other: int) -> int:
        """What two allow, neither of them ALL."""
        if one == other or NONE in (one, other):
            return one if one == other else NONE
        key = (min(one, other), max(one, other))
        if key not in self._both:
            after = tuple(map(self.both, self._after[one], self._after[other]))
            self._both[key] = self._state(self._value[one] & self._value[other], after)
        return self._both[key]

    def chosen(self, where: int, yes: int, no: int) -> int:
        """The values of `yes` for what `where` allows, those of `no` for all else."""
        if where in (NONE, ALL) or yes == no:
            return no if where == NONE else yes
        key = (where, yes, no)
        if key not in self._chosen:
            after = tuple(map(self.chosen, self._after[where], self._after[yes], self._after[no]))
            value = self._value[yes] if self._value[where] else self._value[no]
            self._chosen[key] = self._state(value, after)
        return self._chosen[key]

    def sized(self, state: int, lengths: Iterable[int]) -> int:
        """What a state allows that has one of these lengths."""
        return self._sized(state, sum(1 << length for length in lengths if length >= 0))

    def table(self) -> tuple[Table, Table]:
        """All states as arrays.

        Returns:
            Shape (states, 10), the state after each digit; and the value of each.
        """
        return np.array(self._after, np.int32), np.array(self._value, np.int32)

    def _state(self, value: int, after: tuple[int, ...]) -> int:
        if not value and after == self._after[NONE]:
            return NONE
        made = self._ids.setdefault((value, after), len(self._after))
        if made == len(self._after):
            self._after.append(after)
            self._value.append(value)
        return made

    def _then(self, tree: Node, end: int) -> int:
        """The state before what a pattern matches and `end` allows after it."""
        if isinstance(tree, Digit):
            return self._state(0, tuple([end if digit in tree.among else NONE for digit in _DIGITS]))
        if isinstance(tree, Row):
            for part in reversed(tree.parts):
                end = self._then(part, end)
            return end
        if isinstance(tree, Either):
            return self.either(self._then(part, end) for part in tree.parts)
        if isinstance(tree, Times):
            return self._repeated(lambda state: self._then(tree.part, state), end, tree.least, tree.most)
        if isinstance(tree, Held):
            return self._then(tree.part, end)
        raise ValueError("an end inside of a number")

    def _repeated(self, before: Callable[[int], int], end: int, least: int, most: int) -> int:
        state = end
        for _ in range(most - least):
            state = self.either((end, before(state)))
        for _ in range(least):
            state = before(state)
        return state

    def _sized(self, state: int, lengths: int) -> int:
        there = self._lengths_of(state)
        lengths &= there
        if lengths in (0, there):
            return state if lengths else NONE
        key = (state, lengths)
        if key not in self._cut:
            after = tuple([self._sized(one, lengths >> 1) for one in self._after[state]])
            self._cut[key] = self._state(self._value[state] & lengths & 1, after)
        return self._cut[key]

    def _lengths_of(self, state: int) -> int:
        """The lengths of what a state allows, a bit each."""
        if state not in self._lengths:
            found = self._value[state]
            for after in {*self._after[state]}:
                found |= self._lengths_of(after) << 1
            self._lengths[state] = found
        return self._lengths[state]
