"""What is compared: every level explains itself, and none is named twice."""

from itertools import chain

from fanal.analyse import coherence
from fanal.analyse.explain import words
from fanal.analyse.linkage_levels import IDENTITY, PERSON


def test_every_level_has_words():
    for level in chain.from_iterable(one.levels for one in (*PERSON, *IDENTITY)):
        assert words(level.name) == level.text
        assert level.text.endswith(".")


def test_no_level_takes_the_name_of_a_rule_of_resolve():
    rules = {rule.name for rule in coherence.RULES}
    assert not rules & {level.name for one in (*PERSON, *IDENTITY) for level in one.levels}


def test_the_last_level_alone_has_no_condition():
    for one in (*PERSON, *IDENTITY):
        assert [bool(level.sql) for level in one.levels] == [True] * (len(one.levels) - 1) + [False]
