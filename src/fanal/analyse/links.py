"""One identity and what ties it: accounts, identifiers, devices, addresses, identities beside it. It compares nothing.

It reads what the steps left in the lake. What of it never links (an address, a value that many share) is shown as
context, because an officer asks about it; a tie to another identity is no link but what the two have in common.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.analyse.coherence import RULES
from fanal.analyse.sessions import opened
from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot

ACCOUNT, IDENTIFIER, DEVICE, ADDRESS, NEIGHBOUR = "account", "identifier", "device", "address", "identity"
#: Rules of this view's own; others are those of the step that left the tie.
RULES_HERE = {
    "shows_value": mark("The account shows it."),
    "shows_context": mark(
        "The account shows it; it links nobody, because many share it or its kind is not one person's."
    ),
    "logged_in": mark("The account logged in from it; addresses never link."),
    "logged_in_anonymous": mark("The account logged in from it, an address of an anonymiser; addresses never link."),
    "value_there": mark("Accounts of this other identity show it too."),
    "address_there": mark("Accounts of this other identity logged in from it too; addresses never link."),
    "joined": mark("They are one online identity."),
}
_ROLE = {rule.name: rule.role for rule in RULES}
#: Identities beside it that one value or address may bring; behind more of them it tells nothing of any.
MOST_BESIDE = 20
_TABLES = (
    "account_key", "account_value", "value_key", "address", "login_day", "identity", "identity_account",
    "identity_link", "linkage_candidate", "paid_by",
)  # fmt: skip
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Node:
    """One thing of the picture.

    Attributes:
        id: unique in it. kind: one of the constants above. label: the account, the value, the address or the identity.
        sort: the identifier's kind; empty for others.
    """

    id: str
    kind: str
    label: str
    sort: str = ""


@dataclass(frozen=True)
class Tie:
    """What two nodes have to do with each other.

    Attributes:
        source, target: ids of nodes.
        rules: names of rules, of RULES_HERE or of a step, for `explain.words`.
        role: for, against or context.
        obs: rows that show it.
        n: how often: days of logins, accounts, payments; 0 where nothing is counted.
    """

    source: str
    target: str
    rules: str
    role: str
    obs: tuple[int, ...]
    n: int = 0


@dataclass(frozen=True)
class Links:
    """The picture: nodes, what ties most first, the ties among them, and how many nodes of each kind are left out."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def links_of(snapshot: Snapshot, identity: str, most: int) -> Links:
    """What ties an identity, at most so many nodes.

    Its accounts come first, then what two of them or another identity share, then identities beside it, then the rest.

    Args:
        snapshot: of an operation's lake.
        identity: its whole id.
        most: nodes.
    """
    found = _read(snapshot, identity)
    nodes: dict[str, Node] = {}
    ties: list[Tie] = []
    for row in found["own"]:
        nodes[f"account {row['account']}"] = Node(f"account {row['account']}", ACCOUNT, row["account"])
    for add in (_beside, _values, _addresses):
        for one in add(found):
            if isinstance(one, Node):
                nodes.setdefault(one.id, one)
            else:
                ties.append(one)
    kept = _first(nodes, ties, most)
    left_out = Counter(node.kind for node in nodes.values() if node.id not in kept)
    shown = tuple(tie for tie in ties if tie.source in kept and tie.target in kept)
    return Links(tuple(nodes[one] for one in kept), shown, dict(left_out))


def _read(snapshot: Snapshot, identity: str) -> dict[str, Rows]:
    sql = load("fanal.analyse", "links.sql")
    with opened(snapshot, _TABLES) as engine:
        return {name: _rows(engine, name, sql[name], identity) for name in sql}


def _rows(engine: Duck, name: str, statement: str, identity: str) -> Rows:
    asked = {"identity": identity} if "$identity" in statement else {}
    found = engine.rows(statement, **asked)
    engine.bind(f"links_{name}", found)
    return list(found.to_pylist())


