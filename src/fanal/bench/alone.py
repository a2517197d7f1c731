"""Reads one exhibit as the reading child does, without its start, without look and copy: for `bench read`.

Run as a program of its own: `python -m fanal.bench.alone READER PATH [MAPPING]`. Prints one JSON object.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fanal.evidence.isolation import go_without
from fanal.read.contract import Reader, Source
from fanal.read.mapping_yaml import load_yaml
from fanal.read.registry import by_name
from fanal.read.sink import LakeSink


def read_alone(name: str, path: Path, mapping: Path | None) -> dict[str, Any]:
    """Read an exhibit into a folder that is thrown away.

    The reader's own example is read before the clock starts, so that its loops are loaded by then.

    Returns:
        units (rows read), cpu_s and wall_s, peak_mib of the process.
    """
    reader = by_name(name)
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as folder:
        example = next(iter(reader.examples()))
        first = Path(folder) / example.name
        first.write_bytes(example.content)
        _read(reader, first, example.mapping, Path(folder) / "first")
        cpu, wall = time.process_time(), time.monotonic()
        text = mapping.read_text(encoding="utf-8") if mapping else None
        units = _read(reader, path, text, Path(folder) / "lake")
        return {
            "units": units,
            "cpu_s": round(time.process_time() - cpu, 1),
            "wall_s": round(time.monotonic() - wall, 1),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


def _read(reader: Reader, path: Path, mapping: str | None, folder: Path) -> int:
    scratch = folder / "scratch"
    scratch.mkdir(parents=True)
    parsed = load_yaml(mapping, path.name) if mapping else None
    with LakeSink(1, folder / "staging") as sink:
        reader.read(Source(path, path.name, 1, scratch, parsed), sink)
        account = sink.close()
    return sum(part["read"] for part in account["rows"].values())


if __name__ == "__main__":
    go_without()
    name, path, *mapping = sys.argv[1:]
    json.dump(read_alone(name, Path(path), Path(mapping[0]) if mapping else None), sys.stdout)
