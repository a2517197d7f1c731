"""Leads as requests that may be sent: drafted by one officer, released by another, checked again before that.

Only for identities that meet the approved threshold and that nothing holds back. A request holds identifiers of
people: so it is a draft until a second officer's signed decision names the digest of exactly what leaves.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from fanal.analyse import views
from fanal.analyse.explain import observations
from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import language, speaking, translate
from fanal.cases.access import Actor, may
from fanal.cases.decisions import decide, standing
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.cases.shelf import requests_of
from fanal.evidence.register import Register
from fanal.exchange.requests import (
    Batch,
    Request,
    digest_of_files,
    files_of,
    read_files,
    release_files,
    write_drafts,
)
from fanal.lake.snapshot import Snapshot, read_current
from fanal.model.tables import exhibit_of
from fanal.work.handling import not_passed_on, open_requests, refuse_in_proceedings, shown
from fanal.work.plans import NoThreshold
from fanal.work.protection import staying
from fanal.work.told import threshold_of

#: What the step `leads` calls an addressee that nobody knows: a wallet to trace, an address without a network.
UNKNOWN = "unknown"
KIND = "request"


class NothingToAsk(FanalError):
    """An export without a request."""

    code = "F-LEADS-02"
    text = "There is nothing to ask of {addressee}; `fanal leads addressees` shows whom there is something to ask."


class NoSuchRequests(FanalError):
    """A release of requests that were never drafted."""

    code = "F-LEADS-03"
    text = "Operation {operation} has no drafted requests {name}; `fanal leads export DIR` drafts them."


class SameOfficer(FanalError):
    """Who drafted requests tried to release them."""

    code = "F-LEADS-04"
    text = "Officer {officer} drafted {name}; a second officer must release it."


class RequestsChanged(FanalError):
    """What is to be released is not what was drafted, or not what would be drafted now."""

    code = "F-LEADS-05"
    text = "{name} is not what was drafted, or the case has changed since; draft it again with `fanal leads export`."


def export_requests(
    actor: Actor,
    node: Node,
    operation: Operation,
    folder: Path | None,
    addressee: str | None,
    *,
    proceedings: bool = False,
) -> dict[str, Any]:
    """Write one table and one letter for each addressee, as drafts, and record what was drafted.

    Args:
        folder: new or empty; None, one of the node's own, named as the requests are.
        addressee: only this one; default, all that are known.
        proceedings: the answers are meant for judicial proceedings; refused for what came under H1.

    Returns:
        `name`, `addressees`, `requests`, `without_addressee` (leads of which nobody can be asked), `digest`, `folder`,
        `handling` (what the material's codes ask), `permissions` (requests drafted for what H2 leaves out).

    Raises:
        NoThreshold: none is approved. NothingToAsk. NotInProceedings. FolderNotEmpty. NoOfficer.
    """
    may(actor, "request.draft", operation.slug)
    if proceedings:
        refuse_in_proceedings(actor, node, operation)
    asked = open_requests(actor, node, operation, "pass_on", "", translate("requests to providers"))
    name = f"{operation.slug}-R{_drafted(operation) + 1}"
    made_at = instants.now()
    batch, unknown = _batch(actor, node, operation, name, made_at, addressee)
    files = files_of(batch)
    digest = digest_of_files(files)
    folder = folder or requests_of(node, operation) / name
    write_drafts(folder, batch, files)
    n = sum(map(len, batch.requests.values()))
    decide(
        actor, operation, KIND, name, "draft", f"{n} requests to {len(batch.requests)} addressees",
        digest=digest, requests=n, addressee=addressee, made_at=instants.text(made_at), language=language(),
    )  # fmt: skip
    return {
        "name": name,
        "addressees": len(batch.requests),
        "requests": n,
        "without_addressee": unknown,
        "digest": digest,
        "folder": str(folder),
        "handling": [one["line"] for one in shown(actor, operation)],
        "permissions": asked,
    }


def release_requests(
    actor: Actor, node: Node, operation: Operation, name: str, folder: Path, reason: str
) -> dict[str, Any]:
    """Release drafted requests as second officer: the decision names the digest of exactly what leaves.

    Raises:
        NoSuchRequests, SameOfficer, NoReason, NoOfficer.
        RequestsChanged: a file was changed, or a threshold, a hold or the protected list would leave something out now.
    """
    may(actor, "request.release", operation.slug)
    drafted = standing(operation, KIND, name)
    if drafted is None:
        raise NoSuchRequests(operation=operation.slug, name=name)
    if actor.officer in _who_drafted(drafted):
        raise SameOfficer(officer=actor.officer, name=name)
    detail = drafted.detail
    if digest_of_files(read_files(folder)) != detail["digest"]:
        raise RequestsChanged(name=name)
    made_at = instants.parse(detail["made_at"])
    with speaking(detail["language"]):
        again = files_of(_batch(actor, node, operation, name, made_at, detail["addressee"])[0])
    if digest_of_files(again) != detail["digest"]:
        raise RequestsChanged(name=name)
    made = (
        drafted if drafted.verdict == "release" else decide(actor, operation, KIND, name, "release", reason, **detail)
    )
    files = release_files(folder)
    return {"name": name, "decision": made.decision, "files": [str(path) for path in files]}


def addressees(actor: Actor, node: Node, operation: Operation) -> list[dict[str, Any]]:
    """Whom there is something to ask: `addressee`, `kinds`, `requests`, `perishes_at` of the first; that one first."""
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    stay = staying(actor, operation, snapshot)
    found: dict[str, dict[str, Any]] = {}
    for lead in views.leads(snapshot):
        if lead["identity"] in stay:
            continue
        row = found.setdefault(
            lead["addressee"],
            {"addressee": lead["addressee"], "kinds": [], "requests": 0, "perishes_at": lead["perishes_at"]},
        )
        row["requests"] += 1
        row["kinds"] = sorted({*row["kinds"], lead["kind"]})
    for row in found.values():
        row["perishes_at"] = instants.text(row["perishes_at"]) if row["perishes_at"] else None
    return list(found.values())


def clock_offsets(actor: Actor, node: Node, operation: Operation) -> Mapping[int, float | None]:
    """Exhibit to the seconds by which its source's clock was ahead of true time, where somebody compared them."""
    may(actor, "case.read", operation.slug)
    return {e.number: e.options.get("clock_offset_s") for e in Register(node.evidence).exhibits(operation.slug)}


def _batch(
    actor: Actor, node: Node, operation: Operation, name: str, made_at: datetime, addressee: str | None
) -> tuple[Batch, int]:
    """What may be asked now, and how many leads have nobody to ask."""
    if not threshold_of(actor, operation).version:
        raise NoThreshold(operation=operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    found: dict[str, list[Request]] = {}
    unknown = 0
    for who, request in _requests(actor, node, operation, snapshot):
        if who == UNKNOWN:
            unknown += 1
        elif addressee is None or who.casefold() == addressee.casefold():
            found.setdefault(who, []).append(request)
    if not found:
        raise NothingToAsk(addressee=addressee or "-")
    return Batch(name, node.agency, operation.legal_basis, made_at, found), unknown


def _requests(actor: Actor, node: Node, operation: Operation, snapshot: Snapshot) -> Iterator[tuple[str, Request]]:
    stay = staying(actor, operation, snapshot) | not_passed_on(actor, node, operation, snapshot, "")[0]
    offsets = clock_offsets(actor, node, operation)
    leads = [lead for lead in views.leads(snapshot) if lead["identity"] not in stay]
    seen = observations(snapshot, {lead["obs"] for lead in leads})
    for lead in leads:
        row, exhibit = seen.get(lead["obs"]), exhibit_of(lead["obs"])
        yield (
            lead["addressee"],
            Request(
                lead["lead"],
                lead["identity"],
                f"{exhibit}/{row.locator}" if row else str(exhibit),
                lead["ask"],
                lead["address"],
                lead["port"],
                lead["at"],
                offsets.get(exhibit),
                lead["perishes_at"],
            ),
        )


def _drafted(operation: Operation) -> int:
    said = Decision.objects.filter(operation=operation, subject_kind=KIND, verdict="draft")
    return said.values("subject").distinct().count()


def _who_drafted(decision: Decision) -> set[str]:
    """The officers who drafted: of a release, those of what it superseded."""
    found = set()
    one: Decision | None = decision
    while one is not None:
        if one.verdict == "draft":
            found.add(one.officer.service_number)
        one = one.supersedes
    return found
