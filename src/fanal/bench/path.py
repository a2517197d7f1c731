"""The whole path at one scale, stage by stage: sample, add, run, build, approve, seal."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fanal.bench.stage import Measured, measure

NODE = ("--agency", "Benchmark", "--country", "NL", "--demo")
EXHIBITS = (
    ("kx.sql", "kx.yaml"),
    ("forum.jsonl", "forum.yaml"),
    ("access.log", "access.yaml"),
    ("exchange.csv", "exchange.yaml"),
)
TERMS = (
    *("--basis", "derogation", "--basis-reason", "benchmark", "--purpose", "benchmark"),
    *("--ill-treatment", "none", "--assessment", "benchmark"),
)
#: Recipients of sealed packages; what is built for the others is counted and stays.
PEERS = ("BE", "DE", "ES", "FR", "IT")


def bench_path(scale: float, report: Callable[[str, float], None]) -> list[dict[str, Any]]:
    """Measure every stage once.

    Args:
        scale: of the sample platform; 1 is 1.8 million accounts.
        report: told each stage's name and the share done.

    Returns:
        A row for each stage, and two sums: from exhibits to sealed packages, and everything.

    Raises:
        StageFailed: a stage ended in an error.
    """
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
        folder = Path(name)
        sample, node, out = folder / "sample", folder / "node", folder / "out"
        done: list[Measured] = []

        def stage(label: str, *arguments: str) -> None:
            report(label, len(done) / 14)
            done.append(measure(label, arguments, out))

        stage("sample", "sample", "platform", str(sample), "--scale", str(scale))
        stage("init", "init", str(node), *NODE)
        at = ("-C", str(node))
        stage("op new", *at, "op", "new", "kx", "--title", "Benchmark", "--legal-basis", "none")
        for exhibit, mapping in EXHIBITS:
            stage(f"add {exhibit}", *at, "add", str(sample / exhibit), "--mapping", str(sample / mapping))
        stage("op threshold", *at, "op", "threshold", str(sample / "threshold.toml"))
        stage("run", *at, "run")
        for country in PEERS:
            other = folder / country
            measure("peer", ("init", str(other), "--agency", country, "--country", country, "--demo"), out)
            measure("peer", ("-C", str(other), "peer", "card", str(folder / f"{country}.fanal-card")), out)
            measure("peer", (*at, "peer", "add", str(folder / f"{country}.fanal-card")), out)
            measure("peer", (*at, "peer", "assess", country, *TERMS), out)
        stage("package build", *at, "package", "build", "--all")
        stage("package approve", *at, "--as", "2", "package", "approve")
        stage("package seal", *at, "package", "seal")
        stage("identities", *at, "identities", "--format", "jsonl")
        size = sum(path.stat().st_size for path in sample.iterdir() if path.is_file()) >> 20
    path = [m for m in done if m.stage not in ("sample", "identities")]
    return [
        *(asdict(m) for m in done),
        asdict(_sum("exhibits to sealed packages", path, f"{size} MiB of exhibits, {len(PEERS)} recipients")),
    ]


def _sum(label: str, stages: list[Measured], note: str) -> Measured:
    return Measured(
        label,
        round(sum(m.wall_s for m in stages), 1),
        round(sum(m.cpu_s for m in stages), 1),
        max(m.peak_mib for m in stages),
        note,
    )
