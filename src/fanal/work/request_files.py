"""Requests to providers as the desk keeps them: in the node's own folder, listed, shown and taken away."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fanal.base.errors import FanalError
from fanal.base.instants import text
from fanal.base.language import mark
from fanal.cases.access import Actor, may
from fanal.cases.decisions import all_standing, standing
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.shelf import requests_of
from fanal.exchange.requests import KEY
from fanal.work.requests import KIND, NoSuchRequests, release_requests

#: Verdict of the decision that stands to what requests are by it.
STATES = {"draft": mark("drafted"), "release": mark("released")}


class NoSuchRequestFile(FanalError):
    """A file of requests that does not lie here."""

    code = "F-LEADS-06"
    text = "There is no file {name} of the requests {requests} in this node."


def list_requests(actor: Actor, node: Node, operation: Operation) -> list[dict[str, Any]]:
    """Every request that was drafted, the latest first.

    Returns:
        `name`, `state` (of STATES), `at`, `drafted_by`, `released_by`, `addressee`
        ("" for all that were known), `requests`, `digest`, `here` (whether its files lie in the node).
    """
    may(actor, "person.read", operation.slug)
    root, drafted = requests_of(node, operation), _drafted(operation)
    return [_row(decision, root, drafted) for decision in reversed(all_standing(operation, KIND))]


def show_requests(actor: Actor, node: Node, operation: Operation, name: str) -> dict[str, Any]:
    """One export with its files: as in `list_requests`, `files` (to be sent, by name) and `key` (what stays here).

    Raises:
        NoSuchRequests.
    """
    may(actor, "person.read", operation.slug)
    decision = standing(operation, KIND, name)
    if decision is None:
        raise NoSuchRequests(operation=operation.slug, name=name)
    root = requests_of(node, operation)
    files = sorted(path.name for path in (root / name).glob("*") if path.is_file())
    row = _row(decision, root, _drafted(operation))
    return row | {"files": [file for file in files if file != KEY], "key": KEY if KEY in files else ""}


def request_file(actor: Actor, node: Node, operation: Operation, name: str, file: str) -> Path:
    """Where one file of an export lies. That it was taken is on the record first.

    Raises:
        NoSuchRequests, NoSuchRequestFile.
    """
    may(actor, "person.read", operation.slug)
    found = show_requests(actor, node, operation, name)
    if file not in (*found["files"], found["key"]) or not file:
        raise NoSuchRequestFile(name=file, requests=name)
    record(actor, "person.read", operation.slug, kind="requests", requests=name, file=file)
    return requests_of(node, operation) / name / file


def release_here(actor: Actor, node: Node, operation: Operation, name: str, reason: str) -> dict[str, Any]:
    """Release requests whose files lie in the node. See `work.requests.release_requests`."""
    may(actor, "request.release", operation.slug)
    return release_requests(actor, node, operation, name, requests_of(node, operation) / name, reason)


def _drafted(operation: Operation) -> dict[str, str]:
    """Name of each export to the officer who drafted it."""
    rows = Decision.objects.filter(operation=operation, subject_kind=KIND, verdict="draft").order_by("pk")
    return dict(rows.values_list("subject", "officer__service_number"))


def _row(decision: Decision, root: Path, drafted: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": decision.subject,
        "state": STATES[decision.verdict],
        "at": text(decision.at),
        "drafted_by": drafted.get(decision.subject, ""),
        "released_by": decision.officer.service_number if decision.verdict == "release" else "",
        "addressee": decision.detail.get("addressee") or "",
        "requests": decision.detail.get("requests"),
        "digest": decision.detail.get("digest"),
        "here": (root / decision.subject).is_dir(),
    }
