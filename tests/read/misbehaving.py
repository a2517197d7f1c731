"""Readers that do what a reader must not, for the tests of the child process."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from fanal.read.contract import Unreadable


class Misbehaving:
    """Does what the exhibit's one line says."""

    name = "misbehaving"
    version = 7
    mapped = False
    beside: tuple[str, ...] = ()

    def read(self, source, sink):
        getattr(self, source.path.read_text().strip())(source, sink)

    def obey(self, source, sink):
        for i in range(3):
            columns = {"locator": [f"m:{i + 1}"], "body": [f"message {i + 1}"], "at": ["2026-01-31T12:00:00Z"]}
            sink.rows("message", pa.table(columns))
        sink.count("m", source=4, read=3, rejected=1)
        sink.reject("m:4", None, "cut off", "rest")
        print("not an answer")  # noqa: T201  what a library might do
        sink.note("folder", os.environ["TMPDIR"] == str(source.scratch))
        sink.note("secret", os.environ.get("FANAL_TEST_SECRET"))

    def fail(self, source, sink):
        self.obey(source, sink)
        raise ValueError("the text of message 12")

    def read_on(self, _source, sink):
        n = 0
        while True:
            n += 1
            sink.rows("message", pa.table({"locator": [f"m:{n}"], "body": ["message 12"]}))
            sink.count("m", source=1, read=1)

    def read_then_hang(self, _source, sink):
        rows = pa.table({"locator": [f"m:{n}" for n in range(1 << 18)], "body": ["message 12"] * (1 << 18)})
        sink.rows("message", rows)
        sink.rows("message", rows)
        sink.count("m", source=1 << 19, read=1 << 19)
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM,))
        time.sleep(60)

    def read_then_die(self, source, sink):
        rows = pa.table({"locator": [f"m:{n}" for n in range(1 << 18)], "body": ["message 12"] * (1 << 18)})
        sink.rows("message", rows)
        sink.rows("message", rows)
        while not sink.files:
            time.sleep(0.05)
        time.sleep(2)  # the parent hears of it
        self.die(source, sink)

    def refuse(self, source, sink):
        sink.rows("message", pa.table({"locator": ["m:1"]}))
        raise Unreadable(path=source.name, detail="line 3 is cut off")

    def leak(self, source, _sink):
        raise Unreadable(path=source.name, detail=bytes(range(256)).hex())

    def quote(self, _source, _sink):
        raise ValueError("the text of message 12")

    def die(self, _source, _sink):
        os.kill(os.getpid(), signal.SIGSEGV)

    def leave(self, _source, _sink):
        os._exit(3)

    def hoard(self, _source, _sink):
        held = []
        while True:
            held.append(np.ones(4 << 20))

    def reserve(self, _source, _sink):
        np.empty(1 << 42)

    def dawdle(self, _source, _sink):
        time.sleep(60)

    def spin(self, _source, _sink):
        while True:
            pass

    def fill(self, source, _sink):
        with (source.scratch / "big").open("wb") as f:
            while True:
                f.write(b"x" * (1 << 20))

    def call(self, _source, _sink):
        socket.create_connection(("127.0.0.1", 9), timeout=1)

    def start(self, _source, _sink):
        subprocess.run(["true"], check=True)

    def interfaces(self, _source, sink):
        # /proc/net/dev lists what the kernel gives this process: its loopback alone, in a namespace of its own.
        lines = Path("/proc/self/net/dev").read_text(encoding="ascii").splitlines()[2:]
        sink.note("interfaces", [line.split(":")[0].strip() for line in lines])


MISBEHAVING = Misbehaving()
