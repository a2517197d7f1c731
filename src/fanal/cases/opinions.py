"""What officers think of an identity, by the accounts that it had when they said so.

An identity's id is made by the analysis and goes when it is merged. A word on it is therefore a word on its
accounts: it follows them, whatever identity they come to belong to, until a later word on the same account.
To hold back is one question, whether somebody is a suspect another; `release` takes back both what
holds an identity back and `not_suspect`.
"""

from collections.abc import Collection, Iterable, Mapping

from fanal.cases.decisions import naming
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision

HOLDING, OPINION = ("hold", "release"), ("suspect", "not_suspect", "release")


def accounts_of(decision: Decision) -> tuple[str, ...]:
    """The accounts that a decision on an identity is about; of one made before they were noted, the founder."""
    noted = decision.detail.get("accounts") or [decision.detail.get("founder")]
    return tuple(account for account in noted if account)


def _words(
    operation: Operation, verdicts: tuple[str, ...], accounts: Collection[str] | None = None
) -> dict[str, Decision]:
    """Account to the latest decision with one of these verdicts; of these accounts, or of all."""
    everything = Decision.objects.filter(operation=operation) if accounts is None else naming(operation, accounts)
    said = everything.filter(subject_kind="identity", verdict__in=verdicts)
    return {
        account: decision
        for decision in said.select_related("officer").order_by("pk")
        for account in accounts_of(decision)
    }


def stopped_accounts(operation: Operation) -> frozenset[str]:
    """Accounts whose identity must not leave the node by an officer's word: `hold` or `not_suspect`."""
    held = {a for a, d in _words(operation, HOLDING).items() if d.verdict == "hold"}
    return frozenset(held.union(cleared_accounts(operation)))


def cleared_accounts(operation: Operation) -> dict[str, Decision]:
    """Accounts that an officer's word calls no suspect's, each with the decision that says so."""
    ever = Decision.objects.filter(operation=operation, subject_kind="identity", verdict="not_suspect")
    accounts = {account for decision in ever for account in accounts_of(decision)}
    words = _words(operation, OPINION, accounts) if accounts else {}
    return {a: d for a, d in words.items() if a in accounts and d.verdict == "not_suspect"}


def own_words(operation: Operation, accounts: Collection[str]) -> dict[str, Decision]:
    """Each of these accounts to the latest word of this node's officers on the identity it belongs to."""
    words = _words(operation, ("suspect", "not_suspect", "hold", "release"), accounts)
    return {account: words[account] for account in accounts if account in words}


def suspected(operation: Operation) -> list[Decision]:
    """Decisions that call an identity suspect and that no later word on its founding account set aside."""
    latest = _words(operation, ("suspect", "not_suspect"))
    found = {d.pk: d for d in latest.values() if d.verdict == "suspect" and latest.get(_founder(d)) == d}
    return [found[pk] for pk in sorted(found)]


def _founder(decision: Decision) -> str:
    return str(decision.detail.get("founder") or "")


def identities_of_opinions(decisions: Iterable[Decision], identities: Mapping[str, str]) -> list[tuple[str, Decision]]:
    """Each decision with the identity that its founding account belongs to now; without one, left out."""
    return [(identities[_founder(d)], d) for d in decisions if _founder(d) in identities]
