"""What waits for a second officer, of all kinds: only what this officer may second, never the officer's own."""

from collections.abc import Iterator
from typing import Any

from fanal.base.instants import text
from fanal.cases import emergencies
from fanal.cases.access import Actor, allowed, may
from fanal.cases.decisions import all_standing
from fanal.cases.models.deconflictions import Deconfliction
from fanal.cases.models.exchange import Package
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import Operation
from fanal.work.requests import KIND as REQUEST

#: What waits, and the verb of who may second it.
SECONDED = {
    "disclosure": "package.approve",
    "package": "package.approve",
    "letter": "letter.approve",
    "deconfliction": "deconflict.approve",
    "request": "request.release",
}


def second_queue(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """Everything in the operation that another officer made and this one may second.

    Returns:
        Rows of `what` (of SECONDED), `kind` (of a letter or file), `name`, `agency` (who gets it, "" for requests),
        `by` (service number, None where an event made it), `at`, `due` (of a disclosure: by when it is to be reviewed).
    """
    may(actor, "case.read", operation.slug)
    may_second = {what for what, verb in SECONDED.items() if allowed(actor, verb, operation.slug)}
    rows = [row for row in _everything(operation) if row["what"] in may_second and row["by"] != actor.officer]
    order = list(SECONDED)
    return sorted(rows, key=lambda row: (order.index(row["what"]), row["at"], row["name"]))


def _everything(operation: Operation) -> Iterator[dict[str, Any]]:
    for row in emergencies.clocks(operation, waiting=True):
        made = {"agency": row["recipient"], "by": row["officer"], "at": row["sealed_at"], "due": row["review_by"]}
        yield _row("disclosure", row["package"], **made)
    built = Package.objects.filter(operation=operation, direction="out", state="built")
    for package in built.select_related("peer__agency", "built_by"):
        agency = package.peer.agency.name if package.peer else package.country
        at = text(package.built_at)
        yield _row("package", str(package), agency=agency, by=package.built_by.service_number, at=at)
    letters = Letter.objects.filter(operation=operation, state__in=("drafted", "answered"))
    for letter in letters.select_related("peer__agency", "drafted_by"):
        by, agency = letter.drafted_by, letter.peer.agency.name
        made = {"kind": letter.kind, "by": by.service_number if by else None, "at": text(letter.drafted_at)}
        yield _row("letter", letter.reference, agency=agency, **made)
    files = Deconfliction.objects.filter(operation=operation, direction="out", state="built")
    for file in files.select_related("operation", "peer__agency", "built_by"):
        made = {"kind": file.step, "by": file.built_by.service_number, "at": text(file.built_at)}
        yield _row("deconfliction", str(file), agency=file.peer.agency.name, **made)
    for drafted in all_standing(operation, REQUEST):
        if drafted.verdict == "draft":
            yield _row("request", drafted.subject, by=drafted.officer.service_number, at=text(drafted.at))


def _row(what: str, name: str, **more: Any) -> dict[str, Any]:
    return {"what": what, "name": name, "kind": "", "agency": "", "by": None, "at": "", "due": None, **more}
