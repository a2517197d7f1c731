"""Countries of the sample: weight, language, time zone, mobile prefixes, mail providers; and IPv4 addresses.

Addresses come from the packed lists, so that a resident's logins lie in his country's access networks.
Mobile prefixes are such that any digits after them make a number valid for the country. The UTC offset
is the standard one; summer time is left out.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fanal.base.errors import FanalError
from fanal.sample.draw import Floats, Hashes, Ints

PACKED = Path(__file__).resolve().parent.parent / "data" / "packed"
GLOBAL_MAIL = ("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me", "gmx.net")
# Providers whose exits are sold as VPN services: M247, Datacamp (two), Mullvad's carrier, NordVPN's carrier, Clouvider.
VPN_NETWORKS = (9009, 60068, 212238, 39351, 136787, 62240)
VPN_EXITS = 4096
_ACCESS = (
    r"telec|telek|telef|mobil|cable|kabel|broadband|comcast|charter|verizon|at&t|vodafone|orange|proximus|telenet"
    r"|telia|telenor|swisscom|bouygues|free sas|sfr|kpn|ziggo|virgin|british tel|sky uk|o2|claro|movistar|tim s|wind"
    r"|fastweb|rogers|bell canada|shaw|telstra|optus|tpg|spark|one new|jio|airtel|kddi|softbank|ntt|korea tel|lg "
    r"|sk broad|pldt|globe|mtn|turk|superonline|rcs|digi|play|polska|cosmotel|eircom|elisa|bredband|tdc"
    r"|post lux|epic|melita|siminn|nova|kyivstar|ukrtel|volia"
)
_NOT_ACCESS = (
    r"host|cloud|server|data ?cent|vpn|colo|amazon|google|microsoft|ovh|hetzner|m247|datacamp|leaseweb|akamai|fastly"
    r"|defense|dod |universit|research|government|ministry|bank|global|international|transit|enterprise|business"
)


class NoAddressLists(FanalError):
    """The packed lists are not in this installation."""

    code = "F-SAMPLE-02"
    text = "{path}: the packed address list is missing; install Fanal from a wheel, or run `make packed` in a clone."


@dataclass(frozen=True)
class Country:
    """One country: weight in the sample, what its residents write, how its mobile numbers look."""

    code: str
    weight: int
    language: str
    time_zone: str
    utc_offset: float
    calling_code: str
    trunk: str
    free_digits: int
    mobile_prefixes: tuple[str, ...]
    mail_domains: tuple[str, ...]


@cache
def countries() -> tuple[Country, ...]:
    """The countries of the sample, in a fixed order."""
    with Path(__file__).with_name("places.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Country(
                r["country"], int(r["weight"]), r["language"], r["time_zone"], float(r["utc_offset"]),
                r["calling_code"], r["trunk"], int(r["free_digits"]), tuple(r["mobile_prefixes"].split()),
                tuple(r["mail_domains"].split()),
            )
            for r in csv.DictReader(lines)
        )  # fmt: skip


def codes() -> list[str]:
    """Alpha-2 codes in the order of `countries`."""
    return [c.code for c in countries()]


@cache
def mail_domains() -> tuple[str, ...]:
    """Every provider's domain: the global ones first, then each country's."""
    return GLOBAL_MAIL + tuple(d for c in countries() for d in c.mail_domains)


@cache
def disposable_domains() -> tuple[str, ...]:
    """Every 600th domain of the packed list of disposable mail: some 200."""
    path = PACKED / "disposable_mail.txt"
    if not path.exists():
        raise NoAddressLists(path=path.name)
    return tuple(path.read_text(encoding="utf-8").split())[::600]


@dataclass(frozen=True)
class Space:
    """Ranges of addresses of every country behind one another; an address is a position in a country's stretch."""

    first: Ints
    edges: Ints
    begin: Ints
    size: Ints

    def address(self, country: Ints, draw: Hashes) -> Ints:
        """The address that a 64-bit draw picks in each row's country, as a number."""
        position = self.begin[country] + (draw % self.size[country].astype(np.uint64)).astype(np.int64)
        row = np.searchsorted(self.edges, position, side="right")
        return np.asarray(self.first[row] + position - np.concatenate([[0], self.edges])[row], dtype=np.int64)


