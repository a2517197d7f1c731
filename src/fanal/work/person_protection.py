"""All accounts of one person go on the protected list together: somebody turns out to be a child, or a colleague."""

from django.db import transaction

from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.work.corrections import recall_protected
from fanal.work.person_pages import accounts_of_person
from fanal.work.protection import protect


def protect_person(actor: Actor, node: Node, operation: Operation, number: int, reference: str, reason: str) -> int:
    """Protect every account of a person, by signed decisions; what was sent of them is drafted to be recalled.

    Returns:
        How many accounts.

    Raises:
        NoSuchPerson, NoReason, NoOfficer.
    """
    may(actor, "protected.write", operation.slug)
    accounts = accounts_of_person(actor, operation, number)
    with transaction.atomic():
        for account in accounts:
            protect(actor, operation, "account", account, reference, reason)
        recall_protected(actor, node, operation)
    return len(accounts)
