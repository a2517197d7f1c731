"""What may stand in a row, on SQLite and PostgreSQL alike: text without NUL, no longer than its column, whole numbers.

PostgreSQL refuses what SQLite keeps: a NUL, half a character, text over its column's length, a number over 32 bits. So
each row is looked at before it is written, and refused with one error whichever the database. What others send is
refused or cut before that, where it is read; this is the last door.
"""

import math
from collections.abc import Iterator
from typing import Any

from django.db import models

from fanal.base.digests import sha256_bytes
from fanal.base.errors import FanalError
from fanal.base.language import translate

#: The longest text of a cell, and the longest of one in an index: PostgreSQL indexes at most 2,700 bytes.
LONGEST, LONGEST_INDEXED = 1_000_000, 600
_WHOLE = 2**31 - 1


class Unstorable(FanalError):
    """A row that one of the databases would refuse."""

    code = "F-STORE-03"
    text = "{field} of {row} cannot be kept: {detail}; nothing was recorded."


def check_row(instance: models.Model, **_signal: Any) -> None:
    """Pass, or raise Unstorable. Connected to every row of the case store before it is written."""
    for field in instance._meta.concrete_fields:
        value = getattr(instance, field.attname)
        if detail := _wrong(field, value):
            raise Unstorable(field=field.name, row=instance._meta.model_name, detail=detail)


def _wrong(field: Any, value: Any) -> str:
    if isinstance(value, str) and isinstance(field, models.CharField | models.TextField):
        most = field.max_length or LONGEST
        return text_wrong(value, most)
    if isinstance(field, models.JSONField):
        return json_wrong(value)
    small = isinstance(field, models.IntegerField) and not isinstance(field, models.BigIntegerField)
    if small and isinstance(value, int) and abs(value) > _WHOLE:
        return translate("{n} is too large a number").format(n=value)
    return ""


def text_wrong(value: str, most: int = LONGEST) -> str:
    """Why text cannot be kept; empty where it can."""
    if len(value) > most:
        return translate("it is longer than {n} characters").format(n=most)
    if "\x00" in value:
        return translate("it holds a NUL character")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        return translate("it holds half a character")
    return ""


def json_wrong(value: Any) -> str:
    """Why a JSON value cannot be kept; empty where it can."""
    return next((wrong for one in _leaves(value) if (wrong := _leaf_wrong(one))), "")


def kept_text(value: str, most: int = LONGEST_INDEXED) -> str:
    """Text of somebody else's as a row can hold it: NUL and half characters replaced; cut, with its digest, if long.

    Two texts that differ stay different, and one text is always cut alike.
    """
    clean = value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    if len(clean) <= most:
        return clean
    return f"{clean[: most - 70]}... {sha256_bytes(clean.encode())}"


def _leaves(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
        else:
            yield one


def _leaf_wrong(value: Any) -> str:
    if isinstance(value, str):
        return text_wrong(value)
    if isinstance(value, float) and not math.isfinite(value):
        return translate("it holds a number that is none")
    return ""
