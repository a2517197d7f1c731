"""What a package says beyond its rows: words for certainty, flags, questions, who else holds an identity, media."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from exchange_cases import MADE_AT, Agency
from lake_cases import plan, small_lake

from fanal.exchange.build import Built, build_packages
from fanal.exchange.plan import ExhibitRef, Flag
from fanal.lake.snapshot import Snapshot

FLAGS = (
    Flag("kx:2", "child_at_risk", "officer", "S-17", MADE_AT),
    Flag("kx:2", "child_at_risk", "tip", "S-18", MADE_AT),
    Flag("kx:3", "minor", "person", "S-17", MADE_AT),
    Flag("kx:6", "minor", "person", "S-17", MADE_AT),
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return small_lake(tmp_path_factory.mktemp("lake") / "lamp")


@pytest.fixture(scope="module")
def made(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory, agencies: dict[str, Agency]) -> Built:
    """A package for France of an exhibit whose clock was 90 seconds ahead, in French."""
    elsewhere = {"a" * 32: frozenset({"ES", "FR", "IT"})}
    exhibits = (ExhibitRef(1, "0" * 64, "exhibit 1", "mysqldump", 90.0),)
    told = plan(agencies["one"], agencies["two"], flags=FLAGS, elsewhere=elsewhere, exhibits=exhibits, language="fr")
    return build_packages(snapshot, [told], tmp_path_factory.mktemp("packages"))[0]


def rows(package: Built, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(package.folder / f"data/tables/{table}.parquet").to_pylist()
    return found


def lines(package: Built, name: str) -> list[dict[str, str]]:
    with (package.folder / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_certainty_leaves_in_words_and_never_as_a_number(made: Built) -> None:
    numbers = {"probability", "score", "weight"}
    for path in (made.folder / "data/tables").iterdir():
        assert not numbers & set(pq.read_schema(path).names), path.name
    assert {(row["country"], row["words"]) for row in rows(made, "identity_country")} == {
        ("FR", "likely"),
        ("PT", "undetermined"),
    }
    assert {row["words"] for row in rows(made, "identity_origin")} == {"likely"}


def test_a_flag_on_an_account_is_its_identitys(made: Built) -> None:
    assert {line["identity"][0]: line["flags"] for line in lines(made, "identities.csv")} == {
        "a": "child_at_risk",
        "b": "minor",
    }


def test_flags_name_their_source_and_a_service_number(made: Built) -> None:
    told = [(row["account"], row["flag"], row["source"], row["officer"]) for row in rows(made, "flag")]
    assert told == [
        ("kx:2", "child_at_risk", "officer", "S-17"),
        ("kx:2", "child_at_risk", "tip", "S-18"),
        ("kx:3", "minor", "person", "S-17"),
    ]


def test_package_json_counts_the_flagged(made: Built) -> None:
    told = json.loads((made.folder / "data/package.json").read_text())
    assert told["counts"]["flags"] == {"child_at_risk": 1, "minor": 1}


def test_how_many_other_countries_hold_an_identity_is_told_and_not_which(made: Built) -> None:
    assert {line["identity"][0]: line["held_by_others"] for line in lines(made, "identities.csv")} == {
        "a": "2",
        "b": "0",
    }
    for path in made.folder.rglob("*"):
        if path.suffix in {".csv", ".json", ".jsonld", ".html"}:
            assert '"IT"' not in path.read_text()
            assert '"ES"' not in path.read_text()


def test_questions_stand_ready_with_addressee_instant_and_clock(made: Built) -> None:
    asked = lines(made, "requests.csv")
    assert [(line["addressee"], line["reference"]) for line in asked] == [
        ("Provider", "lamp-FR1-001-1"),
        ("Provider", "lamp-FR1-001-2"),
    ]
    first = asked[0]
    assert first["question"].startswith("À qui")
    assert (first["address"], first["port"]) == ("192.0.2.2", "")
    assert (first["instant_utc"], first["clock_offset_s"]) == ("2026-01-02T03:04:05Z", "90")
    assert first["true_instant_utc"] == "2026-01-02T03:02:35Z"
    assert first["kept_until_about"] == "2026-01-02"


def test_a_question_says_nothing_of_the_case(made: Built) -> None:
    text = (made.folder / "data/requests.csv").read_text()
    assert "a" * 32 not in text
    assert "kx:" not in text
    key = {row["reference"]: row["identity"] for row in rows(made, "request")}
    assert key == {"lamp-FR1-001-1": "a" * 32, "lamp-FR1-001-2": "b" * 32}


def test_a_lead_from_a_withheld_exhibit_stays(snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency) -> None:
    built = build_packages(snapshot, [plan(one, two, withheld_exhibits=frozenset({1}))], tmp_path)[0]
    assert not (built.folder / "data/requests.csv").exists()
    assert not (built.folder / "data/tables/lead.parquet").exists()
    assert "192.0.2." not in (built.folder / "data/summary.html").read_text()


def test_media_that_were_shared_are_told_by_three_digests(made: Built) -> None:
    for row in rows(made, "media"):
        assert [len(row[name]) for name in ("md5", "sha1", "sha256")] == [32, 40, 64]


def test_perceptual_fingerprints_leave_only_for_a_peer_entitled_to_them(
    made: Built, snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency, three: Agency
) -> None:
    assert not (made.folder / "data/tables/media_pdq.parquet").exists()
    plans = [plan(one, two, perceptual=True), plan(one, three)]
    built = {package.plan.country: package for package in build_packages(snapshot, plans, tmp_path)}
    assert [(row["media"], row["pdq"], row["quality"]) for row in rows(built["FR"], "media_pdq")] == [
        ("kx:m1", "00" * 32, 90)
    ]
    assert not (built["ES"].folder / "data/tables/media_pdq.parquet").exists()
    assert json.loads((built["FR"].folder / "data/package.json").read_text())["perceptual_fingerprints"]


def test_the_graph_names_every_file_beside_it_by_its_digest(made: Built) -> None:
    graph = json.loads((made.folder / "data/case.jsonld").read_text())["@graph"]
    names = {
        facet["uco-observable:fileName"]
        for node in graph
        for facet in node.get("uco-core:hasFacet", [])
        if "uco-observable:fileName" in facet
    }
    assert "data/requests.csv" in names
    assert {f"data/tables/{path.name}" for path in (made.folder / "data/tables").iterdir()} <= names
