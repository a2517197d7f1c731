"""The identifier kinds: SQL and Python say the same, and say what the examples promise."""

import string
import unicodedata
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.engine.duck import Duck
from fanal.model.kind import Kind
from fanal.model.kinds import BY_NAME, KINDS, normalised
from fanal.model.kinds_checksums import ALPHABET

BY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
EXAMPLES = pytest.mark.parametrize(
    ("kind", "value", "norm"), [(kind, value, norm) for kind in KINDS for value, norm in kind.examples]
)
# Letters that were added to Unicode after this Python's tables have no agreed treatment yet.
LETTERS = st.characters(exclude_categories=("Cs", "Cn", "Co"))


@pytest.fixture(scope="module")
def engine() -> Iterator[Duck]:
    with Duck(threads=1) as duck:
        duck.lock()
        yield duck


def disturbed(kind: Kind) -> st.SearchStrategy[str]:
    """Examples of a kind with letters changed, put in and taken out; and any text."""

    @st.composite
    def one(draw: st.DrawFn) -> str:
        text = list(draw(st.sampled_from([value for value, _ in kind.examples])))
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(text)))
            letter = draw(
                st.sampled_from(
                    [*string.printable, "\u0130", "\u212a", "\u00df", "\u00e9", "\u0430", "\u3002", "\ufeff"]
                )
            )
            text[at : at + draw(st.integers(0, 2))] = [letter] * draw(st.integers(0, 2))
        return "".join(text)

    return st.one_of(one(), st.text(LETTERS, max_size=40))


@EXAMPLES
def test_the_reference_gives_what_the_examples_promise(kind: Kind, value: str, norm: str | None) -> None:
    assert kind.normalise(value) == norm


@BY_KIND
def test_the_engine_gives_what_the_examples_promise(kind: Kind, engine: Duck) -> None:
    values = pa.array([value for value, _ in kind.examples])
    assert kind.norms(values, engine).to_pylist() == [norm for _, norm in kind.examples]


@BY_KIND
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_engine_and_reference_agree_on_any_text(kind: Kind, engine: Duck, data: st.DataObject) -> None:
    values = data.draw(st.lists(disturbed(kind), min_size=1, max_size=60))
    assert kind.norms(pa.array(values), engine).to_pylist() == [kind.normalise(value) for value in values]


@BY_KIND
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_normal_form_is_its_own_normal_form(kind: Kind, data: st.DataObject) -> None:
    norm = kind.normalise(data.draw(disturbed(kind)))
    assert norm is None or kind.normalise(norm) == norm


@BY_KIND
def test_a_kind_tells_its_user_why(kind: Kind) -> None:
    assert kind.reason.endswith(".")
    assert {norm is None for _, norm in kind.examples} == {True, False}


def test_the_column_is_filled_in_place_and_in_order(engine: Duck) -> None:
    table = pa.table(
        {
            "account": ["a", "b", "c", "d", "e"],
            "kind": ["phone", "email", "shoe_size", "email", None],
            "value": ["+34 612 34 56 78", "X@Example.org", "44", None, "x@example.org"],
            "norm": pa.nulls(5, pa.string()),
            "relation": ["user"] * 5,
        }
    )
    made = normalised(table, engine)
    assert made.schema == table.schema
    assert made["norm"].to_pylist() == ["+34612345678", "x@example.org", None, None, None]
    assert made.drop_columns(["norm"]).equals(table.drop_columns(["norm"]))


def test_an_empty_table_stays_empty(engine: Duck) -> None:
    table = pa.table({"kind": pa.array([], pa.string()), "value": pa.array([], pa.string())})
    assert normalised(table, engine).num_rows == 0


@given(data=st.data())
def test_one_wrong_letter_breaks_an_address(data: st.DataObject) -> None:
    crypto = BY_NAME["crypto_address"]
    good = data.draw(st.sampled_from([norm for _, norm in crypto.examples if norm and not norm.startswith("0x")]))
    at = data.draw(st.integers(4, len(good) - 1))
    letter = data.draw(st.sampled_from([c for c in ALPHABET.lower() if c not in "bio1" and c != good[at].lower()]))
    assert crypto.normalise(good[:at] + letter + good[at + 1 :]) is None


@pytest.mark.parametrize(
    ("address", "holds"),
    [
        ("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", True),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", True),
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", True),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", False),
        ("BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", False),
        ("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", False),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du", False),
        ("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", True),
        ("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", True),
        ("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb", True),
        ("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9adb", False),
    ],
)
def test_published_vectors_of_the_formats_hold(engine: Duck, address: str, holds: bool) -> None:
    crypto = BY_NAME["crypto_address"]
    assert (crypto.normalise(address) is not None) == holds
    assert (crypto.norms(pa.array([address]), engine)[0].as_py() is not None) == holds


def test_case_folding_leaves_no_accent_behind() -> None:
    norm = BY_NAME["username"].normalise("\u0130stanbul \u00c9t\u00e9")
    assert norm is not None
    assert not any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", norm))
