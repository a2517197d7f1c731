"""The audit log's index file: of each entry the leaf hash and the beginning of a hash of its id.

A short one is looked through as it lies. Of a long one `audit.places` keeps the keys in order, whose library costs a
command that writes one line more to load than all else that it does with the log.
"""

from pathlib import Path

LEAF, KEY = 32, 16
RECORD = LEAF + KEY
#: Records that are looked through as they lie: half a megabyte, a tenth of a millisecond.
FEW = 10_000


def places(index: Path, keys: list[bytes], size: int) -> dict[bytes, int]:
    """The places of those keys that are among the first `size` records of an index file; of twins, the first."""
    if size > FEW:
        from fanal.audit.places import places_of  # noqa: PLC0415  see above

        return places_of(index).of(keys, size)
    if not keys or not size or not index.exists():
        return {}
    with index.open("rb") as file:
        raw = file.read(size * RECORD)
    return {key: place for key in keys if (place := _place(raw, key)) is not None}


def _place(raw: bytes, key: bytes) -> int | None:
    """The first record with that key."""
    found = raw.find(key)
    while found >= 0:
        if found % RECORD == LEAF:
            return found // RECORD
        found = raw.find(key, found + 1)  # a leaf hash holds the same bytes by chance
    return None
