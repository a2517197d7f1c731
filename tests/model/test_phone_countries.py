"""The country of a number, by the plans and by the library."""

import phonenumbers
import pyarrow as pa
import pytest

from fanal.model.phone_countries import phone_countries, phone_country


def examples() -> list[str]:
    numbers = [
        phonenumbers.example_number_for_type(r, t) for r in sorted(phonenumbers.SUPPORTED_REGIONS) for t in (0, 1)
    ]
    made = [phonenumbers.format_number(n, phonenumbers.PhoneNumberFormat.E164) for n in numbers if n]
    return list(dict.fromkeys(made))


@pytest.mark.parametrize("few", [0, 10_000])
def test_every_region_keeps_its_own_numbers(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanal.model.phone_countries.FEW", few)
    norms = examples()
    assert phone_countries(pa.array(norms)).to_pylist() == [phone_country(norm) for norm in norms]


@pytest.mark.parametrize("few", [0, 10_000])
def test_a_satellite_telephone_belongs_to_no_country(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanal.model.phone_countries.FEW", few)
    number = phonenumbers.example_number_for_non_geo_entity(870)
    norm = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert phone_countries(pa.array([norm, "+32470123456"])).to_pylist() == [None, "BE"]


def test_what_is_no_number_has_no_country(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanal.model.phone_countries.FEW", 0)
    norms = ["", "+", "+999", "+32/70123456", "+32470123456é", "32470123456", "+" + "1" * 60]
    assert phone_countries(pa.array([*norms, "+32470123456"])).to_pylist() == [None] * 7 + ["BE"]
