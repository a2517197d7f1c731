"""The step `cospend`, and what `resolve` makes of it: wallets, joint transactions, exchanges, payers."""

from datetime import timedelta

import numpy as np
import pytest

from analyse.conftest import DAY, World
from fanal.analyse.cospend import Cospend
from fanal.analyse.resolve import Resolve
from fanal.model.inputs import Inputs, ListEntry
from fanal.sample import coins

BOTH = (Cospend(), Resolve())
# Addresses of random payloads, with checksums that hold: nobody has a key to them.
A, B, C = (
    "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
)  # fmt: skip
ETHER = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"


def pays(world: World, account: str, address: str, *, named: bool = True, tx: str = "t0", **values: object) -> None:
    """A payment, and the identifier row that a mapping makes of its sender."""
    at = DAY + timedelta(days=1)
    world.row("payment", account=account, tx=tx, at=at, asset="BTC", amount=1.0, from_address=address, **values)
    if named:
        world.row(
            "identifier", account=account, kind="crypto_address", value=address, norm=address, relation="payer",
            observed_at=at,
        )  # fmt: skip


def spends(world: World, tx: str, inputs: list[str], outputs: list[float], asset: str | None = "BTC") -> None:
    """A transaction of an extract; what it pays goes to addresses that nobody here knows."""
    for n, address in enumerate(inputs):
        world.row("tx_io", tx=tx, n=n, side="in", address=address, amount=1.0, asset=asset)
    for n, amount in enumerate(outputs):
        world.row("tx_io", tx=tx, n=n, side="out", address=f"out-{tx}-{n}", amount=amount, asset=asset)


def two_payers(world: World, one: str = A, other: str = B) -> None:
    for account, address in (("kx:1", one), ("kx:2", other)):
        world.account(account, stated_birth_year=1980)
        pays(world, account, address)


def test_accounts_that_pay_from_addresses_spent_together_are_weighed_as_one_wallets(world: World) -> None:
    two_payers(world)
    spends(world, "t1", [A, B], [1.7, 0.2])
    world.run(steps=BOTH)
    assert world.clusters() == [["kx:1", "kx:2"]]
    (link,) = world.table("identity_link")
    assert "spent_together" in link["reason"].split()


def test_what_was_spent_together_alone_is_a_question_for_an_officer(world: World) -> None:
    for account, address in (("kx:1", A), ("kx:2", B)):
        world.account(account)
        pays(world, account, address)
    spends(world, "t1", [A, B], [1.7, 0.2])
    world.run(steps=BOTH)
    assert world.clusters() == [["kx:1"], ["kx:2"]]
    assert [row["band"] for row in world.table("identity_link")] == ["review"]


def test_a_wallet_reaches_over_several_transactions(world: World) -> None:
    two_payers(world)
    spends(world, "t1", [A, "1unknown"], [1.7])
    spends(world, "t2", ["1unknown", B], [1.3])
    world.run(steps=BOTH)
    assert len(world.clusters()) == 1
    found = {row["address"]: (row["wallet"], row["transactions"]) for row in world.table("cospend_value")}
    assert found == {A: (0, 1), B: (0, 1), "1unknown": (0, 2)}


def test_accounts_of_one_address_gain_nothing_from_what_else_was_spent_with_it(world: World) -> None:
    two_payers(world, A, A)
    spends(world, "t1", [A, B], [1.7])
    world.run(steps=BOTH)
    assert world.table("cospend_use") == []
    assert len(world.table("cospend_value")) == 2


def test_every_address_of_a_wallet_names_a_row_of_the_extract(world: World) -> None:
    two_payers(world)
    spends(world, "t1", [A, B], [1.7])
    world.run(steps=BOTH)
    rows = {row["obs"]: row for row in world.rows["tx_io"]}
    for found in world.table("cospend_value"):
        assert rows[found["obs"]]["address"] == found["address"]
        assert rows[found["obs"]]["tx"] == found["tx"]


def test_receivers_are_never_joined(world: World) -> None:
    two_payers(world)
    for tx, address in (("t1", A), ("t2", B)):
        spends(world, tx, ["1payer"], [0.5])
        world.row("tx_io", tx=tx, n=1, side="out", address=address, amount=0.4, asset="BTC")
    for account in ("kx:1", "kx:2"):
        pays(world, account, f"1own-{account}", to_address="1shop")
    world.run(steps=BOTH)
    assert world.table("cospend_value") == []
    assert len(world.clusters()) == 2


@pytest.mark.parametrize(
    ("outputs", "rule"),
    [
        ([0.1, 0.1, 0.1, 0.3, 0.2], "equal_outputs"),
        ([0.05] * 5, "equal_outputs"),
        ([0.4, 0.4, 0.11, 0.07], "two_equal_outputs_with_change"),
        ([], "outputs_unknown"),
    ],
)
def test_a_joint_transaction_joins_nothing_and_is_told(world: World, outputs: list[float], rule: str) -> None:
    two_payers(world)
    spends(world, "t1", [A, B, "1third"], outputs)
    world.run(steps=BOTH)
    assert len(world.clusters()) == 2
    assert [(row["tx"], row["rule"]) for row in world.table("cospend_left_out")] == [("t1", rule)]


def test_two_like_outputs_among_many_are_a_payment(world: World) -> None:
    two_payers(world)
    spends(world, "t1", [A, B], [0.4, 0.4, 0.1, 0.2, 0.3])
    world.run(steps=BOTH)
    assert len(world.clusters()) == 1


