"""The step `threshold`: who meets the operation's written threshold, and why the others do not.

Both halves must be met: conduct (what the identity did) and location (a country of origin that is
determined, probable enough, and shown by more than what the user stated). To have registered, to
have been added by another, an automatic download or a free preview is no conduct; nor is anything done
with media that no person graded as illegal. The threshold is the prosecutor's; the step only
measures against it, and decides about nobody.
"""

from collections.abc import Mapping

import pyarrow as pa

from fanal.analyse.ids import content_id_sql, literal
from fanal.analyse.step import Account
from fanal.base.language import mark, translate
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.model.inputs import CONDUCT, Inputs
from fanal.model.tables import EXAMPLES_PER_FINDING, FINDING, SUPPORT

_S = pa.string()

# Evidence of origin that the user alone made: it supports, but never carries a location by itself.
STATED = ("stated_country", "language", "time_zone", "phone_national")

WHY_NOT = {
    "cleared": mark("An officer decided that it is no suspect's; `fanal history` says whose word and why."),
    "no_conduct": mark("Nothing it did counts as conduct under the threshold."),
    "not_graded": mark("What it put up, posted or viewed was graded by nobody whose grade counts."),
    "origin_undetermined": mark("Its country of origin is undetermined."),
    "origin_too_uncertain": mark("Its country of origin is less probable than the threshold asks."),
    "not_weighed": mark("The step that weighs it has not run; `fanal run` does."),
    "origin_only_stated": mark("Its country of origin rests only on what the user stated."),
}


# The words of the rules of `model.inputs.CONDUCT` that no role has.
BY_SIGNAL = {"signal": mark("An officer's signal stands on it; `fanal history` says whose and why.")}


def say(why_not: str) -> str:
    """The words for a `why_not` of the lake, in the language in force."""
    return " ".join(translate(WHY_NOT[code]) for code in why_not.split())


def met_by(rule: str) -> str:
    """The words for a `rule` of the lake: by which conduct an identity meets the threshold."""
    return ", ".join(translate("signal" if code == "signal" else code) for code in rule.split())


class Threshold:
    """Whether each identity meets the written threshold."""

    name = "threshold"
    version = 4
    reads: tuple[str, ...] = (
        "identity",
        "identity_account",
        "account_key",
        "identity_role",
        "identity_origin",
        "roles_finding",
        "roles_support",
        "attribute_finding",
        "attribute_support",
    )
    inputs: tuple[str, ...] = ("threshold", "signals", "cleared")
    writes: Mapping[str, pa.Schema] = {
        "identity_threshold": pa.schema([("identity", _S), ("meets", pa.bool_()), ("rule", _S), ("why_not", _S)]),
        "threshold_finding": FINDING,
        "threshold_support": SUPPORT,
    }
    order: Mapping[str, str] = {"identity_threshold": "identity", "threshold_finding": "finding"}

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        sql = load("fanal.analyse", "threshold.sql")
        rules = inputs.threshold
        officers = [s.account for s in inputs.signals if s.source == "officer"]
        engine.bind("threshold_signalled", pa.table({"account": pa.array(officers, _S)}))
        engine.bind("threshold_cleared", pa.table({"account": pa.array([c.account for c in inputs.cleared], _S)}))
        engine.bind("threshold_counts", pa.table({"rule": pa.array(rules.conduct, _S)}))
        flags = [
            f"CASE WHEN max(CASE WHEN c.rule = '{r}' THEN 1 ELSE 0 END) = 1 THEN '{r} ' ELSE '' END" for r in CONDUCT
        ]
        places = {
            "shares": str(int(rules.minimum_shares)),
            "payments": str(int(rules.minimum_payments)),
            "views": str(int(rules.minimum_views)),
            "added": str(int(rules.minimum_added)),
            "probability": str(float(rules.probability)),
            "rules": f"trim({' || '.join(flags)})",
            "stated": ", ".join(literal(reason) for reason in STATED),
            "version": str(self.version),
            "half": str(EXAMPLES_PER_FINDING // 2),
            "finding": content_id_sql(
                literal("threshold"), literal(str(self.version)), literal(inputs.digest("threshold")), "t.identity"
            ),
        }
        for table in (
            "threshold_count",
            "threshold_signal",
            "threshold_conduct",
            "threshold_to_grade",
            "threshold_shown",
            "threshold_evidence",
            "threshold_not_suspect",
            "identity_threshold",
            "threshold_said",
            "threshold_finding",
            "threshold_ground",
            "threshold_signal_ground",
            "threshold_ground_support",
            "threshold_support",
        ):
            engine.define(table, fill(sql[table], **places))
        counted = engine.rows(
            "SELECT count(CASE WHEN meets THEN 1 END) AS meet, count(CASE WHEN NOT meets THEN 1 END) AS rest "
            "FROM identity_threshold"
        )
        return {
            "version": rules.version,
            "meet it": counted["meet"][0].as_py(),
            "held back": counted["rest"][0].as_py(),
        }
