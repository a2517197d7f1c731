"""What a mapping leaves unread in an exhibit, and a first draft of a mapping from column names.

A draft is a proposal by names alone: it has seen no value, and says so in its first lines.
"""

import json
import re
from collections.abc import Mapping as Pairs
from dataclasses import dataclass

from fanal.read.mapping_form import MAPPABLE, Mapping
from fanal.read.mapping_sql import ROW
from fanal.read.source_tables import Schema, SourceTable

#: Paths in which one of these stands are likely those of logins (RE2 and Python alike).
LOGIN_WORD = "log.?[io]n|sign.?in|auth|session|connexion|acceso|entrar|anmeld"


@dataclass(frozen=True)
class Unread:
    """What no SELECT of a mapping reads.

    Attributes:
        tables: source tables to their rows.
        columns: "table.column" of the tables that are read.
        rows: how many rows stay unread.
        absent: tables or "table.column" that the mapping names and the exhibit does not have.
    """

    tables: Pairs[str, int]
    columns: tuple[str, ...]
    rows: int
    absent: tuple[str, ...]


def unread(mapping: Mapping, schema: Schema) -> Unread:
    """Compare a mapping with an exhibit's tables, as a reader's `tables` tells them."""
    named = {name.lower() for name in mapping.reads}
    uses = [use for s in mapping.selections for branch in s.branches for use in branch.used]
    have = {name.lower(): table for name, table in schema.items()}
    tables = {name: table.rows for name, table in schema.items() if name.lower() not in named}
    columns: list[str] = []
    for name, table in schema.items():
        if name.lower() in named:
            used = {column.lower() for owner, column in uses if owner is None or owner.lower() == name.lower()}
            columns += [f"{name}.{column}" for column in table.columns if column.lower() not in used]
    absent = [name for name in mapping.reads if name.lower() not in have]
    for owner, column in uses:
        if owner is None or column == ROW or owner.lower() not in have:
            continue
        if column.lower() not in {c.lower() for c in have[owner.lower()].columns}:
            absent.append(f"{owner}.{column}")
    return Unread(tables, tuple(columns), sum(tables.values()), tuple(dict.fromkeys(absent)))


#: Names that columns often bear, by the canonical column they often mean, the likeliest first.
_NAMES: Pairs[str, tuple[str, ...]] = {
    "native_id": ("id", "user_id", "uid", "member_id", "customer_id", "customer_no", "customer", "login"),
    "account": (
        "user_id",
        "uid",
        "userid",
        "member_id",
        "customer_id",
        "customer_no",
        "customer",
        "author_id",
        "author",
        "user",
        "login",
    ),
    "username": ("username", "login", "user_name", "login_name", "nick", "nickname", "screen_name", "handle"),
    "display_name": ("display_name", "displayname"),
    "created_at": (
        "created_at",
        "created",
        "joined",
        "registered",
        "registered_at",
        "first_seen",
        "signup_at",
        "created_on",
    ),
    "stated_name": ("name", "full_name", "real_name", "subscriber_name"),
    "stated_birth_year": ("birth_year", "year_of_birth"),
    "stated_country": ("country", "country_code"),
    "language": ("language", "lang", "locale"),
    "time_zone": ("time_zone", "timezone", "tz"),
    "at": (
        "at",
        "ts",
        "time",
        "timestamp",
        "date",
        "created_at",
        "created",
        "login_at",
        "sent_at",
        "start_time",
        "date_time",
    ),
    "ip": ("ip", "ip_address", "ipaddr", "remote_addr", "ip_addr"),
    "src_port": ("src_port", "port", "source_port"),
    "user_agent": ("user_agent", "ua", "useragent", "agent"),
    "success": ("success", "ok", "successful"),
    "body": ("body", "text", "message", "content"),
    "tx": ("tx", "txid", "tx_hash", "transaction", "transaction_id"),
    "asset": ("asset", "currency", "coin"),
    "amount": ("amount", "value", "sum"),
    "from_address": ("from_address", "from_addr", "sender_address"),
    "to_address": ("to_address", "to_addr", "receiving_address"),
    "md5": ("md5",),
    "sha1": ("sha1",),
    "sha256": ("sha256",),
    "mime": ("mime", "mime_type", "content_type"),
    "bytes": ("bytes", "size", "file_size"),
    "duration_s": ("duration_s", "duration"),
    "width": ("width",),
    "height": ("height",),
    "media": ("media", "media_id", "video_id", "file_id"),
    "channel": ("channel", "channel_id", "group_id", "board", "room_id"),
}
_PARAMETERS = ("u", "user", "username", "login", "user_id", "uid", "email", "account", "name", "id")
_ANSWERS = {"302": "presumed", "303": "presumed", "200": "unknown", "204": "presumed", "401": "failed", "403": "failed"}
_IDENTIFIERS: Pairs[str, tuple[str, ...]] = {
    "email": ("email", "mail", "e_mail", "email_address"),
    "phone": ("phone", "phone_number", "mobile", "msisdn", "telephone", "tel"),
    "device": ("device", "device_id", "imei"),
    "crypto_address": ("wallet", "wallet_address", "crypto_address"),
    "bank_account": ("iban", "bank_account"),
    "national_id": ("national_id", "document_number"),
}
#: What a source table must have, in canonical columns, to be proposed for a canonical table.
_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("login", ("account", "at", "ip")),
    ("payment", ("account", "tx", "amount")),
    ("media", ("native_id", "mime")),
    ("message", ("account", "at", "body")),
    ("share", ("account", "media", "at")),
    ("account", ("native_id", "username")),
    ("account", ("native_id", "created_at", "stated_name")),
    ("account", ("native_id",)),
)


