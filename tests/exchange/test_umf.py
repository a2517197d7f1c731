import csv
import json

import pyarrow.parquet as pq
import pytest
from exchange_cases import Agency
from lake_cases import plan, small_lake

from fanal.exchange.build import Built, build_packages
from fanal.exchange.tables import BY_IDENTITY, CANONICAL
from fanal.exchange.umf import CONFIRMED, PACKAGE, SHEET, TABLES, Target, paths, target
from fanal.model.tables import BY_NAME


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory, agencies: dict[str, Agency]) -> Built:
    root = tmp_path_factory.mktemp("umf")
    made = plan(agencies["one"], agencies["two"])
    return build_packages(small_lake(root / "lamp"), [made], root / "packages")[0]


def test_every_field_of_package_json_is_in_the_map(package: Built) -> None:
    told = json.loads((package.folder / "data/package.json").read_text())
    assert {path for path in paths(told) if target("package.json", path) is None} == set()


def test_every_column_of_the_sheet_is_in_the_map(package: Built) -> None:
    with (package.folder / "data/identities.csv").open(encoding="utf-8", newline="") as f:
        columns = next(csv.reader(f))
    assert {name for name in columns if target("identities.csv", name) is None} == set()


def test_every_column_of_every_table_that_was_built_is_in_the_map(package: Built) -> None:
    found = {(path.stem, name) for path in package.folder.rglob("*.parquet") for name in pq.read_schema(path).names}
    assert {pair for pair in found if target(*pair) is None} == set()


def test_every_column_of_every_table_that_may_be_built_is_in_the_map() -> None:
    found = {(table, name) for table in CANONICAL for name in BY_NAME[table].schema.names}
    assert {pair for pair in found if target(*pair) is None} == set()
    assert set(BY_IDENTITY) <= set(TABLES)


def test_a_field_that_nobody_mapped_is_missed() -> None:
    assert target("package.json", "weather") is None
    assert target("identities.csv", "weather") is None
    assert target("account", "weather") is None
    assert target("weather", "account") is None


def test_findings_of_any_step_are_mapped_alike() -> None:
    assert target("roles_finding", "value") == target("attribute_finding", "value")


def test_a_target_names_an_object_or_says_what_is_lost() -> None:
    every = [*PACKAGE.values(), *SHEET.values(), *(one for columns in TABLES.values() for one in columns.values())]
    for one in every:
        assert (one.object and one.property) or one.lost
        assert bool(one.object) == bool(one.property)
        assert one != Target()


def test_of_every_object_it_is_said_whether_a_source_confirms_it() -> None:
    every = [*PACKAGE.values(), *SHEET.values(), *(one for columns in TABLES.values() for one in columns.values())]
    assert {one.object for one in every if one.object} == set(CONFIRMED)


def test_paths_of_a_document_go_into_lists_of_objects_alone() -> None:
    assert paths({"a": {"b": 1}, "c": [{"d": 1}, {"e": 2}], "f": [1, 2]}) == {"a.b", "c[].d", "c[].e", "f"}
