"""What became of an identity over all runs whose snapshots are still there: which accounts came, from where, and went.

Each run of `resolve` leaves who belongs to whom in its snapshot; two runs held against each other say what
changed. Nothing is kept beside them, so a history is as long as the lake's snapshots are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fanal.analyse.lookup import UnknownIdentity, accounts_in, identities_like, identities_of, identity_like
from fanal.analyse.remembered import once
from fanal.lake.snapshot import Snapshot, read_past

#: What a change says: `founded` (its accounts are new), `came` (accounts of another identity, or new ones), `went`.
FOUNDED, CAME, WENT = "founded", "came", "went"


@dataclass(frozen=True)
class Change:
    """One change of an identity in one run.

    Attributes:
        snapshot: number of the snapshot that the run published.
        kind: founded, came or went.
        accounts: which accounts, in order.
        other: the identity that they came from or went to; None where they were new, or left the lake.
    """

    snapshot: int
    kind: str
    accounts: tuple[str, ...]
    other: str | None


@dataclass(frozen=True)
class Past:
    """What is known of an identity.

    Attributes:
        identity: its id.
        accounts: every account that it has or had.
        identities: its own id, and every other that one of its present accounts belonged to before.
        changes: the oldest first.
    """

    identity: str
    accounts: tuple[str, ...]
    identities: tuple[str, ...]
    changes: tuple[Change, ...]


def past_of(current: Snapshot, beginning: str) -> Past:
    """The history of the identity that begins so, or that holds the account of that key; of one that is gone, too.

    Raises:
        UnknownIdentity: no snapshot has it, or several identities begin so.
    """
    # By the runs too: a snapshot that was deleted since says nothing any more.
    return _past(current, tuple(_runs(current)), beginning)


@once
def _past(current: Snapshot, runs: tuple[Snapshot, ...], beginning: str) -> Past:
    identity = _identity(current, runs, beginning)
    own = [accounts_in(run, identity) for run in runs]
    ever = list(dict.fromkeys(account for accounts in own for account in accounts))
    where = [identities_of(run, ever) for run in runs]
    changes: list[Change] = []
    for place, run in enumerate(runs):
        before, now = (set(own[place - 1]) if place else set()), set(own[place])
        earlier, later = (where[place - 1] if place else {}), where[place]
        came = [account for account in own[place] if account not in before]
        kind = FOUNDED if not before and not any(account in earlier for account in came) else CAME
        changes += _grouped(run.number, kind, came, earlier)
        went = [account for account in (own[place - 1] if place else []) if account not in now]
        changes += _grouped(run.number, WENT, went, later)
    last = own[-1] if own else []
    identities = {identity, *(held[account] for held in where for account in last if account in held)}
    return Past(identity, tuple(ever), tuple(sorted(identities)), tuple(changes))


def _runs(current: Snapshot) -> Iterator[Snapshot]:
    """The snapshots in which `resolve` had just run."""
    known = None
    for snapshot in read_past(current):
        entries = snapshot.tables.get("identity_account")
        if entries and entries != known and all(path.is_file() for path in snapshot.files("identity_account")):
            known = entries
            yield snapshot


def _identity(current: Snapshot, runs: Sequence[Snapshot], beginning: str) -> str:
    try:
        return identity_like(current, beginning)
    except UnknownIdentity as e:
        if e.fields["n"]:
            raise
        for run in reversed(runs):
            found = identities_like(run, beginning)
            if len(found) == 1 and beginning:
                return found[0]
        raise


def _grouped(snapshot: int, kind: str, accounts: list[str], where: dict[str, str]) -> list[Change]:
    by: dict[str | None, list[str]] = {}
    for account in accounts:
        by.setdefault(where.get(account), []).append(account)
    return [Change(snapshot, kind, tuple(group), other) for other, group in by.items()]
