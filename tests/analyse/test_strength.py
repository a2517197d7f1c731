import pytest

from fanal.analyse import coherence
from fanal.analyse.explain import said_for
from fanal.analyse.strength import STRENGTHS, strength


def test_weights_are_told_in_words_and_whichever_way_they_point():
    assert [strength("resolve", weight) for weight in (99.0, 4.0, -3.0, 1.0, 0.1, 0.0, None)] == [
        "decided",
        "very strong",
        "strong",
        "moderate",
        "slight",
        None,
        None,
    ]


@pytest.mark.parametrize("step", ["rank", "roles", "threshold", "leads"])
def test_a_step_that_orders_rows_weighs_nothing(step):
    assert strength(step, 4096.0) is None


def test_the_words_go_from_strong_to_slight():
    assert [least for least, _ in STRENGTHS] == sorted((least for least, _ in STRENGTHS), reverse=True)


@pytest.mark.parametrize("rule", coherence.RULES, ids=lambda rule: rule.name)
def test_every_rule_that_weighs_has_a_word(rule):
    assert bool(strength("resolve", rule.weight)) == (rule.weight != 0)


def test_evidence_against_a_country_is_said_to_be_of_another():
    text = "A telephone number of this country."
    assert said_for("attribute", "for", "phone") == text
    assert said_for("attribute", "against", "phone") == f"For another country: {text}"
    assert said_for("resolve", "against", "names_differ") == "The stated names have no part in common."
