import numpy as np

from fanal.analyse.coherence import BIT, KIND_NAMES, WEIGHT
from fanal.analyse.fit import (
    DECIDED_ALL,
    DECIDED_EACH,
    FALL,
    RISE,
    Decided,
    Seen,
    Values,
    _most,
    constant_table,
    fit,
    shipped,
)

NOTHING = Decided(np.zeros(0, dtype=np.int64), np.zeros(0))
SAME, DIFFER = BIT["same_birth_year"], BIT["birth_years_differ"]


def mailboxes(masks, host=0):
    """Mailboxes with two accounts each, and what the two compare to."""
    n = len(masks)
    email = np.full(n, KIND_NAMES.index("email"))
    values = Values(email, np.full(n, 2), np.full(n, host))
    return Seen(np.array(masks, dtype=np.int64), np.arange(n), np.ones(n), values.size), values


def decided(alike, apart):
    masks = [SAME] * alike + [DIFFER] * apart
    return Decided(np.array(masks, dtype=np.int64), np.array([1.0] * alike + [0.0] * apart))


def test_a_case_that_shows_nothing_is_judged_with_what_ships():
    used = fit(*mailboxes([]), NOTHING)
    assert used.weight == shipped().weight
    assert np.allclose(used.prior, shipped().prior)


def test_a_small_case_moves_little():
    used = fit(*mailboxes([DIFFER] * 3), NOTHING)
    assert abs(used.weight["birth_years_differ"] - WEIGHT["birth_years_differ"]) < 0.1


def test_where_mailboxes_contradict_they_are_worth_less_and_no_less_than_allowed():
    quiet, loud = (fit(*mailboxes([mask] * 500), NOTHING).prior[0, 0] for mask in (SAME, DIFFER))
    ships = shipped().prior[0, 0]
    assert loud < ships - 1
    assert ships - FALL <= loud
    assert quiet <= ships + RISE


def test_a_host_where_anyone_opens_any_box_costs_its_own_mailboxes():
    good, bad = mailboxes([SAME] * 300, 1), mailboxes([DIFFER] * 100, 2)
    seen = Seen(
        np.concatenate((good[0].mask, bad[0].mask)), np.arange(400), np.concatenate((good[0].weight, bad[0].weight)),
        np.full(400, 2),
    )  # fmt: skip
    values = Values(
        np.concatenate((good[1].kind, bad[1].kind)),
        np.concatenate((good[1].size, bad[1].size)),
        np.concatenate((good[1].host, bad[1].host)),
    )
    start = fit(seen, values, NOTHING).start(values)
    assert start[0] > start[-1] + 1


def test_no_weight_moves_further_than_allowed_or_changes_its_side():
    used = fit(*mailboxes([SAME | BIT["countries_differ"] | BIT["homes_differ"]] * 2000), NOTHING)
    for name, weight in used.weight.items():
        assert weight * WEIGHT[name] >= 0
        if weight != WEIGHT[name]:
            assert abs(weight - WEIGHT[name]) <= _most(name) + 1e-3


def test_decided_pairs_count_from_so_many_of_each_verdict():
    assert not decided(DECIDED_ALL, DECIDED_EACH - 1).enough
    assert not decided(DECIDED_EACH, DECIDED_EACH).enough
    assert decided(DECIDED_ALL, DECIDED_EACH).enough


def test_few_decided_pairs_change_nothing_and_many_are_learned_from():
    few, many = (fit(*mailboxes([]), decided(n, n)) for n in (DECIDED_EACH, 400))
    assert few.weight == shipped().weight
    assert few.decided["same_birth_year"] == 0
    assert many.weight["same_birth_year"] > WEIGHT["same_birth_year"]
    assert many.decided["same_birth_year"] == 800


def test_officers_who_find_liars_make_different_years_weigh_less():
    masks = np.array([DIFFER] * 300 + [SAME] * 100, dtype=np.int64)
    lied = Decided(masks, np.array([1.0] * 200 + [0.0] * 100 + [1.0] * 100))
    assert fit(*mailboxes([]), lied).weight["birth_years_differ"] > WEIGHT["birth_years_differ"]


def test_every_constant_stands_beside_the_one_that_ships():
    table = constant_table(fit(*mailboxes([SAME] * 50), NOTHING)).to_pylist()
    rules = {row["rule"]: row for row in table}
    assert rules["same_birth_year"]["pairs"] == 50
    assert rules["shares_email 2+"]["shipped"] == shipped().prior[0, 0]
    assert len(rules) == len(table)
