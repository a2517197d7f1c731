import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.cases.decisions import decide
from fanal.cases.models import Decision
from fanal.cases.pairs import Contradicts, check, pair_of, subject_of


@pytest.fixture
def say(first, operation):
    def said(one, other, verdict):
        pair = pair_of(one, other)
        check(operation, {pair: verdict})
        return decide(
            first, operation, "pair", subject_of(pair), verdict, "reason", account_a=pair[0], account_b=pair[1]
        )

    return said


def test_two_people_cannot_hold_accounts_that_a_third_ties_together(say):
    one, two = say("a", "b", "same"), say("b", "c", "same")
    with pytest.raises(Contradicts) as refused:
        say("c", "a", "different")
    assert one.decision[:12] in refused.value.line()
    assert two.decision[:12] in refused.value.line()
    assert "b, c: same" in refused.value.line()


def test_nobody_is_tied_to_both_of_two_people(say):
    say("a", "c", "different")
    say("a", "b", "same")
    with pytest.raises(Contradicts, match="a, c: different"):
        say("b", "c", "same")


def test_a_later_decision_on_the_same_pair_opens_the_way(say):
    say("a", "b", "same")
    say("b", "c", "same")
    later = say("a", "b", "not_enough")
    say("a", "c", "different")
    assert later.supersedes.verdict == "same"
    assert Decision.objects.count() == 4


def test_the_same_pair_may_be_decided_the_other_way(say):
    say("a", "b", "same")
    assert say("b", "a", "different").supersedes.verdict == "same"


def test_not_enough_contradicts_nothing(say):
    say("a", "b", "same")
    say("b", "c", "same")
    say("a", "c", "not_enough")


def test_several_pairs_at_once_are_held_against_each_other_too(operation):
    with pytest.raises(Contradicts):
        check(operation, {("a", "b"): "same", ("b", "c"): "same", ("a", "c"): "different"})


PAIRS = st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")).filter(lambda p: p[0] != p[1])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(PAIRS, st.sampled_from(["same", "different", "not_enough"])), max_size=12))
def test_what_is_accepted_can_always_hold_at_once(operation, said):
    accepted = {}
    for (one, other), verdict in said:
        wanted = {**accepted, pair_of(one, other): verdict}
        try:
            check(operation, wanted)
        except Contradicts:
            continue
        accepted = wanted
    group = {name: name for name in "abcde"}
    for (one, other), verdict in accepted.items():
        if verdict == "same":
            old, new = group[one], group[other]
            group = {name: new if value == old else value for name, value in group.items()}
    assert all(group[one] != group[other] for (one, other), verdict in accepted.items() if verdict == "different")
