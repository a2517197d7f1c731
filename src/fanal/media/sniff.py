"""What a file is, by its first bytes and never by its name."""

from dataclasses import dataclass

#: So many bytes are looked at.
HEAD = 4096
PICTURE, VIDEO, OTHER = "picture", "video", "other"


@dataclass(frozen=True)
class Kind:
    """What a file is.

    Attributes:
        family: picture, video or other: what reads it.
        mime: its media type; a video of no known type is none.
        form: the name of the one reader that is let near it: a format of Pillow, a demuxer of FFmpeg.
    """

    family: str
    mime: str
    form: str = ""


UNKNOWN = Kind(OTHER, "application/octet-stream")
_BEGINS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind(PICTURE, "image/jpeg", "JPEG")),
    (b"\x89PNG\r\n\x1a\n", Kind(PICTURE, "image/png", "PNG")),
    (b"GIF87a", Kind(PICTURE, "image/gif", "GIF")),
    (b"GIF89a", Kind(PICTURE, "image/gif", "GIF")),
    (b"II*\0", Kind(PICTURE, "image/tiff", "TIFF")),
    (b"MM\0*", Kind(PICTURE, "image/tiff", "TIFF")),
    (b"FLV\1", Kind(VIDEO, "video/x-flv", "flv")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", Kind(VIDEO, "video/x-ms-wmv", "asf")),
    (b"\0\0\1\xba", Kind(VIDEO, "video/mpeg", "mpeg")),
    (b"\0\0\1\xb3", Kind(VIDEO, "video/mpeg", "mpegvideo")),
    (b".RMF", Kind(VIDEO, "application/vnd.rn-realmedia", "rm")),
    (b"%PDF-", Kind(OTHER, "application/pdf")),
    (b"PK\3\4", Kind(OTHER, "application/zip")),
    (b"ID3", Kind(OTHER, "audio/mpeg")),
    (b"fLaC", Kind(OTHER, "audio/flac")),
    (b"SQLite format 3\0", Kind(OTHER, "application/vnd.sqlite3")),
)
_BRANDS: dict[bytes, Kind] = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"), Kind(PICTURE, "image/heic", "HEIF")),
    **dict.fromkeys((b"avif", b"avis"), Kind(PICTURE, "image/avif", "AVIF")),
    b"qt  ": Kind(VIDEO, "video/quicktime", "mov"),
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3g2a"), Kind(VIDEO, "video/3gpp", "mov")),
    **dict.fromkeys((b"M4A ", b"M4B "), Kind(OTHER, "audio/mp4")),
}
_MP4 = Kind(VIDEO, "video/mp4", "mov")
_TS, _TS_SYNC, _M2TS_AHEAD = 188, 0x47, 4
_OLD_MOV = (b"moov", b"mdat", b"free", b"wide", b"skip", b"pnot")
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)


def sniff(head: bytes) -> Kind:
    """The kind of a file that begins so.

    Args:
        head: its first HEAD bytes, or all where it is shorter.
    """
    for begin, kind in _BEGINS:
        if head.startswith(begin):
            return kind
    if head[:4] == b"RIFF":
        return _riff(head[8:12])
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[4:8] in _OLD_MOV:
        return Kind(VIDEO, "video/quicktime", "mov")
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return Kind(VIDEO, "video/webm" if b"webm" in head[:64] else "video/x-matroska", "matroska")
    if head[:4] == b"OggS":
        video = b"\x80theora" in head[:256]
        return Kind(VIDEO, "video/ogg", "ogg") if video else Kind(OTHER, "audio/ogg")
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return Kind(PICTURE, "image/bmp", "BMP")
    if _is_ts(head, 0, _TS) or _is_ts(head, _M2TS_AHEAD, _TS + _M2TS_AHEAD):
        return Kind(VIDEO, "video/mp2t", "mpegts")
    return UNKNOWN


def _riff(form: bytes) -> Kind:
    if form == b"WEBP":
        return Kind(PICTURE, "image/webp", "WEBP")
    return Kind(VIDEO, "video/x-msvideo", "avi") if form in (b"AVI ", b"AVIX") else Kind(OTHER, "audio/x-wav")


def _brand(head: bytes) -> Kind:
    """By the first brand that tells more than the family; a still picture's `mif1` only where no other does."""
    end = min(int.from_bytes(head[:4]), len(head), 512)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
    if b"avif" in brands or b"avis" in brands:
        return _BRANDS[b"avif"]
    return next((_BRANDS[brand] for brand in brands[:1] if brand in _BRANDS), _MP4)


def _is_ts(head: bytes, first: int, step: int) -> bool:
    marks = head[first : first + 5 * step : step]
    return len(marks) >= 3 and all(mark == _TS_SYNC for mark in marks)  # noqa: PLR2004  packets in a row
