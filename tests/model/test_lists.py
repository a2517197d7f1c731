"""The lists that ship, and those that a node adds."""

from pathlib import Path

import pytest

from fanal.model.inputs import ListEntry
from fanal.model.kinds import BY_NAME
from fanal.model.lists import ADDRESS_KINDS, CONTEXTS, ENTRY, BadList, entry_table, node_lists, shipped_lists


@pytest.mark.parametrize("one", shipped_lists(), ids=lambda one: one.name)
def test_a_shipped_list_says_where_it_comes_from_and_holds_usable_entries(one) -> None:
    assert one.source
    assert one.date
    assert len(one.digest) == 64
    assert one.entries.schema == ENTRY
    assert one.entries.num_rows > 0
    assert set(one.entries["context"].to_pylist()) <= set(CONTEXTS)
    assert set(one.entries["kind"].to_pylist()) == {one.kind}


def test_entries_of_the_own_lists_are_normal_forms() -> None:
    for one in shipped_lists():
        if one.kind in ADDRESS_KINDS or one.name == "disposable_mail":
            continue
        for norm in one.entries["norm"].to_pylist():
            assert BY_NAME[one.kind].normalise(norm) == norm


def test_large_providers_are_not_among_the_thrown_away() -> None:
    hosts = set(shipped_lists()[0].entries["norm"].to_pylist())
    assert not hosts & {"@gmail.com", "@outlook.com", "@hotmail.com", "@icloud.com", "@proton.me", "@web.de"}


def test_a_node_adds_its_lists_as_csv(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(
        "kind,value,context,holder\n"
        "email,@Throwaway.example,disposable_mail,\n"
        "crypto_address,BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4,custodial,Lantern Exchange\n"
        "ip,192.0.2.7,tor,\n"
        "asn,AS64500,vpn,Lantern VPN\n",
        encoding="utf-8",
    )
    assert node_lists(tmp_path) == (
        ListEntry("own", "email", "@throwaway.example", "disposable_mail"),
        ListEntry(
            "own", "crypto_address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "custodial", "Lantern Exchange"
        ),
        ListEntry("own", "ip", "192.0.2.7", "tor"),
        ListEntry("own", "asn", "64500", "vpn", "Lantern VPN"),
    )


def test_a_node_without_lists_has_none(tmp_path: Path) -> None:
    assert node_lists(tmp_path / "lists") == ()


@pytest.mark.parametrize(
    "line",
    [
        "email,no address,disposable_mail,",
        "email,x@example.org,nonsense,",
        "shoe_size,44,custodial,",
        "ip,,tor,",
        "asn,mine,vpn,",
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "own.csv").write_text(f"kind,value,context,holder\n{line}\n", encoding="utf-8")
    with pytest.raises(BadList) as caught:
        node_lists(tmp_path)
    assert caught.value.line().startswith("own.csv, line 2:")


def test_entries_become_rows_in_their_order() -> None:
    rows = entry_table((ListEntry("a", "ip", "192.0.2.1", "tor"), ListEntry("b", "ip", "192.0.2.2", "vpn", "X")))
    assert rows.schema == ENTRY
    assert rows["holder"].to_pylist() == [None, "X"]
