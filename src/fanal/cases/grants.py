"""What officers were granted: read anew each time it is asked, or once for one look at a page.

A page asks some thirty times whether its officer may see something. Between these nothing changes that a moment more or
less would not have changed; what writes, and each command, asks anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from fanal.cases.models.offices import Officer

#: Role, and slug of the operation that it is for; None where it is for the node. Both are None in the one row of an
#: officer without any grant.
Granted = tuple[str | None, str | None]

_read: ContextVar[dict[str, list[Granted]] | None] = ContextVar("fanal_grants", default=None)


def grants_of(officer: str) -> list[Granted]:
    """The grants of an active officer, by service number; empty where the node has none such."""
    read = _read.get()
    if read is None:
        return _asked(officer)
    if officer not in read:
        read[officer] = _asked(officer)
    return read[officer]


@contextmanager
def read_once() -> Iterator[None]:
    """Within the block the grants of each officer are read once. Only around what changes none."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def _asked(officer: str) -> list[Granted]:
    found = Officer.objects.filter(service_number=officer, active=True)
    return list(found.values_list("grants__role", "grants__operation__slug"))  # one row without grants, too
