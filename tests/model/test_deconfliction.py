import pytest

from fanal.model.deconfliction import FREE, Caps, NeedsReference, NotDeconflicted, checked_kinds


def test_what_cannot_be_guessed_through_is_compared_where_nothing_is_named():
    assert checked_kinds([], "") == FREE


def test_kinds_come_once_and_in_their_order():
    assert checked_kinds(["phone", "email", "phone"], "case 1") == ("email", "phone")


@pytest.mark.parametrize("kind", ["phone", "username"])
def test_what_can_be_guessed_through_needs_a_reference(kind):
    with pytest.raises(NeedsReference):
        checked_kinds([kind], "  ")


def test_other_kinds_are_never_compared():
    with pytest.raises(NotDeconflicted):
        checked_kinds(["name"], "case 1")


def test_the_stricter_kinds_have_smaller_caps():
    caps = Caps()
    assert caps.most_of("phone") < caps.most_of("email")
    assert caps.budget_of("username") < caps.budget_of("device")


@pytest.mark.parametrize(
    "told",
    [{"most": -1}, {"most": 1.5}, {"most": True}, {"office": 3}, {"false_positives": 0.5}, {"false_positives": "0"}],
)
def test_a_setting_out_of_its_range_is_refused(told):
    with pytest.raises(ValueError, match=r".+"):
        Caps(**told)
