"""Pictures as the worker reads them: every frame, what is left of damaged ones, nothing of what is too large."""

import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from made import animated, pattern, saved
from PIL import Image

from fanal.media.pdq import distance, hash_rgb
from fanal.media.pictures import shots
from fanal.media.seen import TRUNCATED, UNREADABLE, WHOLE, Seen
from fanal.media.sniff import HEAD, sniff

PLAIN = hash_rgb(pattern())


def looked(content):
    seen = Seen()
    found = list(shots(io.BytesIO(content), sniff(content[:HEAD]), seen))
    return seen, found


@pytest.mark.parametrize("form", ["JPEG", "PNG", "BMP", "TIFF", "WEBP", "AVIF", "GIF"])
def test_a_still_has_one_fingerprint_whatever_its_format(form):
    seen, (shot,) = looked(saved(form))
    assert distance(shot.mark.pdq, PLAIN.pdq) <= 24
    assert shot.at_s is None
    assert (seen.width, seen.height, seen.status) == (128, 96, WHOLE)


def test_heic_is_read():
    pillow_heif.register_heif_opener()
    seen, (shot,) = looked(saved("HEIF"))
    assert distance(shot.mark.pdq, PLAIN.pdq) <= 24
    assert seen.status == WHOLE


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_every_frame_of_an_animation_is_hashed_at_its_time(form):
    seen, found = looked(animated(form))
    assert [shot.at_s for shot in found] == [0.0, 0.2, 0.4]
    assert len({shot.mark.pdq for shot in found}) == 3
    assert seen.duration_s == 0.6


def test_half_a_jpeg_gives_what_is_there():
    content = saved("JPEG", pattern(400, 400))
    seen, (shot,) = looked(content[: len(content) // 2])
    assert seen.status == TRUNCATED
    assert len(shot.mark.pdq) == 32


@pytest.mark.parametrize("content", [b"\xff\xd8\xff" + bytes(100), b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(3)])
def test_what_is_no_picture_is_unreadable(content):
    seen, found = looked(content)
    assert (seen.status, found) == (UNREADABLE, [])


def test_a_picture_of_too_many_pixels_is_refused_by_its_header():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    seen, found = looked(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))
    assert found == []
    assert (seen.width, seen.height, seen.status, seen.reason) == (50_000, 50_000, UNREADABLE, "pixels")


def test_a_picture_that_is_shown_turned_is_hashed_both_ways():
    exif = Image.Exif()
    exif[0x0112] = 6
    _, found = looked(saved("JPEG", exif=exif, quality=95))
    assert distance(found[0].mark.pdq, PLAIN.pdq) <= 16
    upright = hash_rgb(np.ascontiguousarray(np.rot90(pattern(), -1)))
    assert distance(found[1].mark.pdq, upright.pdq) <= 16


def test_a_small_webp_with_transparent_parts_is_a_sticker():
    clear = np.dstack([pattern(), np.tile(np.arange(128, dtype=np.uint8), (96, 1))])
    assert looked(saved("WEBP", clear))[0].sticker
    assert not looked(saved("WEBP"))[0].sticker
    assert not looked(saved("PNG", clear))[0].sticker
