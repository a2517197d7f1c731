"""Which listed address, range or network an address lies in, and when: the anonymiser of each address over time.

The narrowest entry speaks: an address before its range, a range before the network; of equal ones
the one that hides most (Tor, VPN, hosting). Lists without dates, or with one edition, hold for all days.
"""

import ipaddress
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fanal.model.inputs import ListEntry
from fanal.model.lists import ADDRESS_KINDS, ANONYMISERS

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)
_BITS = {4: 32, 6: 64}
HIDDEN = pa.schema(
    [
        ("ip", pa.string()), ("since", pa.date32()), ("until", pa.date32()), ("anonymiser", pa.string()),
        ("list", pa.string()), ("edition", pa.string()),
    ]
)  # fmt: skip

# A day as a number from 0 that fits below the address's.
_DAY_BITS, _DAYS_BEFORE = 23, 1 << 21

Places = npt.NDArray[np.int64]


def hidden(located: pa.Table, entries: Sequence[ListEntry]) -> pa.Table:
    """The days on which lists say that an address hides its user.

    Args:
        located: columns of `model.places.located`.
        entries: list entries; those of other kinds than addresses are left out.

    Returns:
        Columns of HIDDEN. The spans of one address do not overlap; `until` is the first day after the span. An
        address whose answer never changes has one span, from FIRST_DAY to LAST_DAY.
    """
    listed = [entry for entry in entries if entry.kind in ADDRESS_KINDS]
    rows, found = _hits(located, listed)
    rank = np.array([_rank(entry) for entry in listed], dtype=np.int64)
    dated = np.array([bool(entry.since or entry.until) for entry in listed], dtype=np.bool_)
    order = np.lexsort((rank[found], rows))
    rows, found = rows[order], found[order]
    changes = np.zeros(located.num_rows, dtype=np.bool_)
    changes[rows[dated[found]]] = True
    ips, moving = located["ip"], changes[rows]
    steady = np.flatnonzero(~moving)
    first = steady[np.unique(rows[steady], return_index=True)[1]]
    said = [listed[i] for i in found[first]]
    always = [
        ips.take(pa.array(rows[first])).combine_chunks(),
        *(pa.array([day] * len(first), pa.date32()) for day in (FIRST_DAY, LAST_DAY)),
        *(pa.array([getattr(one, name) for one in said], pa.string()) for name in ("context", "name", "edition")),
    ]
    spans = _spans(ips, rows[moving], [listed[i] for i in found[moving]])
    return pa.concat_tables([pa.table(always, schema=HIDDEN), spans])


def hidden_by(days: pa.Table, listed: pa.Table) -> pa.Table:
    """Days of login with the anonymiser that each was behind, NULL for none; the rows keep their order.

    Args:
        days: with the columns ip_id and day.
        listed: columns ip_id, since, until, anonymiser, as `address_listed` has them.
    """
    rows = listed.sort_by([("ip_id", "ascending"), ("since", "ascending")])
    ip = rows["ip_id"].to_numpy().astype(np.int64)
    since, until = (rows[name].cast(pa.int32()).to_numpy().astype(np.int64) for name in ("since", "until"))
    starts = (ip << _DAY_BITS) + since + _DAYS_BEFORE
    is_listed = np.zeros(int(ip.max(initial=0)) + 1, dtype=np.bool_)
    is_listed[ip] = True
    names = rows["anonymiser"].combine_chunks()
    chunks = []
    for batch in days.select(["ip_id", "day"]).to_batches():
        address = batch.column("ip_id").to_numpy().astype(np.int64)
        behind = np.flatnonzero((address < len(is_listed)) & is_listed[np.minimum(address, len(is_listed) - 1)])
        day = batch.column("day").cast(pa.int32()).to_numpy()[behind].astype(np.int64)
        at = np.searchsorted(starts, (address[behind] << _DAY_BITS) + day + _DAYS_BEFORE, side="right") - 1
        known = (at >= 0) & (ip[at] == address[behind]) & (day < until[at])
        which = np.full(len(address), -1, dtype=np.int64)
        which[behind[known]] = at[known]
        chunks.append(names.take(pa.array(which, mask=which < 0)))
    return days.append_column("anonymiser", pa.chunked_array(chunks, pa.string()))


