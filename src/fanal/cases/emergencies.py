"""The clock of emergency disclosures: one officer released them, and a second reviews each within a day."""

from datetime import timedelta
from typing import Any

from fanal.base import instants
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Operation

#: Within which a second officer reviews an emergency disclosure.
HOURS = 24


def review_of(package: Package) -> str | None:
    """How far the review of an emergency disclosure is: waiting, overdue or reviewed; None for other packages."""
    if not package.danger or package.sealed_at is None:
        return None
    if package.reviewed_at is not None:
        return "reviewed"
    return "overdue" if instants.now() > package.sealed_at + timedelta(hours=HOURS) else "waiting"


def clocks(operation: Operation, *, waiting: bool = False) -> list[dict[str, Any]]:
    """Every emergency disclosure of an operation, and how far its review is, the first sealed first.

    Args:
        waiting: only those that nobody has reviewed.

    Returns:
        Rows of `package`, `recipient`, `danger`, `officer`, `sealed_at`, `review_by`, `hours_left` (negative where it
        is overdue, None once reviewed), `review`, `reviewed_by`, `found` (what the review says, None before it).
    """
    rows = Package.objects.filter(operation=operation, direction="out").exclude(danger="").order_by("sealed_at")
    if waiting:
        rows = rows.filter(reviewed_at=None)
    found = []
    for package in rows.select_related("peer__agency", "built_by", "reviewed_by"):
        sealed = package.sealed_at or package.built_at
        due = sealed + timedelta(hours=HOURS)
        left = (due - instants.now()).total_seconds() / 3600
        found.append(
            {
                "package": str(package),
                "recipient": package.peer.agency.name if package.peer else package.country,
                "danger": package.danger,
                "officer": package.built_by.service_number,
                "sealed_at": instants.text(sealed),
                "review_by": instants.text(due),
                "hours_left": None if package.reviewed_at else round(left, 1),
                "review": review_of(package),
                "reviewed_by": package.reviewed_by.service_number if package.reviewed_by else None,
                "found": package.review or None,
            }
        )
    return found
