"""A frame a second of a video, hashed by vpdq in one thread."""

import json
import sys
import time
from pathlib import Path

import vpdq

path = Path(sys.argv[1])
began = time.process_time()
found = vpdq.computeHash(str(path), seconds_per_hash=1.0, thread_count=1)
took = time.process_time() - began
hashes = {f"{one.timestamp:.0f}": (one.hex, one.quality) for one in found}
Path(sys.argv[2]).write_text(json.dumps(hashes), encoding="ascii")
json.dump({"units": len(found), "cpu_s": took}, sys.stdout)
