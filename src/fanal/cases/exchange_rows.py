"""Packages and letters as their readers see them, a row each; who may see one is asked before."""

from datetime import datetime
from typing import Any

from fanal.base import instants
from fanal.cases import letters
from fanal.cases.emergencies import review_of
from fanal.cases.models.exchange import Package
from fanal.cases.models.letters import Letter


def package_row(package: Package, *, whole: bool) -> dict[str, Any]:
    """A package as an officer reads it; how many the protected list holds back is for who reads that list (`whole`)."""
    counts = dict(package.counts)
    if not whole:
        counts["not_included"] = counts.get("not_included", 0) + (counts.pop("held_back", None) or 0)
    return {
        "package": str(package),
        "country": package.country,
        "recipient": package.peer.agency.name if package.peer else "",
        "number": package.number,
        "state": package.state,
        "identities": counts.get("identities"),
        "accounts": counts.get("accounts"),
        "held_back": counts.get("held_back"),
        "not_included": counts.get("not_included"),
        "digest": package.digest,
        "folder": package.folder,
        "file": package.file,
        "file_sha256": package.file_sha256,
        "review": review_of(package),
    }


def letter_row(letter: Letter, now: datetime) -> dict[str, Any]:
    """A recall or correction as an officer reads it."""
    waits = letter.state not in ("settled", "dismissed")
    since = letter.sealed_at if letter.direction == "out" and letter.sealed_at else letter.drafted_at
    return {
        "letter": letter.reference,
        "direction": letter.direction,
        "kind": letter.kind,
        "agency": letter.peer.agency.name,
        "package": str(letter.package),
        "identity": letter.identity,
        "state": letter.state,
        "days_waiting": letters.waiting_days(since, now) if waits else None,
        "settled": letter.settled or None,
        "reason": letter.reason,
        "settled_reason": letter.settled_reason or None,
        "officer": letter.settled_officer or None,
        "drafted_by": letter.drafted_by.service_number if letter.drafted_by else None,
        "approved_by": letter.approved_by.service_number if letter.approved_by else None,
        "file": letter.file,
    }


def permission_row(letter: Letter) -> dict[str, Any]:
    """A permission as an officer reads it."""
    waits = letter.state not in ("settled", "dismissed")
    return {
        "letter": letter.reference,
        "direction": letter.direction,
        "agency": letter.peer.agency.name,
        "package": str(letter.package),
        "use": letter.detail.get("use"),
        "to": letter.detail.get("to") or None,
        "identity": letter.identity or None,
        "state": letter.state,
        "settled": letter.settled or None,
        "schedule": letter.direction == "out" and letter.settled != "granted",
        "days_waiting": letters.waiting_days(letter.sealed_at or letter.drafted_at, instants.now()) if waits else None,
        "reason": letter.reason,
        "settled_reason": letter.settled_reason or None,
        "officer": letter.settled_officer or None,
    }
