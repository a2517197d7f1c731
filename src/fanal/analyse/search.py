"""What a text finds in one snapshot: accounts by identifier, name or id, identities, messages. It decides nothing.

Identifiers are found by the normal forms that the readers filled, or by how they begin; names and messages by what
stands in them, in any case and with or without accents. Media are found by nothing: no digest leads to one.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import phonenumbers
import pyarrow as pa

from fanal.analyse.sessions import opened
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot
from fanal.model.kind import plain
from fanal.model.kinds import BY_NAME, KINDS
from fanal.model.kinds_text import folded

#: The statements behind each group of hits, and the tables that they read.
SOURCES: dict[str, tuple[str, ...]] = {
    "identifier": ("hit_identifier", "hit_username", "hit_login", "hit_payment"),
    "account": ("hit_account",),
    "name": ("hit_name",),
}
TABLES = {
    "identifier": ("identifier", "account", "login", "payment", "identity_account"),
    "account": ("account", "account_key", "identity_account"),
    "name": ("account", "identifier", "channel", "identity_account"),
    "identity": ("identity", "identity_account"),
    "message": ("message", "channel", "identity_account"),
}
#: Letters of an identifier's beginning, of a name or of a message's text, and of an identity's id, from which on it is
#: looked for.
LEAST_START, LEAST_TEXT, LEAST_ID = 3, 2, 6
#: Digits from which on a text may be a telephone number with its country, though no plus stands before it.
LEAST_NUMBER = 5
#: Above the order of everything: no row stands before it.
FIRST = (False, -1, "")
_ADDRESS = re.compile(r"[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*")
#: An Ethereum address is none: 0x stands before it.
_DIGEST = re.compile(r"(?<![0-9A-Fa-fx])(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40,})(?![0-9A-Fa-f])")
_ID = re.compile(rf"[0-9a-f]{{{LEAST_ID},32}}")
_NATIONAL = re.compile(r"[0-9][0-9 ().,/\u2010-\u2015\u2212-]{4,30}")
_SEPARATORS = re.compile(r"[ ().,/\u2010-\u2015\u2212-]")

Key = tuple[bool, int, str]


@dataclass(frozen=True)
class Sought:
    """A text, and whom it may not find.

    Attributes:
        text: as it was typed.
        unseen: accounts that are never found, nor any other of the same identity.
        witnesses: whether senders of tips are.
    """

    text: str
    unseen: Collection[str] = ()
    witnesses: bool = True


def is_digest(text: str) -> bool:
    """Whether a digest of a file stands in the text. Such a text is compared with ids and exhibits alone."""
    return bool(_DIGEST.search(text))


def fits(group: str, text: str) -> bool:
    """Whether the text can find anything of a group: it is long enough, or no digest where words are looked for."""
    if group == "identity":
        return bool(_ID.fullmatch(plain(text).lower()))
    if group in ("name", "message"):
        return len(plain(text)) >= LEAST_TEXT and not is_digest(text)
    return bool(plain(text))


def normal_forms(text: str) -> list[tuple[str, str]]:
    """Kind and normal form of everything that the text may be, as the readers would have filled it.

    A telephone number without its country is tried in the numbering plan of every country.
    """
    found = {(kind.name, norm) for kind in KINDS if kind.name != "name" and (norm := kind.normalise(text))}
    bare = plain(text)
    if _NATIONAL.fullmatch(bare) and "phone" not in {kind for kind, _ in found}:
        phone = BY_NAME["phone"].normalise
        found |= {("phone", n) for region in phonenumbers.SUPPORTED_REGIONS if (n := phone(f"{region}:{bare}"))}
    found |= {("account", native) for native in (bare, *(norm for kind, norm in found if kind == "phone"))}
    found.add(("crypto_address", bare))
    try:
        address = ip_address(bare)
    except ValueError:
        return sorted(found)
    return sorted(found | {("ip", bare.lower()), ("ip", address.compressed), ("ip", address.exploded)})


def beginnings(text: str) -> list[str]:
    """How an identifier's normal form may begin, where the text is its beginning alone."""
    bare = plain(text)
    number = _SEPARATORS.sub("", bare)
    number = f"+{number[2:]}" if number.startswith("00") else number
    # Lists of numbers often leave the plus out.
    number = f"+{number}" if re.fullmatch(rf"[1-9][0-9]{{{LEAST_NUMBER - 1},}}", number) else number
    numbers = {number} if re.fullmatch(r"\+[0-9]{3,}", number) else set()
    return sorted(one for one in {bare, folded(bare), folded(bare).lstrip("@")} | numbers if len(one) >= LEAST_START)


