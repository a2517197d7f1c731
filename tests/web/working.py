"""A node's worker, as `fanal worker` starts it, and its watched folder."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from fanal.cases.models.jobs import Job
from fanal.cases.node import CONFIG, Node
from fanal.cli.serve import environment

WAIT_S = 60


def watch(node: Node, folder: Path) -> Path:
    """Have the node watch a folder."""
    folder.mkdir(exist_ok=True)
    path = node.folder / CONFIG
    path.write_text(path.read_text().replace('watched = ""', f'watched = "{folder}"\nupload_mib = 3'))
    return folder


def worker(node: Node, *options: str) -> "subprocess.Popen[bytes]":
    """Start a worker of a node whose desk is served."""
    around = environment(node, "127.0.0.1") | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "django", "worker", *options]
    return subprocess.Popen(command, env=around, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)


def work_off(node: Node) -> None:
    """Do all jobs that wait."""
    process = worker(node, "--once")
    _, said = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0, said.decode()


def do(node: Node, number: int) -> None:
    """Do one job that waits, as the worker has it done, and no other."""
    around = environment(node, "127.0.0.1") | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "django", "job", str(number)]
    with subprocess.Popen(command, env=around, stdin=subprocess.PIPE) as process:
        assert process.wait(2 * WAIT_S) == 0


def until(number: int, holds: Callable[[Job], bool]) -> Job:
    """The job, as soon as something holds of it."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        job = Job.objects.get(pk=number)
        if holds(job):
            return job
        time.sleep(0.1)
    raise AssertionError((job.state, job.log))
