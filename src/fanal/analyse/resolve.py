"""The step `resolve`: accounts to online identities, with reasons for and against. It names no person.

A value that is only context never links. Behind every other one the accounts are compared; what
they share and what they state is weighed (`coherence`), the strongest links join first, a cluster
that would contradict itself is refused, and a weak link that alone holds two groups together is
flagged (`clusters`). What an officer decided wins over all of it.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from fanal.analyse.clusters import Clusters, Links, cluster
from fanal.analyse.coherence import BANDS, BIT, COMPARISONS, CONTRADICTIONS, KINDS, RULES, Flags, Ints, reason_of
from fanal.analyse.features import ADDRESS_ACCOUNTS, USERNAME_ACCOUNTS, USERNAME_LETTERS, ints, load_features, load_uses
from fanal.analyse.fit import Constants, constant_table
from fanal.analyse.ids import content_id_sql, identity_id_sql, literal
from fanal.analyse.pairs import meet
from fanal.analyse.scoring import IN_REVIEW, LINKED, REFUSED, Meeting, Pairs, Recorded, score_meetings, score_pairs
from fanal.analyse.sharing import shared_values
from fanal.analyse.step import Account
from fanal.engine.door import Engine, InProcess
from fanal.engine.statements import fill, load
from fanal.model.inputs import Inputs
from fanal.model.tables import EXAMPLES_PER_FINDING, FINDING, SUPPORT

_S, _I, _F = pa.string(), pa.int64(), pa.float64()
DECIDED = 99.0
VERSION = 5


class Resolve:
    """Accounts to online identities."""

    name = "resolve"
    version = VERSION
    reads: tuple[str, ...] = (
        "account",
        "identifier",
        "membership",
        "account_key",
        "value_key",
        "account_value",
        "login_day",
        "cospend_use",
        "wallet_context",
        "identity_account",
    )
    inputs: tuple[str, ...] = ("decisions",)
    writes: Mapping[str, pa.Schema] = {
        "identity": pa.schema([("identity", _S), ("founder", _S), ("founder_obs", _I), ("accounts", pa.int32())]),
        "identity_account": pa.schema([("identity", _S), ("account", _S), ("account_id", _I)]),
        "identity_link": pa.schema(
            [("account_a", _S), ("account_b", _S), ("value_id", _I), ("band", _S), ("llr", _F), ("reason", _S)]
        ),
        "bridge": pa.schema(
            [("account_a", _S), ("account_b", _S), ("llr", _F), ("size_a", _I), ("size_b", _I), ("reason", _S)]
        ),
        "lineage": pa.schema([("old_identity", _S), ("identity", _S), ("change", _S)]),
        "resolve_constant": pa.schema(
            [("rule", _S), ("shipped", _F), ("used", _F), ("decided_pairs", _I), ("pairs", _I)]
        ),
        "resolve_finding": FINDING,
        "resolve_support": SUPPORT,
    }
    order: Mapping[str, str] = {"identity": "identity", "identity_account": "identity, account_id"}

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        sql = load("fanal.analyse", "resolve.sql")
        named = sorted({account for d in inputs.decisions for account in (d.account_a, d.account_b)})
        engine.bind("resolve_decided_account", pa.table({"account": pa.array(named, _S)}))
        if isinstance(engine, InProcess):
            engine.bind("resolve_shared_value", shared_values(engine))
        else:
            engine.define("resolve_shared_value", sql["resolve_shared_value"])
        for statement in (
            "resolve_use",
            "resolve_named",
            "resolve_recorded",
            "resolve_decided",
            "resolve_candidate",
            "resolve_account",
            "resolve_profile",
            "resolve_document",
            "resolve_activity",
            "resolve_hours",
            "resolve_home",
            "resolve_shows",
            "resolve_called",
        ):
            engine.define(statement, sql[statement])
        engine.define("resolve_place", fill(sql["resolve_place"], few=str(ADDRESS_ACCOUNTS)))
        engine.define("resolve_word", fill(sql["resolve_word"], letters=str(USERNAME_LETTERS)))
        engine.define("resolve_handle", fill(sql["resolve_handle"], few=str(USERNAME_ACCOUNTS)))
        n = engine.rows("SELECT count(*) AS n FROM account_key")["n"][0].as_py()
        uses, value_ids = load_uses(engine)
        features = load_features(engine, n)
        recorded = engine.rows("SELECT * FROM resolve_recorded ORDER BY account_a, account_b, rule")
        same, different, open_ = (_decided(engine, inputs, verdict) for verdict in ("same", "different", "not_enough"))
        ruled = np.concatenate((same[0], different[0])), np.concatenate((same[1], different[1]))
        meetings, used = score_meetings(
            uses,
            meet(uses, features),
            features,
            Recorded(
                ints(recorded, "account_a"),
                ints(recorded, "account_b"),
                ints(recorded, "obs"),
                tuple(recorded["rule"].to_pylist()),
            ),
            (*ruled, np.concatenate((np.ones(len(same[0])), np.zeros(len(different[0]))))),
        )
        pairs = score_pairs(n, meetings, features, ruled, used)
        decided, left = _obey(pairs, n, same, different, open_)
        weak = (pairs.band == IN_REVIEW) & ((pairs.mask & CONTRADICTIONS) == 0) & ~left
        linked = np.flatnonzero((pairs.band == LINKED) | pairs.outvotable | weak)
        found = cluster(
            n,
            Links(
                pairs.a[linked],
                pairs.b[linked],
                pairs.llr[linked],
                decided[linked],
                pairs.outvotable[linked],
                pairs.mask[linked],
            ),
            features,
            different,
            used.weight,
        )
        self._hand_over(engine, pairs, meetings, value_ids, found, linked)
        constants = constant_table(used)
        engine.bind("resolve_constant", constants)
        self._bind_rules(engine, used)
        engine.define("resolve_founder", fill(sql["resolve_founder"], identity=identity_id_sql("k.account")))
        for table in ("identity", "identity_account", "identity_link", "bridge", "resolve_before", "lineage"):
            engine.define(table, sql[table])
        finding = content_id_sql(
            literal("resolve"),
            literal(str(self.version)),
            "s.kind",
            "s.subject",
            "CASE WHEN s.pair IS NULL THEN '' ELSE s.value END",
        )
        engine.define("resolve_said", fill(sql["resolve_said"], finding=finding))
        engine.define("resolve_finding", fill(sql["resolve_finding"], version=str(self.version)))
        for table in ("resolve_said_pair", "resolve_ground"):
            engine.define(table, sql[table])
        engine.define("resolve_support", fill(sql["resolve_support"], half=str(EXAMPLES_PER_FINDING // 2)))
        sizes = np.bincount(found.founder, minlength=1) if n else np.zeros(0, dtype=np.int64)
        return {
            "accounts": int(n),
            "identities": int((sizes > 0).sum()),
            "identities of several accounts": int((sizes > 1).sum()),
            "links": int((pairs.band == LINKED).sum()),
            "links in review": int((pairs.band == IN_REVIEW).sum()),
            "bridges": int(found.bridge.sum()),
            "pairs that constants were fitted to": max(used.seen.values()),
            "decided pairs that constants were learned from": max(used.decided.values()),
        }

    def _hand_over(
        self, engine: Engine, pairs: Pairs, meetings: Meeting, value_ids: Ints, found: Clusters, linked: Ints
    ) -> None:
        """Give the engine what was found, as tables."""
        strong = pairs.band[linked] == LINKED
        pairs.mask[linked[found.refused & strong]] |= BIT["would_join_contradiction"]
        pairs.mask[linked[~found.refused & ~strong]] |= BIT["rest_agrees"]
        pairs.band[linked] = LINKED
        pairs.mask[linked[found.bridge]] |= BIT["bridge"]
        pairs.band[linked[found.refused | found.bridge]] = IN_REVIEW
        side = np.zeros((2, len(pairs.a)), dtype=np.int64)
        bridge = np.zeros(len(pairs.a), dtype=bool)
        side[0, linked], side[1, linked], bridge[linked] = found.size_a, found.size_b, found.bridge
        # A refusal is kept where there was something to refuse; strangers behind a hub are not.
        keep = (pairs.band > REFUSED) | (pairs.shared >= 0)
        best = np.where(pairs.best < 0, 0, pairs.best)
        ids = value_ids[best] if len(value_ids) else best
        rows = {
            "pair": np.arange(len(pairs.a)),
            "account_a": pairs.a,
            "account_b": pairs.b,
            "llr": pairs.llr,
            "mask": pairs.mask,
            "bridge": bridge,
            "size_a": side[0],
            "size_b": side[1],
        }
        table = pa.table({name: column[keep] for name, column in rows.items()})
        table = table.append_column("value_id", pa.array(ids[keep], _I, mask=(pairs.best < 0)[keep]))
        engine.bind("resolve_pair", table.append_column("band", pa.array(BANDS).take(pa.array(pairs.band[keep]))))
        masks = np.unique(pairs.mask)
        reasons = [reason_of(int(mask)) for mask in masks]
        engine.bind("resolve_reason", pa.table({"mask": pa.array(masks, _I), "reason": pa.array(reasons, _S)}))
        engine.bind(
            "resolve_pair_value",
            pa.table(
                {
                    "pair": pairs.of,
                    "bit": meetings.bit,
                    "obs_a": meetings.obs_a,
                    "obs_b": meetings.obs_b,
                }
            ),
        )
        accounts = np.arange(len(found.founder))
        engine.bind("resolve_cluster", pa.table({"account_id": accounts, "founder_id": found.founder}))

    @staticmethod
    def _bind_rules(engine: Engine, used: Constants) -> None:
        """Give the engine the rules that a finding may rest on, with the weights of this run."""
        rules = (*KINDS, *COMPARISONS, *(r for r in RULES if r.name == "years_apart"))
        engine.bind(
            "resolve_rule",
            pa.table(
                {
                    "bit": [BIT[r.name] for r in rules],
                    "name": [r.name for r in rules],
                    "role": [r.role for r in rules],
                    "weight": [used.weight[r.name] for r in rules],
                    "compared": [r not in KINDS for r in rules],
                }
            ),
        )


def _decided(engine: Engine, inputs: Inputs, verdict: str) -> tuple[Ints, Ints]:
    """The pairs that officers decided so, as account ids, smaller first; accounts that are not there are left out."""
    known = engine.rows("SELECT account, account_id FROM resolve_decided")
    ids = dict(zip(known["account"].to_pylist(), known["account_id"].to_pylist(), strict=True))
    pairs = sorted(
        {
            tuple(sorted((ids[d.account_a], ids[d.account_b])))
            for d in inputs.decisions
            if d.verdict == verdict and d.account_a in ids and d.account_b in ids and d.account_a != d.account_b
        }
    )
    return np.array([p[0] for p in pairs], dtype=np.int64), np.array([p[1] for p in pairs], dtype=np.int64)


def _obey(
    pairs: Pairs, n: int, same: tuple[Ints, Ints], different: tuple[Ints, Ints], open_: tuple[Ints, Ints]
) -> tuple[Flags, Flags]:
    """Put decisions in force on the pairs; returns which were decided to be the same, and which were left open."""
    key = pairs.a * n + pairs.b
    is_same = np.isin(key, same[0] * n + same[1])
    is_different = np.isin(key, different[0] * n + different[1])
    is_open = np.isin(key, open_[0] * n + open_[1])
    pairs.band[is_open & (pairs.band == LINKED)] = IN_REVIEW
    pairs.band[is_same], pairs.llr[is_same] = LINKED, DECIDED
    pairs.band[is_different], pairs.llr[is_different] = REFUSED, -DECIDED
    pairs.shared[is_different] = 0
    pairs.outvotable &= ~(is_same | is_different | is_open)
    pairs.mask[is_same] |= BIT["decided_same"]
    pairs.mask[is_different] |= BIT["decided_different"]
    return is_same, is_open
