"""From a place in an exhibit to the observation that was read there."""

from fanal.analyse.explain import Observation
from fanal.engine.duck import Duck
from fanal.lake.snapshot import Snapshot
from fanal.model.tables import TABLES


def at_place(snapshot: Snapshot, exhibit: int, locator: str) -> list[Observation]:
    """Every observation that was read at one place of one exhibit, whichever tables hold them."""
    found = []
    for table in TABLES:
        files = [snapshot.root / e.path for e in snapshot.tables.get(table.name, ()) if e.exhibit == exhibit]
        if not files:
            continue
        with Duck() as engine:
            engine.bind("seen", files)
            rows = engine.rows("SELECT * FROM seen WHERE locator = $locator ORDER BY obs", locator=locator).to_pylist()
        for row in rows:
            place = {name: row.pop(name) for name in ("exhibit", "locator", "obs")}
            found.append(Observation(table=table.name, row=row, **place))
    return found
