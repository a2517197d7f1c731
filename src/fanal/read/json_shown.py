"""One JSON value of a large document, found again at its byte, and as a person may read it: free of media."""

import json
import re
from pathlib import Path
from typing import Any

from fanal.base.language import translate
from fanal.evidence.media_signs import freed

#: Bytes that are looked at for one value.
LARGEST = 16 << 20
_SHOWN = 4_000
_FIRST_LOOK = 1 << 16
#: What stands before the name itself in a key of JSON-LD.
_LOCAL = re.compile(r"[:/#]")


def parsed(text: str) -> Any:
    """A JSON value, None where it is none or nests too deep for the library."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def element_at(path: Path, offset: int, largest: int = LARGEST) -> str:
    """The JSON value that begins at a byte of the file, or as much of it as is looked at.

    Args:
        path: the file.
        offset: where it begins.
        largest: bytes that are looked at, at most.
    """
    size, decoder = _FIRST_LOOK, json.JSONDecoder()
    with path.open("rb") as file:
        while True:
            file.seek(offset)
            raw = file.read(size)
            text = raw.decode("utf-8", "replace")
            try:
                return text[: decoder.raw_decode(text)[1]]
            except (ValueError, RecursionError):
                pass
            if len(raw) < size or size >= largest:
                return text[:_FIRST_LOOK]
            size *= 8


def shown(text: str, withhold: frozenset[str] = frozenset()) -> str:
    """A JSON value for a person to read: media replaced by digest and length, long ones cut.

    Args:
        text: the value; what is no JSON is shown as it is.
        withhold: keys whose values are not shown at all, in lower case, without prefix.
    """
    value = parsed(text)
    if value is None:
        # A slash may be written with a backslash, and would cut an encoded run into pieces.
        return freed(text.replace("\\/", "/"))[:_SHOWN]
    said = json.dumps(_free(value, withhold), ensure_ascii=False)
    return freed(said if len(said) <= _SHOWN else said[:_SHOWN] + "…")


def _free(value: Any, withhold: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {
            freed(key): _withheld(inner) if _LOCAL.split(key.lower())[-1] in withhold else _free(inner, withhold)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_free(inner, withhold) for inner in value]
    return freed(value) if isinstance(value, str) else value


def _withheld(value: Any) -> Any:
    return value if value in (None, "") else translate("[withheld]")
