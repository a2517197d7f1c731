"""What ties one identity: accounts, values, addresses, identities beside it, with the rows that say so."""

import pytest
from desk_case import Desk

from fanal.analyse.links import links_of
from fanal.cases.access import Actor
from fanal.cases.models.audit import Outbox
from fanal.cases.models.offices import Operation
from fanal.lake.snapshot import read_current
from fanal.work.links import identity_links

pytestmark = pytest.mark.slow


def test_an_identity_is_shown_with_what_ties_its_accounts_and_what_it_shares_with_others(desk: Desk) -> None:
    line, other = desk.line("kx:4"), desk.line("kx:5")
    node = desk.node
    found = identity_links(Actor("1"), node, Operation.objects.get(slug="kx"), line["identity"])
    names = {one["id"]: (one["kind"], one["label"]) for one in found["nodes"]}
    ties = {(names[t["source"]][1], names[t["target"]][1]): t for t in found["ties"]}
    assert names["account kx:4"] == ("account", "kx:4")
    mailbox = ties["kx:4", "b@provider.be"]
    assert (mailbox["role"], mailbox["reason"]) == ("for", "The account shows it.")
    assert ties["b@provider.be", other["identity"]]["rules"] == "value_there"
    assert "birth year" in ties["kx:4", other["identity"]]["reason"]
    assert ties["kx:4", other["identity"]]["role"] == "against"
    assert all(tie["obs"] for tie in found["ties"])
    addresses = [one for one in found["nodes"] if one["kind"] == "address"]
    assert [ties["kx:4", one["label"]]["n"] for one in addresses] == [20]
    read = Outbox.objects.get(content__facts__kind="links")
    assert read.content["facts"]["identities"] == [other["identity"]]


def test_accounts_of_one_identity_are_tied_by_the_rules_that_joined_them(desk: Desk) -> None:
    found = links_of(read_current(desk.node.lake("kx")), desk.line("kx:1")["identity"], 200)
    pairs = {(tie.source, tie.target): tie for tie in found.ties}
    assert "shares_email" in pairs["account kx:1", "account kx:2"].rules.split()


def test_what_ties_least_is_left_out_and_counted(desk: Desk) -> None:
    snapshot = read_current(desk.node.lake("kx"))
    identity = desk.line("kx:1")["identity"]
    whole, cut = links_of(snapshot, identity, 200), links_of(snapshot, identity, 4)
    assert [node.label for node in cut.nodes] == ["kx:1", "kx:2", "kx:3", "a@provider.be"]
    assert sum(cut.left_out.values()) == len(whole.nodes) - 4
    kept = {node.id for node in cut.nodes}
    assert all({tie.source, tie.target} <= kept for tie in cut.ties)
