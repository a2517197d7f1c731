"""The child's side of reading: one job from standard input, behind the walls that `evidence.isolation` put up."""

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, cast

from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.evidence.media_signs import freed
from fanal.read import stopping
from fanal.read.child import WATCH_S, ReaderCrashed
from fanal.read.contract import Source
from fanal.read.registry import resolve
from fanal.read.scope import Scope
from fanal.read.sink import EXCERPT, LakeSink
from fanal.read.source_tables import SourceTable


class Surveyed(Protocol):
    """A reader that can say which tables an exhibit has."""

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """Source tables by name."""


def serve(isolation: str) -> None:
    """Read one job from standard input, do it, answer on what was standard output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    job = json.loads(sys.stdin.readline())
    stopping.listen(job["grace_s"])

    alone = threading.Lock()

    def say(message: dict[str, Any]) -> None:
        with alone:  # the sink tells of finished files from a thread of its own
            answers.write(json.dumps(message, default=str) + "\n")
            answers.flush()

    try:
        say({"done": _survey(job) if job.get("survey") else _read(job, isolation, say)})
    except FanalError as e:
        fields = {name: freed(str(value))[:EXCERPT] for name, value in e.fields.items()}
        say({"error": {"class": f"{type(e).__module__}:{type(e).__qualname__}", "fields": fields}})
    except Exception as e:  # noqa: BLE001  whatever it was, the parent must hear of it
        trace = "".join(traceback.format_list(traceback.extract_tb(e.__traceback__)))
        say({"error": {"detail": _crash(e), "trace": trace}})


def _crash(error: Exception) -> str:
    """Kind and place of a crash, no more: its message may quote the evidence."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    return translate("{error} at {where}").format(error=type(error).__name__, where=where)


def _survey(job: dict[str, Any]) -> dict[str, Any]:
    source = _source(job["source"])
    tables = cast("Surveyed", resolve(job["reader"])).tables(source)
    if stopping.reason():
        raise ReaderCrashed(name=source.name, detail=stopping.reason())
    return {name: asdict(table) for name, table in tables.items()}


def _source(raw: dict[str, Any]) -> Source:
    beside = {name: Path(path) for name, path in raw["beside"].items()}
    return Source(**{**raw, "path": Path(raw["path"]), "scratch": Path(raw["scratch"]), "beside": beside})


def _read(job: dict[str, Any], isolation: str, say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    source = _source(job["source"])
    reader = resolve(job["reader"])
    said = time.monotonic()

    def report(rows: int) -> None:
        nonlocal said
        if time.monotonic() - said >= WATCH_S:
            said = time.monotonic()
            say({"rows": rows})

    made = {"reader": reader.name, "version": reader.version}

    def keep(account: dict[str, Any]) -> None:
        say({"kept": {**made, **account}})

    scope = Scope.of(source.options)
    with LakeSink(source.exhibit, Path(job["staging"]), source.time_zone, report, scope, keep) as sink:
        sink.note("isolation", isolation)
        try:
            reader.read(source, sink)
        except (FanalError, stopping.Stopped):
            if stopping.reason() is None:
                raise
        except Exception as e:
            # What was read before the reader failed is not wrong for it.
            if not sink.taken:
                raise
            sink.note("stopped", _crash(e))
        if stopping.reason():
            sink.note("stopped", stopping.reason())
        if "stopped" in sink.notes:
            sink.note("truncated", value=True)
        account = sink.close()
    return {**made, **account}
