"""Named SQL statements: one .sql file beside each step, cut at lines `-- name: <statement>`."""

import re
from functools import cache
from importlib.resources import files
from string import Template

_NAME = re.compile(r"^-- name: ([a-z0-9_]+)\s*$", re.MULTILINE)


@cache
def load(package: str, file: str) -> dict[str, str]:
    """The statements of one file of a package, by name, in the order they stand.

    Raises KeyError on a name that stands twice.
    """
    text = files(package).joinpath(file).read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    statements: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in statements:
            raise KeyError(f"{file}: statement {name} stands twice")
        statements[name] = body.strip().rstrip(";")
    return statements


def fill(statement: str, **literals: str) -> str:
    """Put SQL fragments made by this program (never user text) in the `${name}` places of a statement."""
    return Template(statement).substitute(literals)
