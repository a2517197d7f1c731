"""The step `match`: which media stand on which of the node's hash lists, exactly or nearly.

Exact is a common MD5, SHA-1 or SHA-256; near is a perceptual hash within the radius, and near is not same. A list's
word is its agency's opinion, held beside the others'; it supports no suspicion against anybody. Unseen is not
illegal: it says that no list of this node has the medium. Entries show as opaque ids, never as hashes.
"""

from collections.abc import Mapping

import pyarrow as pa

from fanal.analyse.ids import content_id_sql, literal
from fanal.analyse.step import Account
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.media.near import frames_of, near
from fanal.model.hash_lists import HashListVersion
from fanal.model.inputs import Inputs
from fanal.model.tables import FINDING, SUPPORT

_S, _I, _F = pa.string(), pa.int32(), pa.float64()
#: An entry is set aside by itself only where it matches more media than that, whatever their share.
LEAST_CROWD = 20
#: A frame that is near to more of a list's hashes than that is of no use: a black picture, a test card.
MOST_NEAR = 10_000
_NEAR = pa.schema(
    [("media", _S), ("list", _S), ("entry", _S), ("distance", _I), ("share", _F), ("share_of_entry", _F),
     ("quality", _I), ("obs", pa.int64())]
)  # fmt: skip
#: Columns of the lists' files, for a node without lists.
_HASHES = pa.schema([("list", _S), ("entry", _S), ("kind", _S), ("value", _S)])
_ENTRIES = pa.schema([("list", _S), ("version", _S), ("agency", _S), ("entry", _S), ("category", _S), ("opinion", _S)])


class Match:
    """Media against hash lists."""

    name = "match"
    version = 1
    reads: tuple[str, ...] = ("media", "fingerprint", "message")
    inputs: tuple[str, ...] = ("hash_lists", "match")
    writes: Mapping[str, pa.Schema] = {
        "media_match": pa.schema(
            [("media", _S), ("list", _S), ("version", _S), ("agency", _S), ("entry", _S), ("kind", _S), ("what", _S),
             ("distance", _I), ("share", _F), ("share_of_entry", _F), ("quality", _I), ("radius", _I),
             ("least_quality", _I), ("category", _S), ("opinion", _S), ("quarantined", pa.bool_()),
             ("obs", pa.int64())]
        ),
        "media_state": pa.schema([("media", _S), ("state", _S), ("opinion", _S), ("obs", pa.int64())]),
        "match_finding": FINDING,
        "match_support": SUPPORT,
    }  # fmt: skip
    order: Mapping[str, str] = {
        "media_match": "media, list, entry",
        "media_state": "media",
        "match_finding": "finding",
        "match_support": "finding, obs",
    }

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        sql, rules = load("fanal.analyse", "match.sql"), inputs.match
        _listed(engine, inputs.hash_lists)
        places = {
            "quality": str(int(rules.quality)),
            "radius": str(int(rules.radius)),
            "quarantine": str(float(rules.quarantine)),
            "least": str(LEAST_CROWD),
            "lists": str(len(inputs.hash_lists)),
            "version": str(self.version),
            "finding": content_id_sql(literal("match"), literal(str(self.version)), "m.media", "m.list", "m.kind"),
        }
        engine.define("match_cited", sql["match_cited"])
        engine.define("match_hash", sql["match_hash"])
        engine.define("match_exact", sql["match_exact"])
        found, left = _near(engine, fill(sql["match_frame"], **places), inputs)
        engine.bind("match_near", found)
        for table in ("match_found", "match_comparable", "match_crowded", *self.writes):
            if table == "match_finding":
                engine.define("match_said", fill(sql["match_said"], **places))
            engine.define(table, fill(sql[table], **places))
        counted = engine.rows(sql["match_counted"]).to_pylist()[0]
        told: Account = {"lists": len(inputs.hash_lists), "media compared": counted["media"]}
        if inputs.hash_lists:
            told |= {name: counted[name] for name in ("known", "near", "unseen")}
        told |= {"entries set aside": counted["quarantined"]}
        return told | {"hashes near to too many": left} if left else told


def _listed(engine: Engine, lists: tuple[HashListVersion, ...]) -> None:
    """Let `listed_hash`, `listed_entry` and `match_set_aside` stand for all lists."""
    hashes, entries = [], []
    for n, one in enumerate(lists):
        for table in ("hashes", "entries", "prints"):
            engine.bind(f"list_{n}_{table}", [one.folder / f"{table}.parquet"])
        name, version, agency = literal(one.name), literal(one.version), literal(one.agency)
        hashes.append(f"SELECT {name} AS list, entry, kind, value FROM list_{n}_hashes")
        entries.append(
            f"SELECT {name} AS list, {version} AS version, {agency} AS agency, entry, category, opinion "
            f"FROM list_{n}_entries"
        )
    for table, parts, schema in (("listed_hash", hashes, _HASHES), ("listed_entry", entries, _ENTRIES)):
        if parts:
            engine.name(table, " UNION ALL ".join(parts))
        else:
            engine.bind(table, schema.empty_table())
    aside = [(one.name, entry) for one in lists for entry in one.quarantined]
    columns = {"list": pa.array([a[0] for a in aside], _S), "entry": pa.array([a[1] for a in aside], _S)}
    engine.bind("match_set_aside", pa.table(columns))


def _near(engine: Engine, frames_sql: str, inputs: Inputs) -> tuple[pa.Table, int]:
    """What is near to which entry of which list; how many hashes were near to too many."""
    rules = inputs.match
    rows = engine.rows(frames_sql)
    kept = rows.group_by("media").aggregate([("obs", "min")]).rename_columns(["media", "obs"])
    engine.bind("match_kept_frame", kept)
    first = dict(zip(kept["media"].to_pylist(), kept["obs"].to_pylist(), strict=True))
    parts, left = [_NEAR.empty_table()], 0
    frames, media = frames_of(rows, "media", "at_s")
    for n, one in enumerate(inputs.hash_lists):
        prints = engine.rows(f"SELECT entry, pdq, quality FROM list_{n}_prints ORDER BY entry, pdq")
        if not len(prints) or not len(rows):
            continue
        listed, entries = frames_of(prints, "entry")
        found, crowded = near(frames, listed, int(rules.radius), float(rules.share), MOST_NEAR)
        left += crowded
        names = [media[m] for m in found.of.tolist()]
        quality = pa.array(found.quality, mask=found.quality < 0)
        parts.append(
            pa.table(
                [names, [one.name] * len(names), [entries[e] for e in found.entry.tolist()], found.distance,
                 found.share, found.share_of_entry, quality, [first[m] for m in names]],
                schema=_NEAR,
            )
        )  # fmt: skip
    return pa.concat_tables(parts), left
