"""What the lake holds of one exhibit's tips: texts, invitations, digests of what was attached. Single look-ups."""

from typing import Any

from fanal.analyse.sessions import opened
from fanal.lake.snapshot import Snapshot

#: Most rows that are looked at of one exhibit: a tip is short, and what is longer is a seized mailbox.
ROWS = 10_000


def texts_of(snapshot: Snapshot, exhibit: int) -> list[dict[str, Any]]:
    """Texts of an exhibit in its own order: `locator`, `body`; at most ROWS."""
    with opened(snapshot, ("message",)) as engine:
        found = engine.rows(
            "SELECT locator, body FROM message WHERE exhibit = $exhibit AND body IS NOT NULL ORDER BY obs LIMIT $rows",
            exhibit=exhibit,
            rows=ROWS,
        )
    return list(found.to_pylist())


def digests_of(snapshot: Snapshot, exhibit: int) -> list[dict[str, Any]]:
    """Digests of an exhibit's media in its own order: `locator`, `sha256`, `sha1`, `md5`; at most ROWS."""
    with opened(snapshot, ("media",)) as engine:
        found = engine.rows(
            "SELECT locator, sha256, sha1, md5 FROM media WHERE exhibit = $exhibit ORDER BY obs LIMIT $rows",
            exhibit=exhibit,
            rows=ROWS,
        )
    return list(found.to_pylist())


def invitations_of(snapshot: Snapshot, exhibit: int) -> list[dict[str, Any]]:
    """Links of an exhibit that lead into a group or a hidden service: `locator`, `kind`, `url`; at most ROWS."""
    with opened(snapshot, ("link",)) as engine:
        found = engine.rows(
            "SELECT locator, kind, url FROM link WHERE exhibit = $exhibit AND kind IN ('invite', 'onion') "
            "ORDER BY obs LIMIT $rows",
            exhibit=exhibit,
            rows=ROWS,
        )
    return list(found.to_pylist())
