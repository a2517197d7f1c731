"""Pictures and videos that tests make up: patterns that show nothing, as small as they can be."""

import io

import av
import numpy as np
from PIL import Image


def pattern(rows=96, columns=128, seed=1):
    """Waves and blocks: a picture that shows nothing."""
    draw = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns] / 40.0
    grey = 128 + 50 * np.sin(x * draw.uniform(1, 4)) * np.cos(y * draw.uniform(1, 4))
    blocks = draw.integers(-60, 60, (6, 8))
    grey += np.kron(blocks, np.ones((-(-rows // 6), -(-columns // 8))))[:rows, :columns]
    tint = np.array([1.0, 0.9, 0.7])
    return np.clip(grey[..., None] * tint, 0, 255).astype(np.uint8)


def saved(form, pixels=None, **options):
    """A picture's bytes in a format of Pillow."""
    out = io.BytesIO()
    Image.fromarray(pattern() if pixels is None else pixels).save(out, form, **options)
    return out.getvalue()


def animated(form, seeds=(1, 2, 3), duration=200):
    first, *others = (Image.fromarray(pattern(seed=seed)) for seed in seeds)
    out = io.BytesIO()
    first.save(out, form, save_all=True, append_images=others, duration=duration)
    return out.getvalue()


def frames(count, bars=0, rows=96, columns=128):
    base = pattern(rows, columns)
    for n in range(count):
        one = np.roll(base, 3 * n, axis=1).copy()
        if bars:
            one[:bars], one[-bars:] = 16, 16
        yield one


def filmed(form="mp4", codec="libx264", count=60, rate=20, bars=0, pixels=None, **options):
    """A video's bytes: `count` frames of a pattern that moves."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, options={"g": "25", **options})
        shown = list(frames(count, bars)) if pixels is None else pixels
        stream.height, stream.width = shown[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for one in shown:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(one, format="rgb24")))
        container.mux(stream.encode(None))
    return out.getvalue()
