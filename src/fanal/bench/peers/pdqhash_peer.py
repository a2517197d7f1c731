"""PDQ of arrays or of JPEG files, by pdqhash; Pillow decodes."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pdqhash
from PIL import Image

kind, folder = sys.argv[1], Path(sys.argv[2])
paths = sorted(folder.glob("*.npy" if kind == "array" else "*.jpg"))
arrays = [np.load(path) for path in paths] if kind == "array" else []


def decoded(path: Path) -> np.ndarray:
    """RGB of a JPEG file."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


began = time.process_time()
found = [pdqhash.compute(one)[0] for one in (arrays if kind == "array" else map(decoded, paths))]
took = time.process_time() - began
Path(sys.argv[3]).write_text("".join(f"{np.packbits(bits).tobytes().hex()}\n" for bits in found), encoding="ascii")
json.dump({"units": len(found), "cpu_s": took}, sys.stdout)
