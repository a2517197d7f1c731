import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyse.clusters import GROUP, Links, cluster
from fanal.analyse.coherence import WEIGHT, Features
from fanal.analyse.habits import Habits, Several, hours_of, nothing_known

NOBODY = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def features(n, **known):
    names = (
        "born_low",
        "born_high",
        "country",
        "language",
        "username",
        "home",
        "verified",
        "document",
        "name_a",
        "name_b",
        "own_name",
        "first_day",
        "last_day",
        "shows",
    )
    told = {name: np.array(known.get(name, [0] * n), dtype=np.int64) for name in names}
    several = Several.of(*np.zeros((2, 0), dtype=np.int64), n)
    return Features(**told, habits=known.get("habits", nothing_known(n)), handles=known.get("handles", several))


def run(n, links, score=3.0, apart=NOBODY, decided=(), outvotable=(), **known):
    a, b = (np.array([link[side] for link in links], dtype=np.int64) for side in (0, 1))
    scores = np.array([link[2] if len(link) > 2 else score for link in links], dtype=np.float64)
    flags = np.array([(x, y) in decided for x, y in zip(a, b, strict=True)], dtype=np.bool_)
    votes = np.array([(x, y) in outvotable for x, y in zip(a, b, strict=True)], dtype=np.bool_)
    found = Links(a, b, scores, flags, votes, np.zeros(len(a), dtype=np.int64))
    return cluster(n, found, features(n, **known), apart, WEIGHT)


def components(n, edges):
    left = {v: {v} for v in range(n)}
    for x, y in edges:
        if left[x] is not left[y]:
            merged = left[x] | left[y]
            for v in merged:
                left[v] = merged
    return left


@given(
    st.integers(1, 14).flatmap(
        lambda n: st.tuples(
            st.just(n), st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda e: e[0] < e[1]))
        )
    )
)
def test_the_bridges_are_those_whose_loss_parts_two_groups(drawn):
    n, edges = drawn
    links = sorted(edges)
    found = run(n, links)
    for place, edge in enumerate(links):
        without = components(n, edges - {edge})
        sides = len(without[edge[0]]), len(without[edge[1]])
        parts = without[edge[0]] is not without[edge[1]]
        assert found.bridge[place] == (parts and min(sides) >= GROUP)
        if found.bridge[place]:
            assert (found.size_a[place], found.size_b[place]) == sides


@given(st.lists(st.integers(1960, 1966), min_size=2, max_size=8), st.data())
def test_no_cluster_holds_birth_years_more_than_one_apart(born, data):
    n = len(born)
    links = sorted(
        data.draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda e: e[0] < e[1])))
    )
    found = run(n, links, born_low=born, born_high=born)
    for founder in set(found.founder):
        years = [year for year, f in zip(born, found.founder, strict=True) if f == founder]
        assert max(years) - min(years) <= 1


def test_the_strongest_of_two_links_that_exclude_each_other_wins():
    found = run(3, [(0, 1, 3.0), (1, 2, 5.0)], born_low=[1960, 0, 1990], born_high=[1960, 0, 1990])
    assert list(found.founder) == [0, 1, 1]
    assert list(found.refused) == [True, False]


def test_a_pair_kept_apart_stays_apart_through_a_third():
    apart = (np.array([0]), np.array([2]))
    found = run(3, [(0, 1, 5.0), (1, 2, 3.0)], apart=apart)
    assert list(found.founder) == [0, 0, 2]


def test_a_decided_link_is_no_bridge():
    links = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]
    assert run(6, links).bridge.sum() == 1
    assert run(6, links, decided={(2, 3)}).bridge.sum() == 0


def test_a_strong_bridge_holds_unless_its_sides_are_strangers():
    links = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3, 6.0)]
    assert run(6, links).bridge.sum() == 0
    strangers = run(6, links, country=[1, 1, 1, 2, 2, 2], name_a=[1, 1, 1, 2, 2, 2], name_b=[3, 3, 3, 4, 4, 4])
    assert list(strangers.founder) == [0, 0, 0, 3, 3, 3]


def test_the_founder_is_the_smallest_account_of_the_cluster():
    assert list(run(4, [(3, 1), (1, 2)]).founder) == [0, 1, 1, 1]


@given(st.integers(3, 10), st.data())
def test_what_officers_decided_holds_through_any_links(n, data):
    pair = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda e: e[0] < e[1])
    same = data.draw(st.sets(pair, max_size=4))
    joined = components(n, same)
    apart = sorted(e for e in data.draw(st.sets(pair, max_size=4)) if joined[e[0]] is not joined[e[1]])
    links = sorted(same | data.draw(st.sets(pair)))
    found = run(
        n,
        links,
        apart=tuple(np.array([e[side] for e in apart], dtype=np.int64) for side in (0, 1)),
        decided=same,
        born_low=[1950 + 3 * k for k in range(n)],
        born_high=[1950 + 3 * k for k in range(n)],
    )
    assert all(found.founder[a] == found.founder[b] for a, b in same)
    assert all(found.founder[a] != found.founder[b] for a, b in apart)


def test_a_single_year_is_outvoted_by_two_that_agree_and_not_by_one():
    links, born = [(0, 1), (1, 2), (0, 2)], [1980, 1980, 1990]
    found = run(3, links, score=5.0, outvotable={(1, 2), (0, 2)}, born_low=born, born_high=born)
    assert list(found.founder) == [0, 0, 0]
    found = run(2, [(0, 1)], score=5.0, outvotable={(0, 1)}, born_low=[1980, 1990], born_high=[1980, 1990])
    assert list(found.founder) == [0, 1]


def test_a_weak_link_joins_where_the_rest_of_both_sides_agrees():
    links = [(0, 1, 5.0), (2, 3, 5.0), (1, 2, 1.0)]
    assert list(run(4, links).founder) == [0, 0, 2, 2]
    year = [1980, 0, 0, 1980]
    assert list(run(4, links, born_low=year, born_high=year).founder) == [0, 0, 0, 0]


def test_a_link_falls_where_the_rest_of_both_sides_bears_other_names():
    links = [(0, 1, 5.0), (2, 3, 5.0), (1, 2, 3.0)]
    names = {"name_a": [1, 0, 0, 3], "name_b": [2, 0, 0, 4], "own_name": [1, 1, 1, 1]}
    assert list(run(4, links, **names).founder) == [0, 0, 2, 2]


def test_a_weak_link_joins_where_any_accounts_of_both_sides_have_a_handle_in_common():
    links = [(0, 1, 5.0), (2, 3, 5.0), (1, 2, 1.0)]
    handles = Several.of(np.array([0, 3]), np.array([7, 7]), 4)
    assert list(run(4, links).founder) == [0, 0, 2, 2]
    assert list(run(4, links, handles=handles).founder) == [0, 0, 0, 0]


def test_the_hours_of_all_of_both_sides_count_for_those_of_a_links_ends():
    links = [(0, 1, 5.0), (2, 3, 5.0), (1, 2, 3.0)]
    account, mask = np.array([0, 3]), np.array([1 << 20, 1 << 9])
    often = np.full(2, 20)
    watched, usual = hours_of(account, mask, often, 4)
    known = Habits(np.hstack((watched, np.zeros((4, 2)))), usual, nothing_known(4).away)
    assert list(run(4, links).founder) == [0, 0, 0, 0]
    assert list(run(4, links, habits=known).founder) == [0, 0, 2, 2]
