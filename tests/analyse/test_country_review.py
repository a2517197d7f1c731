from fanal.analyse.countries import candidates_of, count_waiting, countries_waiting
from fanal.lake.snapshot import read_current
from fanal.model.inputs import Inputs, OriginDecision, PairDecision


def queue(world, decided=(), after=""):
    return [row["accounts"] for row in countries_waiting(read_current(world.root), decided, after, 10)]


def shown(world):
    """Three identities: one whose number speaks clearly, one that two countries claim, one that only states one."""
    world.names = ("resolve", "attribute", "roles", "threshold", "rank")
    world.account("kx:1")
    world.uses("kx:1", phone="+32470000011")
    world.account("kx:2", stated_country="FR")
    world.uses("kx:2", email="a@provider.be")
    world.account("kx:3", language="de")


def test_what_the_evidence_leaves_open_waits_until_an_officer_has_a_word_on_one_of_its_accounts(world):
    shown(world)
    world.run()
    waiting = queue(world)
    assert ["kx:2"] in waiting
    assert ["kx:1"] not in waiting
    assert count_waiting(read_current(world.root), ()) == len(waiting)
    assert queue(world, ["kx:2"]) == [one for one in waiting if one != ["kx:2"]]
    assert queue(world, after=world.identity_of(waiting[0][0])) == waiting[1:]


def test_an_officers_word_is_the_answer_beside_what_the_evidence_says(world):
    shown(world)
    world.run(Inputs(origins=(OriginDecision("kx:1", "PT", "d1"),)))
    told = candidates_of(read_current(world.root), world.identity_of("kx:1"))
    assert (told["decided"], [one["country"] for one in told["candidates"]]) == (True, ["PT"])
    origin = {row["identity"]: row for row in world.table("identity_origin")}[world.identity_of("kx:1")]
    assert (origin["country"], origin["words"], origin["undetermined"]) == ("PT", "decided", False)
    found = {row["subject"]: row["value"] for row in world.table("attribute_finding")}
    assert found[world.identity_of("kx:1")] == "BE"


def test_words_that_contradict_each_other_leave_an_identity_undetermined(world):
    shown(world)
    one = PairDecision("kx:1", "kx:2", "same", "d1")
    words = (OriginDecision("kx:1", "PT", "d2"), OriginDecision("kx:2", "FR", "d3"))
    world.run(Inputs(decisions=(one,), origins=words))
    origin = {row["identity"]: row for row in world.table("identity_origin")}[world.identity_of("kx:1")]
    assert (origin["country"], origin["undetermined"]) == (None, True)
