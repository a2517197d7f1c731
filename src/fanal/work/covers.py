"""The text that goes with a package over the official channel, in any language that packages are written in."""

import json
from typing import Any

from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.exchange.cover import Attached, cover_text
from fanal.exchange.spoken import package_language


class NotBuiltHere(FanalError):
    """A cover text was asked for of a package that there is not."""

    code = "F-SUM-02"
    text = "There is no package {package}; `fanal package list` shows them."


def package_cover(actor: Actor, node: Node, operation: Operation, name: str, language: str | None) -> dict[str, Any]:
    """The cover text of a package that was built here; with file, size and SHA-256 once it is sealed.

    Args:
        name: such as kx-BE-1.
        language: two letters; default, that of the package.

    Returns:
        `package`, `language`, `file`, `size`, `sha256` (empty where it is not sealed), `text`.

    Raises:
        NotBuiltHere, UnknownLanguage.
    """
    may(actor, "case.read", operation.slug)
    packages = Package.objects.filter(operation=operation, direction="out")
    found = next((package for package in packages if str(package) == name), None)
    if found is None:
        raise NotBuiltHere(package=name)
    folder = node.folder / found.folder
    told = json.loads((folder / "data/package.json").read_bytes())
    spoken = package_language(language or told["language"])
    sealed = node.folder / found.file if found.file else None
    attached = Attached(sealed.name, sealed.stat().st_size, found.file_sha256) if sealed else None
    return {
        "package": name,
        "language": spoken,
        "file": attached.name if attached else "",
        "size": attached.size if attached else None,
        "sha256": attached.sha256 if attached else "",
        "text": cover_text(folder, spoken, attached),
    }
