"""The step `normalise` on small tables made by hand."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from fanal.analyse.normalise import Normalise
from fanal.engine.duck import Duck
from fanal.model.inputs import Inputs, ListEdition, ListEntry
from fanal.model.lists import shipped_lists
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

    def run(self, *lists: ListEntry, editions: tuple[ListEdition, ...] = ()) -> dict[str, int | str]:
        for name in Normalise.reads:
            self.engine.bind(name, pa.Table.from_pylist(self.rows.get(name, []), BY_NAME[name].schema))
        account = Normalise().run(self.engine, Inputs(lists=lists, editions=editions))
        for name, schema in Normalise.writes.items():
            found = self.engine.rows(f'SELECT * FROM "{name}"')
            assert set(found.column_names) == set(schema.names)
            found.select(schema.names).cast(schema)
        return account

    def table(self, name: str) -> list[dict[str, Any]]:
        return self.engine.rows(f'SELECT * FROM "{name}" ORDER BY {Normalise.order.get(name, "ALL")}').to_pylist()

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
        {"account_id": 0, "ip_id": 0, "day": date(2023, 1, 1), "hour_mask": 1 << 1 | 1 << 23, "n": 3, "obs": first,
         "anonymiser": None},
        {"account_id": 0, "ip_id": 0, "day": date(2023, 1, 2), "hour_mask": 1, "n": 1, "obs": first + 3,
         "anonymiser": None},
    ]  # fmt: skip


def days(rows: Rows) -> list[tuple[date, str | None]]:
    return [(row["day"], row["anonymiser"]) for row in rows.table("login_day")]


EXIT_UNTIL_2024 = ListEntry("exits", "ip", "81.240.0.1", "tor", None, "2023-01-01", "", "2024-01-01")


def test_a_login_is_judged_by_the_edition_in_force_on_its_day(rows: Rows) -> None:
    for hours in (0, 24 * 364, 24 * 365, 24 * 800):
        rows.login("kx:1", "81.240.0.1", hours)
    rows.run(EXIT_UNTIL_2024)
    assert days(rows) == [
        (date(2023, 1, 1), "tor"), (date(2023, 12, 31), "tor"), (date(2024, 1, 1), None), (date(2025, 3, 11), None),
    ]  # fmt: skip
    assert rows.address("81.240.0.1")["anonymiser"] is None
    assert [(row["list"], row["edition"]) for row in rows.table("address_listed")] == [("exits", "2023-01-01")]


def test_beside_an_edition_a_wider_range_speaks_for_the_other_days(rows: Rows) -> None:
    for hours in (0, 24 * 365):
        rows.login("kx:1", "81.240.0.1", hours)
    rows.run(EXIT_UNTIL_2024, ListEntry("ranges", "ip_range", "81.240.0.0/24", "vpn"))
    assert [anonymiser for _, anonymiser in days(rows)] == ["tor", "vpn"]
    assert rows.address("81.240.0.1")["anonymiser"] == "vpn"


def test_a_range_names_every_address_in_it_and_no_other(rows: Rows) -> None:
    inside = ("81.240.0.0", "81.240.0.127", "2a02:a03f:1::1", "2A02:A03F:1:FFFF::2")
    for ip in (*inside, "81.240.0.128", "81.239.255.255", "2a02:a03f:2::1"):
        rows.login("kx:1", ip)
    rows.run(
        ListEntry("own", "ip_range", "81.240.0.0/25", "vpn"), ListEntry("own", "ip_range", "2a02:a03f:1::/48", "vpn")
    )
    assert {row["ip"] for row in rows.table("address") if row["anonymiser"]} == set(inside)


def test_the_narrowest_entry_speaks(rows: Rows) -> None:
    for ip in ("51.15.0.1", "51.15.0.2", "51.15.1.1"):
        rows.login("kx:1", ip)
    rows.run(ListEntry("own", "ip_range", "51.15.0.0/24", "vpn"), ListEntry("own", "ip", "51.15.0.2", "tor"))
    assert [rows.address(ip)["anonymiser"] for ip in ("51.15.0.1", "51.15.0.2", "51.15.1.1")] == [
        "vpn", "tor", "hosting",
    ]  # fmt: skip


def test_one_address_of_version_6_is_told_from_its_neighbours_whatever_its_spelling(rows: Rows) -> None:
    for ip in ("2a02:a03f::1", "2a02:a03f:0:0:0:0:0:0001", "2a02:a03f::2"):
        rows.login("kx:1", ip)
    rows.run(ListEntry("own", "ip", "2a02:a03f::1", "tor"))
    assert [row["ip"] for row in rows.table("address") if row["anonymiser"]] == [
        "2a02:a03f:0:0:0:0:0:0001", "2a02:a03f::1",
    ]  # fmt: skip


def test_a_mailbox_is_context_only_in_the_uses_of_its_hosts_days_on_a_list(rows: Rows) -> None:
    for account, day in (("kx:1", 0), ("kx:2", 1), ("kx:3", 400), ("kx:4", None)):
        at = None if day is None else DAY + timedelta(days=day)
        rows.uses(account, "email", "a@late.example", relation="user", observed_at=at)
    rows.uses("kx:5", "email", "a@other.example", relation="user", observed_at=DAY)
    rows.run(ListEntry("own", "email", "@late.example", "disposable_mail", None, "2024-01-01", "2024-01-01", ""))
    found = [(row["value_id"], row["norm"], row["links"], row["context"]) for row in rows.table("value_key")]
    assert found == [
        (0, "a@late.example", True, None), (1, "a@other.example", True, None),
        (2, "a@late.example", False, "disposable_mail"),
    ]  # fmt: skip
    assert [(row["account_id"], row["value_id"]) for row in rows.table("account_value")] == [
        (0, 0), (1, 0), (2, 2), (3, 2), (4, 1),
    ]  # fmt: skip


def test_a_mailbox_whose_uses_all_fall_on_listed_days_has_one_row(rows: Rows) -> None:
    rows.uses("kx:1", "email", "a@late.example", observed_at=DAY)
    rows.run(ListEntry("own", "email", "@late.example", "disposable_mail", None, "2022-01-01", "2022-01-01", ""))
    assert [(row["norm"], row["links"]) for row in rows.table("value_key")] == [("a@late.example", False)]


def test_it_is_told_which_edition_of_which_list_makes_a_value_context(rows: Rows) -> None:
    rows.uses("kx:1", "email", "x@throwaway.example")
    rows.uses("kx:1", "crypto_address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    rows.run(
        ListEntry("hosts", "email", "@throwaway.example", "disposable_mail", None, "2024-01-01"),
        ListEntry(
            "wallets", "crypto_address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "processor", "Lantern Pay"
        ),
    )
    assert {(row["context"], row["list"], row["edition"], row["holder"]) for row in rows.table("value_listed")} == {
        ("disposable_mail", "hosts", "2024-01-01", None), ("processor", "wallets", "", "Lantern Pay"),
    }  # fmt: skip


def test_every_edition_it_went_by_is_recorded_and_a_nodes_list_stands_in_a_shipped_ones_place(rows: Rows) -> None:
    rows.uses("kx:1", "crypto_address", "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo")
    own = ListEdition("custodial", "crypto_address", "Lantern Bank", "2026-01-01", "ab" * 32, 0)
    rows.run(editions=(own,))
    recorded = {row["name"]: (row["source"], row["digest"]) for row in rows.table("list_edition")}
    assert recorded["custodial"] == ("Lantern Bank", "ab" * 32)
    assert set(recorded) == {one.name for one in shipped_lists()}
    assert rows.value("34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo")["context"] is None


def test_failed_logins_and_logins_without_address_or_instant_make_no_day(rows: Rows) -> None:
    rows.login("kx:1", "81.240.0.1", success=False)
    rows.login("kx:1", None)
    rows.row("login", account="kx:1", ip="81.240.0.1")
    rows.run()
    assert rows.table("login_day") == []


def test_with_nothing_to_read_it_says_so(rows: Rows) -> None:
    account = rows.run()
    assert account.pop("editions of lists") == len(shipped_lists())
    assert set(account.values()) == {0}


def test_its_version_moves_with_the_editions_of_the_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Normalise().version
    monkeypatch.setattr("fanal.analyse.normalise.shipped_lists", lambda: ())
    assert Normalise().version != before
