from fanal.analyse.resolve import Resolve
from fanal.model.inputs import Inputs, PairDecision

ONLY = (Resolve(),)


def test_two_accounts_with_one_mailbox_are_one_identity(world):
    world.account("kx:1")
    world.account("kx:2")
    world.account("kx:3")
    world.uses("kx:1", email="a@example.org")
    world.uses("kx:2", email="a@example.org")
    world.uses("kx:3", email="c@example.org")
    world.run(steps=ONLY)
    assert world.clusters() == [["kx:1", "kx:2"], ["kx:3"]]


def test_a_value_that_is_only_context_never_links(world):
    for n in (1, 2):
        world.account(f"kx:{n}", stated_birth_year=1980, stated_name="Ada Berg")
        world.uses(f"kx:{n}", email="x@throwaway.example")
    world.context("email", "x@throwaway.example", "disposable_mail")
    world.run(steps=ONLY)
    assert world.clusters() == [["kx:1"], ["kx:2"]]


def test_a_family_phone_separates_into_its_members(world):
    members = [("Ada Berg", 1970), ("Ben Berg", 1972), ("Cleo Berg", 2000), ("Dan Berg", 2003)]
    for n, (name, born) in enumerate(members):
        for k in (0, 1):
            account = f"kx:{n}{k}"
            world.account(account, stated_name=name, stated_birth_year=born, stated_country="BE", language="nl")
            world.uses(account, phone="+32470000001")
    world.run(steps=ONLY)
    assert world.clusters() == [[f"kx:{n}0", f"kx:{n}1"] for n in range(4)]


def test_the_prolific_offenders_two_dozen_accounts_stay_together(world):
    for n in range(24):
        account = f"kx:{n:02}"
        world.account(account, stated_birth_year=1975, stated_country="FR" if n % 3 else "LU", language="fr")
        world.uses(account, phone="+33600000001")
    world.run(steps=ONLY)
    assert len(world.clusters()) == 1


def test_an_account_that_states_nothing_stays_out_of_a_phone_that_a_family_shares(world):
    for n, born in enumerate((1960, 1970, 1980, 1990)):
        world.account(f"kx:{n}", stated_birth_year=born)
        world.uses(f"kx:{n}", phone="+32470000001")
    world.account("kx:9")
    world.uses("kx:9", phone="+32470000001")
    world.run(steps=ONLY)
    assert len(world.clusters()) == 5


def test_birth_years_more_than_one_apart_never_merge(world):
    world.account("kx:1", stated_birth_year=1980)
    world.account("kx:2", stated_birth_year=1982)
    for n in (1, 2):
        world.uses(f"kx:{n}", email="a@example.org", phone="+32470000001", device="d1")
    world.run(steps=ONLY)
    assert world.clusters() == [["kx:1"], ["kx:2"]]
    (link,) = world.table("identity_link")
    assert link["band"] == "review"
    assert "birth_years_differ" in link["reason"]


def test_two_people_that_a_provider_verified_never_merge(world):
    world.account("ex:1", stated_name="Ada Berg", stated_birth_year=1980, name_source="provider")
    world.account("ex:2", stated_name="Cleo Dahl", stated_birth_year=1980, name_source="provider")
    for n in (1, 2):
        world.uses(f"ex:{n}", email="a@example.org")
    world.run(steps=ONLY)
    assert world.clusters() == [["ex:1"], ["ex:2"]]


def test_different_identity_documents_never_merge(world):
    for n in (1, 2):
        world.account(f"ex:{n}")
        world.uses(f"ex:{n}", email="a@example.org", national_id=f"DOC{n}")
    world.run(steps=ONLY)
    assert world.clusters() == [["ex:1"], ["ex:2"]]


def test_a_middle_account_does_not_join_two_that_contradict_each_other(world):
    world.account("kx:1", stated_birth_year=1960)
    world.account("kx:2")
    world.account("kx:3", stated_birth_year=1990)
    world.uses("kx:1", email="a@example.org", device="d1")
    world.uses("kx:2", email="a@example.org", device="d1")
    world.uses("kx:2", bank_account="BE00")
    world.uses("kx:3", bank_account="BE00")
    world.run(steps=ONLY)
    assert world.clusters() == [["kx:1", "kx:2"], ["kx:3"]]
    reasons = [r["reason"] for r in world.table("identity_link") if r["account_b"] == "kx:3"]
    assert any("would_join_contradiction" in reason for reason in reasons)


