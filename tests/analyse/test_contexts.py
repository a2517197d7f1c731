"""What of an identity is context only, and who says so."""

from pathlib import Path

from analyse.conftest import World
from analyse.test_cospend import A, pays
from fanal.analyse.contexts import contexts_of
from fanal.analyse.cospend import Cospend
from fanal.analyse.normalise import Normalise
from fanal.lake.snapshot import read_current
from fanal.model.inputs import Inputs, ListEdition, ListEntry

STEPS = (Normalise(), Cospend())
TOR = ListEntry("exits", "ip", "81.240.0.1", "tor", None, "2023-01-01", "", "2023-01-03")
EDITION = ListEdition("exits", "ip", "Lantern", "2023-01-01", "ab" * 32, 1, "", "2023-01-03")


def test_an_address_and_a_mailbox_name_the_edition_that_lists_them(world: World, tmp_path: Path) -> None:
    world.account("kx:1")
    world.uses("kx:1", email="x@0-180.com")
    world.uses("kx:1", phone="+32470000001")
    for day in range(4):
        world.login("kx:1", "81.240.0.1", day)
    world.run(Inputs(lists=(TOR,), editions=(EDITION,)), STEPS)
    found = contexts_of(read_current(world.root), ["kx:1"])
    assert {type(row["uses"]) for row in found} == {int}, "it is printed as JSON"
    assert [(row["kind"], row["value"], row["context"], row["list"], row["uses"]) for row in found] == [
        ("ip", "81.240.0.1", "tor", "exits", 2), ("email", "x@0-180.com", "disposable_mail", "disposable_mail", 1),
    ]  # fmt: skip
    assert (found[0]["edition"], found[0]["source"], found[0]["digest"]) == ("2023-01-01", "Lantern", "ab" * 32)
    assert found[1]["source"] == "disposable-email-domains"


def test_a_wallet_that_pays_for_strangers_names_its_rule(world: World) -> None:
    for n in range(20):
        world.account(f"kx:{n:02}", stated_birth_year=1950 + 2 * n)
        pays(world, f"kx:{n:02}", A)
    world.run(steps=STEPS)
    (row,) = contexts_of(read_current(world.root), ["kx:05"])
    assert (row["value"], row["context"], row["list"]) == (A, "pays_for_strangers", None)


def test_an_account_without_context_has_none(world: World) -> None:
    world.account("kx:1")
    world.run(steps=STEPS)
    assert contexts_of(read_current(world.root), ["kx:1"]) == []
