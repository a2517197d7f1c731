"""A page of rows of the case store, the latest first: after a row, or before one, never by counting rows off."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Keyset(Generic[M]):
    """One page.

    Attributes:
        rows: the latest first.
        next, previous: keys after, or before, which the next, or the previous, page begins; None for none.
    """

    rows: list[M]
    next: int | None
    previous: int | None


def page_of(found: QuerySet[M], after: int, size: int, *, before: int = 0) -> Keyset[M]:
    """A page of rows by their key, in one query.

    Args:
        after: the key that ended the page before; 0 for the latest. before: the key that began the page after, to go
            back. size: how many at most.
    """
    if before:
        here = list(found.filter(pk__gt=before).order_by("pk")[: size + 1])
        rows, more = here[:size][::-1], len(here) > size
    else:
        here = list((found.filter(pk__lt=after) if after else found).order_by("-pk")[: size + 1])
        rows, more = here[:size], len(here) > size
    following = rows[-1].pk if rows and (before or more) else None
    preceding = rows[0].pk if rows and (more if before else after) else None
    return Keyset(rows, following, preceding)
