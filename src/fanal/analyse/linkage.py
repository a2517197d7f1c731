"""The step `linkage`: online identities that `resolve` kept apart and that are much alike, as leads for review.

It compares what identities show of themselves (names, user names, birth year, country, language, hours of
activity), with weights that Splink trains on the case at hand. It merges nothing: a row of `linkage_candidate`
waits for an officer. A model that is not trained whole links nothing, and the step says so.
"""

from collections.abc import Mapping
from itertools import groupby
from math import log
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.analyse.ids import content_id_sql, literal
from fanal.analyse.linkage_levels import IDENTITY
from fanal.analyse.linkage_model import SAMPLE, Model, NotTrained, Plan, Scored, Teachers, levels_of, link
from fanal.analyse.records import prepared
from fanal.analyse.step import Account
from fanal.base.language import mark
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.model.inputs import Inputs
from fanal.model.tables import FINDING, SUPPORT

_S, _I, _F = pa.string(), pa.int64(), pa.float64()
#: User names of fewer letters are nobody's own; a key that more identities show brings nobody together.
LETTERS, LARGEST_BLOCK = 5, 20
#: Match weight (log2) from which a pair is shown at all, and from which it is called strong.
SHOWN, STRONG = -3.0, 4.0
BANDS = {
    "strong": mark("much speaks for one person"),
    "fair": mark("more speaks for one person than against"),
}
#: Identities that agree in all of these are almost surely one person's; found in half of the pairs that are.
LIKELY = (("whole", "born_low", "country"), ("username",))
RECALL = 0.02
#: m is trained on pairs of accounts that `resolve` put into one identity: so many identities, accounts of each.
SESSIONS = (("identity",),)
TAUGHT, ACCOUNTS_EACH = 10_000, 8
_OBS = {
    "name": "name_obs",
    "username": "username_obs",
    "birth_year": "born_obs",
    "country": "country_obs",
    "language": "language_obs",
    "hours": "hours_obs",
}
MODEL = pa.schema([("digest", _S), ("splink", _S), ("seed", _I), ("model", _S), ("chart", _S), ("refused", _S)])
PAIR = pa.schema(
    [
        ("pair", _I), ("identity_a", _S), ("identity_b", _S), ("founder_a", _S), ("founder_b", _S), ("weight", _F),
        ("band", _S), ("reasons_for", _S), ("reasons_against", _S), ("model", _S),
    ]
)  # fmt: skip
CANDIDATE = pa.schema([PAIR.field(name) for name in PAIR.names if name not in ("pair", "founder_a", "founder_b")])
GROUND = pa.schema([("pair", _I), ("obs", _I), ("role", _S), ("weight", _F), ("reason", _S)])


