"""Which key an officer signed with, and when: a key that was replaced still vouches for what it signed before."""

from datetime import datetime

from fanal.cases.models.offices import Officer
from fanal.exchange.sshsig import bare_line


def keys_at(officer: Officer, at: datetime) -> set[str]:
    """Public key lines by which the officer may have signed at that instant."""
    former = officer.former_keys.filter(until__gte=at).values_list("public_key", flat=True)
    return {bare_line(line) for line in (officer.public_key, *former)}
