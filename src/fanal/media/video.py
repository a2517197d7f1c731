"""Fingerprints of videos: a frame a second, of its luminance, and what is left of a damaged file. Runs in the worker.

A second's frame is the first at or after it. Frames that nothing is hashed of and that no other frame needs are not
decoded: those that are no reference, and whatever stands after a group's last wanted frame.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import av
import av.logging
import numpy as np

from fanal.media.bars import LOOKS, Bars
from fanal.media.luma import Luma, shown
from fanal.media.pdq import hash_luma, hash_rgb
from fanal.media.pictures import MOST_PIXELS
from fanal.media.seen import CROPPED, TRUNCATED, UNREADABLE, Seen, Shot
from fanal.media.sniff import Kind

#: Seconds between two frames that are hashed.
EVERY_S = 1.0
#: Frames of one video that are hashed at most, and packets that wait for the next keyframe at most.
MOST_SHOTS, MOST_WAITING = 1 << 16, 1200
#: A group's packets are looked through once so many bytes wait.
MOST_BYTES = 64 << 20
#: Seconds by which a whole file may end before what its header says.
MISSING_S = 0.5
KEYFRAMES, FULL = "keyframes", "full"
PASSES = (KEYFRAMES, FULL)
_OPTIONS = {"protocol_whitelist": "none", "enable_drefs": "0", "use_absolute_path": "0"}

Beat = Callable[[float], None]
av.logging.set_level(None)


@dataclass
class _End:
    """Where the packets of a file end: one that ends long before what its header says was cut."""

    at: float = 0.0


@dataclass
class _Group:
    """Packets from one keyframe to the next, and the stamps of those that are wanted."""

    packets: list[Any] = field(default_factory=list)
    size: int = 0
    chosen: set[int] = field(default_factory=set)

    @property
    def leans(self) -> bool:
        """Whether a wanted frame is shown before the keyframe that it follows: it may need the group before."""
        first = self.packets[0].pts
        return first is None or any(at < first for at in self.chosen)


def shots(file: IO[bytes], kind: Kind, seen: Seen, which: str, beat: Beat) -> Iterator[Shot]:
    """The fingerprints of a video, in the order of its time.

    Args:
        file: the open file, at its beginning.
        kind: what it is; no other demuxer is tried.
        seen: filled as things become known.
        which: one of PASSES: keyframes alone, or a frame a second.
        beat: called with the second that was come to.
    """
    try:
        with av.open(file, format=kind.form, options=_OPTIONS, metadata_errors="ignore") as container:
            yield from _stream(container, seen, which, beat)
    except TimeoutError:
        seen.status, seen.reason = TRUNCATED, "time"
    except Exception:  # noqa: BLE001  demuxers and decoders raise whatever they like
        seen.status, seen.reason = (TRUNCATED if seen.width else UNREADABLE), "damaged"


def _stream(container: Any, seen: Seen, which: str, beat: Beat) -> Iterator[Shot]:
    stream = next(iter(container.streams.video), None)
    if stream is None or stream.codec_context is None:
        seen.status, seen.reason = UNREADABLE, "codec"
        return
    context = stream.codec_context
    seen.width, seen.height = context.width or None, context.height or None
    if stream.duration and stream.time_base:
        seen.duration_s = round(float(stream.duration * stream.time_base), 3)
    elif container.duration:
        seen.duration_s = round(container.duration / 1_000_000, 3)
    if context.width * context.height > MOST_PIXELS:
        seen.status, seen.reason = UNREADABLE, "pixels"
        return
    context.thread_count, context.thread_type = 1, "NONE"
    reel, end = _Reel(stream, seen, beat), _End()
    try:
        packets = _watched(container, stream, end)
        source = _keyframes(packets, stream) if which == KEYFRAMES else _sampled(packets, stream, seen)
        for frame in source:
            yield from reel.take(frame)
    finally:
        if (
            seen.duration_s
            and reel.last is not None
            and end.at < seen.duration_s - max(MISSING_S, 0.01 * seen.duration_s)
        ):
            seen.status, seen.reason = TRUNCATED, "damaged"
            seen.duration_s = round(end.at, 3)
        elif reel.last is not None:
            seen.duration_s = round(max(end.at, reel.last, seen.duration_s or 0), 3)
    yield from reel.cropped()
    if not reel.last and reel.last != 0:
        seen.status, seen.reason = UNREADABLE, "damaged"


def _decoded(context: Any, packet: Any, seen: Seen) -> list[Any]:
    """The frames that come out of a packet; a damaged one gives none."""
    try:
        return list(context.decode(packet))
    except (av.error.FFmpegError, ValueError):
        seen.status, seen.reason = TRUNCATED, "damaged"
        return []


def _watched(container: Any, stream: Any, end: _End) -> Iterator[Any]:
    """The packets of a stream, and where they end."""
    tick, first = float(stream.time_base or 1), stream.start_time or 0
    for packet in container.demux(stream):
        if packet.pts is not None:
            end.at = max(end.at, (packet.pts - first + (packet.duration or 0)) * tick)
        yield packet


def _keyframes(packets: Iterator[Any], stream: Any) -> Iterator[Any]:
    stream.codec_context.skip_frame = "NONKEY"
    seen = Seen()
    for packet in packets:
        if packet.is_keyframe or packet.size == 0:
            yield from _decoded(stream.codec_context, packet, seen)


def _sampled(packets: Iterator[Any], stream: Any, seen: Seen) -> Iterator[Any]:
    """The first frame at or after each second, decoding as little as that allows."""
    context = stream.codec_context
    wanted = _Wanted(stream)
    held: _Group | None = None
    for group, cut in _groups(packets, seen):
        group.chosen = wanted.choose([packet.pts for packet in group.packets])
        if held is not None:
            yield from _through(context, held, wanted, seen, open_end=cut or group.leans)
        held = group
    if held is not None:
        yield from _through(context, held, wanted, seen, open_end=False)
    try:
        yield from (frame for frame in context.decode(None) if wanted.is_wanted(frame))
    except av.error.FFmpegError:
        seen.status, seen.reason = TRUNCATED, "damaged"


def _groups(packets: Iterator[Any], seen: Seen) -> Iterator[tuple[_Group, bool]]:
    """Packets in groups, and whether the group before was cut for its size and goes on in this one."""
    group, cut = _Group(), False
    try:
        for packet in packets:
            if packet.size == 0:
                continue
            if packet.is_corrupt:
                seen.status, seen.reason = TRUNCATED, "damaged"
            full = len(group.packets) >= MOST_WAITING or group.size >= MOST_BYTES
            if group.packets and (packet.is_keyframe or full):
                yield group, cut
                group, cut = _Group(), not packet.is_keyframe
            group.packets.append(packet)
            group.size += packet.size
    except (av.error.FFmpegError, OSError):
        seen.status, seen.reason = TRUNCATED, "damaged"
    if group.packets:
        yield group, cut


def _through(context: Any, group: _Group, wanted: "_Wanted", seen: Seen, *, open_end: bool) -> Iterator[Any]:
    """Decode what a group's wanted frames need. `open_end`: what follows it needs it whole."""
    times = [packet.pts for packet in group.packets]
    if wanted.loose:
        # Packets without a time stamp: all are decoded, and frames are chosen as they come out.
        context.skip_frame = "DEFAULT"
        for packet in group.packets:
            yield from (frame for frame in _decoded(context, packet, seen) if wanted.is_wanted(frame))
        return
    last = max((n for n, at in enumerate(times) if at in group.chosen), default=-1)
    for packet in group.packets[: len(group.packets) if open_end else last + 1]:
        context.skip_frame = "DEFAULT" if packet.pts in group.chosen else "NONREF"
        yield from (frame for frame in _decoded(context, packet, seen) if wanted.is_wanted(frame))
    if not open_end and last + 1 < len(group.packets):
        # What was left out must not be waited for: the decoder hands out what it holds, and begins anew.
        yield from (frame for frame in context.decode(None) if wanted.is_wanted(frame))
        context.flush_buffers()


