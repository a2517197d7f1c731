"""Single look-ups in one snapshot: which identity is meant, who founded it, what became of it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.analyse.page_tables import ACCOUNT, CONDUCT, MEMBER, beside
from fanal.analyse.remembered import once
from fanal.analyse.sessions import opened, session
from fanal.base.errors import FanalError
from fanal.lake.snapshot import Snapshot

_S = pa.string()
#: Behind every text that begins in the same way.
LAST = chr(0x10FFFF)


class UnknownIdentity(FanalError):
    """No identity, or more than one, begins so."""

    code = "F-IDENTITY-01"
    text = "{n} identities begin with {identity}; `fanal identities --format jsonl` shows the whole ids."


@once
def identity_like(snapshot: Snapshot, beginning: str) -> str:
    """The one identity whose id begins so, or that holds the account of that key. Raises UnknownIdentity."""
    found = sorted({*identities_like(snapshot, beginning), *identities_of(snapshot, [beginning]).values()})
    if len(found) != 1 or not beginning:
        raise UnknownIdentity(n=len(found), identity=beginning)
    return found[0]


def identities_like(snapshot: Snapshot, beginning: str) -> list[str]:
    """Every identity whose id begins so."""
    with beside(snapshot, MEMBER) as engine:
        sql = f"SELECT DISTINCT identity FROM {MEMBER.name} WHERE identity >= $told AND identity < $end ORDER BY 1"
        found = engine.rows(sql, told=beginning, end=beginning + LAST)
    return [str(identity) for identity in found["identity"].to_pylist()]


def founder_of(snapshot: Snapshot, identity: str) -> str:
    """The account that an identity's id is made of."""
    with opened(snapshot, ("identity",)) as engine:
        return str(engine.rows("SELECT founder FROM identity WHERE identity = $id", id=identity)["founder"][0])


def accounts_in(snapshot: Snapshot, identity: str) -> list[str]:
    """The accounts of an identity, the founding one first."""
    return list(_accounts_in(snapshot, identity))


@once
def _accounts_in(snapshot: Snapshot, identity: str) -> tuple[str, ...]:
    with beside(snapshot, MEMBER) as engine:
        sql = f"SELECT account FROM {MEMBER.name} WHERE identity = $id ORDER BY account_id"
        found = engine.rows(sql, id=identity)
    return tuple(str(account) for account in found["account"].to_pylist())


def known_accounts(snapshot: Snapshot, accounts: Sequence[str]) -> set[str]:
    """Which of these account keys the operation has."""
    return set(identities_of(snapshot, accounts))


