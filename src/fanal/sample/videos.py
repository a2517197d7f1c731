"""Rows about the platform's videos: what was uploaded, by whom, who viewed and who wrote under them.

Digests and lengths only; there is no video behind any row. A comment's body is neutral placeholder text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fanal.sample.accounts import PLATFORM, Accounts, active_span
from fanal.sample.draw import Floats, Ints, chosen, split, stream
from fanal.sample.letters import DAY, Text, digest, joined, picked
from fanal.sample.plan import END, START, Plan

UPLOADERS = 0.006


@dataclass
class Videos:
    """One row a video, in order of upload. Durations in hundredths of a second, size in bytes."""

    uploader: Ints
    created: Ints
    duration: Ints
    size: Ints
    shape: Ints


@dataclass
class Acts:
    """One row an act of an account on a video, in order of time."""

    account: Ints
    video: Ints
    at: Ints


def uploaded(accounts: Accounts, plan: Plan, seed: int) -> Videos:
    """The videos of the plan, spread evenly over the platform's life; durations add up to the plan's."""
    rng = stream(seed, "videos")
    n = plan.videos
    created = np.sort(START + DAY + (rng.random(n) * (END - START - 2 * DAY)).astype(np.int64))
    rows = accounts.rows(PLATFORM)
    some = rng.permutation(rows)[: max(12, int(len(rows) * UPLOADERS))]
    # Few do most of it. An uploader has an account before he uploads, so early videos go to early ones.
    some = some[np.argsort(accounts.created[some], kind="stable")]
    accounts_then = np.maximum(np.searchsorted(accounts.created[some], created), 1)
    uploader = some[((rng.random(n) ** 3) * accounts_then).astype(np.int64)]
    created = np.maximum(created, accounts.created[uploader] + rng.integers(60, 20 * 3600, n))
    order = np.argsort(created, kind="stable")
    length = np.clip(rng.lognormal(0.0, 0.9, n), 0.05, 20.0)
    duration = split(plan.video_centiseconds, length)
    return Videos(
        uploader[order], created[order], duration,
        duration * rng.integers(900, 5000, n), rng.choice(4, size=n, p=(0.35, 0.35, 0.2, 0.1)),
    )  # fmt: skip


def digests(n: int, rows: int, seed: int) -> Iterator[tuple[int, int, Text, Text]]:
    """SHA-256 and MD5 of `n` videos, random, so many rows at once: from, to before, and the two texts."""
    rng = stream(seed, "digests")
    for start in range(0, n, rows):
        end = min(start + rows, n)
        yield start, end, digest(rng, end - start, 32), digest(rng, end - start, 16)


def kinds(number: Ints) -> Text:
    """The type of the video of each number, from 1."""
    return picked(("video/mp4", "video/webm"), (number % 9 == 0).astype(np.int32))


def _acts(accounts: Accounts, videos: Videos, rng: np.random.Generator, n: int, weight: Floats) -> Acts:
    rows = accounts.rows(PLATFORM)
    account = rows[chosen(rng, weight[rows], n)]
    popular = rng.permutation(len(videos.created))[chosen(rng, 1.0 / np.arange(1, len(videos.created) + 1) ** 0.6, n)]
    begins = np.maximum(videos.created[popular], accounts.created[account])
    at = np.minimum(begins + rng.exponential(30 * DAY, n).astype(np.int64) + 1, END - 1)
    order = np.argsort(at, kind="stable")
    return Acts(account[order], popular[order], at[order])


def viewed(accounts: Accounts, videos: Videos, plan: Plan, seed: int) -> Acts:
    """The views of the plan."""
    return _acts(accounts, videos, stream(seed, "views"), plan.views, accounts.rate * (0.05 + active_span(accounts)))


def commented(accounts: Accounts, videos: Videos, plan: Plan, seed: int) -> Acts:
    """The comments of the plan, most of them by few."""
    return _acts(accounts, videos, stream(seed, "comments"), plan.comments, accounts.rate**2)


def bodies(number: Ints) -> Text:
    """The neutral text of each message; some with quotes, backslashes and line breaks, as people write them."""
    before = picked(
        ("message ", 'message "', "it's message ", "message\n", "dir\\message ", "message #"), _form(number)
    )
    after = picked(("", '"', "", "\nend", "\\", "; -- (1,'x'),"), _form(number))
    return joined(before, number, after)


def _form(number: Ints) -> Ints:
    return np.where(number % 20 < 15, 0, number % 20 - 14)  # noqa: PLR2004  three in four are plain
