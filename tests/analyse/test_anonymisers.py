"""Look-up of addresses in lists, held against one that looks at every entry."""

import ipaddress
from datetime import date, timedelta

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyse.anonymisers import FIRST_DAY, LAST_DAY, hidden
from fanal.model.inputs import ListEntry
from fanal.model.lists import ANONYMISERS
from fanal.model.places import numbers

DAYS = ["", "2023-01-01", "2024-01-01", "2025-01-01"]
V4 = st.integers(0, 15).map(lambda n: f"198.51.100.{n}")
V6 = st.integers(0, 3).map(lambda n: f"2001:db8:0:{n >> 1}::{n & 1}")
SPANS = st.sampled_from([(a, b) for a in DAYS for b in DAYS if not a or not b or a < b])


@st.composite
def entry(draw: st.DrawFn) -> ListEntry:
    kind = draw(st.sampled_from(["ip", "ip_range", "asn"]))
    if kind == "ip":
        norm = draw(V4 | V6)
    elif kind == "asn":
        norm = draw(st.sampled_from(["64500", "64501"]))
    else:
        address, lengths = draw(st.sampled_from([("198.51.100.0", (28, 29, 30)), ("2001:db8::", (48, 63, 64))]))
        norm = f"{address}/{draw(st.sampled_from(lengths))}"
    since, until = draw(SPANS)
    return ListEntry(
        f"list-{draw(st.integers(0, 2))}", kind, norm, draw(st.sampled_from(ANONYMISERS)), None, "e", since, until
    )


def place(ips: list[str]) -> pa.Table:
    family, number = numbers(pa.array(ips))
    asns = [64500 + int(ip[-1] in "02468") if "." in ip else None for ip in ips]
    return pa.table(
        {"ip": ips, "family": pa.array(family), "number": pa.array(number), "asn": pa.array(asns, pa.int64())}
    )


def looked_up(ip: str, asn: int | None, day: date, entries: list[ListEntry]) -> str | None:
    """The context of the narrowest entry that holds the address on the day."""
    best: list[tuple[int, int]] = []
    for e in entries:
        if (e.since and day < date.fromisoformat(e.since)) or (e.until and day >= date.fromisoformat(e.until)):
            continue
        if e.kind == "asn":
            width = 0 if str(asn) == e.norm else None
        else:
            network = ipaddress.ip_network(e.norm)
            width = (128 if e.kind == "ip" else network.prefixlen) if ipaddress.ip_address(ip) in network else None
        if width is not None:
            best.append((-width, ANONYMISERS.index(e.context)))
    return ANONYMISERS[min(best)[1]] if best else None


@given(st.lists(V4 | V6, min_size=1, max_size=8, unique=True), st.lists(entry(), max_size=8))
def test_every_address_has_on_every_day_what_the_narrowest_entry_of_that_day_says(
    ips: list[str], entries: list[ListEntry]
) -> None:
    located = place(ips)
    rows = hidden(located, entries).to_pylist()
    for ip, asn in zip(ips, located["asn"].to_pylist(), strict=True):
        for day in (date(2022, 6, 1), *(date.fromisoformat(d) + timedelta(days=k) for d in DAYS[1:] for k in (0, 200))):
            found = [r["anonymiser"] for r in rows if r["ip"] == ip and r["since"] <= day < r["until"]]
            assert found == [said for said in [looked_up(ip, asn, day, entries)] if said]


def test_an_entry_for_all_days_is_one_span() -> None:
    (row,) = hidden(place(["198.51.100.1"]), [ListEntry("a", "ip", "198.51.100.1", "tor")]).to_pylist()
    assert (row["since"], row["until"], row["list"]) == (FIRST_DAY, LAST_DAY, "a")


def test_nothing_listed_hides_nobody() -> None:
    assert hidden(place(["198.51.100.1"]), []).num_rows == 0
