"""The country of a number, by rules and by the library."""

from collections.abc import Iterator

import phonenumbers
import pyarrow as pa
import pytest

from fanal.engine.duck import Duck
from fanal.model.phone_countries import phone_countries, phone_country


@pytest.fixture(scope="module")
def engine() -> Iterator[Duck]:
    with Duck(threads=1) as duck:
        yield duck


def examples() -> list[str]:
    numbers = [
        phonenumbers.example_number_for_type(r, t) for r in sorted(phonenumbers.SUPPORTED_REGIONS) for t in (0, 1)
    ]
    made = [phonenumbers.format_number(n, phonenumbers.PhoneNumberFormat.E164) for n in numbers if n]
    return list(dict.fromkeys(made))


def test_every_region_keeps_its_own_numbers(engine: Duck) -> None:
    norms = examples()
    assert phone_countries(pa.array(norms), engine).to_pylist() == [phone_country(norm) for norm in norms]


@pytest.mark.parametrize(
    "code", ["+1", "+44", "+7", "+39", "+61", "+212", "+262", "+358", "+47", "+590", "+599", "+290"]
)
def test_rules_tell_countries_of_one_calling_code_apart_as_the_library_does(
    engine: Duck, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr("fanal.model.kinds_phone.RARE", 0)
    norms = [norm for norm in examples() if norm.startswith(code)]
    assert phone_countries(pa.array(norms), engine).to_pylist() == [phone_country(norm) for norm in norms]


def test_a_satellite_telephone_belongs_to_no_country(engine: Duck) -> None:
    number = phonenumbers.example_number_for_non_geo_entity(870)
    norm = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert phone_countries(pa.array([norm, "+32470123456"]), engine).to_pylist() == [None, "BE"]
