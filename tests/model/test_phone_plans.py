"""The arrays of numbering plans, and what they refuse."""

import phonenumbers
import pytest

from fanal.model.phone_plans import POSSIBLE, REGIONS, TOO_LONG, WRONG, metadata_of, place_of, plans


def test_every_calling_code_and_region_has_its_plan() -> None:
    found = plans()
    assert {code for code in range(1000) if found.of_code[code] >= 0} == set(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    assert {REGIONS[found.of_region[place_of(region)]] for region in phonenumbers.SUPPORTED_REGIONS} == set(
        phonenumbers.SUPPORTED_REGIONS
    )
    assert REGIONS[found.of_code[44]] == "GB"
    assert {REGIONS[plan] for plan in range(len(REGIONS)) if found.main[plan] == found.of_code[44]} == {
        "GB",
        "GG",
        "IM",
        "JE",
    }


def test_lengths_say_what_is_possible() -> None:
    found = plans()
    lengths = found.lengths[found.of_region[place_of("US")]]
    assert lengths[:12].tolist() == [WRONG] * 10 + [POSSIBLE, TOO_LONG]


def test_a_rule_that_none_used_before_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    antigua = metadata_of(1, "AG")
    plans.cache_clear()
    monkeypatch.setattr(antigua, "_mutable", True, raising=False)
    monkeypatch.setattr(antigua, "national_prefix_transform_rule", r"268\1-\1")
    with pytest.raises(ValueError, match="unknown in a numbering plan"):
        plans()


def test_a_region_without_a_plan_is_named() -> None:
    with pytest.raises(LookupError, match="QQ"):
        metadata_of(999, "QQ")
