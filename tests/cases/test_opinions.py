import pytest

from fanal.cases.decisions import decide
from fanal.cases.opinions import identities_of_opinions, stopped_accounts, suspected


@pytest.fixture
def say(first, operation):
    def said(identity, verdict, *accounts):
        noted = {"founder": accounts[0], "accounts": list(accounts)}
        return decide(first, operation, "identity", identity, verdict, "reason", **noted)

    return said


def test_a_hold_follows_the_accounts_whatever_identity_they_come_to(say, operation):
    say("i1", "hold", "a", "b")
    assert stopped_accounts(operation) == {"a", "b"}


def test_calling_someone_suspect_does_not_lift_a_hold(say, operation):
    say("i1", "hold", "a")
    say("i1", "suspect", "a")
    assert stopped_accounts(operation) == {"a"}


@pytest.mark.parametrize("verdict", ["hold", "not_suspect"])
def test_a_release_of_what_the_identity_has_become_lifts_what_stood_on_its_accounts(say, operation, verdict):
    say("i1", verdict, "a")
    say("i2", "release", "b", "a")
    assert stopped_accounts(operation) == frozenset()


def test_a_release_of_others_lifts_nothing(say, operation):
    say("i1", "hold", "a")
    say("i2", "release", "b")
    assert stopped_accounts(operation) == {"a"}


def test_an_opinion_stands_until_a_later_word_on_the_founding_account(say, operation):
    said = say("i1", "suspect", "a", "b")
    assert suspected(operation) == [said]
    assert identities_of_opinions([said], {"a": "i9"}) == [("i9", said)]
    say("i9", "not_suspect", "c", "a")
    assert suspected(operation) == []


def test_a_decision_that_noted_no_accounts_is_about_its_founder(first, operation):
    decide(first, operation, "identity", "i1", "hold", "reason", founder="a")
    assert stopped_accounts(operation) == {"a"}
