"""The outbox of the audit log: an entry is written in the transaction of the act it records.

Entries hold ids and salted commitments, no personal data. One sequencer (in `work`) appends them
to the log's files; an entry id sent twice is appended once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fanal.audit.log import Entry, commitment
from fanal.base.digests import canonical_json
from fanal.cases.access import Actor
from fanal.cases.models.audit import Outbox, new_entry


def record(actor: Actor, verb: str, subject: str, **facts: Any) -> str:
    """Write one audit entry to the outbox.

    Args:
        actor: who acted.
        verb: what was done, a verb of `access.VERBS`.
        subject: the id of what it was done to; an id, never a name or an identifier.
        facts: ids, digests and counts.

    Returns:
        The entry's id.
    """
    entry, content = new_entry(actor.officer, verb, subject, facts)
    Outbox.objects.create(entry=entry, content=content)
    return entry


def record_each(actor: Actor, entries: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
    """Write several entries at once: verb, subject and facts of each, as `record` takes them."""
    made = [new_entry(actor.officer, verb, subject, facts) for verb, subject, facts in entries]
    Outbox.objects.bulk_create([Outbox(entry=entry, content=content) for entry, content in made])


def entry_of(row: Outbox) -> Entry:
    """The row as the log takes it: its facts as one salted commitment."""
    content = row.content
    facts = canonical_json(content["facts"]).decode()
    return Entry(
        row.entry,
        content["at"],
        content["officer"],
        content["verb"],
        content["subject"],
        {"facts": commitment(facts, bytes.fromhex(content["salt"]))},
    )


def waiting() -> list[Outbox]:
    """Entries that are not in the log yet, in the order they were written."""
    return list(Outbox.objects.filter(appended=False).order_by("pk"))
