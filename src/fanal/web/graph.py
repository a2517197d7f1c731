"""Where the nodes of a graph stand: on rings, each near what it is tied to. The same graph always looks the same."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

#: Between two rings, and between two nodes on one, in the picture's own units; how much wider than high a ring is.
APART, BESIDE, WIDER = 110, 60, 1.7
#: Kinds of nodes from the middle outwards.
RINGS = (("account",), ("identifier", "device", "address"), ("identity",))


def places(nodes: Sequence[dict[str, Any]], ties: Iterable[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Node to x and y.

    Args:
        nodes: of id and kind, in an order of their own.
        ties: of source and target, ids of nodes.
    """
    near: dict[str, list[str]] = {}
    for tie in ties:
        near.setdefault(tie["source"], []).append(tie["target"])
        near.setdefault(tie["target"], []).append(tie["source"])
    angles: dict[str, float] = {}
    found: dict[str, tuple[int, int]] = {}
    radius = 0.0
    for kinds in RINGS:
        ring = [node["id"] for node in nodes if node["kind"] in kinds]
        if not ring:
            continue
        towards = {one: _between([angles[other] for other in near.get(one, ()) if other in angles]) for one in ring}
        ring.sort(key=lambda one: towards[one])
        alone = len(ring) == 1 and not found
        radius = 0.0 if alone else max(radius + APART, len(ring) * BESIDE / math.tau)
        for place, one in enumerate(ring):
            angles[one] = math.tau * place / len(ring)
            found[one] = round(radius * WIDER * math.cos(angles[one])), round(radius * math.sin(angles[one]))
    return found


def _between(angles: Sequence[float]) -> float:
    """The direction in the middle of several; 0 for none."""
    return math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles))) % math.tau if angles else 0.0
