"""The end of `make demo`: the coordination desk's node in a browser, and what a visitor needs to sign in."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import fanal.work  # noqa: F401  sets the case store up before its modules are imported
from fanal.cases.node import load_node
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.cli.output import say
from fanal.cli.serve import PORT, environment

HOST = "127.0.0.1"
OFFICERS = ("1", "2")
_PATIENCE_S = 60


class DeskSilent(Exception):
    """The desk was started and does not answer."""


def show_desk(folder: Path, *, stay: bool) -> None:
    """Serve the desk of a demo node, print its address and how to sign in.

    Args:
        folder: the node's.
        stay: until Ctrl+C, with a new code at each press of Enter; otherwise the desk ends once it has answered.

    Raises:
        DeskSilent.
    """
    with served(folder) as port:
        say("  Open http://localhost:{port}/ in a browser and sign in:", port=port)
        _codes(folder)
        if not stay:
            say(
                "  There is no terminal to stop it from: it answered and is stopped. fanal -C {folder} serve",
                folder=folder,
            )
            return
        say("  Enter shows new codes; Ctrl+C stops the desk.")
        with contextlib.suppress(KeyboardInterrupt):
            _stay(folder)


def _stay(folder: Path) -> None:
    """Until Ctrl+C, or the end of what a terminal types; what has no terminal is ended from outside."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(EOFError):
        while True:
            input()
            _codes(folder)
    if not sys.stdin.isatty():
        signal.pause()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve the desk of a node as `fanal serve` does; the port that it answers on. Raises DeskSilent."""
    port = _free_port()
    command = [sys.executable, "-m", "fanal", "-C", str(folder), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_for(f"http://{HOST}:{port}/health/", process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(URLError, ConnectionError), urlopen(address, timeout=_PATIENCE_S):  # noqa: S310  our own
            return
        time.sleep(0.2)
    raise DeskSilent(address)


def _free_port() -> int:
    """The port of `fanal serve`, or another where something listens there."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, PORT))
        except OSError:
            tried.bind((HOST, 0))
        return int(tried.getsockname()[1])


def code_of(folder: Path, officer: str) -> str:
    """What the authenticator of a demo node's officer shows now."""
    command = [sys.executable, "-m", "django", "demo_code", officer]
    around = environment(load_node(folder), HOST)
    return subprocess.run(command, env=around, check=True, capture_output=True, text=True).stdout.strip()


def _codes(folder: Path) -> None:
    for officer in OFFICERS:
        say(
            "  Officer {officer}, pass phrase {phrase}, code {code} (it counts once; another comes every 30 seconds)",
            officer=officer,
            phrase=DEMO_PASSPHRASE,
            code=code_of(folder, officer),
        )
