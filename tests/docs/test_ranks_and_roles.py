"""docs/methods/ranks-and-roles.md says of rules and weights what the code says."""

import re

import pytest
from pages import ROOT, text_of

from fanal.analyse.leads import TOP
from fanal.analyse.retention import RETENTION
from fanal.analyse.roles import RULES
from fanal.analyse.threshold import WHY_NOT
from fanal.analyse.weights import PERISHING_DAYS, SURE_POINTS, VOLUME_HALF, VOLUME_POINTS, WEIGHTS
from fanal.model.inputs import Threshold
from fanal.work.signals import MOST_NAMED

PAGE = text_of(ROOT / "docs" / "methods" / "ranks-and-roles.md")
ROWS = re.findall(r"^\| (.+) \|$", PAGE, re.MULTILINE)


def row(*cells):
    return " | ".join(str(cell) for cell in cells)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.role)
def test_every_role_has_its_rule(rule):
    assert row(rule.role, rule.text, f"{rule.half:g}") in ROWS


@pytest.mark.parametrize("weight", WEIGHTS, ids=lambda weight: weight.name)
def test_every_weight_has_its_reason(weight):
    assert row(weight.name, weight.points, weight.source, weight.text) in ROWS


@pytest.mark.parametrize("code", WHY_NOT)
def test_every_reason_not_to_meet_the_threshold_is_there(code):
    assert row(code, WHY_NOT[code]) in ROWS


@pytest.mark.parametrize("rule", RETENTION, ids=lambda rule: f"{rule.kind} {rule.country}")
def test_every_retention_has_its_reason(rule):
    assert row(rule.kind, rule.country or "elsewhere", rule.days, rule.reason) in ROWS


def test_the_figures_in_the_text_are_those_of_the_code():
    assert f"at most {VOLUME_POINTS} points, half of it at {VOLUME_HALF:g} rows" in PAGE
    assert f"(at most {SURE_POINTS})" in PAGE
    assert f"{PERISHING_DAYS} days or fewer" in PAGE
    assert f"at most {TOP} addresses" in PAGE
    assert f"more than {MOST_NAMED}" in PAGE


@pytest.mark.parametrize(
    "name", ["minimum_shares", "minimum_payments", "minimum_views", "minimum_added", "probability"]
)
def test_the_text_that_is_shown_is_the_one_that_fanal_proposes(name):
    assert f"{name} = {getattr(Threshold(), name)}" in PAGE
