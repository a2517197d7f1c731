"""The step `roles`: what the evidence shows an identity doing. Hands-on abuse and a child at risk it cannot see.

A role says what was done and how often, never why. What somebody put up, posted or viewed counts only where a person
graded the medium as illegal, whose word the written threshold lets count; the rest are roles of their own, for review.
Receiving is not opening: an automatic download shows as consumer, which is no conduct for the threshold.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from fanal.analyse.ids import content_id_sql, literal
from fanal.analyse.step import Account
from fanal.base.language import mark
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.model.hash_lists import ILLEGAL
from fanal.model.inputs import Inputs
from fanal.model.tables import EXAMPLES_PER_FINDING, FINDING, SUPPORT

_S = pa.string()


@dataclass(frozen=True)
class RoleRule:
    """One role: the statement of roles.sql that shows it, how much of it is half of the highest score, its words.

    `graded` is True for what rests on media that a person graded as illegal, False for what media show that nobody
    graded (it is there to be reviewed, and counts nowhere), None for what rests on other evidence.
    """

    role: str
    half: float
    text: str
    graded: bool | None = None


RULES = (
    RoleRule("administrator", 1.0, mark("Created a channel, or was an administrator or moderator of one.")),
    RoleRule("uploader", 5.0, mark("Put media on the platform that a person graded as illegal."), graded=True),
    RoleRule("sharer", 10.0, mark("Posted media to others that a person graded as illegal."), graded=True),
    RoleRule(
        "consumer",
        50.0,
        mark("Viewed or downloaded media that a person graded as illegal; an automatic download looks the same."),
        graded=True,
    ),
    RoleRule("payer", 3.0, mark("Paid the platform.")),
    RoleRule("recruiter", 5.0, mark("Added others to a channel.")),
    RoleRule("uploader_not_graded", 5.0, mark("Put media on the platform that nobody graded."), graded=False),
    RoleRule("sharer_not_graded", 10.0, mark("Posted media to others that nobody graded."), graded=False),
    RoleRule("consumer_not_graded", 50.0, mark("Viewed or downloaded media that nobody graded."), graded=False),
)
#: Roles that count nowhere: they say what there is to grade.
NOT_GRADED = tuple(rule.role for rule in RULES if rule.graded is False)
#: Words of a reason that is no role.
BY_GRADE = {"graded": mark("A person graded what this row is about as illegal.")}


class Roles:
    """What each identity did, with the rows that show it."""

    name = "roles"
    version = 2
    reads: tuple[str, ...] = ("membership", "share", "message", "payment", "identity_account", "media_graded")
    inputs: tuple[str, ...] = ("threshold",)
    writes: Mapping[str, pa.Schema] = {
        "role_medium": pa.schema([("media", _S), ("said", _S)]),
        "identity_role": pa.schema([("identity", _S), ("role", _S), ("score", pa.float64()), ("n", pa.int64())]),
        "roles_finding": FINDING,
        "roles_support": SUPPORT,
    }
    order: Mapping[str, str] = {
        "role_medium": "media",
        "identity_role": "identity, role",
        "roles_finding": "finding",
        "roles_support": "finding, obs",
    }

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        sql = load("fanal.analyse", "roles.sql")
        given = {
            "version": str(self.version),
            "illegal": ", ".join(literal(word) for word in ILLEGAL),
            "sources": ", ".join(literal(word) for word in ("", *inputs.threshold.grades)),
            "graded": ", ".join(literal(rule.role) for rule in RULES if rule.graded),
        }
        engine.bind("role_rule", pa.table({"role": [r.role for r in RULES], "half": [r.half for r in RULES]}))
        for name in ("role_medium", "role_who", "role_identity"):
            engine.define(name, fill(sql[name], **given))
        places = [{"role": r.role, "rows": sql[r.role], "examples": str(EXAMPLES_PER_FINDING)} for r in RULES]
        for table, statement in (("role_all", "role_found"), ("role_examples", "role_example")):
            engine.define(table, " UNION ALL ".join(f"({fill(sql[statement], **place)})" for place in places))
        finding = content_id_sql(literal("roles"), literal(str(self.version)), "i.identity", "f.role")
        engine.define("role_said", fill(sql["role_said"], finding=finding))
        for table in ("identity_role", "roles_finding", "role_grade", "roles_support"):
            engine.define(table, fill(sql[table], **given))
        counted = engine.rows("SELECT role, count(*) AS n FROM identity_role GROUP BY role ORDER BY role")
        found = dict(zip(counted["role"].to_pylist(), counted["n"].to_pylist(), strict=True))
        return {rule.role: found.get(rule.role, 0) for rule in RULES}
