"""The secrets of deconfliction end: keys of blinded sets and of queries are deleted after their time, on record.

Who has a key and the file that it blinded can compare any value with it. So a set goes that no offer of the last days
used, and the key of a query that nobody answered in time. What left, and the log of it, stays.
"""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from fanal.base import instants
from fanal.cases.access import Actor, may
from fanal.cases.models.deconflictions import Deconfliction
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record


def sweep_secrets(actor: Actor, node: Node, operation: Operation, now: datetime | None = None) -> list[str]:
    """Delete what is older than `keep_days` of [deconflict] in fanal.toml.

    Args:
        now: default, the clock.

    Returns:
        Names of the sets, and of the queries, whose keys are gone.
    """
    may(actor, "deconflict.offer", operation.slug)
    oldest = (now or instants.now()) - timedelta(days=node.caps.keep_days)
    ours = Deconfliction.objects.filter(operation=operation, direction="out")
    used: dict[str, datetime] = {}
    for row in ours.filter(step="offer").order_by("built_at"):
        used |= {str(part["kept"]): row.built_at for part in row.parts.values() if part.get("kept")}
    prepared = node.packages / operation.slug / "deconflict" / "prepared"
    gone: dict[str, list[Path]] = {}
    for secret in sorted(prepared.glob("*.kept")):
        last = used[secret.stem].timestamp() if secret.stem in used else secret.stat().st_mtime
        if last < oldest.timestamp():
            gone[secret.stem] = [secret, secret.with_suffix(".psi")]
    for row in ours.filter(step="query", built_at__lt=oldest):
        secret = (node.folder / row.folder).with_suffix(".kept")
        if secret.exists():
            gone[str(row)] = [secret]
    if gone:
        with transaction.atomic():
            record(actor, "deconflict.sweep", operation.slug, swept=sorted(gone))
        for path in (path for paths in gone.values() for path in paths):
            path.unlink(missing_ok=True)
    return sorted(gone)
