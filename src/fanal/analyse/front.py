"""What an operation's front page counts in one snapshot, and between two. It reads nobody and decides nothing."""

import pyarrow as pa

from fanal.analyse.remembered import once
from fanal.analyse.sessions import opened
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot

_S = pa.string()
#: Tables of an earlier snapshot that are held against the present ones: name there, name here, what is read of them.
_BEFORE = {
    "identity": ("identity_before", pa.schema([("identity", _S)])),
    "identity_threshold": ("threshold_before", pa.schema([("identity", _S), ("meets", pa.bool_())])),
}


def by_country(snapshot: Snapshot) -> list[dict[str, str | int]]:
    """Identities by their country of origin: country (ISO 3166 alpha-2), identities, meeting (the threshold)."""
    return [dict(row) for row in _by_country(snapshot)]


@once
def _by_country(snapshot: Snapshot) -> list[dict[str, str | int]]:
    with opened(snapshot, ("identity_origin", "identity_threshold")) as engine:
        return list(engine.rows(load("fanal.analyse", "front.sql")["by_country"]).to_pylist())


def unknown(snapshot: Snapshot) -> dict[str, int]:
    """Counts of what the last run does not know: identities and accounts without a country, media not compared."""
    return dict(_unknown(snapshot))


@once
def _unknown(snapshot: Snapshot) -> dict[str, int]:
    tables = ("identity", "identity_account", "identity_origin", "media", "media_state")
    with opened(snapshot, tables) as engine:
        found: dict[str, int] = engine.rows(load("fanal.analyse", "front.sql")["unknown"]).to_pylist()[0]
    return found


def crossed(before: Snapshot, now: Snapshot) -> dict[str, int]:
    """What became of identities between two snapshots of one lake.

    Returns:
        `founded`: that are new; `met`: that meet the threshold and did not; `lost`: that did and no longer do, those
        that went into another identity included. Nothing where files of the earlier snapshot are no longer there.
    """
    return dict(_crossed(now, before))


@once
def _crossed(now: Snapshot, before: Snapshot) -> dict[str, int]:
    if all(before.tables.get(name) == now.tables.get(name) for name in _BEFORE):
        return {"founded": 0, "met": 0, "lost": 0}
    if not all(place.is_file() for name in _BEFORE for place in before.files(name)):
        return {}
    with opened(now, tuple(_BEFORE)) as engine:
        for name, (there, columns) in _BEFORE.items():
            engine.bind(there, before.files(name) or columns.empty_table())
        found: dict[str, int] = engine.rows(load("fanal.analyse", "front.sql")["crossed"]).to_pylist()[0]
    return found
