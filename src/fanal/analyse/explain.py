"""From what was said to the row that says so: finding, support, observation, place in the exhibit.

It ends at the exhibit's locator; the exhibit's own bytes are re-read by the reader that read them,
which is not called here.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import pyarrow as pa

from fanal.analyse import coherence, cospend, leads, linkage_levels, origin, threshold
from fanal.analyse.lookup import accounts_in, identities_of
from fanal.analyse.page_tables import SAID, SAYING, SUPPORT, beside
from fanal.analyse.registry import STEPS
from fanal.analyse.roles import BY_GRADE
from fanal.analyse.roles import RULES as ROLES
from fanal.analyse.sessions import opened, session
from fanal.analyse.snapshots import SAME_ROW
from fanal.analyse.weights import WEIGHTS
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot
from fanal.model.tables import BY_NAME, SUPPORT_ROLES, TABLES, exhibit_of


class NothingKnown(FanalError):
    """An id that no finding, identity or account of this snapshot has."""

    code = "F-STEP-02"
    text = "{id} is no finding, identity or account of this operation; `fanal identities` lists them."


@dataclass(frozen=True)
class Observation:
    """One row of evidence: its canonical table, its exhibit, the place in it, and the row itself."""

    obs: int
    table: str
    exhibit: int
    locator: str
    row: dict[str, Any]


@dataclass(frozen=True)
class Ground:
    """One support of a finding: `role` for, against or context. `seen` is None where the row left the lake.

    `also`: rows of later copies of the same source that say the same.
    """

    role: str
    weight: float
    reason: str
    obs: int
    seen: Observation | None
    also: tuple[Observation, ...] = ()


@dataclass(frozen=True)
class Said:
    """One finding, as it stands in the lake, with its examples."""

    finding: str
    step: str
    step_version: int
    kind: str
    subject: str
    value: str | None
    score: float | None
    n: int | None
    query: str | None
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class Explanation:
    """What is known of one id.

    Attributes:
        id: as it was asked.
        kind: finding, identity or account.
        identity: the identity it is or belongs to; None for a finding about no single identity.
        accounts: account keys of that identity.
        said: the findings, by step and id.
    """

    id: str
    kind: str
    identity: str | None
    accounts: tuple[str, ...]
    said: tuple[Said, ...]


#: A finding's row, and the rows of its support.
Finding = tuple[dict[str, Any], list[dict[str, Any]]]
#: Roles from the end of the alphabet.
_LAST_FIRST = {role: place for place, role in enumerate(sorted(SUPPORT_ROLES, reverse=True))}


def explain(snapshot: Snapshot, wanted: str) -> Explanation:
    """Walk from a finding, an identity or an account key to the rows of evidence.

    Raises:
        NothingKnown: there is no such id in this snapshot.
    """
    identity = identities_of(snapshot, [wanted]).get(wanted, wanted)
    accounts = tuple(accounts_in(snapshot, identity))
    findings = _about(snapshot, identity) if accounts else _alone(snapshot, wanted)
    if not accounts and not findings:
        raise NothingKnown(id=wanted)
    kind = "finding" if not accounts else "account" if wanted in accounts else "identity"
    behind = {ground["obs"] for _, grounds in findings for ground in grounds}
    later = _copies(snapshot, behind)
    seen = _seen(findings) if accounts else observations(snapshot, behind)
    seen |= observations(snapshot, {obs for copies in later.values() for obs in copies})
    return Explanation(
        wanted,
        kind,
        identity if accounts else None,
        accounts,
        tuple(
            Said(
                **{
                    name: row[name]
                    for name in ("finding", "step", "step_version", "kind", "subject", "value", "score", "n", "query")
                },
                grounds=tuple(
                    Ground(
                        g["role"],
                        g["weight"],
                        g["reason"] or "",
                        g["obs"],
                        seen.get(g["obs"]),
                        tuple(seen[obs] for obs in later.get(g["obs"], ()) if obs in seen),
                    )
                    for g in grounds
                ),
            )
            for row, grounds in findings
        ),
    )


def _about(snapshot: Snapshot, identity: str) -> list[Finding]:
    """What was said of an identity, of its accounts, or of one of these and another's; each with its support.

    The rows of evidence stand with the support, as `page_tables` put them there.
    """
    with beside(snapshot, SAID, SUPPORT) as engine:
        rows = engine.rows(f"SELECT * FROM {SAID.name} WHERE about = $about", about=identity).to_pylist()
        support = engine.rows(f"SELECT * FROM {SUPPORT.name} WHERE about = $about", about=identity).to_pylist()
    return _in_order(rows, support)


def _seen(findings: list[Finding]) -> dict[int, Observation]:
    """The rows of evidence that the support of findings names, read back from their texts."""
    found: dict[int, Observation] = {}
    for _, grounds in findings:
        for ground in grounds:
            if ground["seen"] is not None and ground["obs"] not in found:
                table, texts = BY_NAME[ground["table"]], json.loads(ground["seen"])
                row = {name: _value(texts[name], kind) for name, kind in table.columns if name in texts}
                place = (ground["obs"], table.name, ground["exhibit"], ground["locator"])
                found[ground["obs"]] = Observation(*place, row)
    return found


def _value(text: str | None, kind: pa.DataType) -> Any:
    if text is None or pa.types.is_string(kind):
        return text
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(text)
    if pa.types.is_boolean(kind):
        return text == "true"
    return float(text) if pa.types.is_floating(kind) else int(text)


def _alone(snapshot: Snapshot, wanted: str) -> list[Finding]:
    """The finding of that id, or what was said of a subject that is no identity."""
    tables = [table for step in SAYING for table in (f"{step}_finding", f"{step}_support")]
    with opened(snapshot, tables) as engine:
        said = " UNION ALL ".join(f"SELECT * FROM {s}_finding WHERE finding = $id OR subject = $id" for s in SAYING)
        engine.define("said", said, id=wanted)
        rows = engine.rows("SELECT * FROM said").to_pylist()
        steps = dict.fromkeys(row["step"] for row in rows)
        support = [
            {**row, "step": step}
            for step in steps
            for row in engine.rows(
                f"SELECT s.* FROM {step}_support AS s WHERE s.finding IN (SELECT finding FROM said)"
            ).to_pylist()
        ]
    return _in_order(rows, support)


def _in_order(rows: list[dict[str, Any]], support: list[dict[str, Any]]) -> list[Finding]:
    """Findings by step, kind and id, each with its support: for before against before context, the weightiest first."""
    grounds: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(support, key=lambda s: (_LAST_FIRST[s["role"]], -s["weight"], s["obs"])):
        grounds[row["step"], row["finding"]].append(row)
    ordered = sorted(rows, key=lambda row: (SAYING.index(row["step"]), row["kind"], row["finding"]))
    return [(row, grounds[row["step"], row["finding"]]) for row in ordered]


def _copies(snapshot: Snapshot, wanted: set[int]) -> dict[int, list[int]]:
    """Rows of later copies of a source that say what these observations say."""
    if not snapshot.rows(SAME_ROW):
        return {}
    with opened(snapshot, (SAME_ROW,)) as engine:
        rows = engine.rows(
            f"SELECT fact, obs FROM {SAME_ROW} WHERE fact IN (SELECT unnest($wanted)) ORDER BY obs",
            wanted=sorted(wanted),
        ).to_pylist()
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row["fact"], []).append(row["obs"])
    return found


def observations(snapshot: Snapshot, wanted: set[int]) -> dict[int, Observation]:
    """The canonical rows of these observation numbers, whichever table holds them."""
    exhibits = {exhibit_of(obs) for obs in wanted}
    found: dict[int, Observation] = {}
    for table in TABLES:
        files = [
            snapshot.root / entry.path for entry in snapshot.tables.get(table.name, ()) if entry.exhibit in exhibits
        ]
        if not files or not wanted:
            continue
        with session() as engine:
            engine.bind("seen", files)
            rows = engine.rows("SELECT * FROM seen WHERE obs IN (SELECT unnest($wanted))", wanted=sorted(wanted))
        for row in rows.to_pylist():
            exhibit, locator, obs = row.pop("exhibit"), row.pop("locator"), row.pop("obs")
            found[obs] = Observation(obs, table.name, exhibit, locator, row)
    return found


def all_rows(snapshot: Snapshot, said: Said) -> Iterator[int]:
    """Every observation behind a finding, in order, by its named query (`<step>.<statement>`).

    A statement yields `account` and `obs`; the finding's own accounts are picked from it. A finding
    without a query has no more rows than its examples.
    """
    if not said.query:
        yield from sorted(ground.obs for ground in said.grounds)
        return
    name, statement = said.query.split(".", 1)
    step = next(step for step in STEPS if step.name == name)
    with opened(snapshot, tuple(dict.fromkeys((*step.reads, *step.writes, "identity_account")))) as engine:
        sql = (
            f"SELECT DISTINCT r.obs FROM ({load('fanal.analyse', f'{name}.sql')[statement]}) AS r "
            "JOIN identity_account AS i ON i.account = r.account "
            "WHERE i.identity = $subject OR i.account IN ($subject, $value) ORDER BY r.obs"
        )
        for batch in engine.batches(sql, subject=said.subject, value=said.value or ""):
            yield from batch.column("obs").to_pylist()


def words(reason: str, more: Mapping[str, str] | None = None) -> str:
    """What a reason of the lake says, in the language in force; the reason itself where no rule is named so.

    Args:
        reason: names with spaces between.
        more: texts of names that no step's rule has.
    """
    known = _texts()
    texts = {**known, **more} if more else known
    return " ".join(translate(texts[name]) if name in texts else name for name in reason.split(" "))


@cache
def _texts() -> dict[str, str]:
    """The text of each rule that a reason may name. Nobody may change it."""
    texts = {rule.name: rule.text for rule in coherence.RULES}
    texts.update({rule.role: rule.text for rule in ROLES} | BY_GRADE)
    texts.update({weight.name: weight.text for weight in WEIGHTS if weight.source != "role"})
    texts.update({evidence.name: evidence.text for evidence in origin.EVIDENCE})
    texts.update(origin.CONTEXT)
    texts.update(linkage_levels.texts((*linkage_levels.PERSON, *linkage_levels.IDENTITY)))
    texts.update(threshold.WHY_NOT)
    texts.update(threshold.BY_SIGNAL)
    texts.update(leads.ASKS)
    texts.update(cospend.WALLET_RULES)
    return texts


def said_for(step: str, role: str, reason: str, more: Mapping[str, str] | None = None) -> str:
    """What a reason says in its role: evidence of another country is said to be that. `more` as for `words`."""
    text = words(reason, more)
    elsewhere = step == "attribute" and role == "against"
    return translate("For another country: {text}").format(text=text) if elsewhere else text
