"""The one reader of time. Every instant in Fanal is UTC; nothing else parses or formats one.

Python values are aware `datetime`s in UTC. In SQL (DuckDB, session time zone UTC) an instant is a
TIMESTAMP in UTC with microseconds. Text that carries an offset goes through TIMESTAMPTZ: a plain
cast to TIMESTAMP drops the offset without a word.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from fanal.base.errors import FanalError

PRECISIONS = ("day", "minute", "second", "millisecond", "microsecond")
FORMS = ("iso", "epoch_s", "epoch_ms", "apple_s", "web_log")
#: The epoch of Apple's counts of seconds, 2001-01-01, in seconds since 1970.
APPLE_EPOCH_S = 978_307_200
#: The first second of the year 10000: counts beyond it are no instants.
EPOCH_S_MAX = 253_402_300_800
#: The first second of the year 1, the earliest that Python's calendar has.
EPOCH_S_MIN = -62_135_596_800
#: Days of a spreadsheet's calendar, to the end of 9999; its 29 February 1900.
_SERIAL_DAYS, _NO_LEAP_DAY = 2_958_466, 60
# Date and time to the second, without an offset.
_BARE = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}"
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


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises UnknownZone."""
    if name != "UTC" and name not in _zones():  # the usual one needs no look at the folders that list them all
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


def bound(text: str, time_zone: str = "UTC", *, end: bool = False) -> datetime:
    """One end of a span of time as UTC. A date alone means the whole day there: its end is the next midnight.

    Args:
        text: `2026-01-31`, or an instant as `parse` takes it.
        time_zone: in which days begin.
        end: whether it is the last day that counts, not the first.

    Raises BadInstant.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return parse(text, time_zone)
    return datetime.combine(day + timedelta(days=end), time.min, zone(time_zone)).astimezone(UTC)


def parse_mail_date(text: str) -> datetime:
    """The instant of an e-mail's Date field (RFC 5322) as UTC. "-0000", an unknown zone, counts as UTC.

    Raises BadInstant.
    """
    try:
        value = parsedate_to_datetime(text.strip())
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError) as e:
        raise BadInstant(value=text[:80], form="RFC 5322") from e


def from_filetime(ticks: int) -> datetime:
    """The instant of a FILETIME (tenths of microseconds since 1601, UTC), to the microsecond. Raises BadInstant."""
    try:
        return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
    except OverflowError as e:
        raise BadInstant(value=str(ticks), form="FILETIME") from e


def from_serial(days: float, *, base_1904: bool = False, form: str = "datetime") -> str | None:
    """A spreadsheet's count of days as ISO 8601 without an offset, to the millisecond; None where no calendar has it.

    Args:
        days: since 1899-12-30 (1904-01-01 with `base_1904`). The first two months of the 1900 system are one day
            off, since it counts a 29 February 1900; that day itself is None.
        base_1904: the workbook's own setting.
        form: what its format shows: `date`, `datetime`, `minutes` (no seconds), `time`, or `elapsed` (hours that
            go on beyond 24).
    """
    if not 0 <= days < _SERIAL_DAYS:
        return None
    whole = timedelta(milliseconds=round(days * 86_400_000))
    clock = _clock(whole, "elapsed" if form == "elapsed" else form)
    if form == "elapsed" or (days < 1 and form != "date"):
        return clock
    if base_1904:
        day = datetime(1904, 1, 1, tzinfo=UTC) + timedelta(days=whole.days)
    elif whole.days == _NO_LEAP_DAY:
        return None
    else:
        day = datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=whole.days + (whole.days < _NO_LEAP_DAY))
    shown = day.date().isoformat()
    return shown if form == "date" and not whole % timedelta(days=1) else f"{shown}T{clock}"


def _clock(whole: timedelta, form: str) -> str:
    """The time of day, or hours without end; seconds where the form shows them or there are some."""
    hours = whole.seconds // 3600 + (24 * whole.days if form == "elapsed" else 0)
    minutes, seconds, millis = whole.seconds // 60 % 60, whole.seconds % 60, whole.microseconds // 1000
    shown = f"{hours:02}:{minutes:02}"
    if seconds or millis or form != "minutes":
        shown += f":{seconds:02}"
    return f"{shown}.{millis:03}" if millis else shown


def text(value: datetime) -> str:
    """An instant as ISO 8601 in UTC ending in Z; microseconds only where there are any."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def sql_instant(expression: str, form: str = "iso", time_zone: str = "UTC") -> str:
    """A SQL expression that turns VARCHAR `expression` into a UTC TIMESTAMP, NULL where it cannot.

    Args:
        expression: a SQL expression of type VARCHAR.
        form: `iso`, `epoch_s`, `epoch_ms`, `apple_s` (seconds since 2001), `web_log` (as web servers write it), or
            a strptime pattern.
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
    if form == "apple_s":
        return _counted(f"(TRY_CAST({expression} AS DOUBLE) + {APPLE_EPOCH_S})", 1_000_000)
    if form == "iso":
        # The engine also takes words (epoch, infinity) and years that no calendar of ours has.
        written = f"CASE WHEN substr(ltrim({expression}), 5, 1) = '-' THEN {expression} END"
        local = f"TRY_CAST({written} AS TIMESTAMP)"
        offset = f"(TRY_CAST({written} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
        # As databases write them, without an offset: read in a third of the time of what may have one.
        bare, plain = f"regexp_full_match({expression}, '{_BARE}')", f"TRY_CAST({expression} AS TIMESTAMP)"
        if name == "UTC":
            return f"(CASE WHEN {bare} THEN {plain} ELSE {offset} END)"
        return (
            f"(CASE WHEN {bare} THEN ({plain} AT TIME ZONE '{name}') AT TIME ZONE 'UTC' "
            f"WHEN regexp_matches({expression}, '{_OFFSET}') THEN {offset} "
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
    within = f"{micros} >= {EPOCH_S_MIN}000000 AND {micros} < {EPOCH_S_MAX}000000"
    return f"(make_timestamp(CAST(round(CASE WHEN {within} THEN {micros} END) AS BIGINT)))"


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
        f"WHEN strlen({expression}) = 19 AND ({expression})[17] = ':' THEN 'second' "
        f"WHEN length(trim({expression})) <= 10 THEN 'day' "
        f"WHEN regexp_matches({expression}, '[.,][0-9]{{4}}') THEN 'microsecond' "
        f"WHEN regexp_matches({expression}, '[.,][0-9]') THEN 'millisecond' "
        f"WHEN length({bare}) - length(replace({bare}, ':', '')) >= 2 THEN 'second' ELSE 'minute' END)"
    )


def precision(form: str, sample: str = "") -> str:
    """How finely a form of instant tells time: one of PRECISIONS. `sample` is one text in that form."""
    if form in ("epoch_s", "apple_s"):
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
