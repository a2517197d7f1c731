"""Packages, answers and letters a page at a time, the latest first, filtered by what their row says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from fanal.base import instants
from fanal.cases.access import Actor, allowed, may
from fanal.cases.exchange_rows import letter_row, package_row, permission_row
from fanal.cases.keyset import Keyset, page_of
from fanal.cases.models.exchange import Answer, Package
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import Operation
from fanal.cases.outbox import record
from fanal.cases.package_figures import answer_row
from fanal.work.foreign import adoptions, answers_on
from fanal.work.packages import NoSuchPackage


@dataclass(frozen=True)
class StorePage:
    """One page.

    Attributes:
        rows: as the command line's lists have them.
        next, previous: see `cases.keyset.Keyset`.
        choices: filter to the values that some row has, in order.
    """

    rows: list[dict[str, Any]]
    next: int | None
    previous: int | None
    choices: Mapping[str, list[str]]


def package_page(
    actor: Actor, operation: Operation, wanted: Mapping[str, str], after: int, size: int, *, before: int = 0
) -> StorePage:
    """Outgoing packages; `wanted` may say `country` and `state`."""
    may(actor, "case.read", operation.slug)
    everything = Package.objects.filter(operation=operation, direction="out")
    whole = allowed(actor, "protected.read", operation.slug)
    page = page_of(everything.filter(**_told(wanted)).select_related("peer__agency"), after, size, before=before)
    choices = {name: _values(everything, name) for name in ("country", "state")}
    return StorePage([package_row(row, whole=whole) for row in page.rows], page.next, page.previous, choices)


def one_package(actor: Actor, operation: Operation, name: str) -> dict[str, Any]:
    """The row of one outgoing package. Raises NoSuchPackage."""
    may(actor, "case.read", operation.slug)
    country, number = name.split("-")[-2:] if name.count("-") > 1 else ("", "")
    found = Package.objects.filter(operation=operation, direction="out", country=country).select_related("peer__agency")
    row = found.filter(number=int(number)).first() if number.isdecimal() and len(number) < 10 else None  # noqa: PLR2004  no node numbers so many
    if row is None or str(row) != name:
        raise NoSuchPackage(package=name, state="built")
    return package_row(row, whole=allowed(actor, "protected.read", operation.slug))


def answer_page(
    actor: Actor, operation: Operation, wanted: Mapping[str, str], after: int, size: int, *, before: int = 0
) -> StorePage:
    """What others answered on what was sent, of each agency the last on each identity; the reading is on the record.

    `wanted` may say `country` and `outcome`.
    """
    may(actor, "person.read", operation.slug)
    record(actor, "person.read", operation.slug, kind="answers")
    everything = Answer.objects.filter(package__operation=operation, package__direction="out")
    same = everything.filter(package__country=OuterRef("package__country"), identity=OuterRef("identity"))
    later = same.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
    names = {"country": "package__country", "outcome": "outcome"}
    told = {names[name]: value for name, value in _told(wanted).items()}
    standing = everything.filter(~Exists(later), **told).select_related("package__peer__agency")
    page: Keyset[Answer] = page_of(standing, after, size, before=before)
    adopted = adoptions(actor, operation, [answer.pk for answer in page.rows])
    rows = [answer_row(answer, adopted.get(answer.pk)) for answer in page.rows]
    choices = {name: _values(everything, column) for name, column in names.items()}
    return StorePage(rows, page.next, page.previous, choices)


def answers_about(actor: Actor, operation: Operation, identity: str) -> list[dict[str, Any]]:
    """What is answered on one identity, the latest first: by others, or in a received operation by this node."""
    may(actor, "person.read", operation.slug)
    record(actor, "person.read", operation.slug, kind="answers", identity=identity)
    if not operation.received_from:
        return answers_on(actor, operation, {identity}).get(identity, [])
    own = Answer.objects.filter(package__operation=operation, identity=identity).select_related("package__peer__agency")
    return [answer_row(answer, None) for answer in own.order_by("-at", "-pk")[:1]]


def letter_page(
    actor: Actor, operation: Operation, wanted: Mapping[str, str], after: int, size: int, *, before: int = 0
) -> StorePage:
    """Recalls, corrections and permissions, ours and theirs; `wanted` may say `kind`, `direction` and `state`."""
    may(actor, "letter.read", operation.slug)
    everything = Letter.objects.filter(operation=operation)
    page = page_of(_with(everything.filter(**_told(wanted))), after, size, before=before)
    choices = {name: _values(everything, name) for name in ("kind", "direction", "state")}
    return StorePage([_letter(row) for row in page.rows], page.next, page.previous, choices)


#: What a letter waits for: what it is, and in which state.
WAITING: dict[str, dict[str, Any]] = {
    "came": {"direction": "in", "kind__in": ("recall", "correction"), "state": "opened"},
    "asked": {"direction": "in", "kind": "permission", "state": "opened"},
    "answered": {"direction": "in", "kind": "permission", "state": "answered"},
    "drafted": {"direction": "out", "state": "drafted"},
}


def waiting_letters(actor: Actor, operation: Operation, most: int) -> dict[str, tuple[list[dict[str, Any]], int]]:
    """Of each kind in WAITING the letters that wait longest, `most` of them, and how many more there are."""
    may(actor, "letter.read", operation.slug)
    found = {}
    for name, told in WAITING.items():
        rows = Letter.objects.filter(operation=operation, **told)
        first = [_letter(row) for row in _with(rows).order_by("pk")[:most]]
        found[name] = first, rows.count() - len(first)
    return found


def _with(rows: Any) -> Any:
    return rows.select_related("peer__agency", "package", "drafted_by", "approved_by")


def _letter(letter: Letter) -> dict[str, Any]:
    """A row of `list_letters` or of `list_permissions`, with the letter's kind and its sealed file's name."""
    row = permission_row(letter) if letter.kind == "permission" else letter_row(letter, instants.now())
    return row | {"kind": letter.kind, "file": letter.file.rpartition("/")[2]}


def _told(wanted: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in wanted.items() if value}


def _values(rows: Any, name: str) -> list[str]:
    return sorted(rows.order_by(name).values_list(name, flat=True).distinct())
