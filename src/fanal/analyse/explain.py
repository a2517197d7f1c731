"""From what was said to the row that says so: finding, support, observation, place in the exhibit.

It ends at the exhibit's locator; the exhibit's own bytes are re-read by the reader that read them,
which is not called here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fanal.analyse import coherence, cospend, leads, linkage_levels, origin, threshold
from fanal.analyse.registry import STEPS
from fanal.analyse.roles import BY_GRADE
from fanal.analyse.roles import RULES as ROLES
from fanal.analyse.runner import bind
from fanal.analyse.snapshots import SAME_ROW
from fanal.analyse.weights import WEIGHTS
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot
from fanal.model.tables import TABLES, exhibit_of


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


def explain(snapshot: Snapshot, wanted: str) -> Explanation:
    """Walk from a finding, an identity or an account key to the rows of evidence.

    Raises:
        NothingKnown: there is no such id in this snapshot.
    """
    with Duck() as engine:
        bind(engine, snapshot, ("identity_account", *(t for s in _saying() for t in (f"{s}_finding", f"{s}_support"))))
        found = engine.rows(
            "SELECT identity, account FROM identity_account WHERE identity IN "
            "(SELECT identity FROM identity_account WHERE identity = $id OR account = $id) ORDER BY account_id",
            id=wanted,
        ).to_pylist()
        accounts = tuple(row["account"] for row in found)
        subjects = [wanted, found[0]["identity"], *accounts] if found else [wanted]
        said = [_said(engine, step, wanted, subjects, value=bool(found)) for step in _saying()]
    findings = [one for step in said for one in step]
    if not found and not findings:
        raise NothingKnown(id=wanted)
    kind = "finding" if not found else "account" if wanted in accounts else "identity"
    wanted_rows = {ground["obs"] for _, grounds in findings for ground in grounds}
    later = _copies(snapshot, wanted_rows)
    seen = observations(snapshot, wanted_rows | {obs for copies in later.values() for obs in copies})
    return Explanation(
        wanted,
        kind,
        found[0]["identity"] if found else None,
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


def _saying() -> list[str]:
    """The steps that write findings."""
    return [step.name for step in STEPS if f"{step.name}_finding" in step.writes]


def _said(
    engine: Duck, step: str, wanted: str, subjects: list[str], *, value: bool
) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The findings of one step about the subjects (or with that id), each with its support."""
    other = "OR value IN (SELECT unnest($subjects))" if value else ""
    engine.define(
        "said",
        f"SELECT * FROM {step}_finding WHERE finding = $id OR subject IN (SELECT unnest($subjects)) {other}",
        id=wanted,
        subjects=subjects,
    )
    rows = engine.rows("SELECT * FROM said ORDER BY kind, finding").to_pylist()
    support = engine.rows(
        f"SELECT s.* FROM {step}_support AS s JOIN said AS f ON f.finding = s.finding "
        "ORDER BY s.finding, s.role DESC, s.weight DESC, s.obs"
    ).to_pylist()
    return [(row, [s for s in support if s["finding"] == row["finding"]]) for row in rows]


def _copies(snapshot: Snapshot, wanted: set[int]) -> dict[int, list[int]]:
    """Rows of later copies of a source that say what these observations say."""
    with Duck() as engine:
        bind(engine, snapshot, (SAME_ROW,))
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
        with Duck() as engine:
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
    with Duck() as engine:
        bind(engine, snapshot, tuple(dict.fromkeys((*step.reads, *step.writes, "identity_account"))))
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
    texts.update(more or {})
    return " ".join(translate(texts[name]) if name in texts else name for name in reason.split(" "))


def said_for(step: str, role: str, reason: str, more: Mapping[str, str] | None = None) -> str:
    """What a reason says in its role: evidence of another country is said to be that. `more` as for `words`."""
    text = words(reason, more)
    elsewhere = step == "attribute" and role == "against"
    return translate("For another country: {text}").format(text=text) if elsewhere else text
