"""The outbox of the audit log: an entry is written in the transaction of the act it records.

Entries hold ids and salted commitments, no personal data. One sequencer (in `work`) appends them
to the log's files; an entry id sent twice is appended once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fanal.audit.log import Entry, commitment
from fanal.base.digests import canonical_json
from fanal.cases.access import Actor
from fanal.cases.models.audit import Outbox, columns_of, new_entry, put_in
from fanal.cases.models.offices import Operation

#: Verbs about the node and no operation begin so: officers, keys, settings, lists.
OF_NODE = frozenset({"node", "officer", "peer", "keys", "setting", "store", "list", "hashlist", "row", "audit"})


def record(actor: Actor, verb: str, subject: str, *, within: Any = "", **facts: Any) -> str:
    """Write one audit entry to the outbox.

    Args:
        actor: who acted.
        verb: what was done, a verb of `access.VERBS`.
        subject: the id of what it was done to; an id, never a name or an identifier.
        within: slug of the operation, where the subject does not name it.
        facts: ids, digests and counts.

    Returns:
        The entry's id.
    """
    entry, content = new_entry(actor.officer, verb, subject, facts)
    put_in(entry, content, str(within) or _operation(verb, subject, facts))
    return entry


def record_each(actor: Actor, entries: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
    """Write several entries at once: verb, subject and facts of each, as `record` takes them."""
    rows = []
    for verb, subject, facts in entries:
        entry, content = new_entry(actor.officer, verb, subject, facts)
        row = Outbox(entry=entry, content=content, operation=_operation(verb, subject, facts))
        row.fill()
        rows.append(row)
    Outbox.objects.bulk_create(rows)


def _operation(verb: str, subject: str, facts: Mapping[str, Any]) -> str:
    """The slug of the operation that an act is in, where the subject or a fact names it."""
    if verb.partition(".")[0] in OF_NODE:
        return ""
    named = str(facts.get("operation", subject.partition("/")[0]))
    return named if Operation.objects.filter(slug=named).exists() else ""


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


def repeats(row: Outbox) -> bool:
    """Whether the columns by which entries are looked through say what the entry says."""
    told = (row.officer, row.verb, row.subject, row.about)
    return told == columns_of(row.content) and row.at == row.content["at"]


def waiting() -> list[Outbox]:
    """Entries that are not in the log yet, in the order they were written."""
    return list(Outbox.objects.filter(appended=False).order_by("pk"))
