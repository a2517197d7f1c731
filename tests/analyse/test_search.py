"""What a text finds in a lake, and what it never finds."""

import hashlib
from datetime import datetime
from typing import Any

import pytest

from fanal.analyse.search import (
    Sought,
    beginnings,
    excerpt,
    fits,
    found_in,
    identities_found,
    messages_found,
    normal_forms,
)
from fanal.evidence.media_signs import withheld
from fanal.lake.snapshot import Snapshot, read_current

from .conftest import World

MEDIUM = b"a medium of a test"
SHA256, MD5 = hashlib.sha256(MEDIUM).hexdigest(), hashlib.md5(MEDIUM, usedforsecurity=False).hexdigest()
WITNESS = "mail:someone@example.org"


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    world = World(tmp_path_factory.mktemp("searched"))
    world.account("kx:1", username="Lantern_7", stated_name="M\u00fcller, Anna", display_name="Anna")
    world.account("kx:12", stated_name="Ana Example")
    world.account("kx:2")
    world.row("account", account=WITNESS, platform="mail", native_id="someone@example.org", stated_name="Anna Caller")
    world.uses("kx:1", phone="+32470123456", email="a@provider.be", device=MD5)
    world.uses("kx:2", phone="+32470123456", crypto_address="bc1qexample")
    for account in ("kx:1", "kx:2"):
        world.uses(account, email="shared@provider.be", national_id="BE:1")
    world.uses("kx:12", email="a@provider.be.example")
    for day in (1, 2):
        world.login("kx:2", "198.51.100.7", day)
    world.row(
        "payment", account="kx:12", tx="t1", at=datetime(2023, 1, 2), from_address="bc1qexample", to_address="bc1qours"
    )
    world.row("channel", channel="kx:room", platform="kx", native_id="room", title="Caf\u00e9 north", kind="group")
    world.row("media", media="kx:m1", platform="kx", native_id="m1", md5=MD5, sha256=SHA256)
    for n, body in enumerate(("message 12 in the CAF\u00c9", f"message 13 {withheld(MEDIUM)}", "cafe closed")):
        at = datetime(2023, 1, 3, n)
        world.row("message", account="kx:1", channel="kx:room", at=at, kind="system" if n == 2 else "text", body=body)
    world.row("message", account=WITNESS, at=datetime(2023, 1, 4), kind="text", body="message 14, a caf\u00e9")
    world.names = ("resolve",)
    world.run()
    return read_current(world.root)


def told(snapshot: Snapshot, group: str, text: str, **how: Any) -> list[tuple[str, str, str]]:
    return [(r["kind"], r["value"], r["account"]) for r in found_in(snapshot, group, Sought(text, **how))]


@pytest.mark.parametrize("text", ["+32 470 12 34 56", "0470 12 34 56", "0032470123456", "tel:+32470123456"])
def test_a_telephone_is_found_however_it_is_written(searched: Snapshot, text: str) -> None:
    assert told(searched, "identifier", text)[:2] == [
        ("phone", "+32470123456", "kx:1"),
        ("phone", "+32470123456", "kx:2"),
    ]


def test_an_identifier_itself_stands_before_those_that_begin_with_it(searched: Snapshot) -> None:
    found = list(found_in(searched, "identifier", Sought("A@Provider.be")))
    assert [(r["value"], r["further"]) for r in found] == [("a@provider.be", False), ("a@provider.be.example", True)]


def test_an_address_of_logins_is_found_once_an_account_with_all_its_rows(searched: Snapshot) -> None:
    (row,) = found_in(searched, "identifier", Sought("198.51.100."))
    assert (row["kind"], row["account"], row["n"], row["further"]) == ("ip", "kx:2", 2, True)


def test_a_wallet_is_found_where_it_is_stated_and_where_it_pays(searched: Snapshot) -> None:
    found = told(searched, "identifier", "bc1qexample")
    assert [account for kind, _, account in found if kind == "crypto_address"] == ["kx:2", "kx:12"]


def test_a_user_name_is_found_with_letters_that_look_alike(searched: Snapshot) -> None:
    assert told(searched, "identifier", "@l\u0430ntern_7") == [("username", "lantern_7", "kx:1")]


def test_words_of_a_name_are_found_in_any_order_without_accents(searched: Snapshot) -> None:
    assert told(searched, "name", "anna muller", witnesses=False) == [("stated_name", "M\u00fcller, Anna", "kx:1")]
    assert told(searched, "name", "CAF\u00c9") == [("title", "Caf\u00e9 north", None)]