def accounts_naming(snapshot: Snapshot, values: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """The accounts that use each identifier (kind, norm), as the exhibits say now; accounts of witnesses left out.

    A value of the kind `account` names an account itself. A value that is only context names nobody.
    """
    rows = pa.table({"kind": pa.array([k for k, _ in values], _S), "norm": pa.array([n for _, n in values], _S)})
    with opened(snapshot, ("identifier", "account", "value_key")) as engine:
        engine.bind("wanted", rows)
        found = engine.rows(
            "SELECT DISTINCT w.kind, w.norm, i.account FROM wanted AS w JOIN identifier AS i "
            "ON i.kind = w.kind AND i.norm = w.norm LEFT JOIN value_key AS k ON k.kind = w.kind AND k.norm = w.norm "
            "WHERE k.context IS NULL AND NOT starts_with(i.account, 'mail:') "
            "UNION SELECT DISTINCT w.kind, w.norm, a.account FROM wanted AS w JOIN account AS a "
            "ON w.kind = 'account' AND a.account = w.norm WHERE NOT starts_with(a.account, 'mail:') ORDER BY ALL"
        ).to_pylist()
    named: dict[tuple[str, str], list[str]] = {}
    for row in found:
        named.setdefault((row["kind"], row["norm"]), []).append(row["account"])
    return named


def identities_of(snapshot: Snapshot, accounts: Sequence[str]) -> dict[str, str]:
    """Which identity each account belongs to; accounts that the operation does not have are left out."""
    if not accounts:
        return {}
    with beside(snapshot, ACCOUNT) as engine:
        sql = f"SELECT account, identity FROM {ACCOUNT.name} WHERE account IN (SELECT unnest($told))"
        found = engine.rows(sql, told=list(accounts)).to_pylist()
    return {row["account"]: row["identity"] for row in found}


def identities_in(files: Sequence[Any]) -> set[str]:
    """The identities that Parquet files of a package's table `identity` hold."""
    if not files:
        return set()
    with session() as engine:
        engine.bind("sent", list(files))
        return set(engine.rows("SELECT DISTINCT identity FROM sent")["identity"].to_pylist())


def accounts_sent(file: Path, identity: str) -> list[str]:
    """The accounts that a package's table `identity_account` gives an identity, the founding one first."""
    if not file.exists():
        return []
    with session() as engine:
        engine.bind("sent", [file])
        found = engine.rows("SELECT account FROM sent WHERE identity = $id ORDER BY account_id", id=identity)
    return [str(account) for account in found["account"].to_pylist()]


def lineage_of(snapshot: Snapshot, identity: str) -> list[dict[str, Any]]:
    """What became of the identity, or of those that went into it, at the last run.

    Returns:
        Rows of `change`, `old_identity`, `identity`.
    """
    with opened(snapshot, ("lineage",)) as engine:
        return list(
            engine.rows(
                "SELECT change, old_identity, identity FROM lineage WHERE identity = $id OR old_identity = $id "
                "ORDER BY old_identity, identity",
                id=identity,
            ).to_pylist()
        )


def countries_to_send(snapshot: Snapshot) -> list[str]:
    """Countries that at least one identity which meets the threshold most probably belongs to, by code."""
    with opened(snapshot, ("identity_threshold", "identity_origin")) as engine:
        found = engine.rows(
            "SELECT DISTINCT o.country FROM identity_origin AS o JOIN identity_threshold AS t "
            "ON t.identity = o.identity WHERE t.meets AND NOT o.undetermined AND o.country IS NOT NULL ORDER BY 1"
        )
    return [str(code) for code in found["country"].to_pylist()]


def first_conduct(snapshot: Snapshot, accounts: Sequence[str]) -> dict[str, datetime]:
    """The first message or share of each of these accounts, UTC; accounts that show none are left out."""
    if not accounts:
        return {}
    with beside(snapshot, CONDUCT) as engine:
        sql = f"SELECT account, first_at FROM {CONDUCT.name} WHERE account IN (SELECT unnest($told))"
        found = engine.rows(sql, told=list(accounts)).to_pylist()
    return {row["account"]: row["first_at"].replace(tzinfo=UTC) for row in found}


def held_elsewhere(snapshot: Snapshot, sent: Sequence[tuple[str, Path]]) -> dict[str, frozenset[str]]:
    """Identity to the countries, other than its own, that hold one of its accounts.

    Args:
        snapshot: of an operation's lake.
        sent: country and the table `identity_account` of a package that it holds or sent.
    """
    found: dict[str, set[str]] = {}
    if not sent:
        return {}
    with opened(snapshot, ("identity_account", "identity_origin")) as engine:
        for country, path in sent:
            engine.bind("held_there", [path])
            rows = engine.rows(
                "SELECT DISTINCT m.identity FROM held_there AS h JOIN identity_account AS m ON m.account = h.account "
                "LEFT JOIN identity_origin AS o ON o.identity = m.identity WHERE o.country IS DISTINCT FROM $country",
                country=country,
            )
            for identity in rows["identity"].to_pylist():
                found.setdefault(identity, set()).add(country)
    return {identity: frozenset(countries) for identity, countries in sorted(found.items())}


def copy_counts(snapshot: Snapshot) -> dict[int, dict[str, int]]:
    """For each later copy of a source that the last run knew: rows that are the same, changed, vanished."""
    with opened(snapshot, ("same_row", "snapshot_change")) as engine:
        found = engine.rows(
            "SELECT exhibit, count(*) FILTER (WHERE what = 'same') AS same, count(*) FILTER (WHERE what = 'changed') "
            "AS changed, count(*) FILTER (WHERE what = 'vanished') AS vanished FROM (SELECT exhibit, 'same' AS what "
            "FROM same_row WHERE NOT changed UNION ALL SELECT exhibit, what FROM snapshot_change) GROUP BY exhibit"
        ).to_pylist()
    return {row.pop("exhibit"): row for row in found}


def snapshot_changes(snapshot: Snapshot, exhibit: int) -> Iterator[dict[str, Any]]:
    """Rows that changed or vanished between a copy and the one before it: table, what, and both places."""
    with opened(snapshot, ("snapshot_change",)) as engine:
        for batch in engine.batches(
            'SELECT table_name AS "table", what, locator, earlier, earlier_locator FROM snapshot_change '
            "WHERE exhibit = $exhibit ORDER BY table_name, what, earlier_obs",
            exhibit=exhibit,
        ):
            yield from batch.to_pylist()
