"""A frame a second of a video by the published algorithm: PyAV decodes every frame, pdqhash hashes the wanted ones."""

import json
import sys
import time
from pathlib import Path

import av
import numpy as np
import pdqhash

path, found, second = Path(sys.argv[1]), [], 0
began = time.process_time()
with av.open(str(path)) as container:
    stream = container.streams.video[0]
    stream.thread_type, stream.codec_context.thread_count = "NONE", 1
    start = stream.start_time or 0
    for frame in container.decode(stream):
        pixels = frame.to_ndarray(format="rgb24")
        at = float((frame.pts - start) * stream.time_base)
        if at >= second - 0.001:
            second += 1
            found.append((at, *pdqhash.compute(pixels)))
took = time.process_time() - began
hashes = {f"{at:.0f}": (np.packbits(bits).tobytes().hex(), int(quality)) for at, bits, quality in found}
Path(sys.argv[2]).write_text(json.dumps(hashes), encoding="ascii")
with av.open(str(path)) as container:
    json.dump({"units": round(container.duration / 1_000_000), "cpu_s": took}, sys.stdout)
