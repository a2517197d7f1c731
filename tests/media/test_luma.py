"""Luminance of a frame as its picture in red, green and blue has it."""

import av
import numpy as np
import pytest
from made import pattern

from fanal.media.luma import shown


def frame(form, pixels=None):
    return av.VideoFrame.from_ndarray(pattern() if pixels is None else pixels, format="rgb24").reformat(format=form)


def luminance(frame):
    return frame.to_ndarray(format="rgb24") @ np.array([0.299, 0.587, 0.114])


FORMS = [
    "yuv420p", "yuv422p", "yuv444p", "yuv410p", "yuv411p", "yuv440p", "yuvj420p", "yuvj422p", "yuvj444p", "nv12",
    "nv21", "yuv420p10le", "yuv422p10le", "yuv444p10le", "gray",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_it_is_what_a_conversion_of_the_whole_frame_gives(form):
    told = frame(form)
    found = shown(told)
    assert found.shape == (96, 128)
    assert np.abs(found / 256 - luminance(told)).mean() < 2


@pytest.mark.parametrize("form", ["yuv420p", "yuv422p"])
def test_of_what_films_mostly_are_it_is_the_same_to_the_last_bit(form):
    noise = np.random.default_rng(1).integers(0, 256, (96, 128, 3), np.uint8)
    told = frame(form, noise)
    assert np.abs(shown(told) / 256 - luminance(told)).max() < 0.01


@pytest.mark.parametrize("form", ["yuv420p", "nv12", "yuv420p10le"])
def test_loud_colours_are_held_back_as_a_screen_holds_them(form):
    """Y alone would be darker by a hundred and more: a blue beyond what a screen has."""
    told = av.VideoFrame.from_ndarray(np.full((96 * 3 // 2, 128), 16, np.uint8), format="yuv420p")
    loud = np.frombuffer(bytes(told.planes[1]), np.uint8).copy()
    loud[:] = 255
    told.planes[1].update(loud.tobytes())
    neutral = np.full(len(bytes(told.planes[2])), 128, np.uint8)
    told.planes[2].update(neutral.tobytes())
    told = told.reformat(format=form)
    assert np.abs(shown(told) / 256 - luminance(told)).mean() < 2
    assert shown(told).mean() > 25 * 256


@pytest.mark.parametrize("columns", [127, 100, 66])
def test_a_width_that_lines_in_memory_exceed_is_kept(columns):
    told = frame("yuv420p", pattern(90, columns))
    assert np.abs(shown(told) / 256 - luminance(told)).mean() < 2


def test_a_format_without_a_plane_of_luminance_has_none():
    assert shown(frame("rgb24")) is None
