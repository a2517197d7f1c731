"""What the worker and the processes of its jobs share: the node's lock, and when to end."""

import os
import signal
import threading
from collections.abc import Sequence

_state: dict[str, int] = {}


def hold(lock: int) -> None:
    """Remember the lock that jobs' processes are to hold too."""
    _state["lock"] = lock


def inherited() -> Sequence[int]:
    """File descriptors that a job's process inherits."""
    return [_state["lock"]] if "lock" in _state else []


def end() -> None:
    """The worker is to end; its job too."""
    _state["ending"] = 1


def ending() -> bool:
    """Whether the worker is to end."""
    return "ending" in _state


def with_parent() -> None:
    """End as by SIGTERM when the process that started this one is gone: it holds the other end of standard input."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
