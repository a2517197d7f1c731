"""Text in columns: Arrow string kernels that format many rows at once, and the escapes of each format.

Not a template language. Each function takes and gives Arrow arrays (or numpy ones where it says so);
no Python runs per row.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.sample.draw import Hashes, Ints

_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_TWO = pa.array([f"{i:02d}" for i in range(100)])
_OCTET = pa.array([str(i) for i in range(256)])
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = 86_400

# Arrow ships no types: to the type checker this is Any.
Text: TypeAlias = pa.StringArray


def joined(*parts: Any) -> Text:
    """The parts of each row, one after the other. A part is an array of text, of whole numbers, or a str."""
    ready = [pa.scalar(p) if isinstance(p, str) else shown(p) for p in parts]
    return pc.binary_join_element_wise(*ready, "", null_handling="emit_null")


def shown(values: Any) -> Text:
    """Whole numbers (numpy or Arrow) as decimal text; text stays."""
    array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
    if pa.types.is_string(array.type) or pa.types.is_binary(array.type):
        return array
    return pc.cast(array, pa.string())


def where(condition: NDArray[np.bool_], yes: Any, no: Any) -> Text:
    """`yes` where the condition holds, else `no`: arrays of text, a str, or None."""
    return pc.if_else(pa.array(condition), _side(yes), _side(no))


def _side(value: Any) -> Any:
    return pa.scalar(value, pa.string()) if value is None or isinstance(value, str) else shown(value)


def picked(pool: Sequence[str] | Text, index: NDArray[Any]) -> Text:
    """pool[index] as text."""
    array = pool if isinstance(pool, pa.Array) else pa.array(pool, pa.string())
    return array.take(pa.array(index))


def padded(values: NDArray[Any], width: int) -> Text:
    """Whole numbers with leading zeros."""
    return pc.utf8_lpad(shown(values), width, "0")


def fixed(matrix: NDArray[np.uint8]) -> Text:
    """A matrix of ASCII codes, shape (rows, width), as one text a row."""
    rows, width = matrix.shape
    offsets = np.arange(rows + 1, dtype=np.int64) * width
    large = pa.LargeStringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(matrix)))
    return large.cast(pa.string())


def hexed(matrix: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bytes, shape (rows, n), as the ASCII codes of their lower-case hex digits, shape (rows, 2n)."""
    out = np.empty((matrix.shape[0], matrix.shape[1] * 2), dtype=np.uint8)
    out[:, 0::2] = _HEX[matrix >> 4]
    out[:, 1::2] = _HEX[matrix & 15]
    return out


def digest(rng: np.random.Generator, rows: int, size: int) -> Text:
    """Random bytes as hex text, `size` bytes a row."""
    return fixed(hexed(rng.integers(0, 256, (rows, size), dtype=np.uint8)))


def uuid(high: Hashes, low: Hashes) -> Text:
    """Two 64-bit numbers as the text of a UUID."""
    raw = np.stack([high, low], axis=1).astype(">u8").view(np.uint8).reshape(-1, 16)
    digits = hexed(raw)
    out = np.full((len(high), 36), ord("-"), dtype=np.uint8)
    for start, end, to in ((0, 8, 0), (8, 12, 9), (12, 16, 14), (16, 20, 19), (20, 32, 24)):
        out[:, to : to + end - start] = digits[:, start:end]
    return fixed(out)


def dotted(address: NDArray[Any]) -> Text:
    """IPv4 addresses as numbers to dotted text."""
    octets = [_OCTET.take(pa.array((address >> shift & 255).astype(np.int32))) for shift in (24, 16, 8, 0)]
    return pc.binary_join_element_wise(*octets, ".")


def instant(epoch: Ints, separator: str = " ", ending: str = "") -> Text:
    """Seconds since 1970, UTC, as 2024-01-31 12:00:00 with any separator and ending."""
    plain = pc.cast(pa.array(epoch).cast(pa.timestamp("s")), pa.string())
    if separator != " ":
        plain = pc.replace_substring(plain, " ", separator)
    return joined(plain, ending) if ending else plain


def day(epoch: Ints) -> Text:
    """Seconds since 1970, UTC, as 2024-01-31."""
    return pc.utf8_slice_codeunits(instant(epoch), 0, 10)


def log_instant(epoch: Ints) -> Text:
    """Seconds since 1970, UTC, as a web server writes them: 31/Jan/2024:12:00:00 +0000."""
    date = instant(epoch)
    month = pc.cast(pc.utf8_slice_codeunits(date, 5, 7), pa.int32())
    return joined(
        pc.utf8_slice_codeunits(date, 8, 10), "/", pa.array(_MONTHS).take(pc.subtract(month, 1)), "/",
        pc.utf8_slice_codeunits(date, 0, 4), ":", pc.utf8_slice_codeunits(date, 11, 19), " +0000",
    )  # fmt: skip


def two_places(hundredths: Ints) -> Text:
    """Whole hundredths as decimal text with two places."""
    return joined(hundredths // 100, ".", _TWO.take(pa.array(hundredths % 100)))


def sql_text(values: Text) -> Text:
    """Text as a mysqldump literal: quoted, escaped, NULL where there is none."""
    escaped = values
    for raw, kept in (("\\", "\\\\"), ("'", "\\'"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        escaped = pc.replace_substring(escaped, raw, kept)
    return pc.fill_null(joined("'", escaped, "'"), "NULL")


def sql_plain(values: Text) -> Text:
    """Text that holds nothing to escape (numbers, digests, addresses) as a literal; NULL where there is none."""
    return pc.fill_null(joined("'", values, "'"), "NULL")


def json_text(values: Text) -> Text:
    """Text as a JSON string; null where there is none."""
    escaped = values
    for raw, kept in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")):
        escaped = pc.replace_substring(escaped, raw, kept)
    return pc.fill_null(joined('"', escaped, '"'), "null")


def csv_text(values: Text) -> Text:
    """Text as a CSV cell, quoted always; empty where there is none."""
    return pc.fill_null(joined('"', pc.replace_substring(values, '"', '""'), '"'), "")