@pytest.mark.parametrize("asset", ["ETH", "TRX", "XMR", None])
def test_a_chain_of_accounts_has_no_inputs_to_join(world: World, asset: str | None) -> None:
    other = "0x28c6c06298d514db089934071355e5743bf21d61"
    two_payers(world, ETHER, other)
    spends(world, "t1", [ETHER, other], [1.7], asset)
    world.run(steps=BOTH)
    assert len(world.clusters()) == 2
    assert [row["rule"] for row in world.table("cospend_left_out")] == ["account_chain"]


def test_an_ether_address_of_ones_own_still_links_its_accounts(world: World) -> None:
    two_payers(world, ETHER, ETHER)
    world.run(steps=BOTH)
    assert world.clusters() == [["kx:1", "kx:2"]]


def test_the_same_transaction_in_two_extracts_counts_once(world: World) -> None:
    two_payers(world)
    for exhibit in (1, 2):
        world.exhibit = exhibit
        spends(world, "t1", [A, B], [1.7, 0.2, 0.2, 0.3, 0.5])
    world.run(steps=BOTH)
    assert len(world.clusters()) == 1
    assert {row["transactions"] for row in world.table("cospend_value")} == {1}


def test_an_address_that_pays_for_strangers_links_none_of_them(world: World) -> None:
    for n in range(40):
        world.account(f"kx:{n:02}", stated_birth_year=1950 + n)
        pays(world, f"kx:{n:02}", ETHER)
    # Two of them are alike in all that a stranger could be alike in.
    world.account("kx:40", stated_birth_year=1960, stated_country="BE")
    pays(world, "kx:40", ETHER)
    world.run(steps=BOTH)
    assert len(world.clusters()) == 41
    assert [(row["rule"], row["accounts"]) for row in world.table("wallet_context")] == [("pays_for_strangers", 41)]
    (said,) = world.table("cospend_finding")
    assert (said["kind"], said["subject"], said["value"], said["n"]) == (
        "custodial_wallet", ETHER, "pays_for_strangers", 41,
    )  # fmt: skip
    assert len(world.table("cospend_support")) == 20


def test_a_processors_address_of_which_nothing_else_is_known_links_nobody(world: World) -> None:
    for n in range(1000):
        world.account(f"kx:{n:04}")
        pays(world, f"kx:{n:04}", A)
    world.run(steps=BOTH)
    assert len(world.clusters()) == 1000
    assert [row["rule"] for row in world.table("wallet_context")] == ["pays_for_many"]


def test_a_man_with_many_accounts_who_lies_now_and_then_pays_from_a_wallet_of_his_own(world: World) -> None:
    for n in range(30):
        world.account(f"kx:{n:02}", stated_birth_year=1990 - n if n % 7 == 3 else 1975)
        pays(world, f"kx:{n:02}", A)
    world.run(steps=BOTH)
    assert world.table("wallet_context") == []
    assert max(len(accounts) for accounts in world.clusters()) >= 25


def test_a_wallet_that_pays_for_strangers_from_many_addresses_is_no_persons(world: World) -> None:
    payloads = np.random.default_rng(1).integers(0, 256, (20, 20), dtype=np.uint8)
    addresses = coins.segwit(0, payloads).to_pylist()
    for n, address in enumerate(addresses):
        world.account(f"kx:{n:02}", stated_birth_year=1950 + 2 * n)
        pays(world, f"kx:{n:02}", address)
    world.account("kx:20", stated_birth_year=1950)
    pays(world, "kx:20", addresses[5])
    spends(world, "t1", addresses, [5.5, 0.7])
    world.run(steps=BOTH)
    assert len(world.clusters()) == 21
    assert {row["rule"] for row in world.table("wallet_context")} == {"pays_for_strangers"}
    assert world.table("cospend_use") == []


def test_an_address_spent_with_a_listed_one_is_an_exchanges_too(world: World) -> None:
    for n in (1, 2):
        world.account(f"kx:{n}", stated_birth_year=1980)
        pays(world, f"kx:{n}", B)
    world.context("crypto_address", A, "custodial")
    world.account("kx:3")
    pays(world, "kx:3", A)
    spends(world, "t1", [A, B], [1.7])
    world.run(steps=BOTH)
    assert len(world.clusters()) == 3
    assert [row["rule"] for row in world.table("wallet_context")] == ["spent_with_listed"]


def test_a_payments_sender_links_without_an_identifier_row_of_its_own(world: World) -> None:
    for n in (1, 2):
        world.account(f"kx:{n}", stated_birth_year=1980)
        pays(world, f"kx:{n}", C, named=n == 1)
    world.run(steps=BOTH)
    assert world.clusters() == [["kx:1", "kx:2"]]


def test_a_listed_sender_without_an_identifier_row_links_nobody(world: World) -> None:
    for n in (1, 2):
        world.account(f"kx:{n}", stated_birth_year=1980)
        pays(world, f"kx:{n}", C, named=False)
    world.run(Inputs(lists=(ListEntry("own", "crypto_address", C, "processor"),)), BOTH)
    assert len(world.clusters()) == 2


def test_with_nothing_to_read_it_says_so(world: World) -> None:
    world.account("kx:1")
    world.run(steps=(Cospend(),))
    assert world.table("cospend_value") == world.table("cospend_use") == world.table("cospend_finding") == []
