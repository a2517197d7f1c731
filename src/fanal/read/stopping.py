"""How a reader is asked to stop early, so that what it had read stays.

The parent asks before it kills; so does the kernel where processor time runs out. Whoever reads on
looks here: a scanner takes the request for the end of its file, the sink breaks off where nobody did.
"""

import signal
from types import FrameType

#: Why a reader was asked to stop.
MEMORY, TIME, PROCESSOR = "memory", "time", "processor"
_REASONS = {signal.SIGUSR1: MEMORY, signal.SIGTERM: TIME, signal.SIGXCPU: PROCESSOR}
ASKS = {reason: number for number, reason in _REASONS.items()}


class Stopped(Exception):
    """The reader breaks off here; its sink is closed as it stands."""


class _State:
    """Of this process. `taken`: a scanner has taken the request, and ends by itself."""

    reason: str | None = None
    taken: bool = False
    left: int = 0


_STATE = _State()


def listen(grace_s: float) -> None:
    """Take requests from now on. After `grace_s` more seconds of processor time the kernel's own request kills."""
    _STATE.left = max(1, int(grace_s))
    for number in _REASONS:
        signal.signal(number, _hear)


def _hear(number: int, _frame: FrameType | None) -> None:
    _STATE.reason = _STATE.reason or _REASONS[signal.Signals(number)]
    if number == signal.SIGXCPU:
        _STATE.left -= 1  # it comes every second
        if _STATE.left <= 0:
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)


def reason() -> str | None:
    """Why this process was asked to stop: one of MEMORY, TIME, PROCESSOR; None where it was not."""
    return _STATE.reason


def take() -> bool:
    """Whether a scanner is to treat what it has as the whole file; it then answers for the end itself."""
    if _STATE.reason:
        _STATE.taken = True
    return _STATE.taken


def check() -> None:
    """Raise Stopped where a request is open that no scanner has taken."""
    if _STATE.reason and not _STATE.taken:
        raise Stopped
