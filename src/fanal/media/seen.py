"""What is found out about one file: the words in which workers answer, without a pixel among them."""

from dataclasses import dataclass

from fanal.media.pdq import Print

WHOLE, TRUNCATED, UNREADABLE = "whole", "truncated", "unreadable"
STATUSES = (WHOLE, TRUNCATED, UNREADABLE)
PLAIN, CROPPED = "plain", "cropped"
VARIANTS = (PLAIN, CROPPED)
#: Why a file is not whole: damaged bytes, more pixels than may be decoded, no decoder for it, its time used up.
REASONS = ("", "damaged", "pixels", "codec", "time")


@dataclass
class Seen:
    """What is known of a picture or video so far: it grows, so that a failure leaves what there was.

    Attributes:
        width, height: in pixels, from the header.
        duration_s: of an animation or video.
        status: one of STATUSES.
        sticker: whether it is one.
        reason: one of REASONS.
    """

    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    status: str = WHOLE
    sticker: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Shot:
    """One fingerprint of a file: at which second (None: a still), the hash, one of VARIANTS."""

    at_s: float | None
    mark: Print
    variant: str = PLAIN
