"""How fast accounts become identities with countries, beside the peers, in one run and at several sizes of a case.

The steps are measured as a whole process, `fanal run`. Their parts are measured alone, each in a process of its own
that tells the processor time of the work without its start; so are the peers. Nothing is decided here.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fanal.bench.growth import growth_svg
from fanal.bench.mmdb import write_countries
from fanal.bench.path import EXHIBITS, NODE
from fanal.bench.phones import written
from fanal.bench.stage import Measured, measure, measure_command
from fanal.lake.snapshot import read_current

PROGRAMS = Path(__file__).parent / "peers"
#: Telephone numbers of all regions that both sides read, and the seed that they are drawn with.
PHONES, PHONES_SEED = 50_000, 1
OPERATION = "kx"
#: What stands in the plot, and the unit of its size.
PLOTTED = ("all steps", "accounts to identities", "logins to country, network, anonymiser")
Report = Callable[[str, float], None]
Row = dict[str, Any]


@dataclass(frozen=True)
class _Bench:
    """One benchmark: where its files are, where its peers are, and the rows so far."""

    folder: Path
    peers: Path
    table: list[Row]

    def ours(self, scale: float | None, work: str, name: str, path: Path) -> Row:
        out = self.folder / f"{name}.ours"
        command = [sys.executable, "-m", "fanal.bench.resolve_work", name, str(path), str(out)]
        return self._row(scale, work, "fanal", measure_command(name, command, self.folder / "told"))

    def theirs(self, ours: Row, who: str, program: str, python: str | None, *arguments: Path) -> Row:
        """A peer of `ours`; where it is not installed, a row that says so."""
        if python is None:
            row: Row = {**dict.fromkeys(ours), "scale": ours["scale"], "work": ours["work"], "who": who}
            row["note"] = "not here: make peers"
            self.table.append(row)
            return row
        command = [python, str(PROGRAMS / program), *map(str, arguments)]
        row = self._row(ours["scale"], ours["work"], who, measure_command(who, command, self.folder / "told"))
        row["ratio"] = round(ours["per_cpu_s"] / row["per_cpu_s"], 2)
        return row

    def _row(self, scale: float | None, work: str, who: str, took: Measured) -> Row:
        told = json.loads((self.folder / "told").read_text(encoding="utf-8").splitlines()[-1])
        return self.add(scale, work, who, told["units"], told["cpu_s"], took, told.get("note", ""))

    def add(self, scale: float | None, work: str, who: str, units: int, cpu_s: float, took: Measured, note: str) -> Row:
        row = {
            "scale": scale, "work": work, "who": who, "units": units, "cpu_s": round(cpu_s, 2),
            "per_cpu_s": round(units / max(cpu_s, 1e-3)), "ratio": None, "peak_mib": took.peak_mib, "note": note,
        }  # fmt: skip
        self.table.append(row)
        return row


def bench_resolve(scales: Sequence[float], peers: Path, report: Report, plot: Path | None = None) -> list[Row]:
    """Measure the steps and their parts on sample platforms.

    Args:
        scales: of the sample platform, rising; 1 is 1.8 million accounts.
        peers: a virtual environment that has them; those that are not there are rows that say so.
        report: told what is measured and the share done.
        plot: a file to write the growth of cost to, as SVG; None for none.

    Returns:
        Rows of scale, work, who, units, cpu_s, per_cpu_s (units), ratio (Fanal's per_cpu_s over the peer's; for
        reading alone therefore below 1), peak_mib, note.

    Raises:
        StageFailed: a program ended in an error.
    """
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
        bench = _Bench(Path(name), peers, [])
        report("phones", 0.0)
        _phones(bench)
        database = bench.folder / "countries.mmdb"
        if _peer_python(peers, "maxminddb"):
            write_countries(database)
        for place, scale in enumerate(scales):
            _at_scale(bench, scale, database, lambda what, done, p=place: report(what, (p + done) / len(scales)))  # type: ignore[misc]  # mypy sees no default in a lambda
        if plot:
            plot.write_text(_plotted(bench.table), encoding="utf-8")
        return bench.table


def _phones(bench: _Bench) -> None:
    values, theirs = bench.folder / "phones.txt", bench.folder / "phones.theirs"
    values.write_text("".join(f"{value}\n" for value in written(PHONES, PHONES_SEED)), encoding="utf-8")
    ours = bench.ours(None, "phone validity and E.164", "phones", values)
    bench.theirs(ours, "phonenumbers", "phonenumbers_peer.py", sys.executable, values, theirs)
    pairs = zip(_lines(bench.folder / "phones.ours"), _lines(theirs), strict=True)
    ours["note"] = f"different: {sum(one != other for one, other in pairs)}"


def _at_scale(bench: _Bench, scale: float, database: Path, report: Report) -> None:
    folder = bench.folder / f"scale-{scale:g}"
    folder.mkdir()
    node, lake = folder / "node", folder / "node" / "lake" / OPERATION
    report("sample", 0.0)
    _make(folder, scale)
    report("logins", 0.4)
    told = bench.folder / "logins"
    measure_command("ips", _command("ips", lake, told), bench.folder / "told")
    ours = bench.ours(scale, "logins to country, network, anonymiser", "places", lake)
    python = _peer_python(bench.peers, "maxminddb")
    peer = bench.theirs(
        ours, "maxminddb, country", "maxminddb_peer.py", python, database, told, bench.folder / "theirs"
    )
    if python:
        same = _json(bench.folder / "places.ours") == _json(bench.folder / "theirs")
        peer["note"] += ", same countries" if same else ", other countries"
    told.unlink()
    report("identities", 0.5)
    ours = bench.ours(scale, "accounts to identities", "identities", lake)
    read = bench.ours(scale, "accounts to identities", "read", lake)
    read["who"], read["ratio"] = "reading alone", round(ours["per_cpu_s"] / read["per_cpu_s"], 2)
    report("run", 0.6)
    took = measure("run", ("-C", str(node), "run"), bench.folder / "out")
    snapshot = read_current(lake)
    rows = sum(snapshot.rows(name) for name in ("account", "identifier", "login"))
    bench.add(scale, "all steps", "fanal run", rows, took.cpu_s, took, f"wall {took.wall_s:g} s")
    report("clusters", 0.9)
    links = folder / "links.parquet"
    measure_command("links", _command("links", lake, links), bench.folder / "told")
    ours = bench.ours(scale, "clustering alone", "clusters", links)
    python = sys.executable if find_spec("splink") else _peer_python(bench.peers, "splink")
    peer = bench.theirs(ours, "splink", "splink_clusters_peer.py", python, links, bench.folder / "theirs")
    if python:
        same = _json(bench.folder / "clusters.ours") == _json(bench.folder / "theirs")
        peer["note"] = "same clusters" if same else "other clusters"


def _make(folder: Path, scale: float) -> None:
    """A node with the sample's exhibits and its threshold."""
    sample, node, out = folder / "sample", folder / "node", folder / "out"
    measure("sample", ("sample", "platform", str(sample), "--scale", str(scale)), out)
    measure("init", ("init", str(node), *NODE), out)
    at = ("-C", str(node))
    measure("op new", (*at, "op", "new", OPERATION, "--title", "Benchmark", "--legal-basis", "none"), out)
    for exhibit, mapping in EXHIBITS:
        measure(exhibit, (*at, "add", str(sample / exhibit), "--mapping", str(sample / mapping)), out)
        (sample / exhibit).unlink()
    measure("op threshold", (*at, "op", "threshold", str(sample / "threshold.toml")), out)


def _command(work: str, path: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "fanal.bench.resolve_work", work, str(path), str(out)]


def _peer_python(peers: Path, package: str) -> str | None:
    there = any(peers.glob(f"lib/*/site-packages/{package}"))
    return str(peers / "bin" / "python") if there else None


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _plotted(table: Sequence[Row]) -> str:
    series: dict[str, list[tuple[float, float]]] = {}
    for row in table:
        if row["work"] in PLOTTED and row["who"].startswith("fanal"):
            series.setdefault(row["work"], []).append((row["scale"], row["cpu_s"]))
    first = series[PLOTTED[0]][0]
    series["as fast as the input"] = [(x, first[1] * x / first[0]) for x, _ in series[PLOTTED[0]]]
    return growth_svg(
        "Cost of the steps by size of the case", "scale (1 = 1.8 million accounts)", "CPU seconds", series
    )
