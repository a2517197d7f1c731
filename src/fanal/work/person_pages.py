"""Persons as the desk shows them: what stands of each, by what, and what others say beside it. Never a victim.

Victims stand in a compartment of their own: who is one appears on no page of persons, and nobody's page tells of one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fanal.analyse.lookup import accounts_in, first_conduct, identities_of
from fanal.base.errors import FanalError
from fanal.base.instants import text
from fanal.base.language import mark
from fanal.cases.access import Actor, may
from fanal.cases.compared import NOT_COMPARED
from fanal.cases.everyone import Everyone
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision, Person, PersonReference
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.persons import UnknownPerson, by_reference
from fanal.lake.snapshot import read_current
from fanal.work.foreign import opinions_on

#: What may stand of a person, in the order in which it is shown and filtered by.
FUGITIVE, MINOR, AGE_UNKNOWN = mark("fugitive"), mark("minor"), mark("age not known")
STATUSES = (
    FUGITIVE,
    MINOR,
    AGE_UNKNOWN,
    mark("to be safeguarded"),
    mark("safeguarded"),
    mark("requested"),
    mark("search planned"),
    mark("searched"),
    mark("arrest planned"),
    mark("arrest ordered"),
    mark("arrested"),
)
#: Those that are counted even where nobody is one.
ALWAYS = (FUGITIVE, MINOR)
#: Kind of a report to what it makes of a person while it is planned, and once it is done.
_DEEDS = {
    "request": ("requested", "requested"),
    "search": ("search planned", "searched"),
    "order": ("arrest ordered", "arrest ordered"),
    "arrest": ("arrest planned", "arrested"),
    "safeguard": ("to be safeguarded", "safeguarded"),
    "flight": ("", FUGITIVE),
}
#: What a later status makes pointless to say.
_PAST = {
    "searched": ("search planned",),
    "arrested": ("arrest planned", "arrest ordered"),
    "safeguarded": ("to be safeguarded",),
}
#: Between two references in the subject of a decision that joins them.
SAME = " = "


class NoSuchPerson(FanalError):
    """No person of that number whom this page shows."""

    code = "F-PERSON-06"
    text = "There is no person {person} in operation {operation}; the page of persons lists them."


@dataclass(frozen=True)
class People:
    """One page of persons.

    Attributes:
        rows: `person`, `references`, `name`, `category`, `statuses`, `countries`, `events` (how many).
        next, previous: the person after, or before, whom the next, or the previous, page begins; None for none.
        counts: status to how many persons have it, in the order of `STATUSES`; all: how many there are.
    """

    rows: list[dict[str, Any]]
    next: int | None
    previous: int | None
    counts: dict[str, int]
    all: int


def person_page(
    actor: Actor, node: Node, operation: Operation, status: str, after: int, size: int, *, before: int = 0
) -> People:
    """A page of persons in the order in which they were made; who is read is on the record, one by one.

    Args:
        status: only persons of whom that stands, of STATUSES; empty for all.
        after: the last person of the page before; 0 for the first page. before: the first of the page after, to go
            back. size: how many at most.
    """
    may(actor, "person.read", operation.slug)
    everyone = Everyone(operation)
    people = _shown(everyone)
    conducted = _conducted(node, operation, everyone)
    stands = {person.pk: _statuses(everyone, person, conducted) for person in people}
    counted = Counter(word for words in stands.values() for word in words)
    wanted = [person for person in people if not status or status in stands[person.pk]]
    if before:
        earlier = [person for person in wanted if person.pk < before]
        here, more_before, more_after = earlier[-size:], len(earlier) > size, len(wanted) > len(earlier)
    else:
        later = [person for person in wanted if person.pk > after]
        here, more_before, more_after = later[:size], len(wanted) > len(later), len(later) > size
    references = _references(operation, everyone)
    rows = [_row(everyone, person, references, stands[person.pk]) for person in here]
    record(actor, "person.read", operation.slug, kind="persons", persons=[person.pk for person in here])
    counts = {word: counted[word] for word in STATUSES if counted[word] or word in ALWAYS}
    following = here[-1].pk if here and more_after else None
    return People(rows, following, here[0].pk if here and more_before else None, counts, len(people))


def one_person(actor: Actor, node: Node, operation: Operation, number: int) -> dict[str, Any]:
    """All that stands of one person. The reading is on the record first.

    Returns:
        A row as of `People`, with `born`, `age_source`, `identities` (`identity`, its `accounts`, and whether a
        decision or a report names it), `decisions` (`at`, `verdict`, `about`, `reason`, `officer`, `evidence`),
        `reports` (of what was done, by instant), `opinions` (own and others' words, as `foreign.opinions_on` has them).

    Raises:
        NoSuchPerson: also for a victim.
    """
    may(actor, "person.read", operation.slug)
    everyone = Everyone(operation)
    person = _person(everyone, operation, number)
    record(actor, "person.read", operation.slug, kind="person", person=person.pk)
    events = everyone.events_of(person)
    decided = everyone.accounts_of(person)
    reported = {event.account for event in events if event.account} - decided
    snapshot = read_current(node.lake(operation.slug))
    owners = identities_of(snapshot, sorted(decided | reported))
    named = {one.identity for one in everyone.family(person) if one.identity} | set(owners.values())
    references = _references(operation, everyone)
    conducted = first_conduct(snapshot, sorted(decided | reported))
    return {
        **_row(everyone, person, references, _statuses(everyone, person, conducted)),
        "born": person.born,
        "age_source": person.age_source,
        "identities": [
            {
                "identity": identity,
                "accounts": accounts_in(snapshot, identity),
                "decided": any(owners.get(account) == identity for account in decided),
            }
            for identity in sorted(set(owners.values()))
        ],
        "decisions": _decisions(operation, references.get(person.pk, [])),
        "reports": [_report(event) for event in events],
        "opinions": opinions_on(actor, node, operation, named, decided | reported),
    }


def accounts_of_person(actor: Actor, operation: Operation, number: int) -> list[str]:
    """The accounts of one person, by decisions and reports, for an act on all of them. Raises NoSuchPerson."""
    may(actor, "person.read", operation.slug)
    everyone = Everyone(operation)
    person = _person(everyone, operation, number)
    named = {event.account for event in everyone.events_of(person) if event.account}
    return sorted(everyone.accounts_of(person) | named)


def reference_of_person(actor: Actor, operation: Operation, number: int) -> str:
    """The first of the references that stand for one person. Raises NoSuchPerson."""
    may(actor, "person.read", operation.slug)
    everyone = Everyone(operation)
    return _references(operation, everyone)[_person(everyone, operation, number).pk][0]


def number_of_reference(actor: Actor, operation: Operation, reference: str) -> int:
    """The person that a reference stands for. Raises UnknownPerson, also for a victim."""
    may(actor, "person.read", operation.slug)
    found = by_reference(operation, reference)
    if not any(person.pk == found.pk for person in _shown(Everyone(operation))):
        raise UnknownPerson(operation=operation.slug, reference=reference)
    return found.pk


def _shown(everyone: Everyone) -> list[Person]:
    """Whom these pages show: nobody who is a victim or a witness, nor anybody joined with one."""
    return [
        person
        for person in everyone.standing()
        if not any(one.category in NOT_COMPARED for one in everyone.family(person))
    ]


def _person(everyone: Everyone, operation: Operation, number: int) -> Person:
    found = [person for person in _shown(everyone) if any(one.pk == number for one in everyone.family(person))]
    if not found:
        raise NoSuchPerson(person=number, operation=operation.slug)
    return found[0]


def _conducted(node: Node, operation: Operation, everyone: Everyone) -> Mapping[str, Any]:
    named = {event.account for event in everyone.events if event.account}
    accounts = named.union(*(everyone.accounts_of(person) for person in everyone.standing()))
    return first_conduct(read_current(node.lake(operation.slug)), sorted(accounts)) if accounts else {}


def _statuses(everyone: Everyone, person: Person, conducted: Mapping[str, Any]) -> list[str]:
    """What stands of a person, in words, in the order of STATUSES."""
    found: set[str] = set()
    for event in everyone.events_of(person):
        if event.kind not in _DEEDS:
            continue
        word = _DEEDS[event.kind][event.status == "done"]
        found.add(word)
        # Who was caught after a flight is no fugitive; who fled after an arrest is one again.
        if word == "arrested":
            found.discard(FUGITIVE)
    for word, past in _PAST.items():
        if word in found:
            found.difference_update(past)
    minor = everyone.minor(person, conducted)
    found |= {AGE_UNKNOWN} if minor is None else {MINOR} if minor else set()
    return [word for word in STATUSES if word in found]


def _row(
    everyone: Everyone, person: Person, references: Mapping[int, list[str]], statuses: Iterable[str]
) -> dict[str, Any]:
    events = everyone.events_of(person)
    return {
        "person": person.pk,
        "references": references.get(person.pk, []),
        "name": person.name,
        "category": person.category,
        "statuses": list(statuses),
        "countries": sorted({event.country for event in events}),
        "events": len(events),
    }


def _references(operation: Operation, everyone: Everyone) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    told = PersonReference.objects.filter(operation=operation).order_by("pk")
    for key, reference in told.values_list("person_id", "reference"):
        found.setdefault(everyone.root(key), []).append(reference)
    return found


def _decisions(operation: Operation, references: Iterable[str]) -> list[dict[str, Any]]:
    own = set(references)
    said = Decision.objects.filter(operation=operation, subject_kind="person").select_related("officer").order_by("pk")
    return [
        {
            "at": text(d.at),
            "verdict": d.verdict,
            "about": d.subject,
            "reason": d.reason,
            "officer": d.officer.service_number,
            "evidence": [one if isinstance(one, str) else one["as"] for one in d.detail.get("evidence", ())],
        }
        for d in said
        if own & {d.subject, *d.subject.split(SAME)}
    ]


def _report(event: CaseEvent) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "status": event.status,
        "country": event.country,
        "at": text(event.at),
        "offence_at": text(event.offence_at) if event.offence_at else None,
        "reported_by": event.reported_by,
        "reference": event.reference,
        "account": event.account,
        "conduct": event.conduct,
        "note": event.note,
    }
