"""Section `search` of `bench media`: hashes looked up among many, beside two indexes, and joined with themselves.

Half of the queries are some hash of the set with up to 45 bits changed, so that there is something to find; all are
made up. As a program it is our side: `python -m fanal.bench.media_search search|series COUNT QUERIES`.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from fanal.bench.media_c import beside_c
from fanal.bench.media_rows import Bench
from fanal.media.hamming import Index, as_words, distinct
from fanal.media.hamming_kernel import Words

RADIUS = 31
QUERIES, ASKED_OF_PEERS = 100_000, 400
#: Frames of 6,288 hours at one a second, and how many of them are measured at scale 1.
FRAMES, REACHED = 22_636_800, 2_000_000
#: Scale 1 is a million; the larger set is ten times that.
MILLION = 1_000_000
_CHANGED = 45


def made(count: int, queries: int) -> tuple[Words, Words]:
    """Hashes and queries, the same ones for us and the peers."""
    draw = np.random.default_rng(count)
    hashes = draw.integers(0, 2**64, (count, 4), dtype=np.uint64)
    asked = draw.integers(0, 2**64, (queries, 4), dtype=np.uint64)
    near = np.unpackbits(hashes[draw.integers(0, count, queries // 2)].view(np.uint8), axis=1)
    rows = np.repeat(np.arange(len(near)), draw.integers(0, _CHANGED + 1, len(near)))
    near[rows, draw.integers(0, 256, len(rows))] ^= 1
    asked[: len(near)] = as_words(np.packbits(near, axis=1))
    return hashes, asked


def bench_search(bench: Bench) -> None:
    """Look up among a million and ten million, beside both peers."""
    for millions in (1, 10):
        count = max(1000, int(MILLION * millions * bench.scale))
        hashes, asked = made(count, max(100, int(QUERIES * min(bench.scale, 1))))
        np.save(bench.folder / "hashes.npy", hashes)
        np.save(bench.folder / "asked.npy", asked)
        work = f"search within {RADIUS} among {count:,}"
        ours = bench.ours(work, "fanal.bench.media_search", "search", bench.folder)
        beside_c(bench, ours, "join", bench.folder)
        for package, program, who in (
            ("faiss", "faiss_peer.py", "faiss IndexBinaryMultiHash, nflip 1"),
            ("threatexchange", "threatexchange_peer.py", "threatexchange's index"),
        ):
            bench.theirs(ours, who, package, program, bench.folder, ASKED_OF_PEERS)


def bench_reach(bench: Bench) -> None:
    """What a whole platform asks of ten million hashes, told from a share of it that is measured.

    The index is counted once, the queries as many times as they are fewer than the platform's. More of them at once
    would each cost less, not more: the longer they are, the more of them reach the same memory.
    """
    hashes, asked = made(max(1000, int(10 * MILLION * bench.scale)), max(100, int(REACHED * bench.scale)))
    np.save(bench.folder / "hashes.npy", hashes)
    np.save(bench.folder / "asked.npy", asked)
    work = f"{FRAMES:,} frames against {10 * MILLION:,} hashes"
    measured = bench.ours(f"{len(asked):,} of them", "fanal.bench.media_search", "search", bench.folder)
    cpu_s = measured["cpu_s"] * FRAMES / len(asked) * (10 * MILLION / len(hashes))
    hours = f"{cpu_s / 60:.0f} CPU-minutes, {cpu_s / 120:.0f} minutes of two cores"
    extrapolated = {**measured, "work": work, "units": FRAMES, "cpu_s": round(cpu_s, 1)}
    bench.table.append({**extrapolated, "note": f"not measured: extrapolated from the row above; {hours}"})


def bench_series(bench: Bench) -> None:
    """A million joined with themselves, a tenth of them near another."""
    bench.ours(
        f"join with itself within {RADIUS}", "fanal.bench.media_search", "series", max(1000, int(MILLION * bench.scale))
    )


def search(folder: Path) -> dict[str, object]:
    """Our side: the index is built before the clock starts, as the peers' is, and its cost told in the note."""
    hashes, asked = np.load(folder / "hashes.npy"), np.load(folder / "asked.npy")
    Index(hashes[:1000]).pairs(asked[:10], RADIUS)
    began = time.process_time()
    index = Index(hashes)
    built = time.process_time() - began
    began = time.process_time()
    found = index.pairs(asked, RADIUS)
    took = time.process_time() - began
    return {"units": len(asked), "cpu_s": took, "note": f"{len(found)} found; built in {built:.1f} CPU-s"}


def series(count: int) -> dict[str, object]:
    """Our side of the join: equal hashes once, buckets, every pair."""
    hashes, near = made(count, count // 5)
    hashes[: len(near) // 2] = near[: len(near) // 2]
    Index(hashes[:1000]).join_itself(RADIUS, lambda _pairs: None)
    told = [0]
    began = time.process_time()
    once, _ = distinct(hashes)
    Index(once).join_itself(RADIUS, lambda pairs: told.append(len(pairs)), 1000)
    return {"units": count, "cpu_s": time.process_time() - began, "note": f"{sum(told)} pairs"}


if __name__ == "__main__":
    kind, what = sys.argv[1:]
    json.dump(search(Path(what)) if kind == "search" else series(int(what)), sys.stdout)
