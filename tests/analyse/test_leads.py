from datetime import timedelta

import pytest

from fanal.analyse.leads import ASKS, TOP
from fanal.analyse.retention import ELSEWHERE, RETENTION

from .conftest import DAY

STEPS_RUN = ("resolve", "roles", "threshold", "leads")


def suspect(world):
    world.account("kx:1")
    world.row("share", account="kx:1", media="kx:m1", action="upload")
    world.graded("kx:m1")
    world.origin("kx:1", "BE")


def test_an_address_with_its_port_asks_for_one_instant(world):
    suspect(world)
    obs = world.login("kx:1", "192.0.2.1", 3, src_port=40001)
    world.login("kx:1", "192.0.2.1", 2, src_port=40002)
    world.addresses["192.0.2.1"] = {"holder": "Example Telecom", "country": "BE"}
    world.run()
    (lead,) = world.table("lead")
    assert (lead["addressee"], lead["address"], lead["port"], lead["obs"]) == (
        "Example Telecom",
        "192.0.2.1",
        40001,
        obs,
    )
    assert lead["at"] == DAY + timedelta(days=3, hours=12)
    assert lead["ask"] == "who_used_address_and_port"


def test_a_login_with_a_port_is_preferred_to_a_newer_one_without(world):
    suspect(world)
    world.login("kx:1", "192.0.2.1", 5)
    world.login("kx:1", "192.0.2.1", 2, src_port=40002)
    world.run()
    assert [lead["port"] for lead in world.table("lead")] == [40002]


def test_an_address_without_a_port_says_so(world):
    suspect(world)
    world.login("kx:1", "192.0.2.1")
    world.run()
    (lead,) = world.table("lead")
    assert lead["ask"] == "who_used_address_without_port"
    assert "NAT" in ASKS[lead["ask"]]


def test_an_anonymisers_address_is_not_asked_about(world):
    suspect(world)
    world.login("kx:1", "192.0.2.1")
    world.addresses["192.0.2.1"] = {"anonymiser": "vpn"}
    world.run()
    assert world.table("lead") == []


def test_only_who_meets_the_threshold_has_leads(world):
    world.account("kx:1")
    world.login("kx:1", "192.0.2.1")
    world.origin("kx:1", "BE")
    world.run()
    assert world.table("lead") == []


def test_an_identity_has_few_addresses_those_of_most_days(world):
    suspect(world)
    for n in range(TOP + 3):
        for day in range(n + 1):
            world.login("kx:1", f"192.0.2.{n}", day)
    world.run()
    assert sorted(lead["address"] for lead in world.table("lead")) == [f"192.0.2.{n}" for n in range(3, TOP + 3)]


def test_what_perishes_first_stands_first(world):
    suspect(world)
    for ip, country in (("192.0.2.1", "IT"), ("192.0.2.2", "DE"), ("192.0.2.3", "BE")):
        world.login("kx:1", ip)
        world.addresses[ip] = {"country": country}
    world.run()
    assert [lead["address"] for lead in world.table("lead")] == ["192.0.2.2", "192.0.2.3", "192.0.2.1"]


def test_a_mailbox_asks_its_host_and_a_disposable_one_nobody(world):
    suspect(world)
    world.uses("kx:1", email="a@mail.example")
    world.uses("kx:1", email="b@throwaway.example")
    world.context("email", "b@throwaway.example", "disposable_mail")
    world.run()
    assert [(x["kind"], x["addressee"], x["address"]) for x in world.table("lead")] == [
        ("mailbox", "mail.example", "a@mail.example")
    ]


def test_a_wallet_asks_the_exchange_that_a_list_names(world):
    suspect(world)
    world.uses("kx:1", crypto_address="w1")
    world.uses("kx:1", crypto_address="w2")
    world.context("crypto_address", "w1", "custodial", "Example Exchange")
    world.run()
    assert {(x["address"], x["addressee"], x["ask"]) for x in world.table("lead")} == {
        ("w1", "Example Exchange", "who_holds_wallet"),
        ("w2", "unknown", "trace_wallet"),
    }


def test_a_processor_is_asked_for_whom_it_made_the_address(world):
    suspect(world)
    world.uses("kx:1", crypto_address="w1")
    world.context("crypto_address", "w1", "processor", "Lantern Pay")
    world.run()
    (lead,) = world.table("lead")
    assert (lead["addressee"], lead["ask"]) == ("Lantern Pay", "who_paid_through_processor")


def test_a_wallet_that_an_exchange_has_already_answered_is_not_asked_about(world):
    suspect(world)
    world.uses("kx:1", crypto_address="w1")
    world.account("ex:1", name_source="provider")
    world.uses("ex:1", crypto_address="w1")
    world.run()
    assert [x for x in world.table("lead") if x["kind"] == "wallet"] == []


def test_a_lead_is_a_finding_with_its_row(world):
    suspect(world)
    obs = world.login("kx:1", "192.0.2.1")
    world.run()
    assert [s["obs"] for s in world.table("leads_support")] == [obs]
    assert [f["finding"] for f in world.table("leads_finding")] == [x["lead"] for x in world.table("lead")]


@pytest.mark.parametrize("rule", RETENTION, ids=lambda r: f"{r.kind}-{r.country}")
def test_every_retention_has_its_reason_and_a_rule_for_elsewhere(rule):
    assert rule.reason.endswith(".")
    assert rule.kind in ELSEWHERE
