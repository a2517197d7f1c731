"""What the lake says of where identities are, taken from the engine as integer arrays."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.analyse import nations, origin, votes
from fanal.analyse.hidden import OFTEN, Hidden, unlisted
from fanal.analyse.sightings import Flags, Ints, Logins, Small, by_identity, first_at, homes, last_days, quiet_hours
from fanal.analyse.votes import Part, column
from fanal.engine.door import Engine
from fanal.model.phone_countries import phone_countries

_COUNTRIES = len(nations.CODES)
Sql = Mapping[str, str]


@dataclass(frozen=True)
class People:
    """Identities in the order of their first accounts, and the identity of each account_id (-1 for none)."""

    identity: pa.Array
    of_account: Small


@dataclass(frozen=True)
class Seen:
    """What logins say.

    Attributes:
        parts: votes. hidden: unlisted anonymisers, as rows of `attribute_hidden`.
        unlisted_iid: who was seen there; `unlisted_obs`: an example of each.
        last_day: the day on which each identity was last seen (days since 1970), 0 for never.
    """

    parts: list[Part]
    hidden: pa.Table
    unlisted_iid: Small
    unlisted_obs: Ints
    last_day: Small


def identities(engine: Engine) -> People:
    """Number the identities."""
    rows = engine.rows("SELECT identity, account_id FROM identity_account ORDER BY account_id, identity")
    coded = rows["identity"].combine_chunks().dictionary_encode()
    account = column(rows, "account_id")
    of_account = np.full(int(account.max(initial=-1)) + 1, -1, np.int32)
    of_account[account] = coded.indices.to_numpy(zero_copy_only=False)
    return People(coded.dictionary, of_account)


def of_accounts(engine: Engine, sql: Sql, people: People) -> list[Part]:
    """Votes of what accounts state."""
    for name in ("attribute_written", "attribute_tag", "attribute_clock"):
        engine.define(name, sql[name])
    return [votes.of_accounts(engine.rows(sql["attribute_account"]), people.of_account)]


def of_values(engine: Engine, sql: Sql, people: People) -> list[Part]:
    """Votes of numbers and mailboxes."""
    numbers = engine.rows(sql["attribute_norm"])
    country = phone_countries(numbers["norm"].combine_chunks())
    engine.bind("attribute_number", pa.table({"value_id": numbers["value_id"], "country": country}))
    for name in ("attribute_speaking", "attribute_national"):
        engine.define(name, sql[name])
    return [votes.of_values(engine.rows(sql["attribute_use"]), people.of_account)]


def of_logins(engine: Engine, sql: Sql, people: People, brought: list[Part]) -> Seen:
    """Votes of days in countries and of quiet hours, net of anonymisers, listed and unlisted.

    Args:
        engine, sql: with the tables that the statements read.
        people: all identities.
        brought: what else is known of them, against which networks are held.
    """
    place = engine.rows(sql["attribute_place"])
    number = column(place, "ip_id")
    # One place more than there are addresses: where a listed anonymiser hides who logs in.
    nowhere = int(number.max(initial=-1)) + 1
    code, network = np.full(nowhere + 1, -1, np.int32), np.full(nowhere + 1, -1, np.int64)
    code[number], network[number] = column(place, "code"), column(place, "asn")
    rows = int(engine.rows("SELECT count(*) AS n FROM login_day")["n"][0].as_py())
    logins = by_identity(engine.batches(sql["attribute_login"]), rows, people.of_account, len(people.identity), nowhere)
    quiet, hours = quiet_hours(logins)
    zoned = np.concatenate([part.iid[part.kind == origin.ZONE] for part in brought])
    hidden, marked = _unlisted(logins, code, network, votes.leading(brought, len(people.identity)))
    who, obs = first_at(logins.start, logins.order, logins.place, logins.obs, marked)
    parts = [
        votes.of_homes(homes(logins, np.where(marked, np.int32(-1), code))),
        votes.of_nights(quiet, hours, np.unique(zoned)),
    ]
    return Seen(parts, hidden, who, obs, last_days(logins))


def _unlisted(logins: Logins, code: Small, network: Ints, other: Small) -> tuple[pa.Table, Flags]:
    """The unlisted anonymisers, and whether each address is one of theirs. Networks first, then single addresses."""
    counted = (code >= 0) & (network >= 0)
    parts, group = np.unique(np.where(counted, network * _COUNTRIES + code, -1), return_inverse=True)
    first = int(len(parts) > 0 and parts[0] < 0)
    part_of: Small = np.asarray(group - first, dtype=np.int32)
    home: Small = (parts[first:] % _COUNTRIES).astype(np.int32)
    networks = unlisted(logins, part_of, home, other, _COUNTRIES, OFTEN)
    marked = np.isin(part_of, networks.number) & counted
    alone = np.where(marked | (code < 0), -1, np.arange(len(code))).astype(np.int32)
    here: Small = np.where(code < 0, 0, code).astype(np.int32)
    addresses = unlisted(logins, alone, here, other, _COUNTRIES, 0.0)
    marked[addresses.number] = True
    asn = parts[first:][networks.number] // _COUNTRIES
    table = pa.concat_tables(
        [
            _table("asn", pc.cast(pa.array(asn, pa.int64()), pa.string()), networks, home),
            _table("ip", pa.nulls(len(addresses.number), pa.string()), addresses, code),
        ]
    )
    return table, marked


def _table(kind: str, value: pa.Array, found: Hidden, home: Small) -> pa.Table:
    n = len(found.number)
    return pa.table(
        {
            "kind": pa.array([kind] * n, pa.string()),
            "value": value,
            "ip_id": pa.array(found.number if kind == "ip" else np.full(n, -1), pa.int64()),
            "code": pa.array(home[found.number].astype(np.int64), pa.int64()),
            "users": found.users,
            "elsewhere": found.elsewhere,
            "named": found.named,
        }
    )
