"""Who pays need not be who uses: the rule of `resolve`, and the finding of the step `payers`."""

import pytest

from analyse.conftest import World
from analyse.test_cospend import A, B, pays, spends
from fanal.analyse.cospend import Cospend
from fanal.analyse.explain import explain, words
from fanal.analyse.payers import Payers
from fanal.analyse.resolve import Resolve
from fanal.lake.snapshot import read_current

STEPS = (Cospend(), Resolve(), Payers())


def holds(world: World, account: str, **identifiers: str) -> None:
    """What an exchange answers of its customer."""
    for kind, norm in identifiers.items():
        world.row("identifier", account=account, kind=kind, value=norm, norm=norm, relation="holder")


def customer(world: World, account: str = "ex:C1", **values: object) -> None:
    """A customer whom an exchange has verified."""
    stated = {"stated_name": "Ada Berg", "stated_birth_year": 1970, "stated_country": "BE", **values}
    world.account(account, name_source="provider", **stated)


def findings(world: World) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["subject"], row["value"]) for row in world.table("payers_finding")]


def test_a_parent_who_pays_for_a_childs_account_is_named_and_not_merged(world: World) -> None:
    world.account("kx:1", stated_country="BE", language="nl")
    pays(world, "kx:1", A)
    customer(world)
    holds(world, "ex:C1", crypto_address=A)
    world.run(steps=STEPS)
    assert world.clusters() == [["ex:C1"], ["kx:1"]]
    assert findings(world) == [("paid_by", world.identity_of("kx:1"), world.identity_of("ex:C1"))]


def test_a_household_in_common_does_not_make_the_payer_the_user(world: World) -> None:
    world.account("kx:1", stated_country="BE", language="nl")
    pays(world, "kx:1", A)
    customer(world, language="nl")
    holds(world, "ex:C1", crypto_address=A)
    for day in range(20):
        for account in ("kx:1", "ex:C1"):
            for hour in (8, 12, 18, 20):
                world.login(account, "198.51.100.7", day, hour)
    world.run(steps=STEPS)
    assert len(world.clusters()) == 2


def test_a_payer_whose_mailbox_is_also_the_accounts_is_its_user(world: World) -> None:
    world.account("kx:1", stated_country="BE")
    world.uses("kx:1", email="ada@example.org")
    pays(world, "kx:1", A)
    customer(world)
    holds(world, "ex:C1", crypto_address=A, email="ada@example.org")
    world.run(steps=STEPS)
    assert world.clusters() == [["ex:C1", "kx:1"]]
    assert findings(world) == []


def test_a_payer_who_states_the_same_name_and_year_is_its_user(world: World) -> None:
    world.account("kx:1", stated_name="Ada Berg", stated_birth_year=1970)
    pays(world, "kx:1", A)
    customer(world)
    holds(world, "ex:C1", crypto_address=A)
    world.run(steps=STEPS)
    assert world.clusters() == [["ex:C1", "kx:1"]]


@pytest.mark.parametrize("kind", ["email", "bank_account"])
def test_whatever_the_payment_was_made_with_it_is_the_payers(world: World, kind: str) -> None:
    world.account("kx:1")
    world.row("identifier", account="kx:1", kind=kind, value="v", norm="v", relation="payer")
    customer(world)
    holds(world, "ex:C1", **{kind: "v"})
    world.run(steps=STEPS)
    assert len(world.clusters()) == 2
    assert [kind for kind, *_ in findings(world)] == ["paid_by"]


def test_two_accounts_paid_from_one_wallet_are_weighed_as_before(world: World) -> None:
    for n in (1, 2):
        world.account(f"kx:{n}", stated_birth_year=1980)
        pays(world, f"kx:{n}", A)
    world.run(steps=STEPS)
    assert world.clusters() == [["kx:1", "kx:2"]]


def test_an_exchanges_customers_link_by_what_they_gave_it(world: World) -> None:
    customer(world)
    holds(world, "ex:C1", phone="+32470000001", email="ada@example.org", national_id="BE:1", name="ada berg")
    world.account("kx:1", stated_country="BE")
    world.uses("kx:1", email="ada@example.org")
    world.account("kx:2", stated_country="BE")
    world.uses("kx:2", name="ada berg")
    world.run(steps=STEPS)
    assert world.clusters() == [["ex:C1", "kx:1"], ["kx:2"]]


def test_a_withdrawal_address_that_an_exchange_uses_again_names_no_payer(world: World) -> None:
    for n in range(12):
        customer(world, f"ex:C{n:02}", stated_name=f"Customer {n}", stated_birth_year=1950 + 3 * n)
        holds(world, f"ex:C{n:02}", crypto_address=A)
    world.account("kx:1")
    pays(world, "kx:1", A)
    world.run(steps=STEPS)
    assert len(world.clusters()) == 13
    assert findings(world) == []


def test_what_four_people_hold_names_no_payer(world: World) -> None:
    for n in range(4):
        customer(world, f"ex:C{n}", stated_name=f"Customer {n}", stated_birth_year=1950 + 3 * n)
        holds(world, f"ex:C{n}", crypto_address=A)
    world.account("kx:1")
    pays(world, "kx:1", A)
    world.run(steps=STEPS)
    assert findings(world) == []


def test_a_payer_is_found_through_addresses_spent_together(world: World) -> None:
    world.account("kx:1")
    pays(world, "kx:1", A)
    customer(world)
    holds(world, "ex:C1", crypto_address=B)
    spends(world, "t1", [A, B], [1.7])
    world.run(steps=STEPS)
    assert len(world.clusters()) == 2
    assert findings(world) == [("paid_by", world.identity_of("kx:1"), world.identity_of("ex:C1"))]
    assert [row["reason"] for row in world.table("paid_by")] == ["spent_together"]


def test_the_finding_shows_the_payment_and_the_holding(world: World) -> None:
    world.account("kx:1")
    pays(world, "kx:1", A)
    customer(world)
    holds(world, "ex:C1", crypto_address=A)
    world.run(steps=STEPS)
    said = next(s for s in explain(read_current(world.root), "kx:1").said if s.kind == "paid_by")
    assert {g.seen.row["account"] for g in said.grounds if g.seen} == {"kx:1", "ex:C1"}
    assert words(said.grounds[0].reason) != said.grounds[0].reason