class Linkage:
    """Identities much alike, for review."""

    name = "linkage"
    version = 2
    reads: tuple[str, ...] = (
        "account", "account_value", "value_key", "login_day", "identity", "identity_account", "identity_link",
    )  # fmt: skip
    inputs: tuple[str, ...] = ("decisions",)
    writes: Mapping[str, pa.Schema] = {
        "linkage_candidate": CANDIDATE,
        "linkage_model": MODEL,
        "linkage_finding": FINDING,
        "linkage_support": SUPPORT,
    }
    order: Mapping[str, str] = {"linkage_candidate": "weight DESC, identity_a, identity_b"}

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        sql = load("fanal.analyse", "linkage.sql")
        numbers = {
            "letters": str(LETTERS), "largest": str(LARGEST_BLOCK), "sample": str(SAMPLE), "taught": str(TAUGHT),
            "each": str(ACCOUNTS_EACH),
        }  # fmt: skip
        for name in (
            "linkage_statement", "linkage_key_all", "linkage_key", "linkage_stranger", "linkage_wanted", "linkage_name",
            "linkage_activity", "linkage_document",
        ):  # fmt: skip
            engine.define(name, fill(sql[name], **numbers))
        profiles = engine.rows(f"{sql['linkage_profile']} ORDER BY identity")
        records = _records(engine, profiles, sql["linkage_username"])
        population = int(engine.rows("SELECT count(*) AS n FROM identity")["n"][0].as_py())
        sample = set(engine.rows("SELECT identity FROM linkage_stranger")["identity"].to_pylist())
        drawn = [n for n, identity in enumerate(profiles["identity"].to_pylist()) if identity in sample]
        taught = engine.rows(f"{fill(sql['linkage_taught'], **numbers)} ORDER BY identity, account_id")
        teachers = Teachers(records.take(pa.array(drawn, _I)), _accounts(taught), population)
        pairs, grounds, model = _compared(records, profiles, teachers)
        engine.bind("linkage_pair", pairs)
        engine.bind("linkage_ground", grounds)
        engine.bind("linkage_model", model)
        engine.bind("linkage_decision", _decisions(inputs))
        engine.define("linkage_told", sql["linkage_told"])
        engine.define("linkage_kept", sql["linkage_kept"])
        engine.define("linkage_candidate", sql["linkage_candidate"])
        finding = content_id_sql(literal(self.name), literal(str(self.version)), "p.founder_a", "p.founder_b")
        engine.define("linkage_said", fill(sql["linkage_said"], finding=finding))
        engine.define("linkage_finding", fill(sql["linkage_finding"], version=str(self.version)))
        engine.define("linkage_support", sql["linkage_support"])
        found = engine.rows("SELECT count(*) AS n FROM linkage_candidate")["n"][0].as_py()
        refused = model["refused"][0].as_py()
        told: Account = {"identities compared": len(profiles), "pairs for review": int(found)}
        return {**told, "refused": refused} if refused else told


def _records(engine: Engine, profiles: pa.Table, usernames: str) -> pa.Table:
    """One row an identity in the order of `profiles`, with what levels read and the keys that block."""
    ids = profiles["identity"].to_pylist()
    place = {identity: n for n, identity in enumerate(ids)}

    def lists(rows: pa.Table, column: str) -> pa.Array:
        found: list[list[str] | None] = [None] * len(ids)
        told = ((i, v) for i, v in zip(rows["identity"].to_pylist(), rows[column].to_pylist(), strict=True) if v)
        for identity, group in groupby(sorted(set(told)), key=lambda one: one[0]):
            if identity in place:
                found[place[identity]] = [value for _, value in group]
        return pa.array(found, pa.list_(_S))

    shown = engine.rows(usernames)
    names = prepared(profiles.select(["full_name"]))
    columns = {name: names[name] for name in ("given", "family", "whole", "words")}
    columns |= {name: profiles[name] for name in ("username", "born_low", "born_high", "country", "language", "hours")}
    columns |= {"usernames": lists(shown, "username"), "letters": lists(shown, "letters")}
    return pa.table({**columns, "keys": lists(engine.rows("SELECT identity, key FROM linkage_key"), "key")})


def _accounts(taught: pa.Table) -> pa.Table:
    """One row an account, with the columns of `_records` and the identity that it belongs to."""
    names = prepared(taught.select(["full_name"]))
    columns = {name: names[name] for name in ("given", "family", "whole", "words")}
    columns |= {name: taught[name] for name in ("username", "born_low", "born_high", "country", "language", "hours")}
    columns |= {"usernames": _single(taught["username"]), "letters": _single(taught["letters"])}
    return pa.table({**columns, "keys": pa.nulls(len(taught), pa.list_(_S)), "identity": taught["identity"]})


def _single(texts: pa.ChunkedArray) -> pa.Array:
    """Each text as a list of one; NULL stays NULL."""
    return pa.array([[one] if one else None for one in texts.to_pylist()], pa.list_(_S))


