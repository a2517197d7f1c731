"""What officers decided on the country of identities, by the accounts that these had when they said so.

As an opinion does, a word on a country follows the accounts, whatever identity they come to belong to, until a later
word on the same account. `not_enough` leaves the country to the evidence.
"""

from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.opinions import accounts_of

KIND = "country"
COUNTRY, UNDETERMINED, NOT_ENOUGH = "country", "undetermined", "not_enough"


def words_on_country(operation: Operation) -> dict[str, Decision]:
    """Account to the latest decision on the country of its identity."""
    said = Decision.objects.filter(operation=operation, subject_kind=KIND).select_related("officer").order_by("pk")
    return {account: decision for decision in said for account in accounts_of(decision)}
