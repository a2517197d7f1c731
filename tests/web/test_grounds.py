"""What stands open of the grounds of a finding."""

from hypothesis import given
from hypothesis import strategies as st

from fanal.web.grounds import OPEN, parted

ROLES = st.sampled_from(["for", "against", "context"])
SUPPORT = st.lists(st.fixed_dictionaries({"role": ROLES, "obs": st.integers(0, 9)}), max_size=30)


@given(SUPPORT)
def test_no_reason_against_is_ever_folded_away(support):
    assert [ground for ground in parted(support)["support"] if ground["role"] != "for"] == [
        ground for ground in support if ground["role"] != "for"
    ]


@given(SUPPORT)
def test_no_ground_is_lost_and_few_stand_open(support):
    found = parted(support)
    assert sorted(map(str, found["support"] + found["more"])) == sorted(map(str, support))
    assert sum(ground["role"] == "for" for ground in found["support"]) <= OPEN
