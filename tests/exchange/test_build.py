import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exchange_cases import Agency, expecting
from lake_cases import plan, small_lake

from fanal.exchange.bag import verify_bag
from fanal.exchange.build import Built, build_packages
from fanal.exchange.opening import open_sealed
from fanal.exchange.refusals import AlreadyThere, NothingToSend
from fanal.exchange.seal import seal
from fanal.exchange.selection import OneCountryTwice
from fanal.lake.parquet import write_table
from fanal.lake.snapshot import Snapshot, read_current
from fanal.lake.writer import writing
from fanal.model.tables import FINDING

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return small_lake(tmp_path_factory.mktemp("lake") / "lamp")


@pytest.fixture(scope="module")
def built(
    snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory, agencies: dict[str, Agency]
) -> dict[str, Built]:
    one, two, three = agencies["one"], agencies["two"], agencies["three"]
    made = build_packages(snapshot, [plan(one, two), plan(one, three)], tmp_path_factory.mktemp("packages"))
    return {package.plan.country: package for package in made}


def rows(package: Built, table: str) -> Any:
    return pq.read_table(package.folder / f"data/tables/{table}.parquet").to_pylist()


def accounts(package: Built, table: str = "account") -> list[object]:
    return [row["account"] for row in rows(package, table)]


def test_a_package_holds_whom_the_threshold_and_the_country_say(built: dict[str, Built]) -> None:
    assert accounts(built["FR"]) == ["kx:1", "kx:2", "kx:3"]
    assert accounts(built["ES"]) == ["kx:6"]


def test_every_table_is_cut_to_the_included_accounts(built: dict[str, Built]) -> None:
    for table in ("identifier", "login", "membership", "message", "share", "link"):
        assert set(accounts(built["FR"], table)) <= {"kx:1", "kx:2", "kx:3"}
    assert {row["identity"][0] for row in rows(built["FR"], "identity")} == {"a", "b"}


def test_who_is_not_sent_is_counted(built: dict[str, Built]) -> None:
    counts = built["FR"].counts
    assert (counts.candidates, counts.included, counts.accounts) == (4, 2, 3)
    assert (counts.below_threshold, counts.undetermined, counts.held) == (1, 1, 0)


def test_who_is_held_back_appears_nowhere_and_only_in_a_common_count(
    snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency
) -> None:
    held = build_packages(snapshot, [plan(one, two, held=frozenset({"b" * 32}))], tmp_path)[0]
    assert held.counts.held == 1
    package = json.loads((held.folder / "data/package.json").read_text())
    assert package["counts"]["not_included"]["undetermined_or_withheld"] == 2
    plain = {".json", ".csv", ".html", ".jsonld"}
    sent = [path.read_bytes() for path in held.folder.rglob("*.*") if path.suffix in plain]
    sent += [str(pq.read_table(path).to_pylist()).encode() for path in held.folder.rglob("*.parquet")]
    for text in sent:
        assert b"b" * 32 not in text
        assert b"user3@example.org" not in text


def test_a_plan_can_name_whom_to_send(snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency) -> None:
    made = build_packages(snapshot, [plan(one, two, only=frozenset({"b" * 32, "c" * 32}))], tmp_path)[0]
    assert accounts(made) == ["kx:3"]
    assert made.counts.not_chosen == 1


def test_rows_of_a_withheld_exhibit_do_not_leave(snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency) -> None:
    made = build_packages(snapshot, [plan(one, two, withheld_exhibits=frozenset({1}))], tmp_path)[0]
    assert not (made.folder / "data/tables/login.parquet").exists()
    assert "example.org" not in (made.folder / "data/identities.csv").read_text()
    assert {row["identity"][0] for row in rows(made, "identity")} == {"a", "b"}


def test_findings_of_other_agencies_are_not_passed_on(tmp_path: Path, one: Agency, two: Agency) -> None:
    small_lake(tmp_path / "lamp")
    with writing(tmp_path / "lamp") as writer:
        finding = {"exhibit": 2, "finding": "theirs", "step": "roles", "subject": "a" * 32}
        schema = pa.schema([("exhibit", pa.int32()), *FINDING])
        write_table(writer.path("received_roles_finding-2"), pa.Table.from_pylist([finding], schema))
        writer.add_exhibit(2, {"received_roles_finding": [writer.path("received_roles_finding-2")]}, {})
        snapshot = writer.commit()
    made = build_packages(snapshot, [plan(one, two)], tmp_path / "packages")[0]
    assert [path.name for path in made.folder.rglob("received*")] == []


def test_text_of_messages_leaves_only_where_the_plan_allows(
    built: dict[str, Built], snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency
) -> None:
    assert [row["body"] for row in rows(built["FR"], "message")] == [None, None, None]
    allowed = build_packages(snapshot, [plan(one, two, bodies=True)], tmp_path)[0]
    assert [row["body"] for row in rows(allowed, "message")] == ["message 1", "message 2", "message 3"]


def test_no_raw_address_of_a_link_leaves(built: dict[str, Built]) -> None:
    for row in rows(built["FR"], "link"):
        assert row["host"] == "example.org"
        assert str(row["url"]).startswith("sha256:")


def test_no_fingerprint_and_no_bytes_leave(built: dict[str, Built]) -> None:
    tables = list((built["FR"].folder / "data/tables").iterdir())
    assert "fingerprint.parquet" not in {path.name for path in tables}
    for path in tables:
        assert not any(pa.types.is_binary(kind) for kind in pq.read_schema(path).types)


def test_only_media_that_the_included_shared_are_described(built: dict[str, Built]) -> None:
    assert [row["media"] for row in rows(built["FR"], "media")] == ["kx:m1", "kx:m2", "kx:m3"]


