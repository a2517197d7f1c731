import pyarrow as pa
import pytest

from fanal.analyse.coherence import SCRIPT_SHIFT
from fanal.analyse.names import name_parts


def parts(*names):
    a, b = name_parts(pa.array(names, pa.string()))
    return list(zip(a.tolist(), b.tolist(), strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("петров", "petrov"),
        ("щербаков", "sherbakov"),
        ("παπας", "papas"),
        ("catherina", "katherina"),
        ("philipp", "filip"),
        ("wolff", "volf"),
        ("yulia", "julia"),
    ],
)
def test_one_name_in_two_spellings_is_one_number(one, other):
    (first, second) = parts(one, other)
    assert first == second


def test_first_and_last_word_count_and_a_single_word_is_both():
    ada, berg, both, long = parts("ada", "berg", "ada berg", "ada maria berg")
    assert ada[0] == ada[1]
    assert both == long == (ada[0], berg[0])


def test_different_names_differ():
    assert len({a for a, _ in parts("ada", "ben", "berg", "borg", "анна")}) == 5


def test_a_name_in_a_script_without_table_carries_its_script():
    latin, arabic, cyrillic = (a >> SCRIPT_SHIFT for a, _ in parts("ada", "محمد", "иван"))
    assert latin == cyrillic != arabic


def test_no_name_is_nought():
    assert parts(None, "ada")[0] == (0, 0)
