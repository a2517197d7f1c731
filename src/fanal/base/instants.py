"""The one reader of time. Every instant in Fanal is UTC; nothing else parses or formats one.

Python values are aware `datetime`s in UTC. In SQL (DuckDB, session time zone UTC) an instant is a
TIMESTAMP in UTC with microseconds. Text that carries an offset goes through TIMESTAMPTZ: a plain
cast to TIMESTAMP drops the offset without a word.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, available_timezones

from fanal.base.errors import FanalError

PRECISIONS = ("day", "minute", "second", "millisecond", "microsecond")
FORMS = ("iso", "epoch_s", "epoch_ms", "web_log")
#: The first second of the year 10000: counts beyond it are no instants.
EPOCH_S_MAX = 253_402_300_800
# An offset follows a time of day: without one, the end of a date (-31) looks the same.
_OFFSET = r"[T :][0-9]{2}([.,][0-9]+)? ?(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)$"
# As web servers write an instant: in Apache's way, as a count of seconds or milliseconds, else ISO 8601.
_CLF, _CLF_FORM = r"^[0-9]{1,2}/[A-Za-z]{3}/[0-9]{4}:", "%d/%b/%Y:%H:%M:%S %z"
_SECONDS, _MILLISECONDS = r"^[0-9]{9,11}([.][0-9]+)?$", r"^[0-9]{12,14}$"
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


def parse_mail_date(text: str) -> datetime:
    """The instant of an e-mail's Date field (RFC 5322) as UTC. "-0000", an unknown zone, counts as UTC.

    Raises BadInstant.
    """
    try:
        value = parsedate_to_datetime(text.strip())
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError) as e:
        raise BadInstant(value=text[:80], form="RFC 5322") from e


def text(value: datetime) -> str:
    """An instant as ISO 8601 in UTC ending in Z; microseconds only where there are any."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def sql_instant(expression: str, form: str = "iso", time_zone: str = "UTC") -> str:
    """A SQL expression that turns VARCHAR `expression` into a UTC TIMESTAMP, NULL where it cannot.

    Args:
        expression: a SQL expression of type VARCHAR.
        form: `iso`, `epoch_s`, `epoch_ms`, `web_log` (as web servers write it), or a strptime pattern.
        time_zone: of text that carries no offset.
    """
    name = zone(time_zone).key
    if form == "web_log":
        return (
            f"(CASE WHEN regexp_matches({expression}, '{_CLF}') THEN {sql_instant(expression, _CLF_FORM)} "
            f"WHEN regexp_matches({expression}, '{_SECONDS}') THEN {sql_instant(expression, 'epoch_s')} "
            f"WHEN regexp_matches({expression}, '{_MILLISECONDS}') THEN {sql_instant(expression, 'epoch_ms')} "
            f"ELSE {sql_instant(expression, 'iso', time_zone)} END)"
        )
    if form == "epoch_s":
        return _counted(expression, 1_000_000)
    if form == "epoch_ms":
        return _counted(expression, 1_000)
    if form == "iso":
        # The engine also takes words (epoch, infinity) and years that no calendar of ours has.
        written = f"CASE WHEN substr(ltrim({expression}), 5, 1) = '-' THEN {expression} END"
        local = f"TRY_CAST({written} AS TIMESTAMP)"
        offset = f"(TRY_CAST({written} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
        if name == "UTC":
            return offset
        return (
            f"(CASE WHEN regexp_matches({expression}, '{_OFFSET}') THEN {offset} "
            f"ELSE (({local}) AT TIME ZONE '{name}') AT TIME ZONE 'UTC' END)"
        )
    if not _SAFE_PATTERN.fullmatch(form):
        raise BadInstant(value=form, form="strptime")
    # Without a digit the engine's words (infinity) would become the year 1900.
    parsed = f"TRY_STRPTIME(CASE WHEN regexp_matches({expression}, '[0-9]') THEN {expression} END, '{form}')"
    if "%z" in form:
        return f"(CAST({parsed} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
    if name == "UTC":
        return f"CAST({parsed} AS TIMESTAMP)"
    return f"((CAST({parsed} AS TIMESTAMP) AT TIME ZONE '{name}') AT TIME ZONE 'UTC')"


def _counted(expression: str, scale: int) -> str:
    """SQL for a count of seconds (scale 1,000,000) or milliseconds (1,000); a double holds microseconds until 2255."""
    micros = f"TRY_CAST({expression} AS DOUBLE) * {scale}"
    return f"(make_timestamp(CAST(round(CASE WHEN abs({micros}) < {EPOCH_S_MAX}000000 THEN {micros} END) AS BIGINT)))"


def sql_precision(expression: str, form: str = "iso") -> str:
    """A SQL expression for how finely VARCHAR `expression`, an instant in `form`, tells time: one of PRECISIONS."""
    if form == "web_log":
        return (
            f"(CASE WHEN regexp_matches({expression}, '{_CLF}|^[0-9]{{9,11}}$') THEN 'second' "
            f"WHEN regexp_matches({expression}, '{_MILLISECONDS}|^[0-9]+[.][0-9]{{1,3}}$') THEN 'millisecond' "
            f"WHEN regexp_matches({expression}, '^[0-9]+[.]') THEN 'microsecond' ELSE {sql_precision(expression)} END)"
        )
    if form != "iso":
        return f"'{precision(form)}'"
    bare = f"regexp_replace(trim({expression}), '(Z|z|[+-][0-9]{{2}}:?[0-9]{{2}})$', '')"
    return (
        f"(CASE WHEN {expression} IS NULL THEN NULL "
        f"WHEN length({expression}) = 19 AND substr({expression}, 17, 1) = ':' THEN 'second' "
        f"WHEN length(trim({expression})) <= 10 THEN 'day' "
        f"WHEN regexp_matches({expression}, '[.,][0-9]{{4}}') THEN 'microsecond' "
        f"WHEN regexp_matches({expression}, '[.,][0-9]') THEN 'millisecond' "
        f"WHEN length({bare}) - length(replace({bare}, ':', '')) >= 2 THEN 'second' ELSE 'minute' END)"
    )


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
            return "millisecond" if len(tail.group(1)) <= len("mmm") else "microsecond"
        return "second" if sample.count(":") >= 2 or not sample else "minute"  # noqa: PLR2004
    if "%f" in shown:
        return "microsecond"
    if "%S" in shown or "%T" in shown:
        return "second"
    return "minute" if "%M" in shown or "%H" in shown else "day"
