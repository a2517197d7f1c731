"""Two accounts side by side: what they share, what contradicts, and why they are one identity or are not.

It reads what `resolve` and `linkage` left in the lake and compares nothing anew. What is shared but may not link (an
address, a channel, a value of a list) is shown as context: it is often what an officer asks about.
"""

from dataclasses import dataclass
from typing import Any

from fanal.analyse.coherence import KINDS, RULES
from fanal.analyse.explain import Ground, observations
from fanal.analyse.sessions import opened
from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.lake.snapshot import Snapshot

#: What can be said of two accounts.
TOGETHER, IN_REVIEW, APART, STRANGERS = "link", "review", "refused", "none"
STATES = {
    TOGETHER: mark("They are one online identity."),
    IN_REVIEW: mark("They are two identities; whether one person holds both waits for an officer."),
    APART: mark("They are kept apart: what speaks against weighs more, or contradicts."),
    STRANGERS: mark("They are two identities: they share nothing that may link two accounts."),
}
#: Shared, and never a reason to link by itself.
CONTEXT = {
    "shares_listed_value": mark("Both use a value that is on a list of values which many share."),
    "shares_weak_value": mark("Both use a value of a kind that is not one person's."),
    "shares_address": mark("Both logged in from this address; addresses never link."),
    "shares_channel": mark("Both are in this channel."),
    "joined_through": mark("They are joined through other accounts, of which this is one."),
}
MOST = 10
_TABLES = (
    "account_key", "account_value", "value_key", "identity_account", "identity_link", "linkage_finding",
    "linkage_support", "login_day", "membership",
)  # fmt: skip


@dataclass(frozen=True)
class PairExplanation:
    """What is known of two accounts.

    Attributes:
        accounts: the two keys, in order.
        identities: the identity of each.
        state: a key of STATES.
        grounds: for, against and context, with the rows of both accounts.
        through: accounts that join them, where no link of their own does.
    """

    accounts: tuple[str, str]
    identities: tuple[str, str]
    state: str
    grounds: tuple[Ground, ...]
    through: tuple[str, ...]


def explain_pair(snapshot: Snapshot, one: str, other: str) -> PairExplanation:
    """What two accounts of the operation have in common, and what speaks against one holder.

    Args:
        one: an account key; `other`: another. Both must be in `identity_account`.
    """
    with opened(snapshot, _TABLES) as engine:
        both = {"one": one, "other": other}
        held = engine.rows(
            "SELECT account, identity FROM identity_account WHERE account IN ($one, $other)", **both
        ).to_pylist()
        identities = {row["account"]: row["identity"] for row in held}
        links = engine.rows(
            "SELECT band, reason FROM identity_link WHERE account_a IN ($one, $other) AND account_b IN ($one, $other)",
            **both,
        ).to_pylist()
        link = links[0] if links else None
        own = [row["first_obs"] for row in engine.rows(
            "SELECT first_obs FROM account_key WHERE account IN ($one, $other) ORDER BY first_obs", **both
        ).to_pylist()]  # fmt: skip
        shared = _values(engine, both)
        alike = _alike(engine, both)
        seen = [*_reasons(link, shared, own), *alike, *_context(engine, both, shared)]
        together = identities[one] == identities[other]
        through: tuple[str, ...] = ()
        if together and (link is None or link["band"] != "link"):
            through = _through(engine, identities[one], one, other)
            seen += [("context", 0.0, "joined_through", obs) for obs in _first_rows(engine, through)]
    rows = observations(snapshot, {obs for *_, obs in seen if obs is not None})
    apart = link["band"] if link and link["band"] != TOGETHER else STRANGERS
    state = TOGETHER if together else IN_REVIEW if alike else apart
    grounds = tuple(Ground(role, weight, reason, obs, rows.get(obs)) for role, weight, reason, obs in seen)
    return PairExplanation((one, other), (identities[one], identities[other]), state, grounds, through)


Seen = tuple[str, float, str, int]


def _values(engine: Duck, both: dict[str, str]) -> list[dict[str, Any]]:
    """Every value that both accounts use, with the first row of each."""
    return list(
        engine.rows(
            "SELECT v.kind, v.norm, v.links, v.context, min(x.obs) AS obs_a, min(y.obs) AS obs_b "
            "FROM account_key AS a JOIN account_value AS x ON x.account_id = a.account_id "
            "JOIN account_value AS y ON y.value_id = x.value_id JOIN account_key AS b ON b.account_id = y.account_id "
            "JOIN value_key AS v ON v.value_id = x.value_id WHERE a.account = $one AND b.account = $other "
            "GROUP BY v.kind, v.norm, v.links, v.context ORDER BY v.kind, v.norm",
            **both,
        ).to_pylist()
    )


