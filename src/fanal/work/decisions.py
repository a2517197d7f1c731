"""Officers' decisions on identities and on accounts: what is one person's, what is not, who is held back.

Decisions name accounts, never an identity's id alone. So they hold for ever after: in a later run, on new
evidence, in a lake that was made anew; a later decision on the same pair is all that sets one aside.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction

from fanal.analyse.lookup import accounts_in, founder_of, identity_like, known_accounts
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may
from fanal.cases.decisions import VERDICTS, UnknownVerdict, decide
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision, Identity
from fanal.cases.node import Node
from fanal.cases.pairs import Contradicts, Pair, check, pair_of, said, standing_pairs, subject_of
from fanal.lake.snapshot import read_current
from fanal.work.corrections import draft_correction

#: What officers may call a verdict on two accounts, besides its own word.
PAIR_WORDS = {"confirm": "same", "refuse": "different"}
#: Pairs that one decision may make; a split that needs more is better made link by link.
MOST_PAIRS = 4_000
#: Accounts that an error names.
FEW = 10


class UnknownAccount(FanalError):
    """A decision on an account that the operation does not have."""

    code = "F-DECIDE-03"
    text = "Operation {operation} has no account {account}; `fanal identities` shows accounts as platform:id."


class OneAccount(FanalError):
    """A decision on a pair that is one account."""

    code = "F-DECIDE-05"
    text = "{account} and {account} are one account; name two."
    exit_code = 2


class NotInIdentity(FanalError):
    """A split that names accounts of somebody else."""

    code = "F-DECIDE-07"
    text = "Identity {identity} has no account {account}; it has {accounts}."


class NoTwoSides(FanalError):
    """A split that leaves nothing on one side, or a confirmation of an identity with one account."""

    code = "F-DECIDE-08"
    text = "Identity {identity} has {n} accounts, of which {named} were named: that makes no two sides."
    exit_code = 2


class TooManyPairs(FanalError):
    """One decision that would be thousands."""

    code = "F-DECIDE-09"
    text = (
        "That would decide on {n} pairs, more than {most}; decide on the links that hold the groups together "
        "first (`fanal explain {identity}`), run, and look again."
    )


def decide_on(actor: Actor, node: Node, operation: Operation, subject: str, verdict: str, reason: str) -> Decision:
    """Record a decision on an identity or on two accounts.

    Args:
        subject: the beginning of an identity's id, an account, or two accounts joined by a comma.
        verdict: one of `cases.decisions.VERDICTS`; `confirm` and `refuse` for two accounts are `same` and
            `different`, and `confirm` for an identity keeps together all accounts that it has now.

    Raises:
        UnknownIdentity, UnknownAccount, OneAccount, UnknownVerdict, NoReason, NoOfficer.
        Contradicts: it cannot hold together with earlier decisions.
    """
    may(actor, "person.decide", operation.slug)
    if "," in subject:
        pair = _pair(node, operation, subject)
        word = PAIR_WORDS.get(verdict, verdict)
        with transaction.atomic():
            check(operation, {pair: word})
            return _decide_pair(actor, operation, pair, word, reason)
    if verdict == "confirm":
        return _confirm(actor, node, operation, subject, reason)
    if verdict not in VERDICTS["identity"]:
        known = ("confirm", "split", "person", *VERDICTS["identity"], *VERDICTS["country"])
        raise UnknownVerdict(verdict=verdict, kind="identity", verdicts=", ".join(known))
    snapshot = read_current(node.lake(operation.slug))
    identity = identity_like(snapshot, subject)
    founder = founder_of(snapshot, identity)
    accounts = accounts_in(snapshot, identity)
    with transaction.atomic():
        made = decide(actor, operation, "identity", identity, verdict, reason, founder=founder, accounts=accounts)
        Identity.objects.get_or_create(operation=operation, identity=identity, defaults={"founder": founder})
    if verdict == "not_suspect":
        draft_correction(actor, node, operation, identity, reason)
    return made


def split(actor: Actor, node: Node, operation: Operation, subject: str, side: Sequence[str], reason: str) -> Decision:
    """Decide that some of an identity's accounts are another person's than the rest: no pair across is ever one.

    Args:
        subject: the beginning of the identity's id, or one of its accounts.
        side: the accounts that go to one side; all others are the other side.

    Raises:
        UnknownIdentity, NotInIdentity, NoTwoSides, TooManyPairs, NoReason, NoOfficer.
        Contradicts: an earlier decision holds accounts of both sides together through a third.
    """
    may(actor, "person.decide", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    identity = identity_like(snapshot, subject)
    accounts = accounts_in(snapshot, identity)
    named = sorted({account.strip() for account in side if account.strip()})
    for account in named:
        if account not in accounts:
            raise NotInIdentity(identity=identity, account=account, accounts=_few(accounts))
    rest = [account for account in accounts if account not in named]
    if not named or not rest:
        raise NoTwoSides(identity=identity, n=len(accounts), named=len(named))
    wanted = {pair_of(one, other): "different" for one in named for other in rest}
    founder = founder_of(snapshot, identity)
    return _decide_all(actor, operation, (identity, founder, "split", reason), wanted, sides=[named, rest])


def _confirm(actor: Actor, node: Node, operation: Operation, subject: str, reason: str) -> Decision:
    """Tie all accounts of an identity to its founding one, so that they stay together when evidence falls away."""
    snapshot = read_current(node.lake(operation.slug))
    identity = identity_like(snapshot, subject)
    accounts = accounts_in(snapshot, identity)
    founder = founder_of(snapshot, identity)
    if len(accounts) == 1:
        raise NoTwoSides(identity=identity, n=1, named=1)
    standing = standing_pairs(operation)
    among = set(accounts)
    for pair, decision in standing.items():
        # Decided since the last run: who confirms now has not seen what the identity becomes by it.
        if decision.verdict == "different" and among.issuperset(pair):
            raise Contradicts(said=said(decision), one=pair[0], other=pair[1])
    pairs = (pair_of(founder, account) for account in accounts if account != founder)
    wanted = {pair: "same" for pair in pairs if pair not in standing or standing[pair].verdict != "same"}
    return _decide_all(actor, operation, (identity, founder, "confirm", reason), wanted, sides=[accounts])


def _decide_all(
    actor: Actor,
    operation: Operation,
    on: tuple[str, str, str, str],
    wanted: Mapping[Pair, str],
    sides: list[list[str]],
) -> Decision:
    """One decision on the accounts of an identity, and one on each pair that it comes to; all or none."""
    identity, founder, verdict, reason = on
    if len(wanted) > MOST_PAIRS:
        raise TooManyPairs(n=len(wanted), most=MOST_PAIRS, identity=identity)
    with transaction.atomic():
        check(operation, wanted)
        # Each act is a subject of its own: only its pairs can be set aside, one by one, and the rest stands.
        before = Decision.objects.filter(operation=operation, subject_kind="accounts", subject__startswith=identity)
        subject = f"{identity}/{before.count() + 1}"
        made = decide(
            actor, operation, "accounts", subject, verdict, reason, founder=founder, sides=sides, pairs=len(wanted)
        )
        for pair in sorted(wanted):
            _decide_pair(actor, operation, pair, wanted[pair], reason, part_of=made.decision)
        Identity.objects.get_or_create(operation=operation, identity=identity, defaults={"founder": founder})
    return made


def _decide_pair(actor: Actor, operation: Operation, pair: Pair, verdict: str, reason: str, **detail: str) -> Decision:
    one, other = pair
    return decide(actor, operation, "pair", subject_of(pair), verdict, reason, account_a=one, account_b=other, **detail)


def _few(accounts: Sequence[str]) -> str:
    more = f" +{len(accounts) - FEW}" if len(accounts) > FEW else ""
    return ", ".join(accounts[:FEW]) + more


def _pair(node: Node, operation: Operation, subject: str) -> Pair:
    one, other = (part.strip() for part in subject.split(",", 1))
    if one == other:
        raise OneAccount(account=one)
    known = known_accounts(read_current(node.lake(operation.slug)), (one, other))
    for account in (one, other):
        if account not in known:
            raise UnknownAccount(operation=operation.slug, account=account)
    return pair_of(one, other)
