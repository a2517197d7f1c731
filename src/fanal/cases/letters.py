"""Letters in the case store: what was recalled, what was permitted, and the names that letters go by."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from fanal.base import instants
from fanal.cases.models.exchange import Package
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import Officer, Operation
from fanal.cases.pinning import pins_of

NOTICES = ("recall", "correction")


def next_reference(operation: Operation, country: str) -> str:
    """The name of the next letter of an operation to a country, such as kx-BE-L1."""
    made = Letter.objects.filter(operation=operation, direction="out", peer__agency__country=country).count()
    return f"{operation.slug}-{country}-L{made + 1}"


def draft(
    package: Package,
    kind: str,
    reason: str,
    identity: str = "",
    *,
    by: Officer,
    detail: dict[str, str] | None = None,
) -> Letter | None:
    """A letter about a package, drafted; None where one of the kind about the same is drafted or on its way.

    A correction that an officer set aside is not drafted a second time; a recall may be.

    Args:
        package: that was sent, or received; its other side is whom the letter goes to.
        kind: recall, correction or permission.
        identity: as the package has it; empty, all of it.
        by: who drafts it.
        detail: of a permission, `use` and `to`.
    """
    if package.peer is None:
        return None
    kinds = NOTICES if kind in NOTICES else (kind,)
    same = Letter.objects.filter(package=package, direction="out", kind__in=kinds, identity=identity)
    asked = _asked(detail or {})
    if any(_asked(one.detail) == asked and (one.state != "dismissed" or kind == "correction") for one in same):
        return None
    return Letter.objects.create(
        operation=package.operation,
        direction="out",
        kind=kind,
        state="drafted",
        peer=package.peer,
        package=package,
        reference=next_reference(package.operation, package.peer.agency.country),
        identity=identity,
        reason=reason,
        detail=detail or {},
        drafted_by=by,
        drafted_at=instants.now(),
    )


def _asked(detail: dict[str, str]) -> tuple[str | None, str | None]:
    """What a permission is asked for, and for whom; nothing, of any other letter."""
    return detail.get("use"), detail.get("to")


def next_number(letter: Letter) -> int:
    """The number of the file that a letter, or the reply to one, is sealed as: from 1 for each kind and recipient."""
    kinds = NOTICES if letter.kind in NOTICES else (letter.kind,)
    of_kind = Letter.objects.filter(operation=letter.operation, peer__in=pins_of(letter.peer), number__isnull=False)
    if letter.direction == "out":
        of_kind = of_kind.filter(direction="out", kind__in=kinds)
    else:
        of_kind = of_kind.filter(direction="in")
    return max((number for number in of_kind.values_list("number", flat=True) if number), default=0) + 1


def waiting(operation: Operation) -> dict[str, int]:
    """How many letters wait, by what they wait for: drafted (a second officer), sealed (their reply), opened (ours)."""
    rows = Letter.objects.filter(operation=operation).exclude(state__in=("settled", "dismissed"))
    return dict(sorted(Counter(rows.values_list("state", flat=True)).items()))


def withdrawn(operation: Operation) -> dict[str, Letter]:
    """Account to the recall or correction that its sender made of it, where no later package holds it again."""
    rows = Letter.objects.filter(operation=operation, direction="in", kind__in=NOTICES).order_by("pk")
    return {
        account: letter
        for letter in rows.select_related("peer__agency")
        if not letter.detail.get("again")
        for account in letter.detail.get("accounts", [])
    }


def sent_packages(operation: Operation) -> Sequence[Package]:
    """Packages of an operation that left, the newest first."""
    rows = Package.objects.filter(operation=operation, direction="out", state="sealed")
    return list(rows.select_related("peer__agency", "operation").order_by("-sealed_at", "-pk"))


def waiting_days(since: datetime | None, now: datetime) -> int | None:
    """Whole days since an instant."""
    return (now - since).days if since else None
