"""Why Fanal says something: down to the exhibit's own bytes, read again now."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fanal.analyse.contexts import contexts_of
from fanal.analyse.explain import Ground, NothingKnown, Observation, Said, observations, said_for, words
from fanal.analyse.explain import explain as walk
from fanal.analyse.lineage import past_of
from fanal.analyse.lookup import UnknownIdentity, accounts_in, identities_of, identity_like, known_accounts
from fanal.analyse.pair import CONTEXT, STATES, PairExplanation, explain_pair
from fanal.analyse.strength import strength
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.access import Actor, may
from fanal.cases.models.exchange import Answer
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.pairs import pair_of, standing_pairs
from fanal.evidence.register import Register
from fanal.lake.snapshot import Snapshot, read_current
from fanal.media.rows import READER as MEDIA_READER
from fanal.model.countries import country_name
from fanal.read.contract import Source
from fanal.read.registry import by_name
from fanal.work.corrections import withdrawn_identities
from fanal.work.decisions import OneAccount, UnknownAccount
from fanal.work.evidence import source_of
from fanal.work.foreign import opinions_on
from fanal.work.handling import shown
from fanal.work.received import PACKAGE_READER

#: Excerpts re-read for each role of a finding's support; the other examples are named by their place.
EXCERPTS = 3
#: Rows of a pair that are re-read.
MOST = 20
#: Above every observation's number.
MOST_OBS = 1 << 62
#: Tables whose rows hold what people wrote to each other.
WRITTEN = frozenset({"message", "remark"})
#: In which order people read support.
ROLES = ("for", "against", "context")


@dataclass
class _Exhibits:
    """The exhibits of one explanation, each checked against its digest once."""

    actor: Actor
    node: Node
    operation: Operation
    reads: bool = True
    known: dict[int, tuple[str, Source]] = field(default_factory=dict)
    read: dict[int, str] = field(default_factory=dict)

    def excerpt(self, seen: Observation) -> str:
        """See `_excerpt`; a row that several reasons rest on is read once."""
        if seen.obs not in self.read:
            self.read[seen.obs] = self._excerpt(seen)
        return self.read[seen.obs]

    def _excerpt(self, seen: Observation) -> str:
        """The exhibit's text at the observation's place; where it cannot be had, the reason.

        A row that came in a package has its original with the sender, one of a scan in a medium that is never shown:
        the row itself is.
        """
        exhibit, locator = seen.exhibit, seen.locator
        try:
            if exhibit not in self.known:
                found = Register(self.node.evidence).exhibit(exhibit, self.operation.slug)
                self.known[exhibit] = (found.reader, source_of(self.actor, self.node, self.operation, found))
            reader, source = self.known[exhibit]
            if reader in (PACKAGE_READER, MEDIA_READER):
                return ", ".join(f"{key}={value}" for key, value in seen.row.items() if value is not None)
            return by_name(reader).excerpt(source, locator)
        except FanalError as e:
            return e.line()


def explain(actor: Actor, node: Node, operation: Operation, subject: str, *, excerpts: bool = True) -> dict[str, Any]:
    """Everything that was said of a finding, identity, account or pair of accounts, and the rows that say so.

    Support stands in the order for, against, context; `strength` is its weight in words, where its step weighs.

    Args:
        subject: an id or its beginning, an account, or two accounts joined by a comma.
        excerpts: read the exhibits' own text again; without, rows are named by their place alone, see `source_row`.

    Raises:
        NothingKnown: there is no such id in this operation. UnknownAccount, OneAccount: of a pair.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    exhibits = _Exhibits(actor, node, operation, reads=excerpts)
    if "," in subject:
        return _pair(snapshot, subject, exhibits)
    found = walk(snapshot, _whole(snapshot, subject))
    record(actor, "person.read", operation.slug, kind=found.kind, identity=found.identity)
    return {
        "id": found.id,
        "kind": found.kind,
        "identity": found.identity,
        "accounts": list(found.accounts),
        "handling": [one["line"] for one in shown(actor, operation)],
        "withdrawn": withdrawn_identities(actor, operation, snapshot).get(found.identity or ""),
        "findings": [_finding(said, exhibits) for said in found.said],
        "context": [
            {**row, "context": words(row["context"])} if row["list"] is None else row
            for row in contexts_of(snapshot, found.accounts)
        ],
        "opinions": _opinions(actor, node, operation, snapshot, found.identity),
    }


