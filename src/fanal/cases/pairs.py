"""Decisions on pairs of accounts, held against each other: what is decided must be able to hold, all of it at once.

Accounts that were decided to be one person's are one group, over any number of steps. A pair inside
such a group cannot be decided to be two people's. Whoever wants that decides first on a pair that holds the
group together: a later decision on the same pair is the only thing that sets an earlier one aside.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.decisions import all_standing
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision

Pair = tuple[str, str]
#: How much of a decision's id people are shown.
SHORT = 12


class Contradicts(FanalError):
    """A decision that cannot hold together with earlier ones."""

    code = "F-DECIDE-06"
    text = (
        "Earlier decisions stand against it: {said}. Decide on one of these pairs first, or leave {one} and {other} "
        "as they are."
    )


def pair_of(one: str, other: str) -> Pair:
    """Two accounts in the order in which a decision names them."""
    return (one, other) if one < other else (other, one)


def subject_of(pair: Pair) -> str:
    """The subject of a decision on a pair."""
    return ",".join(pair)


def standing_pairs(operation: Operation) -> dict[Pair, Decision]:
    """Every pair that is decided, with the decision that stands on it."""
    return {(d.detail["account_a"], d.detail["account_b"]): d for d in all_standing(operation, "pair")}


def standing_verdicts(operation: Operation) -> dict[str, str]:
    """The subject of each pair that is decided, with the verdict that stands on it."""
    decided = Decision.objects.filter(operation=operation, subject_kind="pair", superseded_by=None)
    return dict(decided.values_list("subject", "verdict"))


def said(decision: Decision) -> str:
    """A decision on a pair in a few words, for who must decide first on that pair."""
    pair = decision.subject.replace(",", ", ")
    return f"{decision.decision[:SHORT]} ({pair}: {translate(decision.verdict.replace('_', ' '))})"


def check(operation: Operation, wanted: Mapping[Pair, str]) -> None:
    """Pass where the wanted verdicts can hold together with every other standing decision on pairs.

    Args:
        wanted: pair, as `pair_of` orders it, to verdict; each takes the place of the one that stands on that pair.

    Raises:
        Contradicts: names the decisions that stand against the first that cannot hold.
    """
    standing = standing_pairs(operation)
    verdicts = {**{pair: d.verdict for pair, d in standing.items()}, **wanted}
    same = _neighbours(pair for pair, verdict in verdicts.items() if verdict == "same")
    group = _groups(same)
    for pair in sorted(pair for pair, verdict in verdicts.items() if verdict == "different"):
        one, other = pair
        if one in group and group.get(one) == group.get(other):
            chain = [pair, *_path(same, one, other)]
            new = [link for link in chain if link in wanted]
            if new:  # without one, what stands contradicted itself before, and this decision adds nothing to that
                earlier = ", ".join(said(standing[link]) for link in chain if link not in wanted)
                raise Contradicts(said=earlier or "-", one=new[0][0], other=new[0][1])


def _neighbours(pairs: Iterable[Pair]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in sorted(pairs):
        found[one].append(other)
        found[other].append(one)
    return found


def _groups(same: Mapping[str, list[str]]) -> dict[str, str]:
    """Account to the first account of its group."""
    group: dict[str, str] = {}
    for start in sorted(same):
        if start in group:
            continue
        waiting = deque([start])
        group[start] = start
        while waiting:
            for other in same[waiting.popleft()]:
                if other not in group:
                    group[other] = start
                    waiting.append(other)
    return group


def _path(same: Mapping[str, list[str]], start: str, end: str) -> list[Pair]:
    """The shortest chain of pairs from one account to another of its group."""
    came: dict[str, str] = {start: start}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for other in same[here]:
            if other not in came:
                came[other] = here
                waiting.append(other)
    chain = []
    while end != start:
        chain.append(pair_of(came[end], end))
        end = came[end]
    return chain[::-1]
