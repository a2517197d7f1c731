"""Section `video` of `bench media`: videos made up here, a frame a second of each hashed.

As a program it is our side: `python -m fanal.bench.media_video full|keyframes|every PATH OUT`. `every` is the reference
algorithm as its authors' program does it: every frame decoded, brought to red, green and blue, the wanted ones hashed.
"""

import json
import sys
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from fanal.bench.media_pdq import picture
from fanal.bench.media_rows import Bench, Row
from fanal.media import video
from fanal.media.compiling import compile_loops
from fanal.media.pdq import distance, hash_rgb
from fanal.media.seen import PLAIN, Seen, Shot
from fanal.media.sniff import HEAD, sniff

#: Rows and columns, and the aim beside vpdq.
SIZES = {"480p": (480, 854), "720p": (720, 1280), "1080p": (1080, 1920)}
RATE, SECONDS = 30, 20
Picture = npt.NDArray[np.int16]


def noisy(rows: int, columns: int, frames: int) -> Iterator[Picture]:
    """A pattern that drifts under strong noise: most of what is decoded is noise, and most frames are references."""
    base = picture(rows, rows + 240, columns + 240).astype(np.int16)
    noise = np.random.default_rng(1).integers(-10, 11, (rows + 64, columns + 64, 1), dtype=np.int16)
    for n in range(frames):
        down, along = abs(120 - n % 240), abs(120 - (n * 2) % 240)
        grain = noise[n * 7 % 64 :, n * 13 % 64 :][:rows, :columns]
        yield base[down : down + rows, along : along + columns] + grain


def camera(rows: int, columns: int, frames: int) -> Iterator[Picture]:
    """As a camera has it: a view that sways slowly, four discs that move by themselves, grain of deviation 1.5."""
    base, draw = picture(rows, rows + 128, columns + 128).astype(np.int16), np.random.default_rng(1)
    grain = np.rint(draw.normal(0, 1.5, (rows + 64, columns + 64, 1))).astype(np.int16)
    for n in range(frames):
        at = n / RATE
        down, along = int(64 + 60 * np.sin(at / 3)), int(64 + 60 * np.sin(at / 2 + 1))
        low, left = draw.integers(64, size=2)
        shown = base[down : down + rows, along : along + columns] + grain[low:, left:][:rows, :columns]
        for k in range(4):
            wide = int(rows * (0.06 + 0.03 * k))
            y = int((rows - 2 * wide) * (0.5 + 0.5 * np.sin(at * (0.4 + 0.1 * k) + k)))
            x = int((columns - 2 * wide) * (0.5 + 0.5 * np.sin(at * (0.3 + 0.12 * k) + 2 * k)))
            across = np.arange(2 * wide) - wide
            disc = across[:, None] ** 2 + across**2 < wide**2
            shown[y : y + 2 * wide, x : x + 2 * wide][disc] += np.int16(40 - 25 * k)
        yield shown


#: What is filmed: one kind is hard to decode, the other as most videos are. Both are measured.
FILMS = {"noisy": noisy, "camera": camera}


def film(path: Path, kind: str, rows: int, columns: int, seconds: int) -> None:
    """Write a video of one of FILMS in H.264 as x264 makes it: quality 23, up to three B-frames, 250 frames a group."""
    columns = columns // 2 * 2
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "23", "bf": "3"})
        stream.height, stream.width, stream.pix_fmt = rows, columns, "yuv420p"
        for shown in FILMS[kind](rows, columns, seconds * RATE):
            frame = av.VideoFrame.from_ndarray(np.clip(shown, 0, 255).astype(np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def bench_video(bench: Bench) -> None:
    """Measure each size: ours, keyframes alone, the reference algorithm, both peers. Units are seconds of video."""
    seconds = max(4, int(SECONDS * bench.scale))
    for size, kind in product(SIZES, FILMS):
        name = f"{size}, {kind}"
        path, out = bench.folder / f"{name}.mp4", {}
        film(path, kind, *SIZES[size], seconds)
        work = f"video at 1 fps, {name}"
        told: dict[str, Row] = {}
        for which in ("full", "keyframes", "every"):
            out[which] = bench.folder / f"{name}.{which}"
            who = {"full": "fanal", "keyframes": "fanal, keyframes alone", "every": "every frame decoded"}[which]
            told[which] = bench.ours(work, "fanal.bench.media_video", which, path, out[which], who=who)
        told["every"]["ratio"] = round(told["full"]["per_cpu_s"] / told["every"]["per_cpu_s"], 2)
        told["keyframes"]["ratio"] = round(told["keyframes"]["per_cpu_s"] / told["full"]["per_cpu_s"], 2)
        told["keyframes"]["note"] += ", ratio to the full pass"
        told["full"]["note"] = _apart(out["full"], out["every"])
        for package, program, who in (
            ("vpdq", "vpdq_peer.py", "vpdq"),
            ("av", "pdqvideo_peer.py", "PyAV and pdqhash, every frame decoded"),
        ):
            theirs = bench.folder / f"{name}.{package}"
            peer = bench.theirs(told["full"], who, package, program, path, theirs)
            if theirs.exists():
                peer["note"] = _apart(out["full"], theirs)


def _apart(mine: Path, other: Path) -> str:
    ours, theirs = (json.loads(path.read_text(encoding="ascii")) for path in (mine, other))
    pairs = [(ours[at], theirs[at]) for at in sorted(ours.keys() & theirs.keys())]
    if not pairs:
        return "no frame in common"
    bits = max(distance(bytes.fromhex(one[0]), bytes.fromhex(two[0])) for one, two in pairs)
    quality = max(abs(one[1] - two[1]) for one, two in pairs)
    return f"{len(pairs)} frames, at most {bits} bits and {quality} of quality apart"


def _every(path: Path) -> Iterator[Shot]:
    """The reference algorithm."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type, stream.codec_context.thread_count = "NONE", 1
        start, second = stream.start_time or 0, 0
        for frame in container.decode(stream):
            pixels = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
            at = float(((frame.pts or 0) - start) * (stream.time_base or 1))
            if at >= second - 0.001:
                second += 1
                yield Shot(round(at, 3), hash_rgb(pixels, frame=True))


def _measured(which: str, path: Path, out: Path) -> dict[str, object]:
    compile_loops()
    seen = Seen()
    began = time.process_time()
    if which == "every":
        found = list(_every(path))
    else:
        with path.open("rb", buffering=1 << 20) as file:
            kind = sniff(file.read(HEAD))
            file.seek(0)
            found = list(video.shots(file, kind, seen, which, lambda _: None))
    took = time.process_time() - began
    plain = [shot for shot in found if shot.variant == PLAIN]
    hashes = {f"{shot.at_s or 0:.0f}": (shot.mark.pdq.hex(), shot.mark.quality) for shot in plain}
    out.write_text(json.dumps(hashes), encoding="ascii")
    with av.open(str(path)) as container:
        seconds = round((container.duration or 0) / 1_000_000)
    return {"units": seconds, "cpu_s": took, "note": f"{len(plain)} frames"}


if __name__ == "__main__":
    json.dump(_measured(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])), sys.stdout)
