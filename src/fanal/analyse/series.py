"""The step `series`: media that are the same thing again, and the grades that persons gave them.

Equal content by any common hash; near-duplicates by frames within the radius, of the least quality. A hash near to too
many others glues nothing together, and two videos need a share of their frames. A series shows the grade of each of its
media; what may count against a person (`media_graded`) goes by equal content alone, for near is not same.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from fanal.analyse.ids import literal
from fanal.analyse.step import Account
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.media.near import frames_of, near_each_other
from fanal.model.hash_lists import ILLEGAL
from fanal.model.inputs import Inputs
from fanal.model.tables import RECEIVED_GRADE

_S, _I = pa.string(), pa.int64()
#: Opinions that say something of a medium; a category that was mapped to nothing does not.
_TELLING = (*ILLEGAL, "harmless", "disputed")


class Series:
    """Near-duplicates grouped."""

    name = "series"
    version = 2
    reads: tuple[str, ...] = (
        "media", "fingerprint", "share", "message", "remark", "media_state", "media_match", "identity_account",
        "identity_origin", RECEIVED_GRADE,
    )  # fmt: skip
    inputs: tuple[str, ...] = ("match", "scales", "signals")
    writes: Mapping[str, pa.Schema] = {
        "media_series": pa.schema([("media", _S), ("series", _S)]),
        "media_grade": pa.schema(
            [("media", _S), ("series", _S), ("exhibit", pa.int32()), ("agency", _S), ("category", _S), ("opinion", _S),
             ("obs", _I)]
        ),
        "media_graded": pa.schema(
            [("media", _S), ("source", _S), ("agency", _S), ("opinion", _S), ("obs", _I)]
        ),
        "series": pa.schema(
            [("series", _S), ("media", _I), ("accounts", _I), ("countries", _I), ("first_at", pa.timestamp("us")),
             ("state", _S), ("graded", _S), ("flags", _I)]
        ),
    }  # fmt: skip
    order: Mapping[str, str] = {
        "media_series": "media", "media_grade": "media, exhibit, obs", "series": "series",
        "media_graded": "media, source, agency, opinion",
    }  # fmt: skip

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        sql, rules = load("fanal.analyse", "series.sql"), inputs.match
        places = {
            "quality": str(int(rules.quality)),
            "illegal": ", ".join(literal(word) for word in ILLEGAL),
            "telling": ", ".join(literal(word) for word in _TELLING),
        }
        engine.define("series_hash", sql["series_hash"])
        same = engine.rows(sql["series_same"])
        rows = engine.rows(fill(sql["series_frame"], **places))
        frames, media = frames_of(rows, "media", "at_s")
        near, left = near_each_other(frames, int(rules.radius), float(rules.share), int(rules.frequent))
        pairs = [(media[a], media[b]) for a, b in zip(near.of.tolist(), near.entry.tolist(), strict=True)]
        equal = list(zip(same["a"].to_pylist(), same["b"].to_pylist(), strict=True))
        engine.bind("series_found", _grouped(media, pairs + equal))
        engine.bind("series_equal", _grouped([], equal).rename_columns(["media", "content"]))
        scales = {
            "exhibit": pa.array([s.exhibit for s in inputs.scales], pa.int32()),
            "agency": pa.array([s.agency for s in inputs.scales], _S),
            "category": pa.array([s.category for s in inputs.scales], _S),
            "opinion": pa.array([s.opinion for s in inputs.scales], _S),
        }
        engine.bind("series_scale", pa.table(scales))
        engine.bind("series_flagged", pa.table({"account": pa.array([s.account for s in inputs.signals], _S)}))
        for table in (
            "series_used", "media_series", "media_grade", "series_opinion", "series_content", "media_graded",
            "series_account", "series_reach", "series_country",
            "series_graded", "series_state", "series",
        ):  # fmt: skip
            engine.define(table, fill(sql[table], **places))
        counted: dict[str, int] = engine.rows(sql["series_counted"]).to_pylist()[0]
        told: Account = {name.replace("_", " "): n for name, n in counted.items()}
        return told | {"hashes near to too many": left} if left else told


def _grouped(media: list[str], pairs: list[tuple[str, str]]) -> pa.Table:
    """Each medium with the least key among those that it hangs together with."""
    names = sorted({*media, *(one for pair in pairs for one in pair)})
    place = {name: n for n, name in enumerate(names)}
    a = np.array([place[pair[0]] for pair in pairs], np.int64)
    b = np.array([place[pair[1]] for pair in pairs], np.int64)
    edges = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(len(names), len(names)))
    n, group = connected_components(edges, directed=False) if names else (0, np.empty(0, np.int32))
    first = np.full(n, len(names), np.int64)
    np.minimum.at(first, group, np.arange(len(names)))
    return pa.table({"media": pa.array(names, _S), "series": pa.array([names[first[g]] for g in group], _S)})