def _ranges(name: str, column: str) -> tuple[Ints, Ints, Ints, list[str]]:
    """First, last and value of one packed list in ascending order, ranges that overlap a neighbour left out.

    The value is an index into the last part of what is returned, the distinct values as text.
    """
    path = PACKED / name
    if not path.exists():
        raise NoAddressLists(path=name)
    table = pq.read_table(path, columns=["first", "last", column])
    first = table["first"].to_numpy().astype(np.int64)
    last = table["last"].to_numpy().astype(np.int64)
    coded = pc.fill_null(table[column].cast(pa.string()), "").combine_chunks().dictionary_encode()
    order = np.argsort(first, kind="stable")
    reached = np.maximum.accumulate(last[order])
    free = np.ones(len(first), dtype=np.bool_)
    free[1:] &= first[order][1:] > reached[:-1]
    free[:-1] &= last[order][:-1] < first[order][1:]
    kept = order[free]
    value = coded.indices.to_numpy().astype(np.int64)[kept]
    return first[kept], last[kept], value, coded.dictionary.to_pylist()


def _networks() -> tuple[Ints, Ints, Ints, Floats]:
    """First and last address, country (-1 outside the sample) and liking as an access network of every stretch."""
    c_first, c_last, c_value, c_text = _ranges("ip_country_v4.parquet", "country")
    a_first, a_last, a_value, a_text = _ranges("ip_asn_v4.parquet", "holder")
    starts = np.unique(np.concatenate([c_first, c_last + 1, a_first, a_last + 1]))
    first, last = starts[:-1], starts[1:] - 1
    index = {code: i for i, code in enumerate(codes())}
    of_country = np.array([index.get(code, -1) for code in c_text])
    liking = _liking(a_text)
    c_row, c_hit = _row_of(c_first, c_last, first)
    a_row, a_hit = _row_of(a_first, a_last, first)
    country = np.where(c_hit, of_country[c_value[c_row]], -1)
    return first, last, country, np.where(a_hit, liking[a_value[a_row]], 0.0)


def _liking(holders: list[str]) -> Floats:
    """0 for networks that house servers or offices, 2 for known kinds of access networks, 1 for the others."""
    text = pa.array(holders, pa.string())
    access = pc.match_substring_regex(text, _ACCESS, ignore_case=True).to_numpy(zero_copy_only=False)
    other = pc.match_substring_regex(text, _NOT_ACCESS, ignore_case=True).to_numpy(zero_copy_only=False)
    return np.where(other, 0.0, np.where(access, 2.0, 1.0))


def _row_of(first: Ints, last: Ints, point: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    row = np.maximum(np.searchsorted(first, point, side="right") - 1, 0)
    return row, (first[row] <= point) & (point <= last[row])


@cache
def access_space() -> Space:
    """Addresses of access networks by country; any network but hosting ones where a country has few of them."""
    first, last, country, liking = _networks()
    length = last - first + 1
    enough = 65_536
    parts: list[tuple[Ints, Ints]] = []
    for c in range(len(codes())):
        mine = (country == c) & (length >= 256)  # noqa: PLR2004  a /24, the smallest stretch an access network announces
        best = mine & (liking == 2.0)  # noqa: PLR2004  see _liking
        use = best if length[best].sum() >= enough else mine & (liking > 0)
        parts.append((first[use], length[use]))
    size = np.array([int(lengths.sum()) for _, lengths in parts])
    return Space(
        np.concatenate([f for f, _ in parts]),
        np.cumsum(np.concatenate([lengths for _, lengths in parts])),
        np.concatenate([[0], np.cumsum(size)[:-1]]),
        size,
    )


@cache
def vpn_exits() -> Ints:
    """Some thousand addresses of networks that sell VPN exits, spread over their ranges."""
    first, last, value, asn = _ranges("ip_asn_v4.parquet", "asn")
    use = np.isin(np.array([int(number or 0) for number in asn])[value], VPN_NETWORKS)
    edges = np.cumsum(last[use] - first[use] + 1)
    position = (np.arange(VPN_EXITS, dtype=np.int64) * int(edges[-1])) // VPN_EXITS + 7
    row = np.searchsorted(edges, position, side="right")
    return np.asarray(first[use][row] + position - np.concatenate([[0], edges])[row], dtype=np.int64)