def _rank(entry: ListEntry) -> int:
    """The place of an entry among those that hold one address: 0 speaks first."""
    width = {"asn": 0, "ip": 128}.get(entry.kind)
    if width is None:
        width = int(entry.norm.rpartition("/")[2])
    return (128 - width) * len(ANONYMISERS) + ANONYMISERS.index(entry.context)


def _hits(located: pa.Table, listed: Sequence[ListEntry]) -> tuple[Places, Places]:
    """Pairs of an address's row and a list entry that holds it."""
    found: list[tuple[Places, Places]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    numbers: dict[tuple[int, int], list[tuple[int, int]]] = {}
    asns: list[tuple[int, int]] = []
    for which, entry in enumerate(listed):
        if entry.kind == "asn":
            asns.append((int(entry.norm), which))
            continue
        network = ipaddress.ip_network(entry.norm)
        bits = _BITS[network.version]
        shift = bits - min(network.prefixlen, bits)
        whole = int(network.network_address) >> (64 if network.version == 6 else 0)  # noqa: PLR2004  the family
        numbers.setdefault((network.version, shift), []).append((whole >> shift, which))
    family = located["family"].to_numpy()
    number = located["number"].to_numpy()
    for (version, shift), wanted in sorted(numbers.items()):
        rows = np.flatnonzero(family == version)
        found.append(_matched(rows, number[rows] >> np.uint64(shift), wanted))
    asn = located["asn"].combine_chunks()
    rows = np.flatnonzero(asn.is_valid().to_numpy(zero_copy_only=False))
    found.append(_matched(rows, asn.drop_null().to_numpy().astype(np.uint64), asns))
    return _whole(
        located, listed, np.concatenate([rows for rows, _ in found]), np.concatenate([places for _, places in found])
    )


def _matched(rows: Places, keys: npt.NDArray[np.uint64], wanted: Sequence[tuple[int, int]]) -> tuple[Places, Places]:
    """Rows whose key is wanted, each with every entry that wants it."""
    order = sorted(wanted)
    sought = np.array([key for key, _ in order], dtype=np.uint64)
    places = np.array([place for _, place in order], dtype=np.int64)
    low, high = np.searchsorted(sought, keys, "left"), np.searchsorted(sought, keys, "right")
    n = high - low
    within = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    return np.repeat(rows, n), places[np.repeat(low, n) + within]


def _whole(located: pa.Table, listed: Sequence[ListEntry], rows: Places, places: Places) -> tuple[Places, Places]:
    """Without addresses of version 6 that share only their upper half with a single listed address."""
    single = np.array([(entry.kind == "ip" and ":" in entry.norm) or entry.norm.endswith("/128") for entry in listed])
    doubtful = np.flatnonzero(single[places]) if len(listed) else np.zeros(0, np.int64)
    keep = np.ones(len(rows), dtype=np.bool_)
    for at in doubtful:
        ip = ipaddress.ip_address(located["ip"][int(rows[at])].as_py())
        keep[at] = ip == ipaddress.ip_address(listed[places[at]].norm.removesuffix("/128"))
    return rows[keep], places[keep]


def _spans(ips: pa.ChunkedArray, rows: Places, entries: Sequence[ListEntry]) -> pa.Table:
    """The days of addresses whose answer changes. `rows` and `entries` go together, the first to speak first."""
    made: list[dict[str, object]] = []
    starts: list[int] = np.flatnonzero(np.diff(rows, prepend=-1)).tolist()
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=False):
        held = [(_day(e.since, FIRST_DAY), _day(e.until, LAST_DAY), e) for e in entries[start:end]]
        turns = sorted({day for since, until, _ in held for day in (since, until)})
        ip, last = ips[int(rows[start])].as_py(), None
        for since, until in pairwise(turns):
            said = next((e for first, end, e in held if first <= since < end), None)
            if said is not None and said is last:
                made[-1]["until"] = until
            elif said is not None:
                told = (ip, since, until, said.context, said.name, said.edition)
                made.append(dict(zip(HIDDEN.names, told, strict=True)))
            last = said
    return pa.Table.from_pylist(made, schema=HIDDEN)


def _day(text: str, open_: date) -> date:
    return date.fromisoformat(text) if text else open_
