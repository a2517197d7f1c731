"""What a scan found, as rows of the lake: media, fingerprints, remarks, rejects, with the path as locator.

A file's rows stand in a block of their own, so that its media row keeps its `obs` whatever else is scanned later.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fanal.base.digests import digest_of
from fanal.base.language import mark
from fanal.engine.far import Far
from fanal.lake.parquet import write_table
from fanal.lake.snapshot import Snapshot
from fanal.media.journal import Entry, Journal, Place
from fanal.media.seen import UNREADABLE, VARIANTS
from fanal.model import kinds
from fanal.model.tables import BY_NAME, REJECT, obs_base

READER, VERSION, PLATFORM = "media", 1, "file"
#: A file has 2^19 numbers for its rows: six days of video at a frame a second. 2^20 files fit before the rejects.
_BLOCK = 19
_FIRST_REJECT = 1 << 39
REASONS = {
    "damaged": mark("damaged: what could be read is there"),
    "pixels": mark("more pixels than may be decoded"),
    "codec": mark("no decoder for it"),
    "time": mark("its time was used up: what was read until then is there"),
    "aside": mark("set aside: it ended its worker three times"),
}


def write_rows(
    exhibit: int, places: Sequence[Place], journal: Journal, which: str, keys: Mapping[int, str], folder: Path
) -> tuple[dict[str, list[Path]], dict[str, Any]]:
    """Write the files of one exhibit into a staging folder.

    Args:
        exhibit: its number.
        places: the files that lie there now.
        journal: what is known of them.
        which: the pass that was asked for.
        keys: number of a file to the media key that it goes by, from `tied`.
        folder: where they go.

    Returns:
        Files by table, and the account of what was read, as readers give it.
    """
    base = obs_base(exhibit)
    entries = sorted((journal.entries[place.path] for place in places), key=lambda entry: entry.n)
    known = [entry for entry in entries if entry.found or entry.aside]
    tables = {
        "media": pa.Table.from_pylist([_media(e, exhibit, base, keys[e.n]) for e in known], BY_NAME["media"].schema),
        "fingerprint": _fingerprints(known, exhibit, base, keys, journal),
        "remark": pa.Table.from_pylist(
            [_remark(e, exhibit, base) for e in known if e.found.get("sticker")], BY_NAME["remark"].schema
        ),
        "reject": pa.Table.from_pylist([_reject(e, exhibit, base) for e in known if _reason(e)], REJECT.schema),
    }
    written = {name: table for name, table in tables.items() if table.num_rows}
    paths = {}
    for name, table in written.items():
        path = folder / f"{name}-{exhibit}.parquet"
        write_table(path, table)
        paths[name] = [path]
    refused = sum(1 for e in known if e.aside or e.found["status"] == UNREADABLE)
    counts = {"source": len(entries), "read": len(known) - refused, "rejected": refused}
    account = {
        "reader": READER,
        "version": VERSION,
        "rows": {"files": {**counts, "unmapped": len(entries) - len(known)}},
        "notes": {
            "pass": which,
            "remaining": sum(not e.finished(which) for e in entries),
            "digests": digest_of([[e.place.path, e.place.size, e.found.get("sha256")] for e in known]),
        },
        "tables": {name: table.num_rows for name, table in written.items()},
        "files": dict.fromkeys(written, 1),
        "kinds": kinds.VERSION,
        "first_at": None,
        "last_at": None,
    }
    return paths, account


def tied(exhibit: int, entries: Sequence[Entry], snapshot: Snapshot) -> dict[int, str]:
    """The media key of each file: of the first medium elsewhere in the lake with one of its hashes, else its own.

    Exact hashes alone tie: sha256 first, then sha1, then md5.
    """
    keys = {e.n: f"{PLATFORM}:{e.found.get('sha256') or f'{exhibit}/{e.n}'}" for e in entries}
    others = [entry for entry in snapshot.tables.get("media", ()) if entry.exhibit not in (exhibit, None)]
    for name in ("md5", "sha1", "sha256"):
        ours = {e.found[name]: e.n for e in entries if name in e.found}
        first: dict[str, tuple[int, str]] = {}
        for file in others:
            for obs, media, value in _with(snapshot, file.path, name, list(ours)):
                if media and (value not in first or obs < first[value][0]):
                    first[value] = (obs, media)
        for e in entries:
            if e.found.get(name) in first:
                keys[e.n] = first[e.found[name]][1]
    return keys


def _with(snapshot: Snapshot, path: str, name: str, values: list[str]) -> list[tuple[int, str, str]]:
    place = snapshot.root / path
    columns = ["obs", "media", name]
    if isinstance(place, Far):
        found = pq.read_table(place.path, columns=columns, filesystem=place.filesystem)
    else:
        found = pq.read_table(place, columns=columns)
    low = pc.utf8_lower(found[name])
    found = found.set_column(2, name, low).filter(pc.is_in(low, pa.array(values, pa.string())))
    return list(zip(*(found[column].to_pylist() for column in columns), strict=True))


def _place(entry: Entry, exhibit: int, base: int, within: int = 0) -> dict[str, Any]:
    return {"exhibit": exhibit, "locator": entry.place.path, "obs": base + 1 + (entry.n << _BLOCK) + within}


def _media(entry: Entry, exhibit: int, base: int, key: str) -> dict[str, Any]:
    found = entry.found
    return {
        **_place(entry, exhibit, base),
        "media": key,
        "platform": PLATFORM,
        "native_id": entry.place.path,
        **{name: found.get(name) for name in ("md5", "sha1", "sha256", "mime", "duration_s", "width", "height")},
        "bytes": found.get("bytes", entry.place.size),
        "status": UNREADABLE if entry.aside else found["status"],
    }


def _remark(entry: Entry, exhibit: int, base: int) -> dict[str, Any]:
    return {**_place(entry, exhibit, base, (1 << _BLOCK) - 1), "key": "kind", "value": "sticker"}


def _reason(entry: Entry) -> str:
    return "aside" if entry.aside else str(entry.found["reason"])


def _reject(entry: Entry, exhibit: int, base: int) -> dict[str, Any]:
    obs = base + _FIRST_REJECT + 1 + entry.n
    excerpt = f"{entry.deaths} x {entry.reason}" if entry.aside else ""
    place = {"exhibit": exhibit, "locator": entry.place.path, "obs": obs}
    return {**place, "column": None, "reason": REASONS[_reason(entry)], "excerpt": excerpt}


def _fingerprints(
    entries: Sequence[Entry], exhibit: int, base: int, keys: Mapping[int, str], journal: Journal
) -> pa.Table:
    """All fingerprints, once for each content: of files with the same bytes the first carries them."""
    firsts: dict[str, Entry] = {}
    for entry in entries:
        if entry.count and not entry.aside:
            firsts.setdefault(entry.found["sha256"], entry)
    ones = list(firsts.values())
    counts = np.array([entry.count for entry in ones], np.int64)
    if not len(counts):
        return BY_NAME["fingerprint"].schema.empty_table()
    place = np.concatenate([np.arange(e.first, e.first + e.count) for e in ones])
    within = np.concatenate([np.arange(1, n + 1) for n in counts])
    rows = journal.prints()[place]
    file = np.repeat(np.arange(len(ones)), counts)
    numbers = np.array([entry.n for entry in ones], np.int64)
    paths, names = pa.array([e.place.path for e in ones]), pa.array([keys[e.n] for e in ones])
    at = np.ascontiguousarray(rows["at_s"])
    packed = np.ascontiguousarray(rows["pdq"])
    return pa.table(
        {
            "exhibit": pa.repeat(pa.scalar(exhibit, pa.int32()), len(rows)),
            "locator": paths.take(pa.array(file)),
            "obs": pa.array(base + 1 + (numbers[file] << _BLOCK) + within),
            "media": names.take(pa.array(file)),
            "at_s": pa.array(at, mask=np.isnan(at)),
            "pdq": pa.Array.from_buffers(pa.binary(32), len(rows), [None, pa.py_buffer(packed.tobytes())]),
            "quality": pa.array(rows["quality"].astype(np.int64)),
            "variant": pa.array(VARIANTS).take(pa.array(rows["variant"].astype(np.int64))),
        },
        BY_NAME["fingerprint"].schema,
    )
