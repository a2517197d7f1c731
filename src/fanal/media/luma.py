"""The luminance of a decoded frame, as its picture in red, green and blue has it, without making that picture.

The authors' program brings a frame to red, green and blue before it takes luminance. Of most pixels that is the Y plane
again; of loud colours it is not, since what is below 0 or above 255 is held back on the way.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from fanal.media.luma_kernel import SHIFT, clipped

#: Rows x columns, in 256ths of 0 to 255.
Luma = npt.NDArray[np.uint16]
_BITS = 8
#: Pixel formats with a plane of luminance: bits in a value, by how many bits rows and columns of colour are shifted.
_PLANAR = {
    "yuv420p": (8, 1, 1), "yuv422p": (8, 0, 1), "yuv444p": (8, 0, 0), "yuv410p": (8, 2, 2), "yuv411p": (8, 0, 2),
    "yuv440p": (8, 1, 0), "yuvj420p": (8, 1, 1), "yuvj422p": (8, 0, 1), "yuvj444p": (8, 0, 0), "yuvj440p": (8, 1, 0),
    "yuv420p10le": (10, 1, 1), "yuv422p10le": (10, 0, 1), "yuv444p10le": (10, 0, 0),
}  # fmt: skip
#: Formats with both colours in one plane: where U and V begin in it.
_PAIRED = {"nv12": (0, 1), "nv21": (1, 0)}
_FULL_RANGE = 2
#: Of Y; of V in red, of U and V in green, of U in blue (Recommendation ITU-R BT.601): full range, and the narrow one.
_FULL = np.array([1, 1.402, -0.344136, -0.714136, 1.772])
_NARROW = _FULL / np.array([219, 224, 224, 224, 224]) * 255
_BLACK = 16


def shown(frame: Any) -> Luma | None:
    """Luminance, rows x columns, in 256ths; None for a pixel format that has no plane of it.

    The matrix is that of BT.601 whatever the file says, as the authors' program has it.

    Args:
        frame: an av.VideoFrame.
    """
    name = frame.format.name
    if name == "gray":
        lines = _flat(frame.planes[0], np.uint8).reshape(-1, frame.planes[0].line_size)
        return lines[: frame.height, : frame.width] * np.uint16(1 << _BITS)
    bits, down, right = _PLANAR.get(name, (8, 1, 1) if name in _PAIRED else (0, 0, 0))
    if not bits:
        return None
    planes = (frame.planes[0], frame.planes[1], frame.planes[1 if name in _PAIRED else 2])
    wide = np.dtype(np.uint8 if bits == _BITS else "<u2")
    full = name.startswith("yuvj") or frame.color_range == _FULL_RANGE
    out = np.empty((frame.height, frame.width), np.uint16)
    clipped(
        tuple(_flat(plane, wide) for plane in planes),
        tuple(plane.line_size // wide.itemsize for plane in planes),
        _PAIRED.get(name, (0, 0)),
        2 if name in _PAIRED else 1,
        down,
        right,
        bits - _BITS,
        0 if full else _BLACK,
        tuple(np.int32(round(factor * (1 << SHIFT))) for factor in (_FULL if full else _NARROW)),
        np.empty((3, frame.width), np.int32),
        out,
    )
    return out


def _flat(plane: Any, wide: npt.DTypeLike) -> npt.NDArray[Any]:
    values = np.frombuffer(plane, wide)
    values.flags.writeable = False  # one kind of array: the loop is compiled once
    return values
