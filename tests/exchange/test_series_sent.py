"""Series of media in a package: by digests, with officers' grades, and nothing of what hash lists say."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from exchange_cases import Agency
from lake_cases import plan, small_lake

from fanal.base.digests import content_id
from fanal.exchange.build import Built, build_packages
from fanal.exchange.changes import Previous, changes_since, content_of
from fanal.exchange.series import SERIES
from fanal.lake.snapshot import Snapshot

ID = content_id("series", "kx:m0")[:32]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return small_lake(tmp_path_factory.mktemp("series") / "lamp")


@pytest.fixture(scope="module")
def made(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory, agencies: dict[str, Agency]) -> Built:
    told = plan(agencies["one"], agencies["two"])
    return build_packages(snapshot, [told], tmp_path_factory.mktemp("packages"))[0]


def rows(package: Built, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(package.folder / f"data/tables/{table}.parquet").to_pylist()
    return found


def test_a_series_leaves_with_its_size_its_reach_in_words_and_its_grade(made: Built) -> None:
    assert rows(made, "series") == [
        {
            "series": ID,
            "media": 4,
            "media_here": 2,
            "first_at": None,
            "other_countries": 1,
            "used_in": "other countries too",
            "graded": "illegal",
        }
    ]
    assert rows(made, "series_grade") == [
        {"series": ID, "agency": "Unit 4", "category": "1", "opinion": "illegal_everywhere", "media": 1}
    ]


def test_media_that_accounts_of_the_package_used_are_named_by_digests_and_no_others(made: Built) -> None:
    assert [(row["media"], row["md5"], row["sha256"]) for row in rows(made, "series_media")] == [
        ("kx:m1", f"{1:032x}", f"{1:064x}"),
        ("kx:m2", f"{2:032x}", f"{2:064x}"),
    ]
    assert rows(made, "identity_series") == [{"identity": "a" * 32, "series": ID, "media": 2}]


def test_the_id_of_a_series_names_no_medium(made: Built) -> None:
    for table in SERIES:
        assert "kx:m0" not in json.dumps(rows(made, table), default=str)


def test_what_hash_lists_say_of_a_series_stays(made: Built) -> None:
    for path in (made.folder / "data/tables").iterdir():
        assert "state" not in pq.read_schema(path).names, path.name


def test_two_packages_call_a_series_the_same(
    made: Built, snapshot: Snapshot, tmp_path: Path, one: Agency, three: Agency
) -> None:
    spain = build_packages(snapshot, [plan(one, three)], tmp_path)[0]
    assert rows(spain, "series")[0]["series"] == rows(made, "series")[0]["series"]
    assert [row["media"] for row in rows(spain, "series_media")] == ["kx:m6"]


def test_a_grade_from_a_withheld_exhibit_stays(snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency) -> None:
    made = build_packages(snapshot, [plan(one, two, withheld_exhibits=frozenset({1}))], tmp_path)[0]
    assert not (made.folder / "data/tables/series_grade.parquet").exists()
    assert not (made.folder / "data/tables/series_media.parquet").exists()


def test_a_lake_without_the_step_has_no_series_to_send(
    snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency
) -> None:
    tables = {name: files for name, files in snapshot.tables.items() if name != "media_series"}
    made = build_packages(replace(snapshot, tables=tables), [plan(one, two)], tmp_path)[0]
    assert not {path.stem for path in (made.folder / "data/tables").iterdir()} & set(SERIES)


def test_a_new_grade_changes_the_identities_that_used_the_series(made: Built, tmp_path: Path) -> None:
    before = content_of(made.folder)
    other = tmp_path / "other/data/tables"
    other.mkdir(parents=True)
    for path in (made.folder / "data/tables").iterdir():
        table = pq.read_table(path)
        if path.stem == "series":
            table = table.set_column(table.schema.names.index("graded"), "graded", [["disputed"] * table.num_rows])
        pq.write_table(table, other / path.name)
    found = changes_since(Previous(1, made.digest, before), tmp_path / "other")
    assert found is not None
    assert list(found.changed) == ["a" * 32]
