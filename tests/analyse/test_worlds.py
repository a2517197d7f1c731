"""Answers on invented populations that did not serve for tuning, each with a floor that it was measured to keep."""

import pytest

from fanal.analyse import origin

from . import worlds

#: Least accuracy and most calibration error of the determined; the same for users of anonymisers; most undetermined.
FLOORS = {
    "forum, default country and English": (0.98, 0.035, 0.94, 0.065, 0.03),
    "forum, two in five hidden": (0.96, 0.025, 0.94, 0.035, 0.04),
    "forum, nothing stated": (0.98, 0.035, 0.97, 0.055, 0.045),
    "messenger, the Gulf": (0.8, 0.055, 0.0, 0.0, 0.04),
    "messenger, numbers alone": (0.88, 0.03, 0.0, 0.0, 0.075),
    "messenger, many roam": (0.97, 0.035, 0.0, 0.0, 0.025),
    "visitors, short visits": (0.92, 0.045, 0.93, 0.1, 0.255),
}


@pytest.mark.parametrize("name", sorted(worlds.HELD_OUT))
def test_answers_hold_on_a_population_that_nobody_tuned_on(name: str) -> None:
    made = worlds.answered(worlds.HELD_OUT[name]())
    all_, hides = made.measured(), made.measured(made.hides)
    accuracy, error, accuracy_hidden, error_hidden, undetermined = FLOORS[name]
    assert all_.accuracy >= accuracy
    assert all_.error <= error
    assert all_.undetermined <= undetermined
    if hides.determined:
        assert hides.accuracy >= accuracy_hidden
        assert hides.error <= error_hidden


def weights(made: worlds.Answered, reason: str, role: str) -> list[float]:
    rows = made.rows("attribute_support")
    return sorted(row["weight"] for row in rows if (row["reason"], row["role"]) == (reason, role))


def test_a_country_that_a_form_proposes_is_worth_less_than_others() -> None:
    made = worlds.answered(worlds.forum(31, 1500, default="US", keeps_default=0.5, liars=0.0))
    # Nearly all that speaks against is the default.
    against, for_ = weights(made, "stated_country", "against"), weights(made, "stated_country", "for")
    assert against[len(against) // 2] < for_[len(for_) // 2] - 1


def test_a_language_that_everybody_has_says_next_to_nothing() -> None:
    made = worlds.answered(worlds.forum(32, 1000, english=1.0))
    spoken = weights(made, "language", "for")
    assert spoken
    assert spoken[-1] < 0.5


def test_a_small_case_is_judged_by_the_shipped_figures() -> None:
    made = worlds.answered(worlds.messenger(33, 15, logins=0.0, languages=0.0, bought=0.0))
    phone = origin.EVIDENCE[origin.PHONE].grades[-1]
    expected = (1 - origin.MOVED) * (phone + (1 - phone) / origin.ALIKE)
    assert made.probability == pytest.approx([expected] * 15, abs=0.03)


def test_what_is_brought_along_together_proves_no_more_than_that_few_move() -> None:
    world = worlds.forum(34, 1500, listed=1.0, hidden=1.0, stated=1.0, zones=1.0, phones=1.0, own_mail=1.0)
    assert worlds.answered(world).probability.max() < 1 - origin.MOVED / 2
