"""Build packages: data, graph, summary and bag, for one recipient or for all in one pass over the lake.

A package appears under its name whole or not at all. What is built is not yet approved and not sealed:
officers approve its digest, and `seal.seal` checks it again.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.base import instants
from fanal.base.digests import sha256_file
from fanal.base.files import sync_folder
from fanal.base.language import speaking, translate
from fanal.engine.duck import Duck
from fanal.exchange.bag import write_bag
from fanal.exchange.case_graph import TableFileRef, TopIdentity, case_graph
from fanal.exchange.changes import Changes, changes_since
from fanal.exchange.cover import cover_in_bag
from fanal.exchange.document import as_html, as_pdf
from fanal.exchange.glossary import write_glossary
from fanal.exchange.plan import Counts, PackagePlan
from fanal.exchange.questions import REQUESTS, write_requests
from fanal.exchange.refusals import AlreadyThere
from fanal.exchange.seal import bag_info
from fanal.exchange.selection import TOP_PLACES, Selection
from fanal.exchange.sheet import REASONS, SIDES, in_words, write_sheet
from fanal.exchange.summary import FIRST, summary_document
from fanal.exchange.tables import write_tables
from fanal.exchange.urgent import urgent_of
from fanal.lake.parquet import write_table
from fanal.lake.snapshot import Snapshot

STAGING = ".building-"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Built:
    """A bag, ready to be approved: where, for whom, what is in it, and the digest to approve."""

    folder: Path
    plan: PackagePlan
    counts: Counts
    digest: str


def package_stem(plan: PackagePlan) -> str:
    """The name of a package's folder: that of its sealed file without the ending."""
    return plan.heading.file_name.removesuffix(".fanal")


def sweep(root: Path) -> None:
    """Delete what builds that were killed left behind."""
    for leftover in root.glob(f"{STAGING}*"):
        shutil.rmtree(leftover)


def build_packages(
    snapshot: Snapshot,
    plans: Sequence[PackagePlan],
    root: Path,
    progress: Progress | None = None,
    engine: Duck | None = None,
    *,
    again: bool = False,
) -> list[Built]:
    """Build one bag a plan, in `root/<operation>-<CC>-<number>/`.

    Args:
        snapshot: the operation's lake; every package of one build says the same.
        plans: at most one per country.
        root: the node's folder of packages; made where missing. One build at a time.
        progress: called before each package with its country, its place from 0, and the number of packages.
        engine: an engine session to use and close; default, a new one.
        again: replace packages of the same names (built, but never recorded: a build that was killed).

    Raises:
        AlreadyThere: a package of that name; nothing is built then.
        NothingToSend: the steps that packages are made from have not run.
    """
    root.mkdir(parents=True, exist_ok=True)
    sweep(root)
    for plan in plans:
        if not again and (root / package_stem(plan)).exists():
            raise AlreadyThere(path=root / package_stem(plan))
    staging = {plan.country: root / f"{STAGING}{package_stem(plan)}" for plan in plans}
    try:
        with Selection(snapshot, plans, engine) as selection:
            for folder in staging.values():
                (folder / "data/tables").mkdir(parents=True)
            counts = _fill(selection, staging)
            built = []
            for place, plan in enumerate(plans):
                if progress:
                    progress(plan.country, place, len(plans))
                built.append(_finish(selection, plan, staging[plan.country], root, counts[plan.country]))
        sync_folder(root)
        return built
    finally:
        sweep(root)


def _fill(selection: Selection, staging: dict[str, Path]) -> dict[str, Counts]:
    rows = write_tables(selection, {country: folder / "data/tables" for country, folder in staging.items()})
    counts = selection.counts()
    for country, plan in selection.plans.items():
        included = {row["identity"] for row in selection.of("included", country, "place").to_pylist()}
        opinions = [opinion for opinion in plan.opinions if opinion.identity in included]
        if opinions:
            table = _opinion_table(replace(plan, opinions=tuple(opinions)))
            rows[country]["opinion"] = write_table(staging[country] / "data/tables/opinion.parquet", table)
        flags = selection.of("flag", country, 'identity, account, flag, source, "at", officer')
        if flags.num_rows:
            table = flags.drop_columns(["to_country"])
            rows[country]["flag"] = write_table(staging[country] / "data/tables/flag.parquet", table)
        if asked := write_requests(staging[country], selection, plan):
            rows[country]["request"] = asked
    return {country: replace(counts[country], rows=dict(sorted(rows[country].items()))) for country in staging}


def _opinion_table(plan: PackagePlan) -> pa.Table:
    instant = pa.timestamp("us")
    schema = pa.schema([(n, pa.string()) for n in ("identity", "verdict", "reason", "officer")] + [("at", instant)])
    ordered = sorted(plan.opinions, key=lambda o: (o.identity, o.at, o.officer))
    return pa.Table.from_pylist([asdict(o) | {"at": o.at.replace(tzinfo=None)} for o in ordered], schema)


