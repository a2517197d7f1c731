"""How much of everything a platform sample holds at a scale, and when it plays. Counts only, nothing drawn."""

from dataclasses import dataclass

from fanal.base import instants
from fanal.base.errors import FanalError

START = int(instants.parse("2022-04-01T00:00:00Z").timestamp())
END = int(instants.parse("2025-04-01T00:00:00Z").timestamp())
WEEK = 7 * 86_400
LOG_KEPT = 52 * WEEK  # the forum's web server keeps a year
VIDEO_HOURS = 6288
SMALLEST, LARGEST = 0.0005, 3.0


class ScaleOutOfRange(FanalError):
    """A scale at which the sample makes no sense."""

    code = "F-SAMPLE-01"
    text = "No sample of scale {scale}: choose a number from {smallest} to {largest} (1 is the full size)."
    exit_code = 2


@dataclass(frozen=True)
class Plan:
    """Rows to write, by table."""

    accounts: int
    customers: int
    logins: int
    forum_logins: int
    videos: int
    video_centiseconds: int
    payers: int
    views: int
    comments: int
    posts: int
    suspects: int
    arrests: int
    safeguarded: int

    @property
    def registered(self) -> int:
        """Accounts of platform and forum, without the exchange's customers."""
        return self.accounts - self.customers


def planned(scale: float) -> Plan:
    """The plan for a scale; 1 is the size of the public case. Raises ScaleOutOfRange."""
    if not SMALLEST <= scale <= LARGEST:
        raise ScaleOutOfRange(scale=scale, smallest=SMALLEST, largest=LARGEST)
    return Plan(
        accounts=round(1_800_000 * scale),
        customers=max(10, round(20_000 * scale)),
        logins=round(24_500_000 * scale),
        forum_logins=round(500_000 * scale),
        videos=round(91_000 * scale),
        video_centiseconds=round(VIDEO_HOURS * 3600 * 100 * scale),
        payers=max(60, round(60_000 * scale)),
        views=round(3_000_000 * scale),
        comments=round(300_000 * scale),
        posts=round(150_000 * scale),
        suspects=max(40, round(1400 * scale)),
        arrests=max(5, round(79 * scale)),
        safeguarded=max(3, round(39 * scale)),
    )
