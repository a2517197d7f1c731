"""CASE graphs in files: whether one conforms."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from fanal.cases.access import Actor, may
from fanal.exchange.case_check import check_file


def check_case(actor: Actor, path: Path) -> list[dict[str, Any]]:
    """What in a graph does not conform to CASE 1.5 and Fanal's extension: `node`, `path`, `severity`, `message`.

    Raises:
        NoGraph, ContextElsewhere.
    """
    may(actor, "package.verify")
    return [asdict(fault) for fault in check_file(path)]
