"""Outgoing packages on their shelf: the folder they lie in, the number that comes next, what gives way to it."""

from pathlib import Path

from django.db.models import QuerySet

from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.exchange import build


def shelf_of(node: Node, operation: Operation) -> Path:
    """The folder of an operation's packages; made where missing."""
    folder = node.packages / operation.slug
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def requests_of(node: Node, operation: Operation) -> Path:
    """The folder of an operation's requests to providers, drafts and released ones; made where missing."""
    folder = shelf_of(node, operation) / "requests"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def sweep_unlisted(node: Node, operation: Operation) -> None:
    """Delete bags that a broken-off build left without a row in the store; each goes under its name at once."""
    known = {Path(p.folder).name for p in Package.objects.filter(operation=operation, direction="out")}
    root = shelf_of(node, operation)
    build.sweep(root)
    for folder in root.glob(f"{operation.slug}-*"):
        if folder.is_dir() and folder.name not in known:
            folder.replace(root / f"{build.STAGING}{folder.name}")
    build.sweep(root)


def next_number(operation: Operation, country: str) -> int:
    """One more than the last number that left; a package that never left gives its number back."""
    sealed = Package.objects.filter(operation=operation, direction="out", country=country, state="sealed")
    return max(sealed.values_list("number", flat=True), default=0) + 1


def waiting_packages(operation: Operation, country: str) -> QuerySet[Package]:
    """What was built or approved for a country and never left."""
    states = ("built", "approved")
    return Package.objects.filter(operation=operation, direction="out", country=country, state__in=states)


def withdraw_waiting(operation: Operation, country: str) -> None:
    """What was built or approved for a country and never left is void: it is not what would leave now."""
    waiting_packages(operation, country).delete()
