"""What the command line reads of media in one snapshot: matches, series, what no list has seen."""

from collections.abc import Iterator
from typing import Any

from fanal.analyse.views import opened
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot


def matches_of(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Every match, by medium, list and entry (see `work.media.match_media`)."""
    with opened(snapshot, ("media_match",)) as engine:
        for batch in engine.batches(load("fanal.analyse", "media_views.sql")["matches"]):
            yield from batch.to_pylist()
