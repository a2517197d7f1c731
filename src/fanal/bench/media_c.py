"""Our two hottest loops as C compiles them, beside the same loops as numba does: what a compiler at install would gain.

As a program it is the C side: `python -m fanal.bench.media_c join|shrink FOLDER SOURCE`. The C stands in
`kernels/`, is compiled into the benchmark's own folder, and is loaded by nothing else.
"""

import ctypes
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fanal.bench.media_rows import Bench, Row
from fanal.media import hamming, pdq

KERNELS = Path(__file__).parent / "kernels"
COMPILERS = ("cc", "gcc", "clang")
#: As numba compiles: for this very processor; `fastmath` where ours has it.
FLAGS = {"join": ("-O3", "-march=native"), "shrink": ("-O3", "-march=native", "-ffast-math")}
_RADIUS = 31


def beside_c(bench: Bench, ours: Row, kernel: str, *arguments: object) -> None:
    """Add the row of a C kernel to the table; where the machine has no compiler, a row that says so."""
    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    who = f"the same loop `{kernel}` in C"
    if compiler is None:
        row: Row = {**dict.fromkeys(ours), "section": bench.section, "work": ours["work"], "who": who}
        bench.table.append({**row, "note": "no C compiler on this machine"})
        return
    library = bench.folder / f"{kernel}.so"
    source = KERNELS / f"{kernel}.c"
    subprocess.run([compiler, *FLAGS[kernel], "-shared", "-fPIC", "-o", library, source], check=True)
    made = bench.ours(ours["work"], "fanal.bench.media_c", kernel, library, *arguments, who=who)
    made["ratio"] = round(ours["per_cpu_s"] / made["per_cpu_s"], 2)


def _at(array: npt.NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def join_in_c(library: Path) -> Callable[..., tuple[int, int]]:
    """`hamming_kernel.join`, in C."""
    call = ctypes.CDLL(str(library)).join
    call.restype = ctypes.c_int64
    number = ctypes.c_int64

    def join(
        queries: Any, order: Any, keys: Any, at: int, flips: Any, starts: Any, ids: Any, words: Any, in_order: bool,
        radius: int, earlier: Any, reach: Any, itself: bool, limit: int, counts: Any, query: Any, entry: Any, far: Any,
    ) -> tuple[int, int]:  # fmt: skip
        written = number(0)
        flipped = np.ascontiguousarray(flips)
        done = call(
            _at(queries), _at(order), number(len(order)), _at(keys), number(at), _at(flipped), number(len(flipped)),
            _at(starts), _at(ids), _at(words), number(words.shape[1]), ctypes.c_int(in_order), number(radius),
            _at(earlier), _at(reach), number(len(reach)), ctypes.c_int(itself), number(limit), _at(counts), _at(query),
            _at(entry), _at(far), number(len(query)), ctypes.byref(written),
        )  # fmt: skip
        return done, written.value

    return join


def shrink_in_c(library: Path) -> Callable[..., None]:
    """`pdq_kernel.shrink`, in C."""
    call = ctypes.CDLL(str(library)).shrink
    call.restype = None
    number = ctypes.c_int64

    def shrink(
        pixels: Any,
        rows: Any,
        weights: Any,
        columns: Any,
        across: Any,
        channels: Any,
        wide: Any,
        turned: Any,
        small: Any,
    ) -> None:
        call(
            _at(pixels), number(pixels.strides[0]), _at(rows), _at(weights), number(rows.shape[1]), _at(columns),
            _at(across), number(columns.shape[1]), _at(channels), number(len(channels)), _at(wide), number(len(wide)),
            _at(turned), number(len(turned)), _at(small),
        )  # fmt: skip

    return shrink


def _join(library: Path, folder: Path) -> dict[str, object]:
    hashes, asked = np.load(folder / "hashes.npy"), np.load(folder / "asked.npy")
    hamming.Index(hashes[:1000]).pairs(asked[:10], _RADIUS)
    vars(hamming)["join"] = join_in_c(library)
    index = hamming.Index(hashes)
    began = time.process_time()
    found = index.pairs(asked, _RADIUS)
    return {"units": len(asked), "cpu_s": time.process_time() - began, "note": f"{len(found)} found"}


def _shrink(library: Path, folder: Path) -> dict[str, object]:
    arrays = [np.load(path) for path in sorted(folder.glob("*.npy"))]
    before = [pdq.hash_rgb(one).pdq for one in arrays]
    vars(pdq)["shrink"] = shrink_in_c(library)
    pdq.hash_rgb(arrays[0])
    began = time.process_time()
    found = [pdq.hash_rgb(one).pdq for one in arrays]
    took = time.process_time() - began
    far = max(pdq.distance(one, other) for one, other in zip(before, found, strict=True))
    return {"units": len(found), "cpu_s": took, "note": f"at most {far} bits from ours"}


if __name__ == "__main__":
    kernel, library, folder = sys.argv[1:]
    json.dump((_join if kernel == "join" else _shrink)(Path(library), Path(folder)), sys.stdout)
