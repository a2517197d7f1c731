"""Writes the packed country ranges as a MaxMind DB file, for the peer that reads one. Format: MaxMind DB 2.0."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fanal.model.places import PACKED, Ranges

_MARKER = b"\xab\xcd\xefMaxMind.com"
_STRING, _UINT16, _UINT32, _MAP, _UINT64, _ARRAY = 2, 5, 6, 7, 9, 11
_EMPTY = -1


def _encoded(value: str | list[str] | dict[str, object] | tuple[int, int]) -> bytes:
    """One value of the data section; whole numbers as (type, value)."""
    if isinstance(value, str):
        data = value.encode()
        return _control(_STRING, len(data)) + data
    if isinstance(value, tuple):
        kind, number = value
        data = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return _control(kind, len(data)) + data
    if isinstance(value, list):
        return _control(_ARRAY, len(value)) + b"".join(map(_encoded, value))
    parts = (_encoded(key) + _encoded(inner) for key, inner in value.items())  # type: ignore[arg-type]  # as above
    return _control(_MAP, len(value)) + b"".join(parts)


def _control(kind: int, size: int) -> bytes:
    head = bytes([kind << 5 | size]) if kind <= _MAP else bytes([size, kind - 7])
    if size >= 29:  # noqa: PLR2004  larger sizes have a byte of their own, of which nothing here has need
        raise ValueError(f"no value of {size} bytes is written")
    return head


@dataclass
class _Tree:
    """The search tree: two records a node, a node's number, a leaf below zero, or _EMPTY."""

    nodes: list[list[int]] = field(default_factory=list)

    def grown(
        self, starts: npt.NDArray[np.uint64], leaves: list[int], low: int, bits: int, first: int, end: int
    ) -> int:
        """The record for addresses from `low` on, `bits` wide, where segments `first` to `end` begin."""
        if end - first == 1:
            return leaves[first]
        place = len(self.nodes)
        self.nodes.append([_EMPTY, _EMPTY])
        middle = low + (1 << (bits - 1))
        cut = int(np.searchsorted(starts[first:end], np.uint64(middle), "right")) + first - 1
        begins = int(starts[cut]) == middle
        left = self.grown(starts, leaves, low, bits - 1, first, cut if begins else cut + 1)
        right = self.grown(starts, leaves, middle, bits - 1, cut, end)
        self.nodes[place] = [left, right]
        return place


def _segments(family: int) -> tuple[npt.NDArray[np.uint64], list[str | None]]:
    """Where the country changes: first points, and the country from each on."""
    file = PACKED / f"ip_country_v{family}.parquet"
    ranges = Ranges(file)
    table = pa.parquet.read_table(file)
    last = table["last"].to_numpy()
    top = np.uint64((1 << 32 if family == 4 else 1 << 64) - 1)  # noqa: PLR2004  the family
    points = np.unique(
        np.concatenate((np.zeros(1, np.uint64), table["first"].to_numpy(), last[last < top] + np.uint64(1)))
    )
    countries = ranges.find(points)["country"].to_pylist()
    kept = [i for i, country in enumerate(countries) if i == 0 or country != countries[i - 1]]
    return points[kept], [countries[i] for i in kept]


def write_countries(path: Path) -> int:
    """Write the database: countries of both families, as `{"country": {"iso_code": "BE"}}`.

    Returns:
        Nodes of its tree.

    Raises:
        NoLists: this installation has no packed lists.
    """
    offsets: dict[str, int] = {}
    data = bytearray()
    tree = _Tree()

    def leaf(country: str | None) -> int:
        if country is None:
            return _EMPTY
        if country not in offsets:
            offsets[country] = len(data)
            data.extend(_encoded({"country": {"iso_code": country}}))
        return -2 - offsets[country]

    four, six = _segments(4), _segments(6)
    below = tree.grown(four[0], [leaf(c) for c in four[1]], 0, 32, 0, len(four[0]))
    # Addresses of version 4 are those of version 6 whose first 96 bits are zero.
    for _ in range(32):
        tree.nodes.append([below, _EMPTY])
        below = len(tree.nodes) - 1
    leaves = [leaf(c) for c in six[1]]
    starts = six[0] if six[0][1] == 1 else np.insert(six[0], 1, np.uint64(1))
    leaves = leaves if len(starts) == len(leaves) else [leaves[0], *leaves]
    leaves[0] = below
    root = tree.grown(starts, leaves, 0, 64, 0, len(starts))
    _written(path, tree.nodes, root, bytes(data))
    return len(tree.nodes)


def _written(path: Path, nodes: list[list[int]], root: int, data: bytes) -> None:
    """Nodes renumbered so that the root is the first, the data, the metadata."""
    count = len(nodes)

    def record(value: int) -> int:
        if value == _EMPTY:
            return count
        if value < 0:
            return count + 16 + (-2 - value)
        return 0 if value == root else value + 1 if value < root else value

    with path.open("wb") as file:
        for place in (root, *(n for n in range(count) if n != root)):
            left, right = nodes[place]
            file.write(struct.pack(">II", record(left), record(right)))
        file.write(bytes(16) + data + _MARKER)
        file.write(
            _encoded(
                {
                    "node_count": (_UINT32, count), "record_size": (_UINT16, 32), "ip_version": (_UINT16, 6),
                    "database_type": "Fanal-Country", "languages": ["en"], "binary_format_major_version": (_UINT16, 2),
                    "binary_format_minor_version": (_UINT16, 0), "build_epoch": (_UINT64, 1),
                    "description": {"en": "Country ranges"},
                }
            )
        )  # fmt: skip
