"""The type of a file comes from its first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import animated, filmed, saved

from fanal.media.sniff import HEAD, OTHER, PICTURE, UNKNOWN, VIDEO, sniff


@pytest.mark.parametrize(
    ("form", "mime"),
    [
        ("JPEG", "image/jpeg"), ("PNG", "image/png"), ("BMP", "image/bmp"), ("TIFF", "image/tiff"),
        ("WEBP", "image/webp"), ("AVIF", "image/avif"), ("GIF", "image/gif"),
    ],
)  # fmt: skip
def test_pictures_are_known_by_their_bytes(form, mime):
    found = sniff(saved(form)[:HEAD])
    assert (found.family, found.mime, found.form) == (PICTURE, mime, form)


@pytest.mark.parametrize(
    ("form", "codec", "mime"),
    [
        ("mp4", "libx264", "video/mp4"), ("mov", "libx264", "video/quicktime"), ("3gp", "libx264", "video/3gpp"),
        ("matroska", "libx264", "video/x-matroska"), ("webm", "libvpx", "video/webm"),
        ("avi", "mpeg4", "video/x-msvideo"),
        ("mpegts", "libx264", "video/mp2t"), ("mpeg", "mpeg1video", "video/mpeg"), ("asf", "wmv2", "video/x-ms-wmv"),
        ("flv", "flv1", "video/x-flv"),
    ],
)  # fmt: skip
def test_videos_are_known_by_their_bytes(form, codec, mime):
    found = sniff(filmed(form, codec, count=5, rate=25)[:HEAD])
    assert (found.family, found.mime) == (VIDEO, mime)


@pytest.mark.parametrize(
    ("brand", "mime", "family"),
    [(b"heic", "image/heic", PICTURE), (b"mif1", "image/heic", PICTURE), (b"M4A ", "audio/mp4", OTHER)],
)
def test_brands_of_one_family_are_told_apart(brand, mime, family):
    found = sniff(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + brand + b"miaf" + b"\0" * 100)
    assert (found.mime, found.family) == (mime, family)


def test_text_is_of_no_known_type():
    assert sniff(b"message 12\n" * 50) == UNKNOWN
    assert sniff(b"") == UNKNOWN


def test_an_animation_is_of_its_picture_s_type():
    assert sniff(animated("GIF")[:HEAD]).mime == "image/gif"


@given(st.binary(max_size=600))
def test_any_bytes_have_a_kind(head):
    assert sniff(head).family in (PICTURE, VIDEO, OTHER)
