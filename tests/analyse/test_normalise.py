"""The step `normalise` on small tables made by hand."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from fanal.analyse.normalise import Normalise
from fanal.engine.duck import Duck
from fanal.model.inputs import Inputs, ListEntry
from fanal.model.tables import BY_NAME

DAY = datetime(2023, 1, 1)


class Rows:
    """Rows of canonical tables in one engine; `run` makes the step's tables of them."""

    def __init__(self, engine: Duck) -> None:
        self.engine = engine
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.obs = 1 << 40

    def row(self, table: str, **values: Any) -> int:
        self.obs += 1
        self.rows.setdefault(table, []).append({"exhibit": 1, "locator": "x", "obs": self.obs, **values})
        return self.obs

    def login(self, account: str, ip: str | None, hours: float = 0, *, success: bool | None = True) -> int:
        return self.row("login", account=account, ip=ip, at=DAY + timedelta(hours=hours), success=success)

    def uses(self, account: str, kind: str, norm: str | None, **values: Any) -> int:
        return self.row("identifier", account=account, kind=kind, value=norm, norm=norm, **values)

    def run(self, *lists: ListEntry) -> dict[str, int | str]:
        for name in Normalise.reads:
            self.engine.bind(name, pa.Table.from_pylist(self.rows.get(name, []), BY_NAME[name].schema))
        account = Normalise().run(self.engine, Inputs(lists=lists))
        for name, schema in Normalise.writes.items():
            found = self.engine.rows(f'SELECT * FROM "{name}"')
            assert set(found.column_names) == set(schema.names)
            found.select(schema.names).cast(schema)
        return account

    def table(self, name: str) -> list[dict[str, Any]]:
        return self.engine.rows(f'SELECT * FROM "{name}" ORDER BY {Normalise.order[name]}').to_pylist()

    def address(self, ip: str) -> dict[str, Any]:
        return next(row for row in self.table("address") if row["ip"] == ip)

    def value(self, norm: str) -> dict[str, Any]:
        return next(row for row in self.table("value_key") if row["norm"] == norm)


@pytest.fixture
def rows() -> Iterator[Rows]:
    with Duck(threads=1) as engine:
        yield Rows(engine)


