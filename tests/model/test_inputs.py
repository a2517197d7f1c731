from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fanal.model.inputs import FIELDS, Inputs, PairDecision, Signal, Threshold, UnknownWord

ONE = PairDecision("kx:1", "kx:2", "same", "d1")
TWO = PairDecision("kx:3", "kx:4", "different", "d2")


def test_every_field_has_a_digest():
    assert len({Inputs().digest(name) for name in FIELDS}) >= 3


def test_the_order_of_decisions_changes_no_digest():
    assert Inputs(decisions=(ONE, TWO)).digest("decisions") == Inputs(decisions=(TWO, ONE)).digest("decisions")


def test_another_decision_changes_the_digest():
    assert Inputs(decisions=(ONE,)).digest("decisions") != Inputs(decisions=(ONE, TWO)).digest("decisions")


def test_an_approved_threshold_has_another_digest():
    approved = Threshold(version=1, approver="prosecutor", approved_at=datetime(2024, 5, 1, tzinfo=UTC))
    assert Inputs(threshold=approved).digest("threshold") != Inputs().digest("threshold")
    assert replace(approved) == approved


def test_an_unknown_verdict_is_refused_in_one_line():
    with pytest.raises(UnknownWord, match="maybe is no verdict; write one of: same, different, not_enough"):
        PairDecision("kx:1", "kx:2", "maybe", "d1")


def test_an_unknown_signal_is_refused():
    with pytest.raises(UnknownWord):
        Signal("kx:1", "nice", "officer", "d1")
