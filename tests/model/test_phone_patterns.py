"""Patterns of numbering plans are read whole or refused."""

import pytest

from fanal.model.phone_patterns import AtEnd, Digit, Either, Held, Row, Times, parsed


def test_a_pattern_is_read_into_its_parts() -> None:
    tree, groups = parsed(r"0?(?:(1[24-6])\d{2,3})$|9{4}")
    assert groups == 1
    assert isinstance(tree, Either)
    first, last = tree.parts
    assert isinstance(last, Times)
    assert (last.least, last.most) == (4, 4)
    assert isinstance(first, Row)
    zero, inner, end = first.parts
    assert isinstance(zero, Times)
    assert (zero.least, zero.most) == (0, 1)
    assert isinstance(end, AtEnd)
    assert isinstance(inner, Row)
    held, some = inner.parts
    assert isinstance(held, Held)
    assert isinstance(held.part, Row)
    assert held.part.parts[1].among == {2, 4, 5, 6}
    assert isinstance(some, Times)
    assert isinstance(some.part, Digit)
    assert len(some.part.among) == 10


@pytest.mark.parametrize("pattern", ["1*", "[^2]", "(?=1)", "1)2", "a", "(1", "{2}"])
def test_what_no_plan_uses_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"numbering plan|closed"):
        parsed(pattern)
