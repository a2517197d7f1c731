"""Videos as the worker reads them: a frame a second, the same frames as if all were decoded."""

import io

import av
import numpy as np
import pytest
from made import filmed, frames, pattern

from fanal.media import video
from fanal.media.pdq import distance, hash_rgb
from fanal.media.seen import CROPPED, PLAIN, TRUNCATED, UNREADABLE, WHOLE, Seen
from fanal.media.sniff import HEAD, Kind, sniff


def looked(content, which=video.FULL):
    seen = Seen()
    found = list(video.shots(io.BytesIO(content), sniff(content[:HEAD]), seen, which, lambda _: None))
    return seen, found


def plain(found):
    return [shot for shot in found if shot.variant == PLAIN]


def every_frame(content):
    """Hashes of all frames, each decoded in full and brought to RGB: second to fingerprint."""
    with av.open(io.BytesIO(content)) as container:
        start = container.streams.video[0].start_time or 0
        return {
            round(float((f.pts - start) * f.time_base), 3): hash_rgb(f.to_ndarray(format="rgb24"), frame=True)
            for f in container.decode(video=0)
        }


@pytest.mark.parametrize(
    ("form", "codec", "options"),
    [
        ("mp4", "libx264", {}),
        ("mp4", "libx264", {"bf": "4", "g": "250"}),
        ("mp4", "libx264", {"x264-params": "open-gop=1", "g": "12"}),
        ("matroska", "libx264", {"bf": "0"}),
        ("webm", "libvpx", {}),
        ("avi", "mpeg4", {}),
        ("mpegts", "libx264", {}),
        ("mpeg", "mpeg2video", {"bf": "2"}),
    ],
)
def test_the_frame_of_each_second_is_what_full_decoding_gives(form, codec, options):
    content = filmed(form, codec, count=100, rate=25, **options)
    seen, found = looked(content)
    whole = every_frame(content)
    assert len(plain(found)) == 4
    for second, shot in enumerate(plain(found)):
        assert shot.at_s == min(at for at in whole if at >= second - 0.001)
        assert distance(shot.mark.pdq, whole[shot.at_s].pdq) <= 1
        assert abs(shot.mark.quality - whole[shot.at_s].quality) == 0
    assert seen.status == WHOLE
    assert abs(seen.duration_s - 4) < 0.2


def test_nothing_after_the_last_second_is_decoded(monkeypatch):
    times, decoded = [], video._decoded

    def counted(context, packet, seen):
        times.append(packet.pts * packet.time_base)
        return decoded(context, packet, seen)

    monkeypatch.setattr(video, "_decoded", counted)
    _, found = looked(filmed("mp4", "libx264", count=100, rate=25, bf="0"))
    assert [shot.at_s for shot in plain(found)] == [0, 1, 2, 3]
    assert max(times) - min(times) == 3


def test_keyframes_alone_are_hashed_in_the_quick_pass():
    found = plain(looked(filmed(count=60, rate=20, g="20", sc_threshold="0"), video.KEYFRAMES)[1])
    assert [shot.at_s for shot in found] == [0.0, 1.0, 2.0]


def test_a_video_with_bars_has_a_variant_without_them():
    bare = [one[24:-24] for one in frames(60, bars=24)]
    boxed, cut = looked(filmed(bars=24))[1], looked(filmed(pixels=bare))[1]
    inside = [shot for shot in boxed if shot.variant == CROPPED]
    assert [shot.at_s for shot in inside] == [0.0, 1.0, 2.0]
    for one, other in zip(inside, plain(cut), strict=True):
        assert distance(one.mark.pdq, other.mark.pdq) <= 40
    assert distance(plain(boxed)[0].mark.pdq, plain(cut)[0].mark.pdq) > 60


def test_a_video_without_bars_has_no_variant():
    assert {shot.variant for shot in looked(filmed())[1]} == {PLAIN}


def test_a_dark_video_is_not_taken_for_a_bar():
    assert {shot.variant for shot in looked(filmed(pixels=[np.full((96, 128, 3), 16, np.uint8)] * 40))[1]} == {PLAIN}


@pytest.mark.parametrize("form", ["matroska", "mp4"])
def test_half_a_video_gives_the_frames_until_then(form, tmp_path):
    options = {"movflags": "faststart"} if form == "mp4" else {}
    content = cut_short(form, options, tmp_path)
    seen, found = looked(content)
    assert seen.status == TRUNCATED
    assert 0 < len(plain(found)) < 6
    assert seen.duration_s < 5.5


def cut_short(form, options, folder):
    path = folder / "v"
    with av.open(str(path), "w", format=form, options=options) as container:
        stream = container.add_stream("libx264", rate=20, options={"g": "20"})
        stream.height, stream.width, stream.pix_fmt = 96, 128, "yuv420p"
        for n in range(120):
            one = av.VideoFrame.from_ndarray(np.roll(pattern(), n, axis=1), format="rgb24")
            container.mux(stream.encode(one))
        container.mux(stream.encode(None))
    content = path.read_bytes()
    return content[: len(content) * 6 // 10]


@pytest.mark.parametrize("begin", [b"\x1a\x45\xdf\xa3", b"\0\0\0\x18ftypisom", b"RIFF\0\0\0\0AVI "])
def test_what_is_no_video_is_unreadable(begin):
    seen, found = looked(begin + bytes(500))
    assert (seen.status, found) == (UNREADABLE, [])


def test_a_playlist_is_no_video_and_opens_nothing(tmp_path):
    (tmp_path / "v.mp4").write_bytes(filmed())
    for listed in (f"#EXTM3U\n#EXTINF:3,\n{tmp_path}/v.mp4\n", f"ffconcat version 1.0\nfile {tmp_path}/v.mp4\n"):
        assert sniff(listed.encode()).family == "other"
        seen = Seen()
        kind = Kind("video", "video/mp4", "hls" if "M3U" in listed else "concat")
        found = list(video.shots(io.BytesIO(listed.encode()), kind, seen, video.FULL, lambda _: None))
        assert (found, seen.status) == ([], UNREADABLE)