def test_a_recycled_number_does_not_link_its_old_and_its_new_holder(world):
    for n, day in ((1, 0), (2, 900)):
        world.account(f"kx:{n}", created_at=None)
        world.login(f"kx:{n}", f"192.0.2.{n}", day)
        world.uses(f"kx:{n}", phone="+32470000001")
    world.run(steps=ONLY)
    assert world.clusters() == [["kx:1"], ["kx:2"]]


def test_a_weak_link_between_two_groups_is_flagged_not_merged(world):
    for group in ("a", "b"):
        for n in range(3):
            world.account(f"kx:{group}{n}")
            world.uses(f"kx:{group}{n}", email=f"{group}@example.org")
    world.uses("kx:a0", bank_account="BE00", device="d1")
    world.uses("kx:b0", bank_account="BE00", device="d1")
    world.run(steps=ONLY)
    assert [len(c) for c in world.clusters()] == [3, 3]
    (bridge,) = world.table("bridge")
    assert (bridge["size_a"], bridge["size_b"]) == (3, 3)
    assert "bridge" in [f["kind"] for f in world.table("resolve_finding")]


def test_an_officer_who_says_same_wins_over_a_contradiction(world):
    world.account("kx:1", stated_birth_year=1960)
    world.account("kx:2", stated_birth_year=1990)
    world.run(Inputs(decisions=(PairDecision("kx:2", "kx:1", "same", "d1"),)), ONLY)
    assert world.clusters() == [["kx:1", "kx:2"]]


def test_an_officer_who_says_different_wins_over_every_link(world):
    for n in (1, 2, 3):
        world.account(f"kx:{n}")
        world.uses(f"kx:{n}", email="a@example.org")
    world.run(Inputs(decisions=(PairDecision("kx:1", "kx:2", "different", "d1"),)), ONLY)
    assert world.identity_of("kx:1") != world.identity_of("kx:2")


def test_a_pair_left_open_by_an_officer_waits_in_review(world):
    for n in (1, 2):
        world.account(f"kx:{n}")
        world.uses(f"kx:{n}", email="a@example.org")
    world.run(Inputs(decisions=(PairDecision("kx:1", "kx:2", "not_enough", "d1"),)), ONLY)
    assert world.clusters() == [["kx:1"], ["kx:2"]]
    assert [r["band"] for r in world.table("identity_link")] == ["review"]


def test_a_change_of_number_links_the_two_accounts(world):
    world.account("whatsapp:+34600000001")
    world.account("whatsapp:+34600000002")
    world.row(
        "membership",
        account="whatsapp:+34600000001",
        channel="whatsapp:g",
        change="number_changed",
        by_account="whatsapp:+34600000002",
    )
    world.run(steps=ONLY)
    assert len(world.clusters()) == 1


def test_a_finding_names_the_rows_for_and_against(world):
    world.account("kx:1", stated_country="BE")
    world.account("kx:2", stated_country="FR")
    for n in (1, 2):
        world.uses(f"kx:{n}", email="a@example.org")
    world.run(steps=ONLY)
    (finding,) = world.table("resolve_finding")
    assert (finding["kind"], finding["subject"], finding["n"]) == ("identity", world.identity_of("kx:1"), 2)
    support = world.table("resolve_support")
    identifiers = {row["obs"] for row in world.rows["identifier"]}
    assert {s["obs"] for s in support if s["role"] == "for"} == identifiers
    assert {s["reason"] for s in support if s["role"] == "against"} == {"countries_differ"}


def test_an_empty_lake_has_no_identities(world):
    (report,) = world.run(steps=ONLY)
    assert report.account["identities"] == 0


