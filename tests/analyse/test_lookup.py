from fanal.analyse.lookup import accounts_naming
from fanal.analyse.places import at_place
from fanal.lake.snapshot import read_current


def test_an_identifier_names_every_account_that_uses_it(world):
    for account in ("kx:1", "fo:2", "kx:3"):
        world.account(account)
        world.uses(account, phone="+32470000001" if account != "kx:3" else "+32470000003")
    world.write()
    values = [("phone", "+32470000001"), ("phone", "+32470000009"), ("account", "kx:3")]
    assert accounts_naming(read_current(world.root), values) == {
        ("phone", "+32470000001"): ["fo:2", "kx:1"],
        ("account", "kx:3"): ["kx:3"],
    }


def test_a_value_that_many_share_names_nobody(world):
    world.account("kx:1")
    world.uses("kx:1", crypto_address="w1")
    world.context("crypto_address", "w1", "custodial")
    world.write()
    assert accounts_naming(read_current(world.root), [("crypto_address", "w1")]) == {}


def test_a_witness_is_never_named(world):
    world.account("mail:a@example.org")
    world.uses("mail:a@example.org", email="a@example.org")
    world.write()
    values = [("email", "a@example.org"), ("account", "mail:a@example.org")]
    assert accounts_naming(read_current(world.root), values) == {}


def test_a_place_in_an_exhibit_leads_to_what_was_read_there(world):
    obs = world.account("kx:1")
    world.exhibit = 2
    world.account("kx:2")
    world.write()
    snapshot = read_current(world.root)
    assert [(row.obs, row.table) for row in at_place(snapshot, 1, "account:1")] == [(obs, "account")]
    assert at_place(snapshot, 1, "account:9") == []
    assert at_place(snapshot, 3, "account:1") == []
