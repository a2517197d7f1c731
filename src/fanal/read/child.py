"""Runs a reader in a child process behind walls, and watches it.

The child gets one JSON line (which reader, which exhibit, where to) and answers with JSON lines:
progress, then what was written, or an error. Nothing it says is trusted further than it is checked.
"""

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Protocol, cast

from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.evidence.isolation import Limits, command, environment, resident
from fanal.evidence.media_signs import freed
from fanal.model.tables import BY_NAME
from fanal.read.contract import Source
from fanal.read.mapping_draft import SourceTable
from fanal.read.registry import entry_of, resolve
from fanal.read.sink import EXCERPT, LakeSink

WATCH_S = 0.1
MESSAGE_BYTES = 64 << 20

Progress = Callable[[int], None]


class Surveyed(Protocol):
    """A reader that can say which tables an exhibit has."""

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """Source tables by name."""


class ReaderCrashed(FanalError):
    """The reader's process ended without an answer."""

    code = "F-READ-05"
    text = "Reading {name} broke off: {detail}. Nothing of it is in the lake; add it again, or report the code."


class ReaderTooLarge(FanalError):
    """The reader used more memory than it may."""

    code = "F-READ-06"
    text = "Reading {name} was stopped at {limit_mib} MiB of memory. Nothing of it is in the lake; split the file."


class ReaderTooLong(FanalError):
    """The reader took more time than it may."""

    code = "F-READ-07"
    text = "Reading {name} was stopped after {limit_s} s. Nothing of it is in the lake; split the file."


def read_exhibit(
    reader_name: str,
    source: Source,
    staging: Path,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, list[Path]], dict[str, Any]]:
    """Read one exhibit in a child process.

    Args:
        reader_name: a name in the registry.
        source: what to read; below its `scratch` a folder is made and removed again.
        staging: where the Parquet files go.
        limits: what the child may use.
        progress: called with the number of rows so far.

    Returns:
        The files written, by table (`reject` among them), and the account: what LakeSink.close
        says, and `reader`, `version`, and the note `isolation` ("namespace" or "hook").

    Raises:
        UnknownReader: no such reader.
        FanalError: what the reader itself raised, of the same class.
        ReaderCrashed, ReaderTooLarge, ReaderTooLong: it ended, or was ended, without an answer.
    """
    entry = entry_of(reader_name)
    limits = limits or Limits()
    source.scratch.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="read-", dir=source.scratch))
    job = {"reader": entry, "staging": str(staging.resolve()), "source": asdict(replace(source, scratch=scratch))}
    try:
        answer = _run(json.dumps(job, default=str) + "\n", source, scratch, limits, progress)
        return _files(answer["tables"], source.exhibit, staging), answer
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def survey(reader_name: str, source: Source, limits: Limits | None = None) -> dict[str, SourceTable]:
    """The source tables of a mapped exhibit: their columns and rows, found in a child process.

    Args:
        reader_name: a mapped reader of the registry.
        source: what to look at; its mapping is not needed.

    Raises:
        As `read_exhibit`.
    """
    source.scratch.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="survey-", dir=source.scratch))
    job = {"reader": entry_of(reader_name), "survey": True, "source": asdict(replace(source, scratch=scratch))}
    try:
        found = _run(json.dumps(job, default=str) + "\n", source, scratch, limits or Limits(), None)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return {
        name: SourceTable(tuple(told["columns"]), int(told["rows"]), tuple(map(tuple, told.get("posts", ()))))
        for name, told in found.items()
    }


def _run(job: str, source: Source, scratch: Path, limits: Limits, progress: Progress | None) -> dict[str, Any]:
    with subprocess.Popen(
        command("fanal.read.child:serve", limits),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(scratch),
        cwd=scratch,
    ) as child:
        pipe_in, pipe_out = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
        try:
            try:
                pipe_in.write(job.encode())
                pipe_in.close()
            except BrokenPipeError:
                pass  # it died at once: its status says why
            for message in _messages(child, pipe_out, source.name, limits):
                if "done" in message:
                    child.wait()
                    return cast("dict[str, Any]", message["done"])
                if "error" in message:
                    raise _error(message["error"], source.name)
                if progress and isinstance(message.get("rows"), int):
                    progress(message["rows"])
            raise ReaderCrashed(name=source.name, detail=_ending(child.wait()))
        finally:
            if child.poll() is None:
                child.kill()


