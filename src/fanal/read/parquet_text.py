"""Columns of a Parquet file as text: what numbers, instants, nested values and bytes look like to a mapping's SELECTs.

Works on Arrow arrays and asks the engine for digests and JSON; it knows no file and no row number.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.engine.duck import Duck
from fanal.read.cell_kernel import mend_text

_DIGEST = "'sha256:' || sha256({0}) || ':' || octet_length({0})"


@dataclass(frozen=True)
class TextColumn:
    r"""One column of a batch.

    Attributes:
        text: string array.
        bad: mask of cells with bytes that are no UTF-8 (written as `\xNN`; NULL in nested values), or None.
    """

    text: pa.Array
    bad: npt.NDArray[np.bool_] | None = None


def text_size(column: pa.Array) -> int:
    """How many bytes a column's text takes once its dictionary is spelt out, roughly; 0 for what is small anyway."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.fill_null(pc.binary_length(column.dictionary), 0)
    return int(pc.sum(lengths.take(pc.fill_null(column.indices, 0))).as_py() or 0) if len(lengths) else 0


def as_text(engine: Duck, column: pa.Array) -> TextColumn:
    """One column of a batch as text.

    Numbers are written as they are (decimals exactly), instants that are fixed in UTC as ISO with Z, others as ISO
    without a zone; bytes by digest and length; lists, structures and maps as JSON text in which the same holds.

    Args:
        engine: makes digests, decimals and JSON.
        column: as pyarrow reads it; dictionaries are spelt out.
    """
    if isinstance(column, pa.ExtensionArray):
        uuid = str(column.type) == "extension<arrow.uuid>"
        return TextColumn(_by_engine(engine, column.storage, _UUID)) if uuid else as_text(engine, column.storage)
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _spelt_out(engine, column)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _mended(column)
    if pa.types.is_nested(kind):
        return _nested(engine, column)
    return TextColumn(_flat(engine, column))


def _spelt_out(engine: Duck, column: pa.DictionaryArray) -> TextColumn:
    if len(column.dictionary) > len(column):
        return as_text(engine, column.dictionary_decode())
    words = as_text(engine, column.dictionary)
    text = words.text.take(column.indices)
    if words.bad is None:
        return TextColumn(text)
    bad = pc.fill_null(pa.array(words.bad).take(column.indices), fill_value=False)
    return TextColumn(text, np.asarray(bad) if pc.any(bad).as_py() else None)


def _mended(column: pa.Array) -> TextColumn:
    """Strings as UTF-8: whoever wrote the file need not have looked."""
    raw = pa.concat_arrays([column.cast(pa.binary())])
    try:
        return TextColumn(raw.cast(pa.string()))
    except pa.ArrowInvalid:
        pass
    offsets = np.frombuffer(raw.buffers()[1], np.int32)[raw.offset : raw.offset + len(raw) + 1]
    data = np.frombuffer(raw.buffers()[2], np.uint8)
    out = np.empty(4 * int(offsets[-1] - offsets[0]), np.uint8)
    places = np.empty(len(offsets), np.int32)
    bad = np.zeros(len(raw), np.bool_)
    kinds, no_table = np.zeros(len(raw), np.uint8), np.zeros(1024, np.uint8)
    length = mend_text(data, offsets, kinds, no_table, out, places, bad)
    valid = pa.py_buffer(np.packbits(np.asarray(raw.is_valid()), bitorder="little"))
    buffers = [valid, pa.py_buffer(places), pa.py_buffer(out[:length])]
    return TextColumn(pa.Array.from_buffers(pa.string(), len(raw), buffers), bad)


def _flat(engine: Duck, column: pa.Array) -> pa.Array:
    """Values that are neither text nor nested."""
    kind = column.type
    if _is_binary(kind):
        return _by_engine(engine, column, _DIGEST.format("v"))
    if pa.types.is_timestamp(kind):
        return _instants(column)
    if pa.types.is_decimal(kind) and kind.precision <= _ENGINE_DIGITS:
        return _by_engine(engine, column, "CAST(v AS VARCHAR)")
    if pa.types.is_float16(kind):
        column = column.cast(pa.float32())
    try:
        return column.cast(pa.string())
    except pa.ArrowNotImplementedError:
        return _by_engine(engine, column, "CAST(v AS VARCHAR)")


#: Decimals of more digits are none to the engine.
_ENGINE_DIGITS = 38
_HEX = "lower(hex(v))"
_UUID = " || '-' || ".join(f"substr({_HEX}, {at}, {n})" for at, n in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12)))


def _is_binary(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _by_engine(engine: Duck, column: pa.Array, expression: str) -> pa.Array:
    engine.bind("fanal column", pa.table({"v": column}))
    done = engine.rows(f'SELECT {expression} AS v FROM "fanal column"')["v"]
    engine.drop("fanal column")
    return pa.concat_arrays([pa.array([], pa.string()), *(chunk.cast(pa.string()) for chunk in done.chunks)])


def _instants(column: pa.Array) -> pa.Array:
    """ISO text; a fraction of nothing but zeros is not said."""
    if column.type.tz is not None:
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    return pc.replace_substring_regex(column.cast(pa.string()), r"[.]0+(Z?)$", r"\1")


def _nested(engine: Duck, column: pa.Array) -> TextColumn:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        # Which of the inner values it is cannot be told from outside.
        return TextColumn(pa.nulls(len(column), pa.string()), np.asarray(column.is_valid()))
    inner = f"CAST(to_json({_plain('v', column.type, 0)}) AS VARCHAR)"
    return TextColumn(_by_engine(engine, column, f"CASE WHEN v IS NOT NULL THEN {inner} END"))


def _plain(value: str, kind: pa.DataType, depth: int) -> str:
    """SQL for a nested value without bytes: with their digests, and decimals and instants as text."""
    if isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_map(kind):
        key = _plain(f"x{depth}.key", kind.key_type, depth + 1)
        item = _plain(f"x{depth}.value", kind.item_type, depth + 1)
        pair = f"struct_pack(k := CAST({key} AS VARCHAR), v := {item})"
        return f"map_from_entries(list_transform(map_entries({value}), lambda x{depth}: {pair}))"
    if pa.types.is_struct(kind):
        fields = ", ".join(
            f"{_q(field.name)} := {_plain(f'{value}.{_q(field.name)}', field.type, depth)}" for field in kind
        )
        return (
            f"CASE WHEN {value} IS NOT NULL THEN struct_pack({fields}) END" if fields else f"CAST({value} AS VARCHAR)"
        )
    if pa.types.is_nested(kind):
        inner = _plain(f"x{depth}", kind.value_type, depth + 1)
        return f"list_transform({value}, lambda x{depth}: {inner})"
    if _is_binary(kind):
        return _DIGEST.format(value)
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return f"strftime({value}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    if pa.types.is_decimal(kind) or pa.types.is_temporal(kind):
        return f"CAST({value} AS VARCHAR)"
    return value


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
