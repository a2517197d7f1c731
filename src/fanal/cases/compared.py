"""Whom no comparison may touch: protected, on hold, cleared or recalled identities, victims and witnesses."""

from fanal.analyse.held import held_identities
from fanal.analyse.lookup import identities_of
from fanal.cases.decisions import all_standing
from fanal.cases.everyone import Everyone
from fanal.cases.letters import withdrawn
from fanal.cases.models.offices import Operation
from fanal.cases.opinions import stopped_accounts
from fanal.lake.snapshot import Snapshot
from fanal.model.inputs import ProtectedIdentifier

#: Persons who are never looked for, whatever the analysis says of their accounts.
NOT_COMPARED = ("victim", "witness")


def held_back(operation: Operation, snapshot: Snapshot) -> frozenset[str]:
    """The identities of an operation that take no part in a comparison. It shows nobody who they are or why."""
    protected = [
        ProtectedIdentifier(d.detail["kind"], d.detail["norm"], d.detail["reference"])
        for d in all_standing(operation, "protected")
        if d.verdict == "protect"
    ]
    everyone = Everyone(operation)
    people = [person for person in everyone.standing() if person.category in NOT_COMPARED]
    accounts = {account for person in people for account in everyone.accounts_of(person)}
    accounts |= {*stopped_accounts(operation), *withdrawn(operation)}
    named = {person.identity for person in people if person.identity}
    return held_identities(snapshot, protected) | set(identities_of(snapshot, sorted(accounts)).values()) | named
