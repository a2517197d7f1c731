"""How many distressing texts an officer opened: counted for that officer, and shown to nobody else.

Every text that people wrote to each other counts, whatever it says: nobody has to read it first to weigh it. It is no
measure of work and no part of the audit log, and it is kept for WEEKS weeks.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.http import HttpRequest

from fanal.base import instants
from fanal.web.models import DeskUser, Exposure

WEEKS = 8


@dataclass(frozen=True)
class Opened:
    """Texts that were opened: today, since Monday, and by day, the latest first."""

    today: int
    week: int
    days: list[tuple[dt.date, int]]


def count_texts(request: HttpRequest, texts: int) -> None:
    """Add to what the officer of this session opened today."""
    if not texts or not isinstance(request.user, DeskUser):
        return
    today = instants.now().date()
    row, new = Exposure.objects.get_or_create(user=request.user, day=today)
    Exposure.objects.filter(pk=row.pk).update(texts=F("texts") + texts)
    if new:
        Exposure.objects.filter(user=request.user, day__lt=today - dt.timedelta(weeks=WEEKS)).delete()


def opened(request: HttpRequest) -> Opened:
    """What the officer of this session opened: nobody else's count is ever read."""
    today = instants.now().date()
    monday = today - dt.timedelta(days=today.weekday())
    since = today - dt.timedelta(weeks=WEEKS)
    rows = Exposure.objects.filter(user=request.user, day__gte=since) if isinstance(request.user, DeskUser) else ()
    days = sorted(((row.day, row.texts) for row in rows), reverse=True)
    return Opened(sum(n for day, n in days if day == today), sum(n for day, n in days if day >= monday), days)
