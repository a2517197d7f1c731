"""Runs a parser of a received file in a child behind walls: its rows come back as one Parquet file, or a refusal does.

For files that are no exhibits, such as hash lists: they come from others all the same. The child has no network, may
start nothing, and is ended when it uses too much memory or time. It takes one JSON job and gives one JSON answer.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.evidence.isolation import GIB, Limits, command, environment, resident
from fanal.lake.parquet import TableFile

WALLS = Limits(memory=2 * GIB, cpu_s=4 * 3600, wall_s=8 * 3600, grace_s=0, file_bytes=16 * GIB)
_WATCH_S = 0.2
#: What a job's parser gives: rows, and what else is told of the file.
Parser = Callable[[dict[str, Any]], tuple[Iterable[pa.RecordBatch], str]]


def rows_behind_walls(entry: str, job: dict[str, Any], scratch: Path, limits: Limits = WALLS) -> dict[str, Any]:
    """Let a child parse a file.

    Args:
        entry: "module:function", a function that calls `serve`.
        job: what it needs to know; `out` is added, where the rows go.
        scratch: a folder of the child's own, which also takes the rows.
        limits: what it may use.

    Returns:
        `rows` (the Parquet file) and `told`; or `refused`: why there is nothing.
    """
    out = scratch / "rows.parquet"
    child = subprocess.Popen(
        command(entry, limits),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(scratch),
        cwd=scratch,
    )
    try:
        said = _heard(child, json.dumps({**job, "out": str(out)}).encode(), limits)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if isinstance(said, str):
        return {"refused": said}
    return {"refused": said["refused"]} if "refused" in said else {"rows": out, "told": str(said["told"])}


def _heard(child: subprocess.Popen[bytes], job: bytes, limits: Limits) -> dict[str, Any] | str:
    """The child's answer, or why there is none."""
    end, given = time.monotonic() + limits.wall_s, job
    while True:
        try:
            answer, _ = child.communicate(given, timeout=_WATCH_S)
        except subprocess.TimeoutExpired:
            given = b""
            if resident(child.pid) > limits.memory:
                return translate("it needs more than {n} MiB of memory").format(n=limits.memory >> 20)
            if time.monotonic() > end:
                return translate("it needs more than {n} seconds").format(n=int(limits.wall_s))
            continue
        try:
            told = json.loads(answer)
        except ValueError:
            told = None
        return told if isinstance(told, dict) else translate("reading it broke off")


def serve(parse: Parser, schema: pa.Schema) -> None:
    """What an entry does: one job from its input, the rows into the job's `out`, one answer to its output."""
    job = json.load(sys.stdin)
    try:
        batches, told = parse(job)
        with TableFile(Path(job["out"]), schema, lasting=False) as file:
            for batch in batches:
                file.write(batch)
        answer = {"told": told}
    except FanalError as e:
        answer = {"refused": str(e.fields.get("detail", "")) or str(e)}
    sys.stdout.write(json.dumps(answer))
