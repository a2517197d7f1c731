"""Where a command's results go: written whole, or it is said in one line that they are not.

Not what they look like: that is `cli/output.py`.
"""

import io
import os
import sys
from pathlib import Path

from fanal.base.errors import FanalError
from fanal.base.language import mark, translate


class OutputLost(FanalError):
    """Standard output is closed, or what takes it has no room."""

    code = "F-CLI-02"
    text = (
        "The output cannot be written: {detail}. Make room or let it go elsewhere, and see what was done before you "
        "repeat the command."
    )


class _Standard(io.FileIO):
    """The file of standard output, whose refusal is an error of its own and not one of a file that a command uses."""

    def write(self, data: object) -> int:
        """See io.FileIO. Raises OutputLost, and BrokenPipeError where whoever read has gone."""
        try:
            return super().write(data)  # type: ignore[arg-type]  # the buffer protocol has no type in this version
        except BrokenPipeError:
            raise
        except OSError as e:
            raise OutputLost(detail=translate(e.strerror or str(e))) from e


def watch() -> None:
    """Have what is printed from now on raise OutputLost where it cannot be written.

    Raises:
        OutputLost: standard output is closed; nothing was done yet.
    """
    if sys.stderr is None:
        # What opens a file next would get its number, and the errors with it.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  for as long as the process lasts
    if sys.stdout is None:
        discard()
        raise OutputLost(detail=translate(mark("it is closed")))
    now = sys.stdout
    by_line = isinstance(now, io.TextIOWrapper) and (now.line_buffering or now.write_through)
    file = io.BufferedWriter(_Standard(now.fileno(), "wb", closefd=False))
    sys.stdout = io.TextIOWrapper(file, encoding=now.encoding, errors=now.errors, line_buffering=by_line)


def discard() -> None:
    """Let what is printed, or waits to be, go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