def draft(schema: Schema, source: str = "mysqldump", platform: str = "platform") -> str:
    """A mapping file proposed from the names of tables and columns.

    Args:
        schema: the exhibit's tables.
        source: its format.
        platform: the prefix of its keys.

    Returns:
        YAML text; where no table can be proposed, it says so in a comment and maps nothing.
    """
    if source == "weblog":
        return _weblog_draft(schema, platform)
    selects: dict[str, list[str]] = {}
    left: list[str] = []
    for name, table in schema.items():
        proposed = _propose(name, table)
        if not proposed:
            left.append(name)
        for canonical, sql in proposed:
            selects.setdefault(canonical, []).append(sql)
    lines = [
        "# Drafted from the names of tables and columns alone. Read every SELECT against the exhibit,",
        "# then run `fanal map check`. Instants are taken as ISO text: say otherwise under instants.",
        *(f"# Nothing proposed for the table {' '.join(name.split())}." for name in left),
        "fanal_mapping: 1",
        f"platform: {platform}",
        f"source: {source}",
        "time_zone: UTC",
        *_placed(schema),
        "tables:" if selects else "tables: {}",
    ]
    for canonical in MAPPABLE:
        if canonical in selects:
            lines.append(f"  {canonical}: >")
            lines.append("\n    UNION ALL\n".join(f"    {sql}" for sql in selects[canonical]))
    return "\n".join(lines) + "\n"


def _placed(schema: Schema) -> list[str]:
    places = [f"  {_q(name)}: {table.place}" for name, table in schema.items() if table.place]
    return ["ranges:", *places] if places else []


def _weblog_draft(schema: Schema, platform: str) -> str:
    """Login rules proposed from the frequent POST paths of a web log; what cannot be one stays a comment."""
    lines = [
        "# Drafted from the paths that are asked for by POST. A log does not say who got in: read every rule",
        "# against what the site answered then, and give it the name that is to stand with each of its logins.",
        "fanal_mapping: 1",
        f"platform: {platform}",
        "source: weblog",
        "time_zone: UTC",
    ]
    rules: list[str] = []
    for method, path, status, parameters, named, n in (post for table in schema.values() for post in table.posts):
        account = _account_of(parameters.split(","), int(named))
        shown = " ".join(path.split())
        if not account or not re.search(LOGIN_WORD, path, re.IGNORECASE) or status not in _ANSWERS:
            lines.append(
                f"# Not proposed: {method} {shown} answered {status}, {n} times; parameters: {parameters or '-'}."
            )
            continue
        rules += [
            f"  - rule: {json.dumps(f'{method} {shown} answered {status}', ensure_ascii=False)}    # {n} times",
            f"    method: {method}",
            f"    path: {json.dumps(f'^{re.escape(path)}([?]|$)', ensure_ascii=False)}",
            f"    status: {status}",
            f"    account: {account}",
            f"    success: {_ANSWERS[status]}",
        ]
    return "\n".join([*lines, *(["logins:", *rules] if rules else ["tables: {}"])]) + "\n"


def _account_of(parameters: list[str], named: int) -> str:
    """Where in a line the account stands, as a rule says it; nothing where no name tells."""
    known = {name.lower(): name for name in parameters}
    found = next((known[name] for name in _PARAMETERS if name in known), None)
    return f"{{query: {json.dumps(found)}}}" if found else "{user: true}" if named else ""


def _propose(name: str, table: SourceTable) -> list[tuple[str, str]]:
    """Canonical tables and their SELECTs for one source table."""
    known = {_plain(column): column for column in reversed(table.columns)}
    quoted = _q(name)
    for canonical, signs in _SIGNS:
        found = {c: known[n] for c in MAPPABLE[canonical] for n in _NAMES.get(c, ()) if n in known}
        first = {c: next(known[n] for n in _NAMES[c] if n in known) for c in found}
        if not all(sign in first for sign in signs):
            continue
        if signs == ("native_id",) and not _of_one_person(known):
            continue
        listed = ", ".join(f"{_q(own)} AS {_q(c)}" for c, own in first.items())
        proposed = [(canonical, f"SELECT {listed}, {ROW} FROM {quoted}")]
        key = _q(first[signs[0]])
        for kind, names in _IDENTIFIERS.items():
            own = next((known[n] for n in names if n in known), None)
            if canonical == "account" and own:
                sql = f"SELECT {key} AS account, '{kind}' AS kind, {_q(own)} AS value, {ROW} FROM {quoted}"
                proposed.append(("identifier", f"{sql} WHERE {_q(own)} <> ''"))
        return proposed
    return []


def _of_one_person(known: Pairs[str, str]) -> bool:
    """Whether a table with no sign but a key is one of accounts: it has an identifier, and names no account besides."""
    others = set(_NAMES["account"]) - set(_NAMES["native_id"])
    has = any(name in known for names in _IDENTIFIERS.values() for name in names)
    keys = sum(name in known for name in _NAMES["native_id"])
    return has and keys == 1 and not any(name in known for name in others)


def _plain(column: str) -> str:
    """A column's name as `_NAMES` has them: in providers' tables they are words ("IP address")."""
    return "_".join(re.findall(r"[^\W_]+", column.lower()))


def _q(name: str) -> str:
    plain = name.isidentifier() and name.isascii() and name not in ("at", "group", "order", "user")
    return name if plain else '"' + name.replace('"', '""') + '"'
