"""Columns of numbers, read by the plans, are what the library makes of each."""

import random
import string
from collections.abc import Iterator

import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.kinds_phone import PHONE
from fanal.model.phone_columns import norms

#: What stands in written numbers, by their characters: digits, what is left out, what is not, and letters.
CHARACTERS = st.sampled_from(
    [*"0123456789" * 3, *" ()-./,+:;xTel", *"\u2010\u2212\u00a0\u200b\u0000\u3000\uff11\u0661é\U0001f4de"]
)
BEGINNINGS = st.sampled_from(
    ["", "+", "00", "tel:", " T\u200bEL: +", "tel", "ES:", "us:011", "BR:0", "AR:0", "ZZ:", "(", "E\u200bS:"]
)
NUMBERS = st.sampled_from(
    ["34612345678", "612345678", "12684571234", "4571234", "1160015123456", "9065817842421", "(0)7400 123456"]
)


def written_numbers(rng: random.Random, region: str) -> Iterator[str]:
    """Numbers of one region as people write them, right and wrong."""
    for number_type in (0, 1, 3):
        example = phonenumbers.example_number_for_type(region, number_type)
        if example is None:
            continue
        code, nsn = str(example.country_code), phonenumbers.national_significant_number(example)
        national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
        yield from (
            f"+{code}{nsn}",
            f"00{code}{nsn}",
            f"+{code} (0){nsn}",
            f"{region}:{national}",
            f"{region}:{code}{nsn}",
        )
        yield from (f"{region}:00{code}{nsn}", f"{region}:0{nsn}", f"{region}:{nsn}", f"US:011{code}{nsn}")
        for _ in range(6):
            digits = list(nsn)
            digits[rng.randrange(len(digits))] = rng.choice(string.digits)
            yield f"+{code}{''.join(digits)}"
            yield f"{region}:{rng.choice(['', '0', '1', '8'])}{''.join(digits)}{rng.choice(['', '7'])}"


@pytest.mark.parametrize("first", string.ascii_uppercase)
def test_plans_say_what_the_library_says_in_every_region(first: str) -> None:
    rng = random.Random(7)
    regions = [region for region in sorted(phonenumbers.SUPPORTED_REGIONS) if region[0] == first]
    values = [value for region in regions for value in written_numbers(rng, region)]
    assert norms(pa.array(values, pa.string())).to_pylist() == [PHONE.normalise(value) for value in values]


@given(
    st.lists(
        st.tuples(BEGINNINGS, st.one_of(NUMBERS, st.text(CHARACTERS, max_size=26)), st.text(CHARACTERS, max_size=3)),
        max_size=60,
    )
)
def test_plans_and_library_agree_on_any_text(parts: list[tuple[str, str, str]]) -> None:
    values = ["".join(one) for one in parts]
    assert norms(pa.array(values, pa.string())).to_pylist() == [PHONE.normalise(value) for value in values]


@pytest.mark.parametrize(
    ("value", "norm"),
    [
        ("AG:460 1234", "+12684601234"),
        ("BR:0 15 81 7842 4213", "+558178424213"),
        ("BR:90 65 81 7842 4213", "+558178424213"),
        ("AR:011 15 2345 6789", "+5491123456789"),
        ("SM:886377", "+3780549886377"),
        ("IT:06 698 12345", "+390669812345"),
    ],
)
def test_the_national_prefix_is_taken_off_or_turned_round_by_the_rule_of_the_region(value: str, norm: str) -> None:
    assert norms(pa.array([value])).to_pylist() == [norm] == [PHONE.normalise(value)]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_slice_with_empty_rows_keeps_its_order(kind: pa.DataType) -> None:
    values = pa.array(["+34612345678", None, "+32470123456", "", "x", "+447400123456"], kind).slice(1, 4)
    made = norms(values)
    made.validate(full=True)
    assert made.to_pylist() == [None, "+32470123456", None, None]


def test_an_empty_column_stays_empty() -> None:
    assert norms(pa.array([], pa.string())).to_pylist() == []


def test_a_long_column_is_read_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanal.model.kinds_phone.FEW", 1)
    monkeypatch.setattr("phonenumbers.parse", None)
    assert PHONE.norms(pa.array(["+34612345678", "ES:712345678"]), None).to_pylist() == ["+34612345678", "+34712345678"]
