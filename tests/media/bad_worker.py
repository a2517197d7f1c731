"""A worker that does what no worker does, by its file's name: one that a hostile file took over."""

import json
import os
import signal
import sys
from pathlib import Path


def say(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def serve(isolation):
    say(kind="ready", isolation=isolation)
    for line in sys.stdin:
        job = json.loads(line)
        name = Path(job["path"]).name
        if name == "kills":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif name == "hangs":
            signal.pause()
        elif name == "talks":
            say(kind="done", n=job["n"], picture="A" * 100)
        elif name == "floods":
            sys.stdout.write("A" * 200_000)
            sys.stdout.flush()
        elif name == "writes":
            try:
                with Path(os.environ["TMPDIR"], "frame").open("wb", buffering=0) as file:
                    file.write(b"A")
            except OSError:
                say(kind="gone", n=job["n"])
        else:
            say(kind="digests", n=job["n"], md5="0" * 32, sha1="0" * 40, sha256="0" * 64, bytes=1,
                mime="image/png", family="other")  # fmt: skip
            sys.stdin.readline()
            say(
                kind="done",
                n=job["n"],
                width=None,
                height=None,
                duration_s=None,
                status="whole",
                reason="",
                sticker=False,
            )
