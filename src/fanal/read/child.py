"""Runs a reader in a child process behind walls, and watches it.

The child (`read/serving.py`) gets one JSON line (which reader, which exhibit, where to) and answers
with JSON lines: progress, then what was written, or an error. Nothing it says is trusted further than
it is checked.
"""

import json
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast

from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.evidence.isolation import Limits, command, environment, resident
from fanal.model.tables import BY_NAME
from fanal.read import stopping
from fanal.read.contract import Source
from fanal.read.parts import part_path
from fanal.read.registry import entry_of
from fanal.read.source_tables import SourceTable

WATCH_S = 0.1
#: A child that was asked to end for its memory may use this much more before it is killed.
PATIENCE = 1.25
MESSAGE_BYTES = 64 << 20

Progress = Callable[[int], None]


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
        says, and `reader`, `version`, and the note `isolation` ("namespace" or "hook"). Where the
        reader was stopped or broke off after rows were there, these stay: the notes `truncated` (True)
        and `stopped` (why) say so.

    Raises:
        UnknownReader: no such reader.
        FanalError: what the reader itself raised, of the same class.
        ReaderCrashed, ReaderTooLarge, ReaderTooLong: it ended, or was ended, before a row was there.
    """
    entry = entry_of(reader_name)
    limits = limits or Limits()
    source.scratch.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="read-", dir=source.scratch))
    job = {"reader": entry, "staging": str(staging.resolve()), "source": asdict(replace(source, scratch=scratch))}
    try:
        answer = _run(job, source, scratch, limits, progress)
        if "stopped" in answer["notes"] and not answer["tables"]:
            raise _early(answer["notes"]["stopped"], source.name, limits)
        return _files(answer["files"], source.exhibit, staging), answer
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def survey(reader_name: str, source: Source, limits: Limits | None = None) -> dict[str, SourceTable]:
    """The source tables of a mapped exhibit: their columns and rows, found in a child process.

    Args:
        reader_name: a mapped reader of the registry.
        source: what to look at; its mapping is needed only for the ranges in it.

    Raises:
        As `read_exhibit`.
    """
    source.scratch.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="survey-", dir=source.scratch))
    job = {"reader": entry_of(reader_name), "survey": True, "source": asdict(replace(source, scratch=scratch))}
    try:
        found = _run(job, source, scratch, limits or Limits(), None)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return {
        name: SourceTable(tuple(told["columns"]), int(told["rows"]), told["place"], tuple(map(tuple, told["posts"])))
        for name, told in found.items()
    }


def _run(
    job: dict[str, Any], source: Source, scratch: Path, limits: Limits, progress: Progress | None
) -> dict[str, Any]:
    line = json.dumps({**job, "grace_s": limits.grace_s}, default=str) + "\n"
    with subprocess.Popen(
        command("fanal.read.serving:serve", limits, lean=True),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(scratch),
        cwd=scratch,
    ) as child:
        pipe_in, pipe_out = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
        try:
            try:
                pipe_in.write(line.encode())
                pipe_in.close()
            except BrokenPipeError:
                pass  # it died at once: its status says why
            kept: dict[str, Any] | None = None
            try:
                messages = _messages(child, pipe_out, source.name, limits)
                while True:
                    message = next(messages)
                    if "done" in message:
                        child.wait()
                        return cast("dict[str, Any]", message["done"])
                    kept = message.get("kept", kept)
                    if progress and isinstance(message.get("rows"), int):
                        progress(message["rows"])
            except (ReaderCrashed, ReaderTooLarge, ReaderTooLong) as e:
                if kept is None:
                    raise
                # The child is gone; the files that it had finished are whole.
                kept["notes"] |= {"truncated": True, "stopped": str(e.fields.get("detail") or e.code)}
                return kept
        finally:
            if child.poll() is None:
                child.kill()


def _messages(child: subprocess.Popen[bytes], pipe: IO[bytes], name: str, limits: Limits) -> Iterator[dict[str, Any]]:
    """The child's messages, without end until one of the errors, with a look at its memory and the time in between.

    A child that uses too much is asked to end, and killed where it does not within its grace.

    Raises:
        ReaderCrashed, ReaderTooLarge, ReaderTooLong, and what the child says went wrong.
    """
    end = time.monotonic() + limits.wall_s
    waiting = b""
    asked: FanalError | None = None
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            ready = selector.select(WATCH_S)
            used, late = resident(child.pid), time.monotonic() > end
            if asked and (late or used > limits.memory * PATIENCE):
                raise asked
            if not asked and (late or used > limits.memory):
                large = ReaderTooLarge(name=name, limit_mib=limits.memory >> 20)
                asked = ReaderTooLong(name=name, limit_s=limits.wall_s) if late else large
                child.send_signal(stopping.ASKS[stopping.TIME if late else stopping.MEMORY])
                end = time.monotonic() + limits.grace_s
            if not ready:
                continue
            chunk = os.read(pipe.fileno(), 1 << 16)
            if not chunk or len(waiting) > MESSAGE_BYTES:
                # One that was asked before it could listen was ended by the asking.
                raise asked or ReaderCrashed(name=name, detail=_ending(child.wait()))
            *lines, waiting = (waiting + chunk).split(b"\n")
            for line in lines:
                message = json.loads(line)
                if "error" in message:
                    raise _error(message["error"], name)
                yield message


def _files(tables: dict[str, int], exhibit: int, staging: Path) -> dict[str, list[Path]]:
    """The files that the child says it wrote: only names that a sink gives, only where they are real files."""
    files: dict[str, list[Path]] = {}
    for table, n in tables.items():
        for place in range(1, n + 1):
            path = part_path(staging, table, exhibit, place)
            if (table not in BY_NAME and table != "reject") or path.is_symlink() or not path.is_file():
                raise ReaderCrashed(name=path.name, detail=translate("a table that it named is not there"))
            files.setdefault(table, []).append(path)
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


def _early(reason: str, name: str, limits: Limits) -> FanalError:
    """A reader was asked to stop before it had a row."""
    if reason == stopping.MEMORY:
        return ReaderTooLarge(name=name, limit_mib=limits.memory >> 20)
    if reason == stopping.TIME:
        return ReaderTooLong(name=name, limit_s=limits.wall_s)
    return ReaderCrashed(name=name, detail=translate("it used up its processor time"))


def _ending(status: int) -> str:
    if status == -signal.SIGXCPU:
        return translate("it used up its processor time")
    if status == -signal.SIGXFSZ:
        return translate("it wrote too large a file")
    return translate("signal {n}").format(n=-status) if status < 0 else translate("exit status {n}").format(n=status)
