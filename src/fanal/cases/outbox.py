"""The outbox of the audit log: an entry is written in the transaction of the act it records.

Entries hold ids and salted commitments, no personal data. One sequencer (in `work`) appends them
to the log's files; an entry id sent twice is appended once.
"""

import hashlib
import hmac
import secrets
from typing import Any

from fanal.base import instants
from fanal.base.digests import content_id
from fanal.cases.access import Actor
from fanal.cases.models.audit import Outbox


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
    at = instants.text(instants.now())
    entry = content_id("audit", actor.officer, verb, subject, at, secrets.token_hex(8))
    content = {"at": at, "officer": actor.officer, "verb": verb, "subject": subject, "facts": facts}
    Outbox.objects.create(entry=entry, content=content)
    return entry


def commitment(value: str) -> dict[str, str]:
    """A salted commitment to a text that must not stand in the log itself: {"salt", "sha256"}."""
    salt = secrets.token_hex(16)
    return {"salt": salt, "sha256": hmac.new(bytes.fromhex(salt), value.encode(), hashlib.sha256).hexdigest()}


def waiting() -> list[Outbox]:
    """Entries that are not in the log yet, in the order they were written."""
    return list(Outbox.objects.filter(appended=False).order_by("pk"))