def _reasons(link: dict[str, Any] | None, shared: list[dict[str, Any]], own: list[int]) -> list[Seen]:
    """The reasons that `resolve` gave, each with the rows that show it."""
    named = set(((link or {}).get("reason") or "").split())
    found: list[Seen] = []
    for rule in RULES:
        if rule.name not in named:
            continue
        kind = rule.name.removeprefix("shares_")
        rows = [v[side] for v in shared if v["kind"] == kind and v["links"] for side in ("obs_a", "obs_b")]
        rows = rows[:MOST] if rule in KINDS and rows else own
        found += [(rule.role, rule.weight, rule.name, obs) for obs in rows]
    return sorted(found, key=lambda s: (("for", "against", "context").index(s[0]), -abs(s[1])))


def _alike(engine: Duck, both: dict[str, str]) -> list[Seen]:
    """Where the two found identities that are much alike: what speaks for and against, with the rows that show it."""
    rows = engine.rows(
        "SELECT s.role, s.weight, s.reason, s.obs FROM linkage_finding AS f JOIN linkage_support AS s "
        "ON s.finding = f.finding WHERE f.subject IN ($one, $other) AND f.value IN ($one, $other) "
        "ORDER BY s.role = 'against', abs(s.weight) DESC, s.reason, s.obs",
        **both,
    )
    return [(row["role"], row["weight"], row["reason"], row["obs"]) for row in rows.to_pylist()]


def _context(engine: Duck, both: dict[str, str], shared: list[dict[str, Any]]) -> list[Seen]:
    found: list[Seen] = []
    for value in shared:
        if not value["links"]:
            reason = "shares_listed_value" if value["context"] else "shares_weak_value"
            found += [("context", 0.0, reason, value[side]) for side in ("obs_a", "obs_b")]
    addresses = engine.rows(
        "SELECT min(x.obs) AS obs_a, min(y.obs) AS obs_b FROM account_key AS a "
        "JOIN login_day AS x ON x.account_id = a.account_id JOIN login_day AS y ON y.ip_id = x.ip_id "
        "JOIN account_key AS b ON b.account_id = y.account_id WHERE a.account = $one AND b.account = $other "
        "GROUP BY x.ip_id ORDER BY count(*) DESC, x.ip_id LIMIT $most",
        **both,
        most=MOST,
    ).to_pylist()
    channels = engine.rows(
        "SELECT min(x.obs) AS obs_a, min(y.obs) AS obs_b FROM membership AS x JOIN membership AS y "
        "ON y.channel = x.channel WHERE x.account = $one AND y.account = $other "
        "GROUP BY x.channel ORDER BY x.channel LIMIT $most",
        **both,
        most=MOST,
    ).to_pylist()
    for reason, rows in (("shares_address", addresses), ("shares_channel", channels)):
        found += [("context", 0.0, reason, row[side]) for row in rows for side in ("obs_a", "obs_b")]
    return found


def _first_rows(engine: Duck, accounts: tuple[str, ...]) -> list[int]:
    sql = "SELECT first_obs FROM account_key WHERE account IN (SELECT unnest($told)) ORDER BY first_obs"
    return [row["first_obs"] for row in engine.rows(sql, told=list(accounts)).to_pylist()]


def _through(engine: Duck, identity: str, one: str, other: str) -> tuple[str, ...]:
    """The accounts on the shortest chain of links between two accounts of one identity; none where links do not say."""
    links = engine.rows(
        "SELECT l.account_a, l.account_b FROM identity_link AS l JOIN identity_account AS a ON a.account = l.account_a "
        "JOIN identity_account AS b ON b.account = l.account_b AND b.identity = a.identity "
        "WHERE a.identity = $identity AND l.band = 'link' ORDER BY 1, 2",
        identity=identity,
    ).to_pylist()
    beside: dict[str, list[str]] = {}
    for link in links:
        beside.setdefault(link["account_a"], []).append(link["account_b"])
        beside.setdefault(link["account_b"], []).append(link["account_a"])
    came = {one: one}
    reached = [one]
    for here in reached:
        for there in beside.get(here, []):
            if there not in came:
                came[there] = here
                reached.append(there)
    chain = []
    here = came.get(other, one)
    while here != one:
        chain.append(here)
        here = came[here]
    return tuple(reversed(chain))