def test_who_paid_for_an_account_is_a_lead_not_a_link(world):
    for n in (1, 2):
        world.account(f"kx:{n}")
        world.row(
            "identifier", account=f"kx:{n}", kind="email", value="a@example.org", norm="a@example.org", relation="payer"
        )
    world.run(steps=ONLY)
    assert world.clusters() == [["kx:1"], ["kx:2"]]
    (link,) = world.table("identity_link")
    assert (link["band"], "paid_for" in link["reason"]) == ("review", True)


def test_a_liar_is_outvoted_by_the_others_behind_his_mailbox(world):
    for n, born in enumerate((1980, 1980, 1980, 1990)):
        world.account(f"kx:{n}", stated_birth_year=born, stated_country="BE", language="nl")
        world.uses(f"kx:{n}", email="a@example.org", device="d1")
    world.run(steps=ONLY)
    assert len(world.clusters()) == 1


def test_two_against_two_are_two_people_behind_one_mailbox(world):
    for n, born in enumerate((1980, 1980, 1990, 1990)):
        world.account(f"kx:{n}", stated_birth_year=born, stated_country="BE", language="nl")
        world.uses(f"kx:{n}", email="a@example.org", device="d1")
    world.run(steps=ONLY)
    assert world.clusters() == [["kx:0", "kx:1"], ["kx:2", "kx:3"]]


def test_a_name_in_two_scripts_speaks_for_one_person(world):
    for n, name in enumerate(("Ivan Petrov", "\u041f\u0435\u0442\u0440\u043e\u0432 \u0418\u0432\u0430\u043d")):
        world.account(f"kx:{n}", stated_name=name)
        world.uses(f"kx:{n}", phone="+32470000001")
    world.run(steps=ONLY)
    assert len(world.clusters()) == 1


def test_a_must_link_and_a_cannot_link_hold_whatever_evidence_comes_later(world):
    decisions = (PairDecision("kx:1", "kx:2", "same", "d1"), PairDecision("kx:2", "kx:3", "different", "d2"))
    for n in (1, 2, 3):
        world.account(f"kx:{n}", stated_birth_year=1960 + 10 * n)
    world.run(Inputs(decisions=decisions), ONLY)
    assert world.clusters() == [["kx:1", "kx:2"], ["kx:3"]]
    world.exhibit = 2
    for n in (1, 3):
        world.account(f"kx:{n}", stated_name="Ada Berg")
        world.uses(f"kx:{n}", email="a@example.org", phone="+32470000001", device="d1", national_id="DOC")
    world.run(Inputs(decisions=decisions), ONLY)
    assert world.clusters() == [["kx:1", "kx:2"], ["kx:3"]]


def test_a_run_records_every_constant_beside_the_one_that_ships(world):
    for n in (1, 2):
        world.account(f"kx:{n}", stated_birth_year=1980)
        world.uses(f"kx:{n}", email="a@example.org")
    world.run(steps=ONLY)
    rows = {r["rule"]: r for r in world.table("resolve_constant")}
    assert rows["same_birth_year"]["shipped"] > 0
    assert abs(rows["same_birth_year"]["used"] - rows["same_birth_year"]["shipped"]) < 0.1
    assert rows["same_birth_year"]["decided_pairs"] == 0


def test_a_user_name_that_is_the_others_mailbox_links_a_shared_telephone(world):
    world.account("kx:1", username="petrel.1907")
    world.account("kx:2")
    world.uses("kx:1", phone="+32470000001")
    world.uses("kx:2", phone="+32470000001", email="petrel1907@example.org")
    world.account("kx:3")
    world.uses("kx:3", phone="+32470000002")
    world.account("kx:4")
    world.uses("kx:4", phone="+32470000002", email="tern1907@example.org")
    world.run(steps=ONLY)
    assert world.clusters() == [["kx:1", "kx:2"], ["kx:3"], ["kx:4"]]


def test_what_a_mailbox_is_called_says_nothing_more_where_it_is_shared(world):
    for n in (1, 2):
        world.account(f"kx:{n}", username="petrel1907" if n == 1 else None)
        world.uses(f"kx:{n}", email="petrel1907@example.org")
    world.run(steps=ONLY)
    (link,) = world.table("identity_link")
    assert "shares_email" in link["reason"]
    assert "same_handle" not in link["reason"]