def _compared(records: pa.Table, profiles: pa.Table, teachers: Teachers) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Pairs, grounds and the model; no pair where the model is not trained, and why."""
    candidates = np.flatnonzero(np.asarray(records["keys"].combine_chunks().is_valid()))
    part, profiles = records.take(pa.array(candidates)), profiles.take(pa.array(candidates))
    told = tuple(one for one in IDENTITY if all(_told(table, one.needs[0]) for table in (part, teachers.strangers)))
    known = {column for one in told for column in (*one.needs, "whole")}
    plan = Plan(told, SESSIONS, tuple(columns for columns in LIKELY if known.issuperset(columns)), RECALL)
    nothing = {"digest": [None], "splink": [None], "seed": [None], "model": [None], "chart": [None]}
    if len(part) < 2:  # noqa: PLR2004  nobody has anything in common with another
        return (PAIR.empty_table(), GROUND.empty_table(), pa.table({**nothing, "refused": [None]}, schema=MODEL))
    try:
        model, scored = link(part, plan, SHOWN, teachers)
    except NotTrained as refused:
        return (
            PAIR.empty_table(), GROUND.empty_table(), pa.table({**nothing, "refused": [str(refused)]}, schema=MODEL),
        )  # fmt: skip
    made = pa.table(
        {
            "digest": [model.digest], "splink": [model.splink], "seed": [model.seed], "model": [model.text],
            "chart": [model.chart], "refused": [None],
        },
        schema=MODEL,
    )  # fmt: skip
    return (*_pairs(part, profiles, plan, model, scored), made)


def _told(records: pa.Table, column: str) -> bool:
    """Whether two records or more tell something in a column."""
    return len(records) - int(records[column].null_count) > 1


def _pairs(
    records: pa.Table, profiles: pa.Table, plan: Plan, model: Model, scored: Scored
) -> tuple[pa.Table, pa.Table]:
    """What is shown of each pair, and the rows of evidence on which each level rests."""
    documents = [np.asarray(profiles[n].fill_null(-1)) for n in ("document_low", "document_high")]
    low, high = documents
    a, b = scored.a, scored.b
    # Two different identity documents are two people, whatever else is alike.
    open_ = (low[a] < 0) | (low[b] < 0) | ((low[a] <= high[b]) & (low[b] <= high[a]))
    a, b, weight = a[open_], b[open_], scored.weight[open_]
    levels = levels_of(records, model.kept(plan.comparisons), a, b).to_pylist()
    weights = model.weights()
    reached = [{name: weights[level] for name, level in row.items() if level} for row in levels]
    ids, founders = profiles["identity"].to_pylist(), profiles["founder"].to_pylist()
    obs = {name: profiles[column].to_pylist() for name, column in _OBS.items()}
    rows: list[dict[str, Any]] = []
    grounds: list[dict[str, Any]] = []
    for n, (x, y) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        if ids[x] > ids[y]:
            x, y = y, x  # noqa: PLW2901  the pair's two ends change places
        row = levels[n]
        speak = sorted(reached[n].items(), key=lambda one: (-abs(one[1]), one[0]))
        rows.append(
            {
                "pair": n, "identity_a": ids[x], "identity_b": ids[y], "founder_a": founders[x],
                "founder_b": founders[y], "weight": float(weight[n]),
                "band": "strong" if weight[n] >= STRONG else "fair",
                "reasons_for": " ".join(row[name] for name, w in speak if w > 0),
                "reasons_against": " ".join(row[name] for name, w in speak if w <= 0), "model": model.digest,
            }
        )  # fmt: skip
        grounds += [
            {
                "pair": n,
                "obs": obs[name][side],
                "role": "for" if w > 0 else "against",
                # Supports of every step that weighs are natural logarithms; Splink's are binary ones.
                "weight": round(w * log(2), 3),
                "reason": row[name],
            }
            for name, w in speak
            for side in (x, y)
        ]
    return pa.Table.from_pylist(rows, PAIR), pa.Table.from_pylist(grounds, GROUND)


def _decisions(inputs: Inputs) -> pa.Table:
    """Pairs of accounts that an officer has decided on, whichever way."""
    pairs = sorted({(d.account_a, d.account_b) for d in inputs.decisions})
    return pa.table(
        {"account_a": pa.array([p[0] for p in pairs], _S), "account_b": pa.array([p[1] for p in pairs], _S)}
    )
