import numpy as np

from fanal.sample.accounts import PLATFORM, opened
from fanal.sample.people import invented
from fanal.sample.places import access_space, countries, vpn_exits
from fanal.sample.plan import END, START, planned
from fanal.sample.traffic import addresses, country_at, weeks

PEOPLE = invented(planned(0.001), 3)
ACCOUNTS = opened(PEOPLE, 3)


def _country(address: int) -> int:
    """The country in whose stretch of access networks an address lies, or -1."""
    space = access_space()
    length = np.diff(space.edges, prepend=0)
    row = np.flatnonzero((space.first <= address) & (address < space.first + length))
    return -1 if not len(row) else int(np.searchsorted(space.begin, space.edges[row[0]] - 1, side="right")) - 1


def test_weeks_hold_the_logins_asked_for_in_order_of_time() -> None:
    parts = list(weeks(PEOPLE, ACCOUNTS, ACCOUNTS.rows(PLATFORM), 5000, START, 3, "test"))
    at = np.concatenate([p.at for p in parts])
    assert len(at) == 5000
    assert all((np.diff(p.at) >= 0).all() for p in parts)
    assert START <= at.min() <= at.max() < END


def test_nobody_logs_in_before_he_registered() -> None:
    for part in weeks(PEOPLE, ACCOUNTS, ACCOUNTS.rows(PLATFORM), 5000, START, 3, "test"):
        assert (part.at > ACCOUNTS.created[part.account]).all()


def test_a_resident_who_hides_nothing_shows_his_countrys_addresses() -> None:
    person = np.flatnonzero(~PEOPLE.vpn)[:60]
    at = np.full(len(person), (START + END) // 2)
    shown = addresses(PEOPLE, person, at, person, 3)
    assert [_country(int(a)) for a in shown] == country_at(PEOPLE, person, at).tolist()


def test_who_hides_shows_vpn_exits_for_most_logins() -> None:
    person = np.repeat(np.flatnonzero(PEOPLE.vpn)[:5], 200)
    shown = addresses(PEOPLE, person, np.full(len(person), START), np.arange(len(person)) * 977, 3)
    assert 0.75 < np.isin(shown, vpn_exits()).mean() < 0.95


def test_a_household_shares_its_line() -> None:
    other = np.flatnonzero((PEOPLE.head != np.arange(len(PEOPLE))) & PEOPLE.shares_home & ~PEOPLE.vpn)
    other = other[(PEOPLE.away[other] < 0) & (PEOPLE.away[PEOPLE.head[other]] < 0) & ~PEOPLE.vpn[PEOPLE.head[other]]][0]
    draws = np.arange(50)
    at = np.full(50, START)
    one = addresses(PEOPLE, np.full(50, other), at, draws, 3)
    head = addresses(PEOPLE, np.full(50, PEOPLE.head[other]), at, draws, 3)
    assert set(one.tolist()) & set(head.tolist())


def test_a_person_shows_few_lines_of_his_own() -> None:
    person = np.flatnonzero(~PEOPLE.vpn & (PEOPLE.away < 0))[:50]
    for p in person:
        at = np.linspace(START, END - 1, 300).astype(np.int64)
        shown = addresses(PEOPLE, np.full(300, p), at, np.arange(300), 3)
        assert len(set(shown.tolist())) <= 6 + 5


def test_a_mover_is_in_his_second_country_afterwards() -> None:
    mover = np.flatnonzero(PEOPLE.away >= 0)
    assert np.array_equal(country_at(PEOPLE, mover, PEOPLE.left_at[mover]), PEOPLE.away[mover])
    assert np.array_equal(country_at(PEOPLE, mover, PEOPLE.left_at[mover] - 1), PEOPLE.country[mover])
    assert len(countries()) > PEOPLE.away.max()
