"""The lists that ship."""

from datetime import date

import pytest

from fanal.model.inputs import ListEdition, ListEntry
from fanal.model.kinds import BY_NAME
from fanal.model.lists import (
    ADDRESS_KINDS,
    CONTEXTS_OF,
    ENTRY,
    editions_in_force,
    entry_table,
    lists_in_force,
    shipped_lists,
)


@pytest.mark.parametrize("one", shipped_lists(), ids=lambda one: one.name)
def test_a_shipped_list_says_where_it_comes_from_and_holds_usable_entries(one) -> None:
    assert one.source
    assert one.date
    assert len(one.digest) == 64
    assert one.entries.schema == ENTRY
    assert one.entries.num_rows > 0
    assert set(one.entries["context"].to_pylist()) <= set(CONTEXTS_OF[one.kind])
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


def test_no_context_is_known_for_names_and_documents() -> None:
    assert not {"name", "username", "national_id"} & set(CONTEXTS_OF)


def test_a_list_of_a_shipped_ones_name_stands_in_its_place() -> None:
    own = ListEdition("custodial", "crypto_address", "a bank", "2026-01-01", "0" * 64, 1)
    assert "custodial" not in {one.name for one in lists_in_force((own,))}
    assert [one.source for one in editions_in_force((own,)) if one.name == "custodial"] == ["a bank"]


def test_entries_become_rows_in_their_order() -> None:
    rows = entry_table(
        (ListEntry("a", "ip", "192.0.2.1", "tor"), ListEntry("b", "ip", "192.0.2.2", "vpn", "X", since="2024-02-29"))
    )
    assert rows.schema == ENTRY
    assert rows["holder"].to_pylist() == [None, "X"]
    assert rows["since"].to_pylist() == [None, date(2024, 2, 29)]
