"""All persons of an operation with what is reported of them, read at once: as many queries for one as for thousands."""

import datetime as dt
from collections.abc import Mapping
from functools import cached_property

from fanal.cases.models.events import CaseEvent
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Person

ADULT = 18

#: account key to an instant
Conducted = Mapping[str, dt.datetime]


class Everyone:
    """The persons of one operation as they stand when they are first asked for."""

    def __init__(self, operation: Operation) -> None:
        """Read nothing yet."""
        self._operation = operation

    @cached_property
    def _persons(self) -> dict[int, Person]:
        found = Person.objects.filter(operation=self._operation).select_related("made_by__officer").order_by("pk")
        return {person.pk: person for person in found}

    @cached_property
    def _families(self) -> dict[int, list[Person]]:
        families: dict[int, list[Person]] = {}
        for person in self._persons.values():
            families.setdefault(self.root(person.pk), []).append(person)
        return families

    @cached_property
    def events(self) -> list[CaseEvent]:
        """Every report about a person of the operation, by instant."""
        about = CaseEvent.objects.filter(operation=self._operation, person__isnull=False)
        return list(about.order_by("at", "pk"))

    @cached_property
    def _reported(self) -> dict[int, list[CaseEvent]]:
        reported: dict[int, list[CaseEvent]] = {}
        for event in self.events:
            if event.person_id is not None:
                reported.setdefault(self.root(event.person_id), []).append(event)
        return reported

    @cached_property
    def behind(self) -> dict[str, int]:
        """Identity to the key of the person behind it."""
        return {person.identity: self.root(person.pk) for person in self._persons.values() if person.identity}

    def root(self, person: int) -> int:
        """The key of the person that this one was merged into, over any number of steps, or its own."""
        while (into := self._persons[person].merged_into_id) is not None:
            person = into
        return person

    def standing(self) -> list[Person]:
        """Every person once, merged ones under the one that stayed, the oldest first."""
        return [person for person in self._persons.values() if person.merged_into_id is None]

    def family(self, person: Person) -> list[Person]:
        """A standing person and everyone who was merged into that person."""
        return self._families[person.pk]

    def events_of(self, person: Person) -> list[CaseEvent]:
        """What is reported of a standing person, by instant."""
        return self._reported.get(person.pk, [])

    def accounts_of(self, person: Person) -> set[str]:
        """The accounts that the decisions which made a person, and those merged into that person, name."""
        return {account for one in self.family(person) for account in one.made_by.detail.get("accounts", [])}

    def minor(self, person: Person, conducted: Conducted | None = None) -> bool | None:
        """Whether a person was under 18 at the offence: the date reported, else the first conduct of the evidence.

        Where neither is known, the earliest report stands in for it. None where the age is not known: it is never
        taken for an adult's, nor counted among minors.

        Args:
            person: a standing one.
            conducted: account to the first conduct that the evidence shows of it.
        """
        if person.born is None:
            return None
        events = self.events_of(person)
        reported = [e.offence_at for e in events if e.offence_at]
        named = {e.account for e in events} | self.accounts_of(person)
        shown = [at for account, at in (conducted or {}).items() if account in named]
        offence = min(reported or shown or [e.at for e in events], default=None)
        if offence is None:
            return None
        day = offence.date()
        age = day.year - person.born.year - ((day.month, day.day) < (person.born.month, person.born.day))
        return age < ADULT