def _node(identity: str) -> Node:
    return Node(f"identity {identity}", NEIGHBOUR, identity)


def _values(found: dict[str, Rows]) -> Iterable[Node | Tie]:
    for row in found["used"]:
        kind = DEVICE if row["kind"] == "device" else IDENTIFIER
        one = Node(f"value {row['value_id']}", kind, row["norm"], row["kind"])
        yield one
        rule = "shows_context" if row["context"] or not row["links"] else "shows_value"
        role = "context" if rule == "shows_context" else "for"
        yield Tie(f"account {row['account']}", one.id, rule, role, (row["obs"],))
    yield from _there(found["used_there"], "value", "value_id", "value_there")


def _addresses(found: dict[str, Rows]) -> Iterable[Node | Tie]:
    for row in found["logged_in"]:
        one = Node(f"address {row['ip_id']}", ADDRESS, row["ip"])
        yield one
        rule = "logged_in_anonymous" if row["anonymiser"] else "logged_in"
        yield Tie(f"account {row['account']}", one.id, rule, "context", (row["obs"],), row["days"])
    yield from _there(found["logged_in_there"], "address", "ip_id", "address_there")


def _there(rows: Rows, what: str, key: str, rule: str) -> Iterable[Node | Tie]:
    """Other identities that share a value or an address, where few enough do."""
    sharing = Counter(row[key] for row in rows)
    for row in rows:
        if sharing[row[key]] <= MOST_BESIDE:
            one = _node(row["identity"])
            yield one
            yield Tie(f"{what} {row[key]}", one.id, rule, "context", (row["obs"],), row["accounts"])


def _beside(found: dict[str, Rows]) -> Iterable[Node | Tie]:
    """Ties that a step left: links of resolve, identities much alike, who paid for whom."""
    founder = f"account {found['own'][0]['account']}" if found["own"] else ""
    for row in found["linked"]:
        rows = (row["obs"], row["obs_there"])
        if row["band"] == "link":
            yield Tie(f"account {row['account']}", f"account {row['other']}", row["reason"] or "joined", "for", rows)
            continue
        names = (row["reason"] or "").split()
        against = row["band"] == "refused" or any(_ROLE.get(name) == "against" for name in names)
        yield _node(row["identity"])
        there = f"identity {row['identity']}"
        yield Tie(f"account {row['account']}", there, row["reason"] or "", "against" if against else "for", rows)
    for row in found["alike"]:
        yield _node(row["identity"])
        rules = " ".join(filter(None, (row["reasons_for"], row["reasons_against"])))
        role = "against" if row["reasons_against"] else "for"
        yield Tie(founder, f"identity {row['identity']}", rules, role, (row["obs"], row["obs_there"]))
    for row in found["paid"]:
        yield _node(row["identity"])
        rows, n = (row["obs"], row["obs_there"]), int(row["payments"])
        yield Tie(founder, f"identity {row['identity']}", row["reason"], "for", rows, n)


def _first(nodes: Mapping[str, Node], ties: Iterable[Tie], most: int) -> list[str]:
    """Ids of the nodes that are kept, in order: accounts, what ties several, identities beside it, the rest."""
    ends: Counter[str] = Counter()
    direct = set()
    for tie in ties:
        ends.update((tie.source, tie.target))
        if tie.source.startswith("account ") and tie.target.startswith("identity "):
            direct.add(tie.target)

    def place(node: Node) -> tuple[int, int, str]:
        if node.kind == ACCOUNT:
            return 0, 0, ""
        shared = ends[node.id] > 1
        if node.kind == NEIGHBOUR:
            return (1 if node.id in direct else 3), -ends[node.id], node.id
        kind = (IDENTIFIER, DEVICE, ADDRESS).index(node.kind)
        return (2 if shared else 4 + kind), -ends[node.id], node.id

    return [node.id for node in sorted(nodes.values(), key=place)[:most]]
