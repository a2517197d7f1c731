"""Every reader on its own first example, behind its walls: does this installation read at all?"""

from collections.abc import Iterator
from pathlib import Path

from fanal.base.errors import FanalError
from fanal.read.child import read_exhibit
from fanal.read.contract import Reader, Source
from fanal.read.mapping_yaml import load_yaml
from fanal.read.registry import readers


def read_examples(folder: Path) -> Iterator[tuple[str, bool]]:
    """Read the first example of each reader, below an empty folder.

    Yields:
        The reader's name, and whether exactly what the example says came out.
    """
    for reader in readers():
        place = folder / reader.name
        place.mkdir()
        try:
            yield reader.name, _reads(reader, place)
        except FanalError:
            yield reader.name, False


def _reads(reader: Reader, folder: Path) -> bool:
    example = next(iter(reader.examples()))
    path = folder / example.name
    path.write_bytes(example.content)
    mapping = load_yaml(example.mapping, example.name) if example.mapping else None
    source = Source(path, example.name, 1, folder / "scratch", mapping)
    staging = folder / "staging"
    staging.mkdir()
    _, account = read_exhibit(reader.name, source, staging)
    rejected = account["tables"].pop("reject", 0)
    return bool(account["tables"] == dict(example.rows) and rejected == example.rejects)
