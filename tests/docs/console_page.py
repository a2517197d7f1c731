"""Takes the commands of a page apart and runs them as a reader would type them, in one shell.

A page shows commands in `console` blocks: a line that begins with "$ " is typed; the lines after it are
what must be printed, in that order. Runs of blanks count as one; `…` stands for anything within its line,
and alone on a line for any lines.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "--- end of command"
WIDTH = 100


@dataclass(frozen=True)
class Typed:
    """One command of a page and the lines that the page shows of what it prints."""

    command: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Printed:
    """What a command printed, standard output and error together, and its exit code."""

    text: str
    code: int


def commands(page: str) -> list[Typed]:
    """The commands of a page, in order."""
    found: list[Typed] = []
    for block in _BLOCK.findall(page):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Typed(line.removeprefix("$ "), ()))
            elif line.strip():
                last = found.pop()
                found.append(Typed(last.command, (*last.shown, line)))
    return found


def run(typed: list[Typed], folder: Path) -> list[Printed]:
    """Type the commands in one bash that begins in `folder`, with Fanal on the path and nothing set."""
    script = "".join(f"{{ {each.command}\n}} 2>&1; code=$?; echo; echo '{_END}' $code\n" for each in typed)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FANAL_", "LC_", "XDG_"))}
    environment = {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "COLUMNS": str(WIDTH),
    }
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    pieces = re.split(rf"^{_END} (\d+)$", done.stdout, flags=re.MULTILINE)
    return [Printed(text, int(code)) for text, code in zip(pieces[0::2], pieces[1::2], strict=False)]


def missing(shown: tuple[str, ...], printed: str) -> list[str]:
    """The shown lines that were not printed, or not in that order.

    Lines in between that the page does not show are allowed: a table folds its cells differently where a path is long.
    """
    lines = [_plain(line) for line in printed.splitlines()]
    absent, at = [], 0
    for line in shown:
        if line.strip() == "…":
            continue
        pattern = re.compile(".*".join(re.escape(piece.strip()) for piece in _plain(line).split("…")))
        place = next((n for n in range(at, len(lines)) if pattern.fullmatch(lines[n])), None)
        if place is None:
            absent.append(line)
        else:
            at = place + 1
    return absent


def _plain(line: str) -> str:
    return " ".join(line.split())
