"""Casts of a mapping's columns that the engine leaves as text: whole numbers, and instants as databases write them.

The engine's own casts are the definition. They take several times as long as a loop over text that is written
in the usual way, so that only what is written otherwise goes through them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.engine.duck import Duck
from fanal.model.tables import UTC_INSTANT

#: Fewer rows go through the engine: the loops take longer to load.
_FEW = 4_096
_USUAL_PRECISION = "second"


@dataclass(frozen=True)
class LeftText:
    """A column that is cast here.

    Attributes:
        name: of the column.
        kind: UTC_INSTANT or int64.
        said: SQL for its text `v` without spaces around it, NULL where nothing is left.
        cast: SQL from that to its value.
        precision: SQL from that to how finely it tells time, "" where nobody asks.
    """

    name: str
    kind: pa.DataType
    said: str
    cast: str
    precision: str = ""


@dataclass(frozen=True)
class Done:
    """A column cast.

    Attributes:
        values: in its canonical type.
        bad: the text of those that cannot be cast, else NULL.
        precision: dictionary of string, or None where nobody asked.
    """

    values: pa.Array
    bad: pa.Array
    precision: pa.Array | None


def leaves_text(kind: pa.DataType, form: str, time_zone: str) -> bool:
    """Whether a column is cast here: a whole number, or an instant in ISO form that is UTC where it says nothing."""
    return bool(kind == pa.int64() or (kind == UTC_INSTANT and form == "iso" and time_zone == "UTC"))


class Casts:
    """Casts the columns of one SELECT, batch by batch."""

    def __init__(self, engine: Duck, columns: Iterable[LeftText]) -> None:
        """Args: engine: runs SQL beside the SELECT; columns: those that are cast here."""
        self._engine, self._columns = engine, {column.name: column for column in columns}

    def done(self, name: str, text: pa.Array) -> Done | None:
        """One column of a batch, cast; None where it is not cast here.

        Args:
            name: of the column.
            text: what the SELECT made of it.
        """
        column = self._columns.get(name)
        if column is None:
            return None
        text = text.cast(pa.string())
        values, other = _usual(text, column.kind)
        bad = pa.nulls(len(text), pa.string())
        precision = None
        if column.precision:
            usual = pa.array(np.zeros(len(text), np.int32), mask=~values.is_valid().to_numpy(zero_copy_only=False))
            precision = pa.DictionaryArray.from_arrays(usual, pa.array([_USUAL_PRECISION]))
        if not other.any():
            return Done(values, bad, precision)
        mask = pa.array(other)
        told = self._told(column, text.filter(mask))
        values = pc.replace_with_mask(values, mask, told["value"])
        bad = pc.replace_with_mask(bad, mask, told["bad"])
        if precision is not None:
            precision = pc.replace_with_mask(precision.cast(pa.string()), mask, told["precision"]).dictionary_encode()
        return Done(values, bad, precision)

    def _told(self, column: LeftText, text: pa.Array) -> dict[str, pa.Array]:
        """What the engine makes of text: value, bad and precision."""
        said = f"SELECT {column.said} AS v FROM left_text"
        cast = f"SELECT v, {column.cast} AS value FROM ({said}) AS said"
        bad, finely = "CASE WHEN value IS NULL THEN v END", "CASE WHEN value IS NOT NULL THEN {} END"
        precision = finely.format(column.precision or "NULL")
        with self._engine.beside() as beside:
            beside.bind("left_text", pa.table({"v": text}))
            rows = beside.rows(f"SELECT value, {bad} AS bad, {precision} AS precision FROM ({cast}) AS done")
        kinds = {"value": column.kind, "bad": pa.string(), "precision": pa.string()}
        return {name: pa.concat_arrays(rows[name].cast(kind).chunks) for name, kind in kinds.items()}


def compile_loops() -> None:
    """Compile the loops, or load them where that was done."""
    for kind in (UTC_INSTANT, pa.int64()):
        _usual(pa.array([""] * _FEW), kind)


def _usual(text: pa.Array, kind: pa.DataType) -> tuple[pa.Array, npt.NDArray[np.bool_]]:
    """Values of the text that is written in the usual way, NULL for others, and which these are."""
    there = text.is_valid().to_numpy(zero_copy_only=False)
    if len(text) < _FEW:
        return pa.nulls(len(text), kind), there
    from fanal.read.cast_kernel import DONE, OTHER, cast_instants, cast_whole  # noqa: PLC0415  see _FEW

    _, ends, data = text.buffers()
    offsets = np.frombuffer(ends, np.int32)[text.offset : text.offset + len(text) + 1]
    raw = np.frombuffer(data or b"", np.uint8)
    out, became = np.zeros(len(text), np.int64), np.empty(len(text), np.uint8)
    loop = cast_instants if kind == UTC_INSTANT else cast_whole
    loop(raw, offsets, there, out, became)
    return pa.array(out, mask=became != DONE).cast(kind), became == OTHER
