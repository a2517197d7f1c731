"""faiss's IndexBinaryMultiHash with one flip, as threatexchange sets it up: FOLDER ASKED."""

import json
import sys
import time
from pathlib import Path

import faiss
import numpy as np

RADIUS, HASHES, BITS = 31, 16, 16

folder, asked = Path(sys.argv[1]), int(sys.argv[2])
faiss.omp_set_num_threads(1)
hashes = np.load(folder / "hashes.npy").view(np.uint8)
queries = np.load(folder / "asked.npy").view(np.uint8)
# Some of both halves: those that are near something, and those that are not.
queries = np.ascontiguousarray(queries[:: max(1, len(queries) // asked)])
index = faiss.IndexBinaryMultiHash(256, HASHES, BITS)
index.nflip = 1
index.add(hashes)
began = time.process_time()
limits, _, _ = index.range_search(queries, RADIUS + 1)
took = time.process_time() - began
json.dump({"units": len(queries), "cpu_s": took, "note": f"{int(limits[-1])} found of its queries"}, sys.stdout)
