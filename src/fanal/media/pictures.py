"""Fingerprints of pictures: every frame of an animation, and what is left of a damaged file. Runs in the worker.

Pixels are hashed as the file stores them, as published hashes are. Where the file says that it is to be shown
turned, it is hashed so too, since whoever passes it on may have turned it for good.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image, ImageFile, ImageOps

from fanal.media.pdq import Print, hash_rgb
from fanal.media.seen import TRUNCATED, UNREADABLE, Seen, Shot
from fanal.media.sniff import HEAD, Kind, sniff

#: More pixels than this are not decoded.
MOST_PIXELS = 128 << 20
#: Frames of an animation that are hashed at most.
MOST_FRAMES = 20_000
_ORIENTATION, _UPRIGHT = 0x0112, (None, 0, 1)
#: A WebP that is no larger and has transparent parts is a sticker.
STICKER = 512
# The cap above is the one that holds, before any decoder runs; this one warns at less.
Image.MAX_IMAGE_PIXELS = None


class TooManyPixels(Exception):
    """The header names more pixels than may be decoded."""


def hash_picture(path: Path) -> Print:
    """The hash of a picture that is whole, in this process: for measuring, never for evidence."""
    with path.open("rb") as file:
        kind = sniff(file.read(HEAD))
        file.seek(0)
        return next(shots(file, kind, Seen())).mark


def shots(file: IO[bytes], kind: Kind, seen: Seen) -> Iterator[Shot]:
    """The fingerprints of a picture.

    Args:
        file: the open file, at its beginning.
        kind: what it is; no other decoder is tried.
        seen: filled as things become known.
    """
    if kind.form == "HEIF":
        import pillow_heif  # noqa: PLC0415  loaded for the few that need it

        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with Image.open(file, formats=(kind.form,)) as picture:
            yield from _frames(picture, file, seen)
    except TooManyPixels:
        seen.status, seen.reason = UNREADABLE, "pixels"
    except Exception:  # noqa: BLE001  decoders raise whatever they like
        seen.status, seen.reason = (TRUNCATED if seen.status == TRUNCATED else UNREADABLE), "damaged"


def _frames(picture: Image.Image, file: IO[bytes], seen: Seen) -> Iterator[Shot]:
    seen.width, seen.height = picture.size
    if seen.width * seen.height > MOST_PIXELS:
        raise TooManyPixels
    frames = min(int(getattr(picture, "n_frames", 1)), MOST_FRAMES)
    small = max(picture.size) <= STICKER
    seen.sticker = picture.format == "WEBP" and small and picture.mode == "RGBA"
    if frames == 1:
        yield from _still(picture, file, seen)
        return
    at = 0.0
    for n in range(frames):
        try:
            picture.seek(n)
            mark = hash_rgb(np.asarray(picture.convert("RGB")))
        except Exception:  # the frames before it stay
            if n == 0:
                raise
            seen.status, seen.reason = TRUNCATED, "damaged"
            break
        yield Shot(round(at, 3), mark)
        at += _seconds(picture.info.get("duration"))
    seen.duration_s = round(at, 3)


def _still(picture: Image.Image, file: IO[bytes], seen: Seen) -> Iterator[Shot]:
    turned = picture.getexif().get(_ORIENTATION) not in _UPRIGHT
    try:
        picture.load()
    except OSError:
        seen.status, seen.reason = TRUNCATED, "damaged"
        picture = _what_is_left(picture, file)
    plain = picture.convert("RGB")
    yield Shot(None, hash_rgb(np.asarray(plain)))
    if turned:
        plain.getexif()[_ORIENTATION] = picture.getexif()[_ORIENTATION]
        yield Shot(None, hash_rgb(np.asarray(ImageOps.exif_transpose(plain))))


def _what_is_left(picture: Image.Image, file: IO[bytes]) -> Image.Image:
    """The picture again, as far as it decodes. Raises OSError where nothing does."""
    file.seek(0)
    again = Image.open(io.BytesIO(file.read()), formats=(str(picture.format),))
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        again.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return again


def _seconds(milliseconds: object) -> float:
    """How long a frame is shown; as browsers do, 0.1 s where the file says nothing that can be."""
    told = float(milliseconds) if isinstance(milliseconds, int | float) else 0.0
    return told / 1000 if told > 10 else 0.1  # noqa: PLR2004  browsers take 10 ms and less for nothing said
