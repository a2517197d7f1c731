"""The outbox of the audit log: an entry is written in the transaction of the act it records.

Entries hold ids and salted commitments, no personal data. One sequencer (in `work`) appends them
to the log's files; an entry id sent twice is appended once.

A page that only reads holds its entries until it is made and writes them together before it goes out: each on its own
would have the disk waited for.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction

from fanal.audit.log import Entry, commitment
from fanal.base.digests import canonical_json
from fanal.cases.access import Actor
from fanal.cases.models.audit import Outbox, columns_of, listed_in, new_entry, put_in, row_of, write_rows
from fanal.cases.models.offices import Operation

#: Verbs about the node and no operation begin so: officers, keys, settings, lists.
OF_NODE = frozenset({"node", "officer", "peer", "keys", "setting", "store", "list", "hashlist", "row", "audit"})

_held: ContextVar[list[Outbox] | None] = ContextVar("fanal_held_entries", default=None)


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
    operation = str(within) or _operation(verb, subject, facts)
    waits = _held.get()
    if waits is None:
        put_in(entry, content, operation)
    else:
        waits.append(row_of(entry, content, operation))
    return entry


@contextmanager
def held_back() -> Iterator[None]:
    """Within the block `record` holds entries; they are written at its end, also where it ends in an error.

    Only around what reads: an act stands on the record in its own transaction.
    """
    token = _held.set([])
    try:
        yield
    finally:
        try:
            write_held()
        finally:
            _held.reset(token)


def held() -> list[Outbox]:
    """The entries that are held back and not written yet, the oldest first."""
    return list(_held.get() or ())


def write_held() -> None:
    """Write what is held back; it stays held until the transaction around has ended well."""
    if rows := held():
        for row in rows:
            row.pk = None  # of a transaction that was undone
        with transaction.atomic():
            write_rows(rows)
            transaction.on_commit(lambda: _forget(rows))


def _forget(written: list[Outbox]) -> None:
    kept = _held.get()
    if kept is not None:
        kept[:] = [row for row in kept if row not in written]


def record_each(actor: Actor, entries: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
    """Write several entries at once: verb, subject and facts of each, as `record` takes them."""
    rows = []
    for verb, subject, facts in entries:
        entry, content = new_entry(actor.officer, verb, subject, facts)
        rows.append(row_of(entry, content, _operation(verb, subject, facts)))
    write_rows(rows)


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
    """Whether the columns and rows by which entries are found say what the entry says."""
    told = (row.officer, row.verb, row.subject, row.about)
    columns = told == columns_of(row.content) and row.at == row.content["at"]
    return columns and sorted(one.identity for one in row.listed.all()) == sorted(listed_in(row.content))


def waiting() -> list[Outbox]:
    """Entries that are not in the log yet, in the order they were written."""
    return list(Outbox.objects.filter(appended=False).order_by("pk"))
