import ipaddress
import random
from zoneinfo import available_timezones

import numpy as np
import phonenumbers
import pyarrow.parquet as pq
import pytest
from phonenumbers import PhoneNumberFormat

from fanal.sample import places
from fanal.sample.draw import mixed
from fanal.sample.places import Country, countries

IDS = [c.code for c in countries()]


def test_there_are_countries_enough_for_the_requests() -> None:
    assert len(set(IDS)) == len(IDS) >= 39


@pytest.mark.parametrize("country", countries(), ids=IDS)
def test_any_digits_after_a_prefix_make_a_valid_mobile_number(country: Country) -> None:
    rng = random.Random(country.code)
    for prefix in country.mobile_prefixes:
        for _ in range(25):
            number = prefix + "".join(rng.choice("0123456789") for _ in range(country.free_digits))
            parsed = phonenumbers.parse(f"+{country.calling_code}{number}")
            assert phonenumbers.is_valid_number_for_region(parsed, country.code), number


@pytest.mark.parametrize("country", countries(), ids=IDS)
def test_a_national_number_reads_back_as_the_international_one(country: Country) -> None:
    number = country.mobile_prefixes[0] + "123456"[: country.free_digits]
    parsed = phonenumbers.parse(country.trunk + number, country.code)
    assert phonenumbers.format_number(parsed, PhoneNumberFormat.E164) == f"+{country.calling_code}{number}"


def test_time_zones_are_those_of_the_tz_database() -> None:
    assert {c.time_zone for c in countries()} <= available_timezones()


def test_addresses_lie_in_their_country_by_the_packed_list() -> None:
    table = pq.read_table(places.PACKED / "ip_country_v4.parquet")
    first, last = table["first"].to_numpy(), table["last"].to_numpy()
    code = table["country"].to_numpy()
    for i, country in enumerate(countries()):
        drawn = places.access_space().address(np.full(20, i), mixed(np.arange(20), 3))
        for address in drawn.tolist():
            assert code[(first <= address) & (address <= last)].tolist() == [country.code]
            assert ipaddress.IPv4Address(address).is_global


def test_vpn_exits_lie_in_networks_that_sell_them() -> None:
    table = pq.read_table(places.PACKED / "ip_asn_v4.parquet")
    first, last, asn = (table[c].to_numpy() for c in ("first", "last", "asn"))
    exits = places.vpn_exits()
    assert len(set(exits.tolist())) == places.VPN_EXITS
    for address in exits[::100].tolist():
        assert int(asn[(first <= address) & (address <= last)][0]) in places.VPN_NETWORKS


def test_a_missing_list_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(places, "PACKED", tmp_path)
    with pytest.raises(places.NoAddressLists, match=r"ip_country_v4\.parquet"):
        places._ranges("ip_country_v4.parquet", "country")
