"""Small invented Outlook messages, and the least of a writer of compound files that makes them ([MS-CFB], version 3).

For examples and tests: whole files in memory, every stream in the mini stream or in sectors of 512 bytes.
"""

import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from fanal.read.msg_file import MAGIC

#: A storage: names to streams (bytes) or storages.
Tree: TypeAlias = "Mapping[str, bytes | Tree]"

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT_SECTOR, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def compound(tree: Tree) -> bytes:
    """A compound file of that tree."""
    entries: list[list[object]] = []
    small, mini_fat = bytearray(), list[int]()
    big: list[tuple[int, bytes]] = []

    def add(name: str, content: "bytes | Tree") -> int:
        at = len(entries)
        entries.append([name, 5 if at == 0 else 1, NONE, NONE, NONE, 0, 0])
        if isinstance(content, bytes):
            entries[at][1], entries[at][5], entries[at][6] = 2, END, len(content)
            if len(content) >= CUTOFF:
                big.append((at, content))
            elif content:
                first, count = len(mini_fat), -(-len(content) // MINI)
                entries[at][5] = first
                mini_fat.extend([*range(first + 1, first + count), END])
                small.extend(content.ljust(count * MINI, b"\0"))
        else:
            kids = [add(one, inner) for one, inner in content.items()]
            entries[at][4] = _balanced(entries, kids)
        return at

    add("Root Entry", tree)
    sectors = bytearray()
    fat: list[int] = []

    def place(data: bytes) -> int:
        if not data:
            return END
        first, count = len(fat), -(-len(data) // SECTOR)
        fat.extend([*range(first + 1, first + count), END])
        sectors.extend(data.ljust(count * SECTOR, b"\0"))
        return first

    for at, content in big:
        entries[at][5] = place(content)
    entries[0][5], entries[0][6] = place(bytes(small)), len(small)
    packed = b"".join(_entry(*entry) for entry in entries)
    directory = place(packed + _entry("", 0, NONE, NONE, NONE, 0, 0) * (-len(entries) % 4))
    mini = place(struct.pack(f"<{len(mini_fat)}I", *mini_fat).ljust(-(-len(mini_fat) // 128) * SECTOR, b"\xff"))
    count = 1
    while count * 128 < len(fat) + count:
        count += 1
    first_fat = len(fat)
    fat.extend([FAT_SECTOR] * count)
    sectors.extend(struct.pack(f"<{len(fat)}I", *fat).ljust(count * SECTOR, b"\xff"))
    header = MAGIC + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIII", 0, count, directory, 0, CUTOFF)
    header += struct.pack("<IIII", mini, -(-len(mini_fat) // 128), END, 0)
    places = [first_fat + n for n in range(count)]
    return header + struct.pack("<109I", *places, *[FREE] * (109 - count)) + bytes(sectors)


def message(
    fields: Mapping[int, str | bytes],
    at: datetime | None = None,
    head: int = 32,
    numbers: Mapping[int, int] | None = None,
    **inside: "bytes | Tree",
) -> dict[str, "bytes | Tree"]:
    """The tree of one message: text and binary properties by identifier, instant of sending, numbers, other entries."""
    fixed = bytes(head)
    if at is not None:
        fixed += struct.pack("<IIQ", 0x00390040, 6, int((at - _EPOCH).total_seconds()) * 10_000_000)
    for one, value in (numbers or {}).items():
        fixed += struct.pack("<IIiI", one << 16 | 3, 6, value, 0)
    made: dict[str, bytes | Tree] = {"__properties_version1.0": fixed}
    for one, said in fields.items():
        kind, raw = ("001F", said.encode("utf-16-le")) if isinstance(said, str) else ("0102", said)
        made[f"__substg1.0_{one:04X}{kind}"] = raw
    return made | {name.replace("attach", "__attach_version1.0_#0000000"): value for name, value in inside.items()}


def plain() -> bytes:
    """A message with text and HTML, an attached file, and a message embedded in it."""
    at = datetime(2020, 10, 6, 8, 41, tzinfo=UTC)
    inner = message({0x0037: "note 2", 0x1000: "message 2", 0x5D01: "inner1@example.net"}, head=24)
    return compound(
        message(
            {
                0x0037: "note 1",
                0x0C1A: "Sender 1",
                0x5D01: "Sender1@example.org",
                0x1035: "<1@example.org>",
                0x1000: "message 1 about +34 612 34 51 00",
                0x1013: b"<p>message 1 <a href='https://www.example.org/a'>here</a></p>",
            },
            at,
            attach0=message({0x3707: "file 1.bin", 0x370E: "image/png", 0x3701: bytes(range(9))}, head=8),
            attach1={"__properties_version1.0": bytes(8), "__substg1.0_3701000D": inner},
        )
    )


def broken() -> bytes:
    """A message without a sender, with a file that is only named and one that says it is larger than all."""
    made = compound(
        message(
            {0x0037: "note 3", 0x1000: "message 3"},
            attach0=message({0x3707: "file 2.bin"}, head=8),
            attach1=message({0x3701: b"message 4"}, head=8),
        )
    )
    entry = made.rindex("__substg1.0_37010102".encode("utf-16-le"))
    return made[: entry + 120] + struct.pack("<I", 0x7FFFFFFF) + made[entry + 124 :]


def _balanced(entries: list[list[object]], kids: list[int]) -> int:
    """The root of a balanced tree over these entries: readers walk it by recursion."""
    if not kids:
        return NONE
    middle = len(kids) // 2
    entries[kids[middle]][2] = _balanced(entries, kids[:middle])
    entries[kids[middle]][3] = _balanced(entries, kids[middle + 1 :])
    return kids[middle]


def _entry(
    name: object, kind: object, left: object, right: object, child: object, start: object, size: object
) -> bytes:
    raw = str(name).encode("utf-16-le")
    length = len(raw) + 2 if raw else 0
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", length, kind, 1, left, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
