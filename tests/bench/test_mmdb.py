"""The database that a peer reads, read back by walking its tree as the format says."""

import ipaddress

import numpy as np
import pyarrow.parquet as pq
import pytest

from fanal.bench import mmdb
from fanal.model.places import PACKED, _ranges

SIX = 6


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, int]:
    path = tmp_path_factory.mktemp("mmdb") / "countries.mmdb"
    count = mmdb.write_countries(path)
    return path.read_bytes(), count


def country(database: tuple[bytes, int], ip: str) -> str | None:
    data, count = database
    node, bits = 0, int(ipaddress.ip_address(ip))
    for place in range(127, -1, -1):
        at = 8 * node + 4 * (bits >> place & 1)
        node = int.from_bytes(data[at : at + 4], "big")
        if node >= count:
            break
    # country, a map of one; iso_code, a map of one: the code is the last two bytes of the entry.
    entry = data[8 * count + node - count :]
    return None if node == count else entry[entry.index(b"iso_code") + 9 :][:2].decode()


@pytest.mark.parametrize("family", [4, SIX])
def test_it_says_what_the_packed_ranges_say(database: tuple[bytes, int], family: int) -> None:
    random = np.random.default_rng(1)
    # Around where ranges begin: most of version 6 has been given to nobody.
    begins = pq.read_table(PACKED / f"ip_country_v{family}.parquet")["first"].to_numpy()
    points = random.choice(begins, 400) - random.integers(0, 2, 400, dtype=np.uint64)
    expected = _ranges("ip_country", family).find(points)["country"].to_pylist()
    shift, kind = (64, ipaddress.IPv6Address) if family == SIX else (0, ipaddress.IPv4Address)
    assert len(set(expected)) > 5
    assert [country(database, str(kind(int(point) << shift))) for point in points] == expected
