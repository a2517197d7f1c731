"""Media against the node's hash lists. A question is about all registered media of an operation, never about one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fanal.analyse.media import matches_of, series_of, unseen_of
from fanal.analyse.runner import run_steps
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.engine.choice import engines
from fanal.lake.snapshot import read_current
from fanal.lake.writer import writing
from fanal.work.evidence import add_exhibits
from fanal.work.hashlists import mapped
from fanal.work.series import series_decided
from fanal.work.told import inputs_for

Report = Callable[[str, float], None]
STEPS = ("snapshots", "match")
IN_SERIES = (*STEPS, "series")


def match_media(actor: Actor, node: Node, operation: Operation, report: Report) -> Iterator[dict[str, Any]]:
    """Bring the matching up to date and hand out every match. It is on the record before the first is.

    Yields:
        `{"media", "list", "entry", "kind": "exact" | "near", "distance", "share"}` and version, agency,
        share_of_entry, quality, radius, least_quality, category, opinion, quarantined; `entry` is an opaque id.

    Raises:
        LakeBusy: another command writes.
    """
    may(actor, "media.match", operation.slug)
    bring_up_to_date(actor, node, operation, STEPS, report)
    snapshot = read_current(node.lake(operation.slug))
    record(actor, "media.match", operation.slug, snapshot=snapshot.number)
    yield from matches_of(snapshot)


def bring_up_to_date(actor: Actor, node: Node, operation: Operation, steps: tuple[str, ...], report: Report) -> None:
    """Run these steps where they are out of date."""
    may(actor, "media.match", operation.slug)
    inputs = inputs_for(actor, node, operation)
    with writing(node.lake(operation.slug)) as writer, engines(node.engine) as opened:
        run_steps(writer, inputs, steps, lambda name, place, of: report(name, place / of), opened=opened)
        writer.commit()


def series(actor: Actor, node: Node, operation: Operation, report: Report) -> Iterator[dict[str, Any]]:
    """Series of near-duplicates, the largest first (see `analyse.media.series_of`), with `decided`. Raises LakeBusy."""
    may(actor, "media.match", operation.slug)
    bring_up_to_date(actor, node, operation, IN_SERIES, report)
    decided = series_decided(actor, node, operation)
    for row in series_of(read_current(node.lake(operation.slug))):
        yield {**row, "decided": decided.get(row["series"])}


def unseen(actor: Actor, node: Node, operation: Operation, report: Report) -> Iterator[dict[str, Any]]:
    """What no list has and nobody graded, in the order in which it is looked at, with `decided`. Raises LakeBusy."""
    may(actor, "media.match", operation.slug)
    bring_up_to_date(actor, node, operation, IN_SERIES, report)
    decided = series_decided(actor, node, operation)
    for row in unseen_of(read_current(node.lake(operation.slug))):
        yield {**row, "decided": decided.get(row["series"])}


def import_grades(
    actor: Actor, node: Node, operation: Operation, path: Path, *, agency: str, mapping: Path, report: Report
) -> dict[str, Any]:
    """Take an examiner's grades in: a VICS case file, as an exhibit, with what its categories mean.

    Args:
        path: the file that the examiner's tool wrote.
        agency: whose grades they are. mapping: TOML, `categories` to opinions: its scale.

    Returns:
        exhibit, rows, rejects.

    Raises:
        BadHashList, UnknownOpinion: the mapping. NotAFile, HashList, LakeBusy: see `work.evidence.add_exhibits`.
    """
    may(actor, "media.grade", operation.slug)
    scale = {"agency": agency, "opinions": mapped(actor, mapping)}
    (added,) = add_exhibits(actor, node, operation, [path], reader="vics", options={"grades": scale}, report=report)
    record(actor, "media.grade", operation.slug, exhibit=added["exhibit"])
    return {name: added[name] for name in ("exhibit", "rows", "rejects")}