def test_an_account_of_somebody_else_is_not_named(built: dict[str, Built]) -> None:
    assert [row["by_account"] for row in rows(built["FR"], "membership")] == ["kx:3", None, None]
    assert {row["finding"] for row in rows(built["FR"], "roles_finding")} == {"finding-a", "finding-b", "names-own"}


def test_support_goes_with_its_findings(built: dict[str, Built]) -> None:
    assert [row["finding"] for row in rows(built["FR"], "roles_support")] == ["finding-a", "finding-b"]


def test_opinions_go_only_with_the_identities_they_are_about(built: dict[str, Built]) -> None:
    assert [row["identity"] for row in rows(built["FR"], "opinion")] == ["b" * 32]


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(built: dict[str, Built]) -> None:
    with (built["FR"].folder / "data/identities.csv").open(encoding="utf-8", newline="") as f:
        lines = list(csv.DictReader(f))
    assert lines[1]["usernames"] == '\'=cmd("x"); user2'
    assert lines[1]["phones"] == "'+33600000001"
    assert [line["rank"] for line in lines] == ["1", "2"]


def test_the_bag_verifies_and_has_the_digest_to_approve(built: dict[str, Built]) -> None:
    assert verify_bag(built["FR"].folder) == built["FR"].digest


def test_the_same_lake_and_plan_give_the_same_package(
    built: dict[str, Built], snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency
) -> None:
    assert build_packages(snapshot, [plan(one, two)], tmp_path)[0].digest == built["FR"].digest


def test_a_built_package_is_sealed_and_opened(
    built: dict[str, Built], tmp_path: Path, one: Agency, two: Agency
) -> None:
    package = built["FR"]
    sealed = seal(package.folder, package.plan.heading, one.keys.signing, tmp_path / "x.fanal", package.digest)
    got = open_sealed(sealed.path, tmp_path / "got", two.keys, expecting(one.pin))
    assert got.package_digest == package.digest
    assert verify_bag(got.folder) == package.digest


def test_what_a_killed_build_left_is_swept(snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency) -> None:
    (tmp_path / ".building-lamp-FR-1/data").mkdir(parents=True)
    build_packages(snapshot, [plan(one, two)], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lamp-FR-1"]


def test_a_package_that_is_there_is_replaced_only_on_demand(
    snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency
) -> None:
    first = build_packages(snapshot, [plan(one, two)], tmp_path)[0]
    with pytest.raises(AlreadyThere):
        build_packages(snapshot, [plan(one, two)], tmp_path)
    assert build_packages(snapshot, [plan(one, two)], tmp_path, again=True)[0].digest == first.digest


def test_one_country_has_one_package_a_build(snapshot: Snapshot, tmp_path: Path, one: Agency, two: Agency) -> None:
    with pytest.raises(OneCountryTwice, match="FR"):
        build_packages(snapshot, [plan(one, two), plan(one, two, number=2)], tmp_path)


def test_a_lake_whose_steps_have_not_run_has_nothing_to_send(tmp_path: Path, one: Agency, two: Agency) -> None:
    with pytest.raises(NothingToSend, match="identity_origin"):
        build_packages(read_current(tmp_path / "empty"), [plan(one, two)], tmp_path / "packages")
    assert list((tmp_path / "packages").iterdir()) == []


def test_a_country_without_anyone_gets_a_package_that_says_so(
    snapshot: Snapshot, tmp_path: Path, one: Agency, agencies: dict[str, Agency]
) -> None:
    nobody = replace(agencies["two"], party=replace(agencies["two"].party, country="IT"))
    made = build_packages(snapshot, [plan(one, nobody, opinions=())], tmp_path)[0]
    assert made.counts.included == 0
    assert not list((made.folder / "data/tables").iterdir())
    assert "Nobody" in (made.folder / "data/summary.html").read_text()


def test_reasons_against_stand_beside_reasons_for(built: dict[str, Built]) -> None:
    with (built["FR"].folder / "data/identities.csv").open() as f:
        row = next(row for row in csv.DictReader(f) if row["identity"] == "a" * 32)
    assert row["together_for"] == "Both accounts use the same mailbox, which is mostly one person's."
    assert row["together_against"] == "The stated names have no part in common."
    assert row["country_for"] == "A telephone number of this country."
    assert row["country_against"] == "For another country: A language of this country was chosen."


def test_the_graph_and_the_summary_say_what_speaks_against(built: dict[str, Built]) -> None:
    data = built["FR"].folder / "data"
    graph = json.loads((data / "case.jsonld").read_text())["@graph"]
    grouping = next(node for node in graph if node.get("uco-core:name") == "a" * 32)
    assert "against: The stated names have no part in common." in grouping["uco-core:description"]
    summary = (data / "summary.html").read_text()
    assert "What speaks against" in summary
    assert "The stated names have no part in common." in summary


def _without_keys(text: str, package: Built) -> str:
    """Keys and node ids are new in every run; so are the ids that the graph derives from them."""
    plan = package.plan
    for who, party in (("one", plan.sender), ("two", plan.recipient)):
        text = text.replace(party.node, f"<node of {who}>").replace(party.signing_key, f"<signing key of {who}>")
        text = text.replace(party.age_recipient, f"<age recipient of {who}>")
    return text


@pytest.mark.parametrize("name", ["package.json", "identities.csv"])
def test_the_files_are_as_they_were(built: dict[str, Built], name: str) -> None:
    made = (built["FR"].folder / "data" / name).read_text()
    assert _without_keys(made, built["FR"]) == (GOLDEN / name).read_text()


@pytest.mark.slow
def test_the_graph_conforms_to_case(built: dict[str, Built]) -> None:
    program = Path(sys.executable).with_name("case_validate")
    command = [str(program), "--built-version", "case-1.5.0", str(built["FR"].folder / "data/case.jsonld")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