def test_accounts_are_numbered_by_their_first_observation_wherever_it_stands(rows: Rows) -> None:
    rows.row("membership", account="wa:b", by_account="wa:a", channel="wa:c")
    rows.login("kx:2", "203.0.113.1")
    rows.row("account", account="kx:1")
    rows.row("account", account="kx:2")
    rows.run()
    assert [(r["account_id"], r["account"]) for r in rows.table("account_key")] == [
        (0, "wa:a"), (1, "wa:b"), (2, "kx:2"), (3, "kx:1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "table", ["account", "identifier", "login", "membership", "message", "share", "payment", "link"]
)
def test_an_account_that_one_table_alone_names_has_a_number(rows: Rows, table: str) -> None:
    obs = rows.row(table, account="kx:1")
    rows.run()
    assert rows.table("account_key") == [{"account_id": 0, "account": "kx:1", "first_obs": obs}]


def test_values_are_numbered_by_kind_and_norm(rows: Rows) -> None:
    for kind, norm in (
        ("phone", "+32470000001"),
        ("email", "b@example.org"),
        ("email", "a@example.org"),
        ("email", None),
    ):
        rows.uses("kx:1", kind, norm)
    account = rows.run()
    assert [(r["value_id"], r["norm"]) for r in rows.table("value_key")] == [
        (0, "a@example.org"), (1, "b@example.org"), (2, "+32470000001"),
    ]  # fmt: skip
    assert account["identifiers without normal form"] == 1


def test_a_name_is_context_and_a_mailbox_links(rows: Rows) -> None:
    rows.uses("kx:1", "name", "ada berg")
    rows.uses("kx:1", "email", "ada@example.org")
    rows.run()
    assert (rows.value("ada berg")["links"], rows.value("ada berg")["context"]) == (False, "kind_never_links")
    assert (rows.value("ada@example.org")["links"], rows.value("ada@example.org")["context"]) == (True, None)


def test_the_shipped_lists_turn_values_into_context(rows: Rows) -> None:
    rows.uses("kx:1", "email", "x@0-180.com")
    rows.uses("kx:1", "device", "000000000000000")
    rows.uses("kx:1", "crypto_address", "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo")
    account = rows.run()
    assert [(r["kind"], r["context"], r["links"]) for r in rows.table("value_key")] == [
        ("crypto_address", "custodial", False),
        ("device", "default_device", False),
        ("email", "disposable_mail", False),
    ]
    assert account["listed values"] == 3


def test_a_nodes_list_names_values_hosts_addresses_and_networks(rows: Rows) -> None:
    rows.uses("kx:1", "email", "x@throwaway.example")
    rows.uses("kx:1", "crypto_address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    rows.login("kx:1", "81.240.0.1")
    rows.login("kx:1", "80.200.0.1")
    rows.run()
    network = rows.address("80.200.0.1")["asn"]
    rows.run(
        ListEntry("own", "email", "@throwaway.example", "disposable_mail"),
        ListEntry("own", "crypto_address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "custodial"),
        ListEntry("own", "ip", "81.240.0.1", "tor"),
        ListEntry("own", "asn", str(network), "vpn"),
    )
    assert rows.value("x@throwaway.example")["context"] == "disposable_mail"
    assert rows.value("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")["context"] == "custodial"
    assert rows.address("81.240.0.1")["anonymiser"] == "tor"
    assert rows.address("80.200.0.1")["anonymiser"] == "vpn"


def test_uses_of_one_value_by_one_account_are_counted_by_relation(rows: Rows) -> None:
    first = rows.uses("kx:1", "email", "a@example.org", relation="user", observed_at=DAY)
    rows.uses("kx:1", "email", "a@example.org", relation="user", observed_at=DAY + timedelta(days=3))
    other = rows.uses("kx:1", "email", "a@example.org", relation="payer")
    rows.run()
    assert rows.table("account_value") == [
        {"account_id": 0, "value_id": 0, "relation": "payer", "obs": other, "first_at": None, "last_at": None, "n": 1},
        {
            "account_id": 0, "value_id": 0, "relation": "user", "obs": first, "first_at": DAY,
            "last_at": DAY + timedelta(days=3), "n": 2,
        },
    ]  # fmt: skip


def test_an_address_gets_country_network_and_anonymiser(rows: Rows) -> None:
    for ip in ("81.240.0.1", "51.15.0.1", "10.0.0.1", "2a02:a03f::1", "no address"):
        rows.login("kx:1", ip)
    account = rows.run()
    home, hosted, private = (rows.address(ip) for ip in ("81.240.0.1", "51.15.0.1", "10.0.0.1"))
    assert (home["country"], home["family"], home["anonymiser"]) == ("BE", 4, None)
    assert home["number"] == (81 << 24) + (240 << 16) + 1
    assert (hosted["asn"], hosted["anonymiser"]) == (12876, "hosting")
    assert (private["family"], private["country"], private["asn"]) == (4, None, None)
    assert (rows.address("2a02:a03f::1")["country"], rows.address("2a02:a03f::1")["family"]) == ("BE", 6)
    assert rows.address("no address")["family"] == 0
    assert account["addresses without country"] == 2


def test_a_day_of_logins_is_one_row_with_its_hours(rows: Rows) -> None:
    first = rows.login("kx:1", "81.240.0.1", 1)
    rows.login("kx:1", "81.240.0.1", 1.5)
    rows.login("kx:1", "81.240.0.1", 23, success=None)
    rows.login("kx:1", "81.240.0.1", 24)
    rows.run()
    assert rows.table("login_day") == [
        {"account_id": 0, "ip_id": 0, "day": date(2023, 1, 1), "hour_mask": 1 << 1 | 1 << 23, "n": 3, "obs": first},
        {"account_id": 0, "ip_id": 0, "day": date(2023, 1, 2), "hour_mask": 1, "n": 1, "obs": first + 3},
    ]


def test_failed_logins_and_logins_without_address_or_instant_make_no_day(rows: Rows) -> None:
    rows.login("kx:1", "81.240.0.1", success=False)
    rows.login("kx:1", None)
    rows.row("login", account="kx:1", ip="81.240.0.1")
    rows.run()
    assert rows.table("login_day") == []
    assert len(rows.table("login_by_ip")) == 3


def test_look_up_copies_hold_every_row_in_their_order(rows: Rows) -> None:
    for ip in ("9.9.9.9", None, "1.1.1.1"):
        rows.login("kx:1", ip)
    for norm in ("b@example.org", None, "a@example.org"):
        rows.uses("kx:1", "email", norm)
    rows.run()
    assert [row["ip"] for row in rows.table("login_by_ip")] == ["1.1.1.1", "9.9.9.9", None]
    assert [row["norm"] for row in rows.table("identifier_by_norm")] == ["a@example.org", "b@example.org", None]


def test_with_nothing_to_read_it_says_so(rows: Rows) -> None:
    account = rows.run()
    assert set(account.values()) == {0}


def test_its_version_moves_with_the_editions_of_the_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Normalise().version
    monkeypatch.setattr("fanal.analyse.normalise.shipped_lists", lambda: ())
    assert Normalise().version != before
