"""One search over everything that an officer may see: identifiers, accounts, names, identities, exhibits, messages.

Whether an identity is on the protected list shows nowhere, as in the list of identities: a gap, or a mark, would tell.
What belongs to a victim is found by the role for victims alone, the senders of tips by who reads tips. Media are found
by nothing: a digest is compared with the exhibits' own, with identifiers and with ids, never with a medium or a list.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fanal.analyse import search as lake
from fanal.analyse.search import FIRST, Sought
from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import mark
from fanal.cases.access import Actor, may, where_allowed
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Person
from fanal.cases.models.sources import ExhibitIndex
from fanal.cases.node import Node
from fanal.cases.outbox import record_each
from fanal.lake.snapshot import Snapshot, read_current
from fanal.model.kind import plain
from fanal.model.kinds_text import folded
from fanal.model.tables import exhibit_of
from fanal.work.handling import shown
from fanal.work.operations import the_operation

#: What is searched, in the order in which it is shown, and the verb without which an operation's is not.
GROUPS = {
    "identity": "person.read",
    "account": "person.read",
    "identifier": "person.read",
    "name": "person.read",
    "exhibit": "case.read",
    "message": "message.read",
}
LABELS = {
    "identity": mark("Identities"),
    "account": mark("Accounts"),
    "identifier": mark("Identifiers"),
    "name": mark("Names and titles"),
    "exhibit": mark("Exhibits"),
    "message": mark("Message text"),
}
#: Rows of a page, and of each group where all are searched together.
PAGE, FEW = 25, 5
MOST_TEXT = 200
#: Messages that are searched without being asked for: about a second. Above, they are searched alone.
MOST_MESSAGES = 1_000_000
#: Letters of an exhibit's digest from which on it is looked for.
LEAST_DIGEST = 8


class BadSearch(FanalError):
    """Nothing to search for, too much of it, or something that is not searched."""

    code = "F-SEARCH-01"
    text = "Search for 1 to {most} characters, in one of: {groups}."
    exit_code = 2


@dataclass(frozen=True)
class Group:
    """What was found of one kind.

    Attributes:
        kind: a key of GROUPS.
        rows: see `search`.
        next: where the next page begins; "" on the last.
        note: why it was not searched (`short`, `digest`, `many`), or "".
    """

    kind: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    next: str = ""
    note: str = ""


@dataclass(frozen=True)
class Found:
    """The groups that were searched, and the handling codes of the operations from which rows are shown, by slug."""

    groups: list[Group]
    handling: dict[str, list[str]]


@dataclass(frozen=True)
class _Place:
    """An operation that is searched for some groups, and what of it is not found."""

    operation: Operation
    groups: frozenset[str]
    unseen: frozenset[str]
    witnesses: bool


def searched_operations(actor: Actor) -> list[Operation]:
    """The operations that the officer may search, by slug."""
    may(actor, "case.read")
    return where_allowed(actor, "case.read")


def search(
    actor: Actor, node: Node, text: str, *, kind: str = "", within: str = "", after: str = "", show: bool = False,
    size: int = 0,
) -> Found:  # fmt: skip
    """Search every operation that the officer may see, or one.

    The search is on the record before anything is handed out: that it was made, for which kinds, in which operations,
    and which identities and rows it showed. What was typed is not: the log takes no identifier and no name, and a
    digest of a telephone number is as good as the number to who tries them all.

    Args:
        text: at most MOST_TEXT characters.
        kind: a key of GROUPS; "" for all of them, FEW rows of each.
        within: slug of an operation; "" for all.
        after: `next` of the page before, of the same kind.
        show: with the text around each hit in a message.
        size: rows of a page; 0 for PAGE, or FEW.

    Returns:
        Rows with `operation`, `kind`, `value`, `account`, `identity`, `exhibit`, `obs`, `locator`, `n`, `further` (it
        only begins so), `first_at`, `last_at`; a message has `channel`, `title`, `at` and `text` instead of `value`.

    Raises:
        BadSearch, UnknownOperation.
    """
    may(actor, "case.read")
    text = plain(text)
    if not 0 < len(text) <= MOST_TEXT or kind not in ("", *GROUPS):
        raise BadSearch(most=MOST_TEXT, groups=", ".join(GROUPS))
    places = _places(actor, the_operation(actor, within) if within else None)
    snapshots = {p.operation.slug: read_current(node.lake(p.operation.slug)) for p in places}
    size = size or (PAGE if kind else FEW)
    groups = [_group(one, places, snapshots, text, after, size, show=show, alone=bool(kind)) for one in _asked(kind)]
    _record(actor, places, groups, show=show)
    slugs = {row["operation"] for group in groups for row in group.rows}
    codes = {
        p.operation.slug: [one["line"] for one in shown(actor, p.operation)]
        for p in places
        if p.operation.slug in slugs
    }
    return Found(groups, {slug: lines for slug, lines in codes.items() if lines})


def _asked(kind: str) -> tuple[str, ...]:
    return (kind,) if kind else tuple(GROUPS)


def _places(actor: Actor, one: Operation | None) -> list[_Place]:
    """Where the officer may search, and for what."""
    verbs = {*GROUPS.values(), "tip.read", "protected.read"}
    allowed = {verb: {o.pk: o for o in where_allowed(actor, verb)} for verb in sorted(verbs)}
    operations = {key: o for found in allowed.values() for key, o in found.items() if one is None or o == one}
    victims = _victims(operations)
    return [
        _Place(
            operation,
            frozenset(group for group, verb in GROUPS.items() if key in allowed[verb]),
            frozenset() if key in allowed["protected.read"] else frozenset(victims.get(key, ())),
            key in allowed["tip.read"],
        )
        for key, operation in sorted(operations.items(), key=lambda item: item[1].slug)
    ]


def _victims(operations: Iterable[int]) -> dict[int, set[str]]:
    """The accounts of victims, by operation; of persons who were merged, those of all of them."""
    persons = {p.pk: p for p in Person.objects.filter(operation__in=operations).select_related("made_by")}
    found: dict[int, set[str]] = {}
    for person in persons.values():
        root = person
        while root.merged_into_id is not None:
            root = persons[root.merged_into_id]
        if root.category == "victim":
            found.setdefault(person.operation_id, set()).update(person.made_by.detail.get("accounts", []))
    return found


def _group(
    group: str, places: Iterable[_Place], snapshots: dict[str, Snapshot], text: str, after: str, size: int, *,
    show: bool, alone: bool,
) -> Group:  # fmt: skip
    """A page of one group, operation after operation."""
    where = [place for place in places if group in place.groups]
    if group == "exhibit":
        return _exhibits(where, text, after, size)
    if not lake.fits(group, text):
        return Group(group, note="digest" if group in ("name", "message") and lake.is_digest(text) else "short")
    if group == "message" and not alone and sum(s.rows("message") for s in snapshots.values()) > MOST_MESSAGES:
        return Group(group, note="many")
    begin, _, rest = after.partition("~")
    rows: list[dict[str, Any]] = []
    for place in where:
        slug = place.operation.slug
        if slug < begin or len(rows) > size:
            continue
        token = rest if slug == begin else ""
        sought = Sought(text, place.unseen, place.witnesses)
        found = _in_lake(snapshots[slug], group, sought, token, size + 1 - len(rows), show=show)
        rows += [{"operation": slug, **row} for row in found]
    return _page(group, rows, size)


def _page(group: str, rows: list[dict[str, Any]], size: int) -> Group:
    """The rows of one page, of which one more was looked for."""
    last = rows[size - 1] if len(rows) > size else None
    return Group(group, [_shown(row) for row in rows[:size]], f"{last['operation']}~{last['token']}" if last else "")


def _in_lake(
    snapshot: Snapshot, group: str, sought: Sought, token: str, size: int, *, show: bool
) -> list[dict[str, Any]]:
    """Rows of one operation from a place on, each with the token of its own place."""
    if group == "identity":
        return [row | {"token": row["value"]} for row in lake.identities_found(snapshot, sought, token, size)]
    if group == "message":
        at = int(token) if token.isdecimal() else -1
        found = lake.messages_found(snapshot, sought, at, size, show=show)
        return [_message(row, sought.text) | {"token": str(row["obs"])} for row in found]
    further, _, more = token.partition(".")
    obs, _, kind = more.partition(".")
    key = (further == "1", int(obs), kind) if obs.isdecimal() else FIRST
    return [
        row | {"token": f"{int(row['further'])}.{row['obs']}.{row['kind']}"}
        for row in lake.found_in(snapshot, group, sought, key, size)
    ]


def _message(row: dict[str, Any], text: str) -> dict[str, Any]:
    return row | {"text": None if row["text"] is None else lake.excerpt(row["text"], text)}


def _exhibits(places: Iterable[_Place], text: str, after: str, size: int) -> Group:
    """Exhibits of that number, with that in their name, or whose file's digest begins so, by operation and number."""
    begin, name = text.lower(), folded(text)
    slug, _, number = after.partition("~")
    place = (slug, int(number) if number.isdecimal() else 0)
    rows = ExhibitIndex.objects.filter(operation__in=[p.operation.pk for p in places]).order_by(
        "operation__slug", "number"
    )
    found = [
        {
            "operation": row.operation.slug, "kind": "exhibit", "value": row.name, "exhibit": row.number,
            "sha256": row.sha256, "token": str(row.number),
        }
        for row in rows.select_related("operation")
        if (row.operation.slug, row.number) > place
        and (
            str(row.number) == begin
            or name in folded(row.name)
            or (len(begin) >= LEAST_DIGEST and row.sha256.startswith(begin))
        )
    ]  # fmt: skip
    return _page("exhibit", found, size)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row as people and programs get it: instants as text, the exhibit of its observation."""
    told: dict[str, Any] = {
        key: instants.text(value) if isinstance(value, datetime) else value
        for key, value in row.items()
        if key != "token"
    }
    return told if told.get("obs") is None else told | {"exhibit": exhibit_of(told["obs"])}


def _record(actor: Actor, places: Iterable[_Place], groups: list[Group], *, show: bool) -> None:
    """One entry for each operation and verb that was searched; exhibits alone are not on the record, as elsewhere."""
    entries = []
    for place in places:
        for verb in ("person.read", "message.read"):
            made = [g for g in groups if GROUPS[g.kind] == verb and g.kind in place.groups and not g.note]
            rows = [row for g in made for row in g.rows if row["operation"] == place.operation.slug]
            if made:
                facts: dict[str, Any] = {
                    "kind": "search",
                    "asked": [g.kind for g in made],
                    "n": len(rows),
                    "identities": sorted({row["identity"] for row in rows if row.get("identity")}),
                }
                if verb == "message.read":
                    facts |= {"rows": [row["obs"] for row in rows], "text": show}
                entries.append((verb, place.operation.slug, facts))
    record_each(actor, entries)
