"""Series at the desk: what is the same thing again, who used it where, and what an officer sends to be identified.

Nothing here shows a medium, and nothing looks one up. A decision names the medium that a series is called by and holds
for the series that this medium belongs to, whatever it is called after the next run; the latest word on it stands.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from fanal.analyse import series_pages
from fanal.analyse.series_pages import UnknownSeries, WantedSeries, Word
from fanal.base.errors import FanalError
from fanal.base.instants import text
from fanal.cases.access import Actor, allowed, may
from fanal.cases.decisions import all_standing, decide
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import Snapshot, read_current

KIND, SEND, HOLD, RELEASE = "series", "send", "hold", "release"
#: Series that wait for an officer: no list has one of its media, and nobody graded it.
TO_SEND = WantedSeries(state="unseen", graded="ungraded", decided="waiting")
#: Accounts that the line of a series names.
SHOWN = 3


class NothingToRelease(FanalError):
    """A series that is to wait again and was neither sent nor held."""

    code = "F-SERIES-02"
    text = "Series {series} was neither sent nor held: there is nothing to take back."


@dataclass(frozen=True)
class SeriesPage:
    """One page of the list.

    Attributes:
        rows: see `analyse.series_pages.series_page`; `who` and `lists` are None for an officer who may not read them.
        next: the series after which the next page begins; None on the last.
        countries, lists: what can be asked for. alone: media without digest and fingerprint, which no series has.
    """

    rows: list[dict[str, Any]]
    next: str | None
    countries: list[str]
    lists: list[str]
    alone: int


def series_page(
    actor: Actor, node: Node, operation: Operation, wanted: WantedSeries, after: str, size: int
) -> SeriesPage:
    """A page of series, unseen and graded by nobody first; whose accounts are read stands on the record.

    Args:
        wanted: which. after: the last series of the page before; empty for the first page. size: how many at most.
    """
    may(actor, "media.match", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    found = series_pages.series_page(snapshot, wanted, _words(operation), after, size + 1, SHOWN)
    sees = _sees(actor, operation)
    rows = [sees.of(row) for row in found[:size]]
    seen = sorted({one["identity"] for row in rows for one in row["who"] or () if one["identity"]})
    record(actor, "person.read", operation.slug, kind="series", snapshot=snapshot.number, identities=seen)
    countries, lists, alone = series_pages.series_facets(snapshot)
    following = rows[-1]["series"] if len(found) > size else None
    return SeriesPage(rows, following, countries, lists if sees.lists else [], alone)


def show_series(
    actor: Actor, node: Node, operation: Operation, medium: str, after: dict[str, str], size: int
) -> dict[str, Any]:
    """One series: its media by metadata and digests, matches, grades, accounts, and what officers decided on it.

    Args:
        medium: the series' id, or any medium of it. after, size: see `analyse.series_pages.one_series`.

    Returns:
        The row of `series_page`, and `parts` (`one_series`; `matches` and `accounts` are None for who may not read
        them), `next` (for `media` and `accounts`, the key after which the next part begins), `history`.

    Raises:
        UnknownSeries.
    """
    may(actor, "media.match", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    series = _series_of(operation, snapshot, medium)
    wanted = WantedSeries(series=series)
    row = series_pages.series_page(snapshot, wanted, _words(operation), "", 1, SHOWN)[0]
    parts: dict[str, Any] = dict(series_pages.one_series(snapshot, series, after, size + 1))
    following = {}
    for name, key in (("media", "media"), ("accounts", "account")):
        parts[name], following[name] = _cut(parts[name], key, size)
    sees = _sees(actor, operation)
    parts["grades"] = sees.graded(parts["grades"])
    parts["matches"] = parts["matches"] if sees.lists else None
    parts["accounts"] = parts["accounts"] if sees.who else None
    seen = sorted({one["identity"] for one in parts["accounts"] or () if one["identity"]})
    record(actor, "person.read", operation.slug, kind="series", series=series, identities=seen)
    said = _decisions(operation, snapshot, series)
    return {**sees.of(row), "parts": parts, "next": following, "history": list(map(_told, said))}


def decide_series(actor: Actor, node: Node, operation: Operation, medium: str, verdict: str, reason: str) -> Decision:
    """Record, signed, that a series goes to victim identification, is held, or waits again.

    It takes the place of every earlier word on the series, also of one on a series that has merged into it.

    Args:
        medium: the series' id, or any medium of it.
        verdict: `send`, `hold`, or `release`, which takes either back.

    Raises:
        UnknownSeries, NothingToRelease, UnknownVerdict, NoReason, NoOfficer.
    """
    may(actor, "series.decide", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    series = _series_of(operation, snapshot, medium)
    row = series_pages.series_page(snapshot, WantedSeries(series=series), (), "", 1, 0)[0]
    standing = [d for d in _decisions(operation, snapshot, series) if not hasattr(d, "superseded_by")]
    if verdict == RELEASE and not any(d.verdict != RELEASE for d in standing):
        raise NothingToRelease(series=series)
    told = {"media": row["media"], "state": row["state"], "graded": row["graded"]}
    with transaction.atomic():
        subjects = [d.subject for d in standing] or [series]
        made = [decide(actor, operation, KIND, subject, verdict, reason, **told) for subject in subjects]
    return made[-1]


def series_decided(actor: Actor, node: Node, operation: Operation) -> dict[str, str]:
    """The series that stand as sent or held, each with that word."""
    may(actor, "media.match", operation.slug)
    words = _words(operation)
    now = series_pages.series_holding(read_current(node.lake(operation.slug)), [medium for medium, _, _ in words])
    latest = {now[medium]: verdict for medium, verdict, _ in words if medium in now}
    return {series: verdict for series, verdict in latest.items() if verdict != RELEASE}


def series_to_send(actor: Actor, node: Node, operation: Operation) -> int:
    """How many unseen, ungraded series wait for an officer to send or hold them."""
    may(actor, "series.decide", operation.slug)
    return series_pages.series_waiting(read_current(node.lake(operation.slug)), _words(operation))["unseen"]


def next_to_send(actor: Actor, node: Node, operation: Operation, after: str) -> str | None:
    """The series that comes after another among those that wait to be sent or held; None at the end of them."""
    may(actor, "series.decide", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    found = series_pages.series_page(snapshot, TO_SEND, _words(operation), after, 1, 0)
    return str(found[0]["series"]) if found else None


def series_to_identify(actor: Actor, node: Node, operation: Operation) -> int:
    """How many series were sent to victim identification and carry no grade of an examiner yet."""
    may(actor, "series.identify", operation.slug)
    return series_pages.series_waiting(read_current(node.lake(operation.slug)), _words(operation))["sent"]


def _words(operation: Operation) -> list[Word]:
    return [(d.subject, d.verdict, d.pk) for d in all_standing(operation, KIND)]


def _series_of(operation: Operation, snapshot: Snapshot, medium: str) -> str:
    try:
        return series_pages.series_holding(snapshot, [medium])[medium]
    except KeyError as e:
        raise UnknownSeries(operation=operation.slug, series=medium) from e


def _decisions(operation: Operation, snapshot: Snapshot, series: str) -> list[Decision]:
    """Every decision on a series, by the media that they name, oldest first."""
    found = Decision.objects.filter(operation=operation, subject_kind=KIND).order_by("pk")
    said = list(found.select_related("officer", "superseded_by"))
    now = series_pages.series_holding(snapshot, sorted({d.subject for d in said})) if said else {}
    return [d for d in said if now.get(d.subject) == series]


def _told(decision: Decision) -> dict[str, Any]:
    return {
        "at": text(decision.at),
        "officer": decision.officer.service_number,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "media": decision.detail["media"],
        "stands": not hasattr(decision, "superseded_by"),
    }


@dataclass(frozen=True)
class _Sees:
    """What the officer may read beside the media: who used them, and which list says what of them."""

    who: bool
    lists: bool

    def of(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row without the rest."""
        told = dict(row)
        if not self.who:
            told["who"] = None
        if not self.lists:
            told["lists"] = None
            told["grades"] = self.graded(row["grades"])
        return told

    def graded(self, grades: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Grades, those of lists only where lists may be read."""
        return [one for one in grades if self.lists or one["source"] != "list"]


def _sees(actor: Actor, operation: Operation) -> _Sees:
    return _Sees(
        who=allowed(actor, "person.read", operation.slug), lists=allowed(actor, "hashlist.read", operation.slug)
    )


def _cut(rows: list[dict[str, Any]], key: str, size: int) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of the first keys, and the key after which the next part begins: a medium has a row for each place."""
    keys = list(dict.fromkeys(row[key] for row in rows))
    return [row for row in rows if row[key] in keys[:size]], keys[size - 1] if len(keys) > size else None
