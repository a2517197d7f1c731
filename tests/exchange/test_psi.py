import random
import sys

import pytest

from fanal.exchange import psi


def values(n, start=0):
    return [f"email:someone{i}@one.example" for i in range(start, start + n)]


def found(offered, asked, **told):
    """What the asker learns, with all that is sent between the two."""
    offer = psi.offer(offered, 10_000, **told)
    query = psi.ask(asked)
    places = psi.hits(query.key, len(asked), offer.setup, psi.answer(offer.key, query.request))
    return [asked[place] for place in places]


@pytest.mark.parametrize("rate", [0.0, 1e-6])
def test_hits_are_those_of_brute_force(rate):
    draw = random.Random(7)
    everything = values(6_000)
    offered, asked = draw.sample(everything, 3_000), draw.sample(everything, 3_000)
    held = set(offered)
    assert found(offered, asked, false_positives=rate) == [value for value in asked if value in held]


def test_a_set_blinded_by_two_processes_is_the_same_set(monkeypatch):
    monkeypatch.setattr(psi, "_WORTH_A_PROCESS", 50)
    assert found(values(100), values(20, start=90), processes=2) == values(10, start=90)


def test_nothing_offered_and_nothing_asked_hit_nothing():
    assert found([], values(3)) == []
    assert found(values(3), []) == []


def test_a_value_of_another_kind_under_the_same_text_is_another_value():
    assert found(["email:1"], ["phone:1"]) == []


def test_the_order_of_an_offer_tells_nothing_of_the_order_of_the_values():
    offer = psi.library().ServerSetup()
    offer.ParseFromString(psi.offer(values(50), 10).setup)
    elements = list(offer.raw.encrypted_elements)
    assert elements == sorted(elements)


def test_two_offers_of_the_same_values_share_no_element():
    sets = []
    for _ in range(2):
        setup = psi.library().ServerSetup()
        setup.ParseFromString(psi.offer(values(20), 10).setup)
        sets.append(set(setup.raw.encrypted_elements))
    assert len(sets[0] | sets[1]) == 40


def test_a_coded_set_that_could_not_count_so_far_is_whole_instead():
    setup = psi.library().ServerSetup()
    setup.ParseFromString(psi.offer(values(10), 100_000, 1e-6).setup)
    assert setup.WhichOneof("data_structure") == "gcs"
    setup.ParseFromString(psi.offer(values(10), 10**15, 1e-6).setup)
    assert setup.WhichOneof("data_structure") == "raw"


def test_bytes_that_are_no_message_are_refused():
    offer, query = psi.offer(values(2), 10), psi.ask(values(1))
    broken = psi.library().Request()
    broken.reveal_intersection = True
    broken.encrypted_elements.append(b"no point of the curve")
    for act in (
        lambda: psi.answer(offer.key, b"\xff\xff"),
        lambda: psi.answer(offer.key, broken.SerializeToString()),
        lambda: psi.size(b"\xff\xff"),
        lambda: psi.check_setup(b"\xff\xff"),
        lambda: psi.hits(query.key, 1, offer.setup, b"\xff\xff"),
        lambda: psi.hits(query.key, 1, offer.setup, broken.encrypted_elements[0]),
        lambda: psi.hits(query.key, 2, offer.setup, psi.answer(offer.key, query.request)),
    ):
        with pytest.raises(psi.Unusable):
            act()


def test_a_bloom_filter_is_no_offer():
    library = psi.library()
    server = library.server.CreateWithNewKey(True)
    made = server.CreateSetupMessage(0.01, 10, values(3), library.DataStructure.BLOOM_FILTER)
    with pytest.raises(psi.Unusable):
        psi.check_setup(made.SerializeToString())


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "private_set_intersection.python", None)
    with pytest.raises(psi.PsiNotInstalled, match="extra `deconflict`"):
        psi.offer(values(1), 1)