def _finish(selection: Selection, plan: PackagePlan, folder: Path, root: Path, counts: Counts) -> Built:
    data = folder / "data"
    sheet = selection.of("sheet", plan.country, "rank")
    leads = selection.of("top_lead", plan.country, "perishes_at NULLS LAST, place, lead").to_pylist()
    changes = changes_since(plan.previous, folder)
    _write_json(data / "package.json", package_json(plan, counts, changes))
    write_sheet(data / "identities.csv", selection, plan.country, plan.spoken)
    graph = case_graph(plan, _top(selection, plan, sheet), _file_refs(folder))
    _write_json(data / "case.jsonld", graph, sort=False)
    urgent = urgent_of(folder, plan.made_at)
    document = summary_document(plan, counts, sheet.slice(0, FIRST).to_pylist(), leads, urgent, changes)
    (data / "summary.html").write_text(as_html(document), encoding="utf-8")
    (data / "summary.pdf").write_bytes(as_pdf(document))
    write_glossary(folder, plan.spoken)
    cover_in_bag(folder, plan.spoken)
    digest = write_bag(folder, bag_info(plan.heading))
    target = root / package_stem(plan)
    if target.exists():
        shutil.rmtree(target)
    folder.replace(target)
    return Built(target, plan, counts, digest)


def _write_json(path: Path, value: Any, *, sort: bool = True) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False, sort_keys=sort) + "\n", encoding="utf-8")


def _file_refs(folder: Path) -> list[TableFileRef]:
    beside = [path for path in (folder / "data/identities.csv", folder / REQUESTS) if path.exists()]
    paths = sorted([*folder.glob("data/tables/*.parquet"), *beside])
    return [
        TableFileRef(p.relative_to(folder).as_posix(), sha256_file(p), p.stat().st_size) for p in paths if p.exists()
    ]


def _top(selection: Selection, plan: PackagePlan, sheet: pa.Table) -> list[TopIdentity]:
    accounts: dict[str, list[dict[str, Any]]] = {}
    for row in selection.of("top_account", plan.country, "place, account, exhibit").to_pylist():
        rows = accounts.setdefault(row["identity"], [])
        if all(row["account"] != known["account"] for known in rows):
            rows.append(row)
    identifiers: dict[str, list[dict[str, Any]]] = {}
    for row in selection.of("top_identifier", plan.country, "place, account, kind, norm").to_pylist():
        identifiers.setdefault(row["identity"], []).append(row)
    media: dict[str, list[dict[str, Any]]] = {}
    for row in selection.of("top_media", plan.country, "place, media").to_pylist():
        media.setdefault(row["identity"], []).append(row)
    top = []
    for row in sheet.slice(0, TOP_PLACES).to_pylist():
        words = [f"rank {row['rank']}", f"{plan.country}: {row['country_is']}", row["roles"], row["reasons"]]
        words += _reasons(plan, row)
        identity = row["identity"]
        top.append(
            TopIdentity(
                identity,
                accounts.get(identity, []),
                identifiers.get(identity, []),
                [w for w in words if w],
                plan.country,
                row["country_is"] or "",
                (row["flags"] or "").split("; ") if row["flags"] else (),
                media.get(identity, []),
            )
        )
    return top


def _reasons(plan: PackagePlan, row: dict[str, Any]) -> list[str]:
    """What speaks for an identity and its country, and against, a line each."""
    with speaking(plan.spoken):
        lines = ((translate(SIDES[name.split("_")[1]]), in_words(name, row[name])) for name in REASONS if row[name])
        return [translate("{what}: {text}").format(what=role, text=text) for role, text in lines]


def package_json(plan: PackagePlan, counts: Counts, changes: Changes | None) -> dict[str, Any]:
    """What data/package.json says: the heading, the terms, the figures, what changed since the package before."""
    threshold = asdict(plan.threshold)
    threshold["approved_at"] = instants.text(plan.threshold.approved_at) if plan.threshold.approved_at else None
    reviewed = instants.text(plan.others_reviewed_by) if plan.others_reviewed_by else None
    return plan.heading.to_json() | {
        "title": plan.title,
        "language": plan.spoken,
        "legal_basis": plan.legal_basis,
        "transfer_basis": plan.transfer_basis,
        "purpose": plan.purpose,
        "ill_treatment": plan.ill_treatment,
        "handling": [asdict(code) for code in plan.handling],
        "source_grade": plan.grade.source,
        "information_grade": plan.grade.information,
        "threshold": threshold,
        "counts": {
            "candidates": counts.candidates,
            "included": counts.included,
            "accounts": counts.accounts,
            "not_included": {
                "below_threshold": counts.below_threshold,
                "undetermined_or_withheld": counts.undetermined + counts.held,
                "not_in_this_package": counts.not_chosen,
            },
            "not_included_reviewed_by": reviewed,
            "flags": dict(counts.flags),
            "rows": dict(counts.rows),
        },
        "lists": dict(plan.lists),
        "exhibits": [asdict(ref) for ref in plan.exhibits],
        "message_text": plan.bodies,
        "changes": changes.to_json() if changes else None,
        "perceptual_fingerprints": plan.perceptual,
        "contact": plan.contact,
        "checkpoint": plan.checkpoint,
    }