class _Wanted:
    """Which frames are hashed, by their time stamps."""

    def __init__(self, stream: Any) -> None:
        self._tick = float(stream.time_base or 1)
        self._start: int | None = stream.start_time
        self._next = 0.0
        self._chosen: set[int] = set()
        self._guess: int | None = None
        self._step = round(1 / (float(stream.average_rate or 25) * self._tick))
        #: Whether frames are chosen as they come out of the decoder, since their packets have no stamps.
        self.loose = False

    def choose(self, times: list[int | None]) -> set[int]:
        """Of these stamps the first at or after each second that is to come."""
        chosen: set[int] = set()
        self.loose = self.loose or None in times
        if self.loose and len(times) > 1:
            return chosen
        for at in sorted(at for at in times if at is not None):
            if self._start is None:
                self._start = at
            second = (at - self._start) * self._tick
            if second >= self._next - self._tick / 2:
                chosen.add(at)
                self._next = (second // EVERY_S + 1) * EVERY_S
        self._chosen |= chosen
        return chosen

    def is_wanted(self, frame: Any) -> bool:
        """Whether that frame is chosen. One without a stamp gets that of the frame before and a step more."""
        if not self.loose:
            return frame.pts in self._chosen
        if frame.pts is None:
            frame.pts = (self._start or 0) if self._guess is None else self._guess + self._step
        self._guess = frame.pts
        return bool(self.choose([frame.pts]))


class _Reel:
    """Hashes frames as they come: plain at once, cropped as soon as bars are known for what they are."""

    def __init__(self, stream: Any, seen: Seen, beat: Beat) -> None:
        self._tick = float(stream.time_base or 1)
        self._start: int | None = stream.start_time
        self._seen, self._beat = seen, beat
        self._bars = Bars()
        self._box: tuple[int, int, int, int] | None = None
        self._early: list[tuple[float, Luma]] = []
        self._taken = 0
        self.last: float | None = None

    def take(self, frame: Any) -> Iterator[Shot]:
        """The fingerprints of one frame."""
        if self._taken >= MOST_SHOTS:
            self._seen.status, self._seen.reason = TRUNCATED, "time"
            return
        if frame.width * frame.height > MOST_PIXELS:
            return
        if self._start is None:
            self._start = frame.pts or 0
        at = 0.0 if frame.pts is None else max(0.0, round((frame.pts - self._start) * self._tick, 3))
        self._taken += 1
        self.last = at
        self._beat(at)
        luma = shown(frame)
        if luma is None:
            yield Shot(at, hash_rgb(frame.to_ndarray(format="rgb24"), frame=True))
            return
        yield Shot(at, hash_luma(luma))
        yield from self._crop(at, luma)

    def _crop(self, at: float, luma: Luma) -> Iterator[Shot]:
        if self._bars.looks < LOOKS:
            self._bars.look((luma >> 8).astype(np.uint8))
            self._early.append((at, luma))
            if self._bars.looks == LOOKS:
                yield from self.cropped()
        elif self._box is not None:
            yield self._inside(at, luma)

    def cropped(self) -> Iterator[Shot]:
        """The cropped fingerprints of the frames that were taken before the bars were judged."""
        early, self._early = self._early, []
        if early:
            self._box = self._bars.box()
        if self._box is not None:
            for at, luma in early:
                yield self._inside(at, luma)

    def _inside(self, at: float, luma: Luma) -> Shot:
        top, bottom, left, right = self._box or (0, luma.shape[0], 0, luma.shape[1])
        return Shot(at, hash_luma(luma[top:bottom, left:right]), CROPPED)