def test_percent_and_underscore_are_letters(searched: Snapshot) -> None:
    assert told(searched, "name", "a%a") == told(searched, "name", "an_") == []


def test_an_account_is_found_by_its_whole_id_or_the_native_one(searched: Snapshot) -> None:
    assert [value for _, value, _ in told(searched, "account", "kx:1")] == ["kx:1", "kx:12"]
    assert [value for _, value, _ in told(searched, "account", "12")] == ["kx:12"]


def test_a_page_begins_where_the_one_before_ended(searched: Snapshot) -> None:
    (first,) = found_in(searched, "account", Sought("kx:1"), size=1)
    (second,) = found_in(searched, "account", Sought("kx:1"), (first["further"], first["obs"], first["kind"]), 1)
    assert (first["value"], second["value"]) == ("kx:1", "kx:12")


def test_an_identity_is_found_by_the_beginning_of_its_id(searched: Snapshot) -> None:
    (row,) = found_in(searched, "account", Sought("kx:2"))
    found = identities_found(searched, Sought(row["identity"][:8].upper()))
    assert [(r["value"], r["n"]) for r in found] == [(row["identity"], 2)]


def test_what_is_hidden_is_found_by_nothing_and_neither_is_the_rest_of_its_identity(searched: Snapshot) -> None:
    (row, *_) = found_in(searched, "account", Sought("kx:2"))
    hidden = ("kx:1",)
    assert told(searched, "identifier", "+32470123456", unseen=hidden) == []
    assert identities_found(searched, Sought(row["identity"], hidden)) == []
    assert messages_found(searched, Sought("message 12", hidden)) == []


def test_senders_of_tips_are_found_by_who_reads_tips_alone(searched: Snapshot) -> None:
    assert told(searched, "account", WITNESS) == [("account", WITNESS, WITNESS)]
    assert told(searched, "account", WITNESS, witnesses=False) == []
    assert messages_found(searched, Sought("message 14", witnesses=False)) == []


def test_messages_are_found_in_any_case_without_accents_and_system_lines_are_not(searched: Snapshot) -> None:
    found = messages_found(searched, Sought("cafe"))
    assert [(row["account"], row["title"], row["text"]) for row in found] == [
        ("kx:1", "Caf\u00e9 north", None),
        (WITNESS, None, None),
    ]
    assert messages_found(searched, Sought("cafe"), show=True)[0]["text"] == "message 12 in the CAF\u00c9"


@pytest.mark.parametrize("text", [SHA256, MD5, f"sha256 {SHA256}", SHA256[:20], "withheld"])
def test_no_digest_of_a_medium_finds_anything_written(searched: Snapshot, text: str) -> None:
    assert messages_found(searched, Sought(text)) == []
    assert told(searched, "name", text) == []


def test_a_digest_is_compared_with_identifiers_and_never_with_media(searched: Snapshot) -> None:
    assert not fits("message", SHA256)
    assert not fits("name", MD5.upper())
    assert told(searched, "identifier", SHA256) == told(searched, "account", SHA256) == []
    assert told(searched, "identifier", MD5) == [("device", MD5, "kx:1")]


def test_an_ethereum_address_is_no_digest() -> None:
    assert fits("message", "0x" + "a" * 40)


def test_a_number_without_country_is_tried_in_every_country() -> None:
    norms = {norm for kind, norm in normal_forms("0470 12 34 56") if kind == "phone"}
    assert {"+32470123456", "+39047012345"} & norms == {"+32470123456"}
    assert len(norms) > 5


def test_a_beginning_is_long_enough_and_without_separators() -> None:
    assert beginnings("an") == []
    assert "+32470" in beginnings("00 32 470")


def test_a_number_with_its_country_needs_no_plus() -> None:
    assert "+32470" in beginnings("32 470")
    assert not any(one.startswith("+") for one in (*beginnings("0470 12"), *beginnings("3247")))


def test_an_excerpt_shows_what_surrounds_the_place_as_it_was_written() -> None:
    assert excerpt("one CAFE\u0301 two", "caf\u00e9", 3) == ("\u2026ne ", "CAFE\u0301", " tw\u2026")
    assert excerpt("one two", "three", 3) == ("", "", "one tw\u2026")
