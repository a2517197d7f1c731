"""What the second officer is shown: exactly what would leave, from the bag whose digest the approval signs."""

from typing import Any

from fanal.cases.access import Actor, allowed, may
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.exchange.leaving import read_leaving
from fanal.exchange.refusals import ApprovalVoid
from fanal.work.packages import NoSuchPackage


def show_package(actor: Actor, node: Node, operation: Operation, name: str) -> dict[str, Any]:
    """Everything that a package holds, read from its bag. The reading is on the record.

    How many the protected list holds back shows only to the role that reads that list: it stands beside what leaves,
    and is in no package.

    Raises:
        NoSuchPackage. ApprovalVoid: the bag is not the one that was built. Refused: it is not whole.
    """
    may(actor, "person.read", operation.slug)
    rows = Package.objects.filter(operation=operation, direction="out")
    package = next((row for row in rows.select_related("peer__agency") if str(row) == name), None)
    if package is None:
        raise NoSuchPackage(package=name, state="-")
    found = read_leaving(node.folder / package.folder, name)
    if found.digest != package.digest:
        raise ApprovalVoid(path=name)
    record(actor, "person.read", operation.slug, kind="package", package=package.digest)
    told = found.package
    shown = {
        "package": name,
        "state": package.state,
        "digest": found.digest,
        "recipient": told["recipient"]["agency"],
        "country": told["recipient"]["country"],
        "made_at": told["made_at"],
        "danger": told.get("danger"),
        "handling": told["handling"],
        "terms": {key: told.get(key) for key in ("transfer_basis", "purpose", "ill_treatment", "legal_basis")},
        "threshold": told["threshold"],
        "message_text": told["message_text"],
        "perceptual_fingerprints": told.get("perceptual_fingerprints", False),
        "minors": found.minors,
        "counts": {key: value for key, value in told["counts"].items() if key != "rows"},
        "changes": told.get("changes"),
        "rows": found.rows,
        "files": found.files,
        "identities": found.identities,
    }
    if allowed(actor, "protected.read", operation.slug):
        shown["held_back"] = package.counts.get("held_back")
    return shown
