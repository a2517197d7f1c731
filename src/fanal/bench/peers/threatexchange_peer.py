"""threatexchange's PDQ index: FOLDER ASKED."""

import json
import sys
import time
from pathlib import Path

import faiss
import numpy as np
from threatexchange.signal_type.pdq.pdq_faiss_matcher import PDQMultiHashIndex

RADIUS = 31

folder, asked = Path(sys.argv[1]), int(sys.argv[2])
faiss.omp_set_num_threads(1)
hashes = np.load(folder / "hashes.npy").view(np.uint8).reshape(-1, 32)
queries = np.load(folder / "asked.npy").view(np.uint8).reshape(-1, 32)
queries = [row.tobytes().hex() for row in queries[:: max(1, len(queries) // asked)]]
index = PDQMultiHashIndex()
index.add([row.tobytes().hex() for row in hashes], range(len(hashes)))
began = time.process_time()
found = index.search(queries, RADIUS)
took = time.process_time() - began
json.dump({"units": len(queries), "cpu_s": took, "note": f"{sum(map(len, found))} found of its queries"}, sys.stdout)
