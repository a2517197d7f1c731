import numpy as np

from fanal.analyse.coherence import BIT, KIND_NAMES, LINK, compare, prior, reason_of

from .test_clusters import features

ONE, OTHER = np.array([0]), np.array([1])


def compared(**known):
    (score,), (mask,) = compare(features(2, **known), ONE, OTHER)
    return score, reason_of(int(mask))


def value(kind, agree, disagree, size=10):
    kinds, sizes = np.array([KIND_NAMES.index(kind)]), np.array([size])
    return float(prior(kinds, np.array([agree]), np.array([disagree]), sizes)[0])


def test_what_is_unknown_says_nothing():
    assert compared() == (0, "")


def test_equal_birth_years_speak_for_and_far_ones_forbid():
    assert compared(born_low=[1980, 1980], born_high=[1980, 1980])[1] == "same_birth_year"
    assert compared(born_low=[1980, 1982], born_high=[1980, 1982])[1] == "birth_years_differ"


def test_birth_years_one_apart_say_nothing():
    assert compared(born_low=[1980, 1981], born_high=[1980, 1981]) == (0, "")


def test_a_name_counts_whichever_part_comes_first():
    assert compared(name_a=[1, 2], name_b=[2, 1], own_name=[1, 1])[1] == "same_name"


def test_one_part_of_the_name_in_common_is_what_relatives_have():
    score, reason = compared(name_a=[1, 3], name_b=[2, 2], own_name=[1, 1])
    assert (reason, score < 0) == ("family_name_only", True)


def test_a_name_from_anothers_contacts_is_not_held_against_anyone():
    assert compared(name_a=[1, 3], name_b=[2, 4], own_name=[0, 1]) == (0, "")


def test_household_evidence_alone_never_links():
    same = {"country": [1, 1], "language": [1, 1], "home": [1, 1], "hours": [0b111100, 0b111100]}
    assert compared(**same)[0] < LINK / 2


def test_an_account_active_around_the_clock_tells_nothing_about_hours():
    assert compared(hours=[(1 << 24) - 1, 0b1111]) == (0, "")


def test_contradictions_among_others_make_a_value_less_personal():
    assert value("phone", 0, 2) < value("phone", 0, 1) < value("phone", 0, 0) < value("phone", 3, 0)


def test_one_liar_does_not_turn_a_mailbox_into_a_shared_one():
    assert value("email", 3, 1) > LINK


def test_agreement_lifts_a_value_only_a_little_above_its_kind():
    assert value("device", 1000, 0) <= value("device", 0, 0) + 1


def test_a_familys_phone_says_more_than_an_exchanges_wallet():
    assert value("phone", 0, 20, size=8) > value("crypto_address", 0, 20, size=5000)


def test_the_words_of_a_pair_are_the_rules_that_hold():
    assert reason_of(BIT["shares_phone"] | BIT["names_differ"]) == "shares_phone names_differ"
