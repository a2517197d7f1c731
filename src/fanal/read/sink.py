"""Where a reader's rows land: numbered, cast, freed of media, written as Parquet in a staging folder.

The sink knows no evidence format. It gives each row its `obs` in the order of the calls, brings
text to the canonical types (what cannot be cast is NULL and a reject) and accounts for every row.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.instants import sql_instant, text
from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.evidence.media_columns import suspicious
from fanal.evidence.media_signs import free_columns, freed
from fanal.lake.parquet import ROW_GROUP
from fanal.model import kinds
from fanal.model.tables import BY_NAME, REJECT, UTC_INSTANT, Table, obs_base
from fanal.read import stopping
from fanal.read.behind import Behind
from fanal.read.parts import Parts
from fanal.read.scope import NAMED, Narrowing, Scope, instant_column

#: Rejects of an exhibit are numbered from here, so that one more reject moves no other observation.
FIRST_REJECT = 1 << 39
EXCERPT = 200
MEMORY = "512MB"
BUFFER_BYTES = 96 << 20
COUNTS = ("source", "read", "rejected", "unmapped")

_INTEGER = r"^\s*[+-]?[0-9]{1,18}\s*$"
_NUMBER = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*$"
_TRUE = ("true", "t", "yes", "y", "1")
_FALSE = ("false", "f", "no", "n", "0")
_LOOSE = pa.schema([(name, pa.string()) for name in ("locator", "column", "reason", "excerpt")])
_REASONS = {
    UTC_INSTANT: mark("not an instant"),
    pa.int64(): mark("not a whole number"),
    pa.float64(): mark("not a number"),
    pa.bool_(): mark("neither true nor false"),
}

Account = dict[str, Any]


class LakeSink:
    """Implements `read.contract.Sink` over one staging folder. A context manager: an error leaves no whole file."""

    def __init__(
        self,
        exhibit: int,
        folder: Path,
        time_zone: str = "UTC",
        progress: Callable[[int], None] | None = None,
        scope: Scope | None = None,
        keep: Callable[[Account], None] | None = None,
    ) -> None:
        """Open a sink.

        Args:
            exhibit: its number in the register.
            folder: where `<table>-<exhibit>.parquet` files are written.
            time_zone: of text instants without an offset that a reader leaves to the sink.
            progress: called with the number of rows so far, after each batch.
            scope: what the exhibit's order covers; rows outside are counted and not written.
            keep: called with the account so far whenever a file is finished.
        """
        self._progress, self._keep, self._taken = progress, keep, 0
        self._exhibit, self._zone = exhibit, time_zone
        self._parts = Parts(folder, exhibit, self._part_finished)
        self._next = {"row": obs_base(exhibit) + 1, "reject": obs_base(exhibit) + FIRST_REJECT + 1}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._loose_rejects: list[dict[str, str | None]] = []
        #: Held while the account is told from the thread that writes.
        self._telling = threading.Lock()
        self._counts: dict[str, dict[str, int]] = {}
        self._notes: dict[str, Any] = {}
        self._span: list[Any] = []
        self._engine = Duck(memory=MEMORY)
        self._own_engine: Duck | None = None
        self._narrowing = Narrowing(scope, self._caller_engine()) if scope else None
        # Two threads, in the order of the calls: one looks for media and normalises, one writes.
        self._looks, self._writes = Behind(), Behind()

    # What a reader calls.

    def rows(self, table: str, batch: pa.RecordBatch | pa.Table) -> None:
        """See Sink.rows.

        Raises:
            KeyError: a table or column that the model does not have.
            Stopped: the process was asked to stop.
        """
        stopping.check()
        known = BY_NAME[table]
        rows = _as_table(batch)
        unknown = set(rows.column_names) - set(known.schema.names)
        if unknown or "locator" not in rows.column_names:
            raise KeyError(f"{table}: {sorted(unknown) or 'no locator'}")
        if rows.num_rows:
            self._hold(table, self._numbered(rows, "row"))
        self._taken += rows.num_rows
        if self._progress:
            self._progress(self._taken)

    def reject(self, locator: str, column: str | None, reason: str, excerpt: str) -> None:
        """See Sink.reject."""
        shown = freed(excerpt)[:EXCERPT]
        self._loose_rejects.append({"locator": locator, "column": column, "reason": reason, "excerpt": shown})

    def reject_rows(self, batch: pa.RecordBatch | pa.Table) -> None:
        """See Sink.reject_rows. Raises Stopped as `rows` does."""
        stopping.check()
        self._gather_loose()
        rows = _as_table(batch)
        if rows.num_rows:
            self._hold("reject", self._numbered(rows.select(_LOOSE.names).cast(_LOOSE), "reject"))

    def count(self, part: str, *, source: int = 0, read: int = 0, rejected: int = 0, unmapped: int = 0) -> None:
        """See Sink.count."""
        with self._telling:
            counts = self._counts.setdefault(part, dict.fromkeys(COUNTS, 0))
            for name, n in zip(COUNTS, (source, read, rejected, unmapped), strict=True):
                counts[name] += n

    def note(self, key: str, value: Any) -> None:
        """See Sink.note."""
        with self._telling:
            self._notes[key] = value

    # What the child process calls.

    @property
    def files(self) -> dict[str, list[Path]]:
        """The finished files of each table, after `close`."""
        return {table: [file.path for file in files] for table, files in self._parts.finished().items()}

    @property
    def notes(self) -> dict[str, Any]:
        """What was noted so far."""
        return self._notes

    @property
    def taken(self) -> int:
        """How many rows it was given so far."""
        return self._taken

    def close(self) -> Account:
        """Write what waits, finish the files, and say what was read.

        Returns:
            A JSON object: `rows` (part of the source to source, read, rejected, unmapped), `notes`,
            `tables` (table to rows written), `files` (table to number of files), `kinds` (version of the
            normalisers), `first_at` and `last_at` (ISO instants or None) over all `at`, and
            `outside_scope` (table to rows left out) where the exhibit's order has a scope.
        """
        self._gather_loose()
        for table in [*(t for t in self._waiting if t != "reject"), "reject"]:
            self._write(table)
        self._looks.finish()
        self._writes.finish()
        self._parts.close()
        account = self._account()
        if self._narrowing:
            for table, files in self._parts.finished().items():
                if table in NAMED:
                    account["tables"][table] = sum(self._narrowing.finish(table, f.path, f.schema) for f in files)
            account["outside_scope"] = dict(sorted(self._narrowing.counts.items()))
        self._close_engines()
        return account

    def _part_finished(self) -> None:
        """In the thread that writes: the account so far goes to who keeps it."""
        if self._keep:
            with self._telling:
                self._keep(self._account())

    def _account(self) -> Account:
        files = self._parts.finished()
        return {
            "rows": self._counts,
            "notes": self._notes,
            "tables": {table: sum(file.rows for file in made) for table, made in files.items()},
            "files": {table: len(made) for table, made in files.items()},
            "kinds": kinds.VERSION,
            "first_at": text(min(self._span)) if self._span else None,
            "last_at": text(max(self._span)) if self._span else None,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._looks.stop()
            self._writes.stop()
            self._close_engines()

    def _close_engines(self) -> None:
        self._engine.close()
        if self._own_engine:
            self._own_engine.close()

    def _caller_engine(self) -> Duck:
        """An engine for the caller's thread: one session serves one thread."""
        self._own_engine = self._own_engine or Duck(memory=MEMORY)
        return self._own_engine

    # How rows become the lake's.

    def _numbered(self, rows: pa.Table, series: str) -> pa.Table:
        start = self._next[series]
        self._next[series] = start + rows.num_rows
        return rows.append_column("obs", pa.array(np.arange(start, start + rows.num_rows, dtype=np.int64)))

    def _hold(self, table: str, rows: pa.Table) -> None:
        waiting = self._waiting.setdefault(table, [])
        if waiting and waiting[0].schema != rows.schema:
            self._write(table)
            waiting = self._waiting.setdefault(table, [])
        waiting.append(rows)
        if sum(t.num_rows for t in waiting) >= ROW_GROUP or sum(t.nbytes for t in waiting) >= BUFFER_BYTES:
            self._write(table)

    def _gather_loose(self) -> None:
        if self._loose_rejects:
            listed, self._loose_rejects = self._loose_rejects, []
            rows = pa.Table.from_pylist(listed, _LOOSE)
            self._hold("reject", self._numbered(rows, "reject"))

    def _write(self, table: str) -> None:
        waiting = self._waiting.pop(table, [])
        if not waiting:
            return
        known = REJECT if table == "reject" else BY_NAME[table]
        held = pa.concat_tables(waiting).combine_chunks()
        if self._narrowing and table != "reject":
            held = self._narrowing.narrowed(known, held, self._when(held))
            if not held.num_rows:
                return
        # Casts make rejects, which are numbered: they stay in the order of the calls.
        rows = self._cast(known, held)
        if "at" in known.schema.names:
            ends = pc.min_max(rows["at"]).as_py()
            self._span += [ends["min"], ends["max"]] if ends["min"] is not None else []
        clean = {
            name for name in held.column_names if pa.types.is_dictionary(held[name].type) and not suspicious(held[name])
        }
        self._looks.do(lambda: self._finish(table, rows, clean))

    def _finish(self, table: str, rows: pa.Table, clean: set[str]) -> None:
        """Free rows of media, normalise them, and have them written. `clean`: see `_freed`."""
        rows = self._freed(rows, clean)
        if table == "reject":
            cut = pc.utf8_slice_codeunits(rows["excerpt"], 0, EXCERPT)
            rows = rows.set_column(rows.schema.get_field_index("excerpt"), "excerpt", cut)
        if table == "identifier":
            rows = kinds.normalised(rows, self._engine)
        self._writes.do(lambda: self._parts.write(table, rows))

    def _when(self, rows: pa.Table) -> pa.Array | None:
        """The instants of rows as they came, for the scope; a text that is none is NULL and no reject here."""
        name = instant_column(rows)
        if name is None:
            return None
        column = rows[name].combine_chunks()
        column = column if isinstance(column, pa.Array) else pa.concat_arrays(column.chunks)
        return self._instants(column.cast(pa.string())) if _is_text(column.type) else column.cast(UTC_INSTANT)

    def _cast(self, known: Table, rows: pa.Table) -> pa.Table:
        """The table's columns in order and in the canonical types; a failed cast is NULL and a reject."""
        columns: dict[str, pa.ChunkedArray | pa.Array] = {}
        for field in known.schema:
            if field.name == "exhibit":
                columns["exhibit"] = pa.repeat(pa.scalar(self._exhibit, field.type), rows.num_rows)
            elif field.name not in rows.column_names:
                columns[field.name] = pa.nulls(rows.num_rows, field.type)
            elif _is_text(rows[field.name].type) and not pa.types.is_string(field.type):
                columns[field.name] = self._cast_text(rows, field)
            else:
                columns[field.name] = rows[field.name].cast(field.type)
        return pa.table(columns, schema=known.schema)

    def _cast_text(self, rows: pa.Table, field: pa.Field) -> pa.Array:
        """Text to a canonical type. Blank text is NULL and no reject: nothing was said there."""
        raw = rows[field.name].cast(pa.string()).combine_chunks()
        raw = raw if isinstance(raw, pa.Array) else pa.concat_arrays(raw.chunks)
        done = self._instants(raw) if field.type == UTC_INSTANT else _plain(raw, field.type)
        said = pc.greater(pc.binary_length(pc.utf8_trim_whitespace(raw)), 0)
        failed = pc.fill_null(pc.and_(said, pc.is_null(done)), fill_value=False)
        if pc.any(failed).as_py():
            bad = pa.table({"locator": rows["locator"].cast(pa.string()), "excerpt": raw}).filter(failed)
            named = pa.repeat(pa.scalar(field.name), bad.num_rows)
            reason = pa.repeat(pa.scalar(_REASONS[field.type]), bad.num_rows)
            self.reject_rows(bad.append_column("column", named).append_column("reason", reason))
        return done

    def _instants(self, raw: pa.Array) -> pa.Array:
        engine = self._caller_engine()
        engine.bind("batch", pa.table({"value": raw}))
        done = engine.rows(f"SELECT {sql_instant('value', 'iso', self._zone)} AS value FROM batch")["value"]
        engine.drop("batch")
        return pa.concat_arrays(done.cast(UTC_INSTANT).chunks) if done.num_chunks else raw.cast(UTC_INSTANT)

    def _freed(self, rows: pa.Table, clean: set[str]) -> pa.Table:
        """The last guard: encoded or binary content in any text column becomes its digest and length.

        Args:
            rows: of one table.
            clean: columns that need no look: a reader handed them in as a dictionary, whose few values are clean.
        """
        texts = [name for name in rows.column_names if pa.types.is_string(rows[name].type) and name not in clean]
        columns = [name for name in texts if suspicious(rows[name])]
        if not columns:
            return rows
        self._engine.bind("batch", rows)
        done = self._engine.rows(free_columns("batch", columns))
        self._engine.drop("batch")
        return done.cast(rows.schema)


def _as_table(batch: pa.RecordBatch | pa.Table) -> pa.Table:
    return pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _plain(raw: pa.Array, kind: pa.DataType) -> pa.Array:
    """Text to whole numbers, numbers or truth values; NULL where it is none."""
    if kind == pa.bool_():
        low = pc.utf8_lower(pc.utf8_trim_whitespace(raw))
        true, false = (pc.is_in(low, pa.array(words)) for words in (_TRUE, _FALSE))
        return pc.if_else(true, pa.scalar(value=True), pc.if_else(false, pa.scalar(value=False), pa.scalar(None, kind)))
    pattern = _INTEGER if kind == pa.int64() else _NUMBER
    fits = pc.match_substring_regex(raw, pattern)
    trimmed = pc.replace_substring_regex(pc.utf8_trim_whitespace(raw), r"^\+", "")
    return pc.cast(pc.if_else(fits, trimmed, pa.scalar(None, pa.string())), kind)
