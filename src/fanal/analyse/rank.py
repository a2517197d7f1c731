"""The step `rank`: in which order identities are looked at. It orders work; it judges nobody.

What counts, and for how much, stands in `weights`. Equal scores are ordered by identity, so that
the same evidence always gives the same order.
"""

from collections.abc import Mapping

import pyarrow as pa

from fanal.analyse.ids import content_id_sql, literal
from fanal.analyse.retention import ELSEWHERE
from fanal.analyse.roles import NOT_GRADED
from fanal.analyse.step import Account
from fanal.analyse.weights import PERISHING_DAYS, SURE_POINTS, VOLUME_HALF, VOLUME_POINTS, WEIGHTS
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.model.inputs import Inputs
from fanal.model.tables import EXAMPLES_PER_FINDING, FINDING, SUPPORT

_S = pa.string()


class Rank:
    """One place for every identity, 1 first."""

    name = "rank"
    version = 3
    reads: tuple[str, ...] = (
        "identity",
        "identity_account",
        "account_key",
        "identity_role",
        "identity_origin",
        "login_day",
        "roles_finding",
        "roles_support",
    )
    inputs: tuple[str, ...] = ("signals", "as_of")
    writes: Mapping[str, pa.Schema] = {
        "identity_rank": pa.schema([("identity", _S), ("rank", pa.int32()), ("score", pa.float64()), ("reasons", _S)]),
        "rank_finding": FINDING,
        "rank_support": SUPPORT,
    }
    order: Mapping[str, str] = {"identity_rank": "rank", "rank_finding": "finding"}

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        sql = load("fanal.analyse", "rank.sql")
        engine.bind(
            "rank_weight",
            pa.table(
                {
                    "name": [w.name for w in WEIGHTS],
                    "points": [w.points for w in WEIGHTS],
                    "source": [w.source for w in WEIGHTS],
                }
            ),
        )
        engine.bind(
            "rank_signal",
            pa.table(
                {
                    "account": pa.array([s.account for s in inputs.signals], _S),
                    "kind": pa.array([s.kind for s in inputs.signals], _S),
                }
            ),
        )
        as_of = inputs.as_of.replace(tzinfo=None) if inputs.as_of else None
        engine.define("rank_as_of", sql["rank_as_of"], as_of=as_of)
        # One aggregate a name keeps the reasons in the order of their weight on any engine.
        flags = [
            f"CASE WHEN max(CASE WHEN r.name = '{w.name}' THEN 1 ELSE 0 END) = 1 THEN '{w.name} ' ELSE '' END"
            for w in WEIGHTS
        ]
        places = {
            "retention": str(ELSEWHERE["address"]),
            "soon": str(PERISHING_DAYS),
            "volume": str(VOLUME_POINTS),
            "half": str(VOLUME_HALF),
            "sure": str(SURE_POINTS),
            "not_graded": ", ".join(literal(role) for role in NOT_GRADED),
            "version": str(self.version),
            "examples": str(EXAMPLES_PER_FINDING),
            "reasons": f"trim({' || '.join(flags)})",
            "finding": content_id_sql(literal("rank"), literal(str(self.version)), "r.identity"),
        }
        for table in (
            "rank_last_login",
            "rank_perishing",
            "rank_reason",
            "rank_points",
            "rank_volume",
            "identity_rank",
            "rank_said",
            "rank_finding",
            "rank_ground",
            "rank_support",
        ):
            engine.define(table, fill(sql[table], **places))
        counted = engine.rows(
            "SELECT (SELECT count(*) FROM identity_rank) AS ranked, count(*) AS reasoned FROM rank_said"
        )
        return {"identities": counted["ranked"][0].as_py(), "with a reason": counted["reasoned"][0].as_py()}
