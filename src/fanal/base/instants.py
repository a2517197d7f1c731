"""The one reader of time. Every instant in Fanal is UTC; nothing else parses or formats one.

Python values are aware `datetime`s in UTC. In SQL (DuckDB, session time zone UTC) an instant is a
TIMESTAMP in UTC with microseconds. Text that carries an offset goes through TIMESTAMPTZ: a plain
cast to TIMESTAMP drops the offset without a word.
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from fanal.base.errors import FanalError

PRECISIONS = ("day", "minute", "second", "millisecond", "microsecond")
FORMS = ("iso", "epoch_s", "epoch_ms")
_OFFSET = r"(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)$"
# Only characters that cannot end a SQL literal or start another statement.
_SAFE_PATTERN = re.compile(r"[A-Za-z0-9%:/., \-\[\]T+]+")


class UnknownZone(FanalError):
    """A time zone that the tz database does not have."""

    code = "F-TIME-01"
    text = "The time zone {zone} is unknown; name one such as UTC or Europe/Brussels."
    exit_code = 2


class BadInstant(FanalError):
    """Text that is no instant in the form that was announced."""

    code = "F-TIME-02"
    text = "{value} is not an instant in the form {form}; write it as 2026-01-31T12:00:00Z."


def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises UnknownZone."""
    if name not in available_timezones():
        raise UnknownZone(zone=name)
    return ZoneInfo(name)


def now() -> datetime:
    """The present instant, UTC, whole microseconds. Never called by `analyse`."""
    return datetime.now(UTC)


def parse(text: str, time_zone: str = "UTC") -> datetime:
    """An ISO 8601 instant as UTC. Text without an offset is taken in `time_zone`.

    Raises BadInstant.
    """
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError as e:
        raise BadInstant(value=text, form="ISO 8601") from e
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone(time_zone))
    return value.astimezone(UTC)


def text(value: datetime) -> str:
    """An instant as ISO 8601 in UTC ending in Z; microseconds only where there are any."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def sql_instant(expression: str, form: str = "iso", time_zone: str = "UTC") -> str:
    """A SQL expression that turns VARCHAR `expression` into a UTC TIMESTAMP, NULL where it cannot.

    Args:
        expression: a SQL expression of type VARCHAR.
        form: `iso`, `epoch_s`, `epoch_ms`, or a strptime pattern.
        time_zone: of text that carries no offset.
    """
    name = zone(time_zone).key
    if form == "epoch_s":
        return f"(make_timestamp(CAST(round(TRY_CAST({expression} AS DECIMAL(24,6)) * 1000000) AS BIGINT)))"
    if form == "epoch_ms":
        return f"(make_timestamp(CAST(round(TRY_CAST({expression} AS DECIMAL(24,3)) * 1000) AS BIGINT)))"
    if form == "iso":
        local = f"TRY_CAST({expression} AS TIMESTAMP)"
        offset = f"(TRY_CAST({expression} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
        if name == "UTC":
            return offset
        return (
            f"(CASE WHEN regexp_matches({expression}, '[0-9]{_OFFSET}') THEN {offset} "
            f"ELSE (({local}) AT TIME ZONE '{name}') AT TIME ZONE 'UTC' END)"
        )
    if not _SAFE_PATTERN.fullmatch(form):
        raise BadInstant(value=form, form="strptime")
    parsed = f"TRY_STRPTIME({expression}, '{form}')"
    if "%z" in form:
        return f"(CAST({parsed} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
    if name == "UTC":
        return f"CAST({parsed} AS TIMESTAMP)"
    return f"((CAST({parsed} AS TIMESTAMP) AT TIME ZONE '{name}') AT TIME ZONE 'UTC')"


def precision(form: str, sample: str = "") -> str:
    """How finely a form of instant tells time: one of PRECISIONS. `sample` is one text in that form."""
    if form == "epoch_s":
        return "second"
    if form == "epoch_ms":
        return "millisecond"
    shown = form if form != "iso" else ""
    if form == "iso":
        if len(sample) <= len("2026-01-31"):
            return "day"
        tail = re.search(r"[.,](\d+)", sample)
        if tail:
            return "millisecond" if len(tail.group(1)) <= 3 else "microsecond"
        return "second" if sample.count(":") >= 2 or not sample else "minute"  # noqa: PLR2004
    if "%f" in shown:
        return "microsecond"
    if "%S" in shown or "%T" in shown:
        return "second"
    return "minute" if "%M" in shown or "%H" in shown else "day"
