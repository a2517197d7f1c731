import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exchange_cases import Agency
from lake_cases import plan, small_lake

from fanal.exchange.build import build_packages
from fanal.exchange.opening import Opened
from fanal.exchange.receive import ReceivedPackage, read_package, tables_for_lake, write_for_lake
from fanal.exchange.refusals import Malformed
from fanal.lake.parquet import write_table
from fanal.lake.writer import writing
from fanal.model.tables import BY_NAME, exhibit_of, obs_base


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory, agencies: dict[str, Agency]) -> Opened:
    one, two = agencies["one"], agencies["two"]
    root = tmp_path_factory.mktemp("received")
    built = build_packages(small_lake(root / "lamp"), [plan(one, two, bodies=True)], root / "packages")[0]
    return Opened(built.folder, built.plan.heading, one.pin, built.digest)


@pytest.fixture
def received(bag: Opened) -> ReceivedPackage:
    return read_package(bag)


def lake_tables(received: ReceivedPackage, exhibit: int) -> dict[str, pa.Table]:
    return {name: pa.Table.from_batches(rows, schema) for name, schema, rows in tables_for_lake(received, exhibit)}


def test_rows_come_with_new_numbers_and_their_old_place(received: ReceivedPackage, one: Agency) -> None:
    row = lake_tables(received, 7)["account"].to_pylist()[0]
    assert (row["exhibit"], exhibit_of(row["obs"]), row["obs"]) == (7, 7, obs_base(7) + 1)
    assert row["locator"] == f"{one.party.node}/1/account:1"


def test_every_number_is_given_once_and_without_a_hole(received: ReceivedPackage) -> None:
    tables = lake_tables(received, 7)
    numbers = [n for name in BY_NAME if name in tables for n in tables[name].column("obs").to_pylist()]
    assert sorted(numbers) == list(range(obs_base(7) + 1, obs_base(7) + 1 + len(numbers)))


def test_results_stand_beside_the_receivers_own(received: ReceivedPackage) -> None:
    tables = lake_tables(received, 7)
    assert "identity" not in tables
    assert tables["received_identity"].column("exhibit").to_pylist() == [7, 7]
    assert [row["verdict"] for row in tables["received_opinion"].to_pylist()] == ["suspect"]


def test_support_leads_to_the_rows_that_were_received(received: ReceivedPackage) -> None:
    tables = lake_tables(received, 7)
    ours = dict(zip(*(tables["received_obs"].column(c).to_pylist() for c in ("sender_obs", "obs")), strict=True))
    support = tables["received_roles_support"].to_pylist()[0]
    assert ours[support["obs"]] == tables["account"].column("obs")[0].as_py()


def test_a_link_whose_message_was_not_sent_points_nowhere(received: ReceivedPackage) -> None:
    assert lake_tables(received, 7)["link"].column("message").to_pylist() == [None, None, None]


def test_the_receivers_lake_takes_it_as_an_exhibit(received: ReceivedPackage, tmp_path: Path) -> None:
    with writing(tmp_path / "lamp") as writer:
        writer.add_exhibit(7, write_for_lake(received, 7, writer.path), {})
        snapshot = writer.commit()
    assert snapshot.rows("account") == 3
    assert snapshot.rows("received_identity") == 2
    assert pq.read_table(snapshot.files("login")).schema.remove_metadata() == BY_NAME["login"].schema


@pytest.mark.parametrize(
    ("name", "table", "detail"),
    [
        ("account", pa.table({"account": ["kx:1"]}), "columns"),
        ("fingerprint", BY_NAME["fingerprint"].schema.empty_table(), "do not carry"),
        ("extra", pa.table({"content": [b"bytes"]}), "holds bytes"),
        ("broken", None, "not a Parquet file"),
    ],
)
def test_a_table_that_packages_do_not_carry_is_refused(
    bag: Opened, tmp_path: Path, name: str, table: pa.Table | None, detail: str
) -> None:
    shutil.copytree(bag.folder, tmp_path / "bag")
    path = tmp_path / f"bag/data/tables/{name}.parquet"
    write_table(path, table) if table is not None else path.write_bytes(b"PAR1")
    with pytest.raises(Malformed, match=detail):
        read_package(Opened(tmp_path / "bag", bag.heading, bag.signer, ""))


def test_the_checkpoint_comes_verbatim(received: ReceivedPackage) -> None:
    assert received.checkpoint == "fanal/lamp\n3\nAAAA\n"
