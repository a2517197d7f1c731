"""The end of a process that has nothing left to do."""

import atexit
import os
import sys
from typing import NoReturn

#: The interpreter's own exit code where output that waited could not be written.
UNWRITTEN = 120


def leave(code: int = 0) -> NoReturn:
    """End this process now, after what was registered for its end was done and its output written.

    The interpreter would take every module apart first, and look for garbage among them: a third of a second of
    a process that loaded a thousand of them, after its last word. No thread is waited for.
    """
    atexit._run_exitfuncs()  # noqa: SLF001  what the interpreter itself would call, and nothing else does
    try:
        sys.stdout.flush()
    except OSError:  # the disk is full, or whoever read it is gone
        code = code or UNWRITTEN
    os._exit(code)
