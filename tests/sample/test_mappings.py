from pathlib import Path

import pytest

from fanal.read.mapping import parse_mapping

TABLES = {
    "kx": {"account", "identifier", "login", "payment", "media", "share", "message"},
    "forum": {"account", "identifier", "channel", "message"},
    "access": {"login"},
    "exchange": {"account", "identifier"},
}


@pytest.mark.parametrize(("name", "tables"), TABLES.items(), ids=TABLES)
def test_a_mapping_of_the_sample_passes_the_check_of_mappings(platform: Path, name: str, tables: set[str]) -> None:
    path = platform / f"{name}.yaml"
    mapping = parse_mapping(path.read_text(encoding="utf-8"), path.name)
    assert {selection.table for selection in mapping.selections} == tables