def found_in(
    snapshot: Snapshot, group: str, sought: Sought, after: Key = FIRST, size: int = 25
) -> Iterator[dict[str, Any]]:
    """Hits of one group in order, those that are the text itself before those that begin with it, then as they stand.

    Args:
        snapshot: of an operation's lake.
        group: identifier, account or name.
        sought: what for.
        after: `further`, `obs` and `kind` of the last hit of the page before.
        size: how many at most.

    Yields:
        `kind` (an identifier kind, ip, account, stated_name, display_name, name, title), `value`, `account`,
        `identity`, `further`, `obs` and `locator` of the first row that says so, `n` rows, `first_at`, `last_at`.
    """
    text, sql = sought.text, load("fanal.analyse", "search.sql")
    sources = [s for s in SOURCES[group] if s != "hit_login" or _ADDRESS.fullmatch(plain(text))]
    exact = normal_forms(text)
    words = folded(plain(text)).replace(",", " ").split()
    asked = {
        "search_exact": {"kind": [kind for kind, _ in exact], "norm": [norm for _, norm in exact]},
        "search_start": {"beginning": beginnings(text)},
        "search_word": {"word": words},
    }
    with opened(snapshot, TABLES[group]) as engine:
        for name, columns in asked.items():
            engine.bind(name, _texts(columns))
        _hide(engine, sought)
        if group == "account":
            engine.name("search_account", sql["search_account"])
        engine.name("search_hit", "\nUNION ALL\n".join(sql[source] for source in sources))
        further, obs, kind = after
        yield from engine.rows(
            sql["search_page"],
            witnesses=sought.witnesses, further=further, obs=obs, kind=kind, size=size,
        ).to_pylist()  # fmt: skip


def identities_found(snapshot: Snapshot, sought: Sought, after: str = "", size: int = 25) -> list[dict[str, Any]]:
    """Identities whose id begins so, by id: `identity`, `account` (its founder), `n` accounts.

    Args:
        snapshot: of an operation's lake.
        sought: what for.
        after: the last id of the page before.
        size: how many at most.
    """
    with opened(snapshot, TABLES["identity"]) as engine:
        _hide(engine, sought)
        statement = load("fanal.analyse", "search.sql")["search_identity"]
        begin = plain(sought.text).lower()
        return list(engine.rows(statement, text=begin, after=after, size=size).to_pylist())


def messages_found(
    snapshot: Snapshot, sought: Sought, after: int = -1, size: int = 25, *, show: bool = False
) -> list[dict[str, Any]]:
    """Messages in which the text stands, in the exhibits' order. System lines are left out.

    Args:
        snapshot: of an operation's lake.
        sought: what for.
        after: `obs` of the last one of the page before.
        size: how many at most.
        show: with what they say.

    Returns:
        `account`, `identity`, `channel`, `title`, `at`, `obs`, `locator`, and `text` (None unless `show`).
    """
    with opened(snapshot, TABLES["message"]) as engine:
        _hide(engine, sought)
        found = engine.rows(
            load("fanal.analyse", "search.sql")["search_message"],
            text=folded(plain(sought.text)), obs=after, size=size, show=show, witnesses=sought.witnesses,
        )  # fmt: skip
        return list(found.to_pylist())


def excerpt(body: str, text: str, around: int = 80) -> tuple[str, str, str]:
    """What stands before, at and after the first place of the text in a message, shortened to what is around it.

    The place is that in the folded text, letter by letter; where it cannot be told, the message's beginning stands.
    """
    letters = [folded(letter) for letter in body]
    ends, total = [], 0
    for letter in letters:
        total += len(letter)
        ends.append(total)
    needle = folded(plain(text))
    at = "".join(letters).find(needle)
    if at < 0 or not needle:
        return "", "", body[: 2 * around] + ("…" if len(body) > 2 * around else "")
    first = next(i for i, end in enumerate(ends) if end > at)
    last = next(i for i, end in enumerate(ends) if end >= at + len(needle)) + 1
    while last < len(body) and not letters[last]:  # a mark belongs to the letter before it
        last += 1
    begin, stop = max(first - around, 0), min(last + around, len(body))
    before = ("…" if begin else "") + body[begin:first]
    return before, body[first:last], body[last:stop] + ("…" if stop < len(body) else "")


def _hide(engine: Duck, sought: Sought) -> None:
    engine.bind("search_hidden", _texts({"account": sorted(sought.unseen)}))
    engine.define("search_unseen", load("fanal.analyse", "search.sql")["search_unseen"])


def _texts(columns: dict[str, list[str]]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