def source_row(actor: Actor, node: Node, operation: Operation, obs: int) -> dict[str, Any]:
    """One row of evidence as its exhibit has it, read again now. The reading is on the record first.

    Args:
        obs: number of the observation.

    Returns:
        `obs`, `table`, `exhibit`, `locator`, `excerpt`, `identity` (of the account it is about; None for none).

    Raises:
        NothingKnown: the lake has no such row.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    seen = observations(snapshot, {obs}).get(obs) if obs < MOST_OBS else None
    if seen is None:
        raise NothingKnown(id=obs)
    account = seen.row.get("account")
    identity = identities_of(snapshot, [account]).get(account) if account else None
    verb = "person.read"
    if seen.table in WRITTEN:
        verb = "message.read"
        may(actor, "message.read", operation.slug)
    record(actor, verb, operation.slug, kind="row", obs=obs, identity=identity)
    return {
        "obs": obs,
        "table": seen.table,
        "exhibit": seen.exhibit,
        "locator": seen.locator,
        "identity": identity,
        "excerpt": _Exhibits(actor, node, operation).excerpt(seen),
    }


def _opinions(
    actor: Actor, node: Node, operation: Operation, snapshot: Snapshot, identity: str | None
) -> list[dict[str, Any]]:
    """What officers said of the identity, here and elsewhere, also when it had another id."""
    if not identity:
        return []
    answered = Answer.objects.filter(package__operation=operation).exists()
    ids = past_of(snapshot, identity).identities if answered else (identity,)
    return opinions_on(actor, node, operation, ids, accounts_in(snapshot, identity))


def _pair(snapshot: Snapshot, subject: str, exhibits: _Exhibits) -> dict[str, Any]:
    one, other = pair_of(*(part.strip() for part in subject.split(",", 1)))
    if one == other:
        raise OneAccount(account=one)
    known = known_accounts(snapshot, (one, other))
    for account in (one, other):
        if account not in known:
            raise UnknownAccount(operation=exhibits.operation.slug, account=account)
    found = explain_pair(snapshot, one, other)
    for identity in sorted(set(found.identities)):
        record(exhibits.actor, "person.read", exhibits.operation.slug, kind="pair", identity=identity)
    decision = standing_pairs(exhibits.operation).get((one, other))
    decided = {"verdict": decision.verdict, "reason": decision.reason} if decision else None
    return {
        "id": f"{one},{other}",
        "kind": "pair",
        "identity": found.identities[0] if found.identities[0] == found.identities[1] else None,
        "accounts": [one, other],
        "identities": list(found.identities),
        "state": found.state,
        "through": list(found.through),
        "decided": decided,
        "findings": [_of_pair(found, exhibits)],
    }


def _of_pair(found: PairExplanation, exhibits: _Exhibits) -> dict[str, Any]:
    one, other = found.accounts
    said = translate("{what}: {text}").format(what=f"{one}, {other}", text=translate(STATES[found.state]))
    return {
        "finding": None,
        "step": "resolve",
        "version": None,
        "kind": "pair",
        "subject": one,
        "value": other,
        "score": None,
        "n": None,
        "text": said,
        "support": [_support("resolve", g, exhibits, read=place < MOST) for place, g in enumerate(found.grounds)],
    }


def _whole(snapshot: Snapshot, subject: str) -> str:
    """The whole id of an identity that begins so; the subject itself where none does."""
    try:
        return identity_like(snapshot, subject)
    except UnknownIdentity:
        return subject


def _finding(said: Said, exhibits: _Exhibits) -> dict[str, Any]:
    return {
        "finding": said.finding,
        "step": said.step,
        "version": said.step_version,
        "kind": said.kind,
        "subject": said.subject,
        "value": said.value,
        "score": said.score,
        "n": said.n,
        "text": _in_words(said),
        "support": [
            _support(said.step, ground, exhibits, read=place < EXCERPTS) for ground, place in _in_order(said.grounds)
        ],
    }


def _in_words(said: Said) -> str:
    if said.kind == "identity":
        return translate("accounts that belong together: {n}").format(n=said.value)
    text = country_name(said.value or "") if said.kind == "country" else words(said.value or "")
    return translate("{what}: {text}").format(what=translate(said.kind.replace("_", " ")), text=text)


def _in_order(grounds: tuple[Ground, ...]) -> Iterator[tuple[Ground, int]]:
    """Support as people read it, each with its place among those of its role."""
    places: Counter[str] = Counter()
    for ground in sorted(grounds, key=lambda g: ROLES.index(g.role) if g.role in ROLES else len(ROLES)):
        yield ground, places[ground.role]
        places[ground.role] += 1


def _said_in(seen: Observation) -> str:
    """What the lake's row says, without what people wrote to each other."""
    left_out = {"body", "value"} if seen.table in WRITTEN else set()
    told = {key: value for key, value in seen.row.items() if value not in (None, "") and key not in left_out}
    return ", ".join(f"{key}={value}" for key, value in told.items())


def _support(step: str, ground: Ground, exhibits: _Exhibits, *, read: bool) -> dict[str, Any]:
    seen = ground.seen
    weighed = strength(step, ground.weight)
    return {
        "role": ground.role,
        "weight": ground.weight,
        "strength": translate(weighed) if weighed else None,
        "reason": said_for(step, ground.role, ground.reason, CONTEXT),
        "obs": ground.obs,
        "table": seen.table if seen else None,
        "exhibit": seen.exhibit if seen else None,
        "locator": seen.locator if seen else None,
        "also": [{"exhibit": copy.exhibit, "locator": copy.locator} for copy in ground.also],
        "row": _said_in(seen) if seen else "",
        "excerpt": exhibits.excerpt(seen) if seen and read and exhibits.reads else None,
    }
