"""Section `pdq` of `bench media`: pictures made up here, hashed from arrays and from JPEG files.

As a program it is our side: `python -m fanal.bench.media_pdq array|jpeg FOLDER OUT`.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from fanal.bench.media_c import beside_c
from fanal.bench.media_rows import Bench
from fanal.media.pdq import distance, hash_rgb
from fanal.media.pictures import hash_picture

ROWS, COLUMNS = 384, 512
PICTURES = 200


def picture(seed: int, rows: int = ROWS, columns: int = COLUMNS) -> npt.NDArray[np.uint8]:
    """A smooth pattern of waves and discs, as varied as a photo's larger shapes: rows x columns x 3."""
    draw = np.random.default_rng(seed)
    y = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    x = np.linspace(0, 1, columns, dtype=np.float32)[None, :]
    grey = np.zeros((rows, columns), np.float32)
    for _ in range(8):
        across, down, phase = draw.uniform(1, 30, 3)
        grey += np.sin(np.float32(across) * x + np.float32(phase)) * np.cos(np.float32(down) * y) * draw.uniform(5, 40)
    for _ in range(6):
        at_x, at_y, size = draw.uniform(0, 1), draw.uniform(0, 1), draw.uniform(0.02, 0.2)
        grey[(x - at_x) ** 2 + (y - at_y) ** 2 < size**2] += draw.uniform(-80, 80)
    grey += draw.integers(-6, 6, grey.shape, dtype=np.int8)
    tint = draw.uniform(0.6, 1.1, 3).astype(np.float32)
    made: npt.NDArray[np.uint8] = np.clip((grey + 128)[..., None] * tint, 0, 255).astype(np.uint8)
    return made


def bench_pdq(bench: Bench) -> None:
    """Measure both, beside pdqhash; the note says how far the hashes are apart."""
    folder = bench.folder / "pictures"
    folder.mkdir()
    for n in range(max(8, int(PICTURES * bench.scale))):
        made = picture(n)
        np.save(folder / f"{n:05}.npy", made)
        Image.fromarray(made).save(folder / f"{n:05}.jpg", quality=90)
    for kind, work in (("array", "PDQ from an array, 512x384"), ("jpeg", "JPEG to PDQ, 512x384")):
        mine, theirs = bench.folder / f"{kind}.ours", bench.folder / f"{kind}.theirs"
        ours = bench.ours(work, "fanal.bench.media_pdq", kind, folder, mine)
        if kind == "array":
            beside_c(bench, ours, "shrink", folder)
        peer = bench.theirs(ours, "pdqhash", "pdqhash", "pdqhash_peer.py", kind, folder, theirs)
        if theirs.exists():
            pairs = zip(_hashes(mine), _hashes(theirs), strict=True)
            far = [distance(one, other) for one, other in pairs]
            peer["note"] = f"bits apart: at most {max(far)}, mean {sum(far) / len(far):.2f}"


def _hashes(path: Path) -> list[bytes]:
    return [bytes.fromhex(line) for line in path.read_text(encoding="ascii").split()]


def _measured(kind: str, folder: Path, out: Path) -> dict[str, float]:
    paths = sorted(folder.glob("*.npy" if kind == "array" else "*.jpg"))
    arrays = [np.load(path) for path in paths] if kind == "array" else []
    hash_rgb(picture(0))
    hash_picture(paths[0].with_suffix(".jpg"))
    began = time.process_time()
    found = [hash_rgb(one) for one in arrays] if kind == "array" else [hash_picture(path) for path in paths]
    took = time.process_time() - began
    out.write_text("".join(f"{one.pdq.hex()}\n" for one in found), encoding="ascii")
    return {"units": len(found), "cpu_s": took}


if __name__ == "__main__":
    json.dump(_measured(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])), sys.stdout)
