import numpy as np

from fanal.analyse.coherence import BIT, KIND_NAMES, LINK, compare, reason_of
from fanal.analyse.fit import Seen, Values, logit, personal, shipped, told

from .test_clusters import features

ONE, OTHER = np.array([0]), np.array([1])


def compared(**known):
    mask = compare(features(2, **known), ONE, OTHER)
    return float(told(mask, shipped().weight)[0]), reason_of(int(mask[0]))


def value(kind, agree, disagree, size=10):
    """Log-odds of a pair that states nothing, behind a value where others agree and disagree."""
    masks = [BIT["same_birth_year"]] * agree + [BIT["birth_years_differ"]] * disagree
    masks += [0] * max(size * (size - 1) // 2 - len(masks), 1)
    seen = Seen(np.array(masks), np.zeros(len(masks), dtype=np.int64), np.ones(len(masks)), np.array([size]))
    values = Values(np.array([KIND_NAMES.index(kind)]), np.array([size]), np.array([0]))
    found, said = personal(seen, values, shipped())
    return float(logit(found.pair(seen.value, said))[-1])


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
    assert value("email", 3, 3, size=4) > LINK


def test_many_who_agree_make_a_large_value_one_persons():
    assert value("device", 0, 0, size=15) < LINK < value("device", 105, 0, size=15)


def test_many_who_live_alike_do_not():
    masks = np.full(106, BIT["same_country"] | BIT["same_language"] | BIT["same_home"])
    seen = Seen(masks, np.zeros(106, dtype=np.int64), np.ones(106), np.array([15]))
    values = Values(np.array([KIND_NAMES.index("device")]), np.array([15]), np.array([0]))
    found, said = personal(seen, values, shipped())
    assert float(logit(found.pair(seen.value, said))[0]) < LINK - 1


def test_the_words_of_a_pair_are_the_rules_that_hold():
    assert reason_of(BIT["shares_phone"] | BIT["names_differ"]) == "shares_phone names_differ"
