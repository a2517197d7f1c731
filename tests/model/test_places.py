"""Addresses as numbers, and what the packed lists know of them."""

import ipaddress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.places import NoLists, Ranges, located, numbers, provenance


def reference(text: str) -> tuple[int, int]:
    """Family and number of one address by the standard library; (0, 0) for none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return 0, 0
    if isinstance(address, ipaddress.IPv4Address):
        return 4, int(address)
    if address.scope_id or "." in text:
        mapped = address.ipv4_mapped if text.lower().startswith("::ffff:") and not address.scope_id else None
        return (4, int(mapped)) if mapped else (0, 0)
    return 6, int(address) >> 64


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """Addresses of both families in their spellings, some with one letter changed."""
    four = draw(st.ip_addresses(v=4))
    six = ipaddress.IPv6Address(
        int(draw(st.ip_addresses(v=6))) & draw(st.sampled_from([~0, 0xFFFF << 112, 0xFFFF << 40]))
    )
    text = draw(st.sampled_from([str(four), f"::ffff:{four}", str(six), six.exploded, str(six).upper()]))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text)))
        text = (
            text[:at]
            + draw(st.sampled_from(["", "0", ":", "::", ".", "f", "%1", "\u00e9"]))
            + text[at + draw(st.integers(0, 1)) :]
        )
    return text


@given(st.lists(st.one_of(spellings(), st.text(max_size=50)), min_size=1, max_size=40))
def test_numbers_are_those_of_the_standard_library(texts: list[str]) -> None:
    family, number = numbers(pa.array(texts))
    assert list(zip(family.tolist(), number.tolist(), strict=True)) == [reference(text) for text in texts]


def test_no_addresses_are_no_rows() -> None:
    assert located(pa.array([], pa.string())).num_rows == 0


def test_rows_come_back_in_their_order_with_both_families_mixed() -> None:
    ips = ["2a02:a03f::1", "81.240.0.1", "no address", "10.0.0.1", "51.15.0.1"]
    found = located(pa.array(ips))
    assert found["ip"].to_pylist() == ips
    assert found["family"].to_pylist() == [6, 4, 0, 4, 4]
    assert found["country"].to_pylist()[:4] == ["BE", "BE", None, None]
    assert found["asn"].to_pylist()[4] == 12876


@given(
    ranges=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), min_size=1, max_size=12),
    points=st.lists(st.integers(0, 90), min_size=1, max_size=20),
)
def test_of_ranges_that_overlap_the_one_that_begins_last_speaks(
    tmp_path_factory: pytest.TempPathFactory, ranges: list[tuple[int, int]], points: list[int]
) -> None:
    ordered = sorted({first: first + length for first, length in ranges}.items())
    file = tmp_path_factory.mktemp("ranges") / "ip.parquet"
    first, last = (pa.array([row[i] for row in ordered], pa.uint64()) for i in (0, 1))
    pq.write_table(pa.table({"first": first, "last": last, "country": [str(row[0]) for row in ordered]}), file)
    found = Ranges(file).find(np.array(points, np.uint64))["country"].to_pylist()
    holds = [[str(a) for a, b in ordered if a <= point <= b] for point in points]
    assert found == [names[-1] if names else None for names in holds]


def test_a_missing_list_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(NoLists) as caught:
        Ranges(tmp_path / "ip_country_v4.parquet")
    assert "ip_country_v4.parquet" in caught.value.line()


@pytest.mark.parametrize("part", ["ip_country", "ip_asn", "disposable_mail"])
def test_a_claim_can_name_the_edition_it_rests_on(part: str) -> None:
    edition = provenance(part)
    assert edition.name
    assert edition.version
    assert len(edition.digest) == 64