def _messages(child: subprocess.Popen[bytes], pipe: IO[bytes], name: str, limits: Limits) -> Iterator[dict[str, Any]]:
    """The child's messages until it closes the pipe, with a look at its memory and the time in between."""
    end = time.monotonic() + limits.wall_s
    waiting = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            ready = selector.select(WATCH_S)
            if resident(child.pid) > limits.memory:
                raise ReaderTooLarge(name=name, limit_mib=limits.memory >> 20)
            if time.monotonic() > end:
                raise ReaderTooLong(name=name, limit_s=limits.wall_s)
            if not ready:
                continue
            chunk = os.read(pipe.fileno(), 1 << 16)
            if not chunk or len(waiting) > MESSAGE_BYTES:
                return
            *lines, waiting = (waiting + chunk).split(b"\n")
            for line in lines:
                yield json.loads(line)


def _files(tables: dict[str, int], exhibit: int, staging: Path) -> dict[str, list[Path]]:
    """The files that the child says it wrote: only names that a sink gives, only where they are real files."""
    files = {}
    for table in tables:
        path = staging / f"{table}-{exhibit}.parquet"
        if (table not in BY_NAME and table != "reject") or path.is_symlink() or not path.is_file():
            raise ReaderCrashed(name=path.name, detail=translate("a table that it named is not there"))
        files[table] = [path]
    return files


def _error(told: dict[str, Any], name: str) -> FanalError:
    """The child's error as an error of the same class; ReaderCrashed where it was none of Fanal's."""
    module, _, cls = str(told.get("class", "")).partition(":")
    if module.startswith("fanal."):
        found = getattr(import_module(module), cls, None)
        if isinstance(found, type) and issubclass(found, FanalError):
            return found(**told["fields"])
    crash = ReaderCrashed(name=name, detail=str(told.get("detail", "")))
    crash.add_note(str(told.get("trace", "")))
    return crash


def _ending(status: int) -> str:
    if status == -signal.SIGXCPU:
        return translate("it used up its processor time")
    if status == -signal.SIGXFSZ:
        return translate("it wrote too large a file")
    return translate("signal {n}").format(n=-status) if status < 0 else translate("exit status {n}").format(n=status)


# The child's side.


def serve(isolation: str) -> None:
    """Read one job from standard input, do it, answer on what was standard output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    job = json.loads(sys.stdin.readline())

    def say(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message, default=str) + "\n")
        answers.flush()

    try:
        say({"done": _survey(job) if job.get("survey") else _read(job, isolation, say)})
    except FanalError as e:
        fields = {name: freed(str(value))[:EXCERPT] for name, value in e.fields.items()}
        say({"error": {"class": f"{type(e).__module__}:{type(e).__qualname__}", "fields": fields}})
    except Exception as e:  # noqa: BLE001  whatever it was, the parent must hear of it
        # Of a crash only kind and place are told: its message may quote the evidence.
        frames = traceback.extract_tb(e.__traceback__)
        last = frames[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        detail = translate("{error} at {where}").format(error=type(e).__name__, where=where)
        say({"error": {"detail": detail, "trace": "".join(traceback.format_list(frames))}})


def _survey(job: dict[str, Any]) -> dict[str, Any]:
    reader = cast("Surveyed", resolve(job["reader"]))
    return {name: asdict(table) for name, table in reader.tables(_source(job["source"])).items()}


def _source(raw: dict[str, Any]) -> Source:
    return Source(**{**raw, "path": Path(raw["path"]), "scratch": Path(raw["scratch"])})


def _read(job: dict[str, Any], isolation: str, say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    source = _source(job["source"])
    reader = resolve(job["reader"])
    said = time.monotonic()

    def report(rows: int) -> None:
        nonlocal said
        if time.monotonic() - said >= WATCH_S:
            said = time.monotonic()
            say({"rows": rows})

    with LakeSink(source.exhibit, Path(job["staging"]), source.time_zone, report) as sink:
        reader.read(source, sink)
        sink.note("isolation", isolation)
        account = sink.close()
    return {"reader": reader.name, "version": reader.version, **account}
