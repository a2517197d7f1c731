"""Compares fingerprints with those that the algorithms' authors published, for a folder with their test material.

`python tools/reference_check.py PATH`: pictures named in PATH/pdq/PDQMD5TestData.csv, wherever they lie below
PATH/pdq. Prints a line each: bits apart, quality. For a developer's own run: nothing of the folder is kept.
"""

import csv
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from fanal.media.pdq import distance, hash_rgb


def pictures(folder: Path) -> int:
    """Print how far each picture is from its published hash. Returns the largest distance."""
    with (folder / "PDQMD5TestData.csv").open(encoding="utf-8") as file:
        published = {row["FilePath"].rpartition("/")[2]: row["Hash"] for row in csv.DictReader(file)}
    worst = 0
    for path in sorted(p for p in folder.rglob("*") if p.name in published):
        with Image.open(path) as picture:
            found = hash_rgb(np.asarray(picture.convert("RGB")))
        apart = distance(found.pdq, bytes.fromhex(published[path.name]))
        worst = max(worst, apart)
        print(f"{path.name:28} {apart:4} bits  quality {found.quality}")
    return worst


if __name__ == "__main__":
    print(f"at most {pictures(Path(sys.argv[1]) / 'pdq')} bits apart")
