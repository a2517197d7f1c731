"""Login rules of a mapping for web logs: which requests count as logins, of whom, and how sure that is.

Each rule becomes one SELECT over `requests` that runs like the analyst's own. Nothing is a login
without a rule, and each login bears its rule's name, since a log does not say that anyone got in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.language import translate
from fanal.read.mapping_errors import BadValue, UnknownKey
from fanal.read.mapping_sql import Branch, check_select

KEYS = ("rule", "method", "path", "status", "account", "ip", "src_port", "success")
SUCCESS = {"presumed": "'true'", "failed": "'false'", "unknown": "CAST(NULL AS VARCHAR)"}
#: Where a login's account (or address, or port) may stand in a line.
PLACES = ("query", "path", "user", "cookie", "rest", "forwarded")
_NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")
_STATUS = range(100, 600)


@dataclass(frozen=True)
class LoginRule:
    """One rule, checked.

    Attributes:
        rule: its name.
        condition: SQL over `requests`: which lines it is about.
        branch: the SELECT that yields its logins: lines without an account are none.
    """

    rule: str
    condition: str
    branch: Branch


def login_rules(given: Any, path: str, source: str) -> tuple[LoginRule, ...]:
    """The rules under the key `logins` of a mapping.

    Args:
        given: what stands there; None where the mapping has no such key.
        path: the mapping's name, for messages.
        source: the mapping's `source`.

    Raises:
        UnknownKey, BadValue: what is wrong, with the number of the rule.
    """
    if given is None:
        return ()
    if source != "weblog":
        raise BadValue(path=path, key="logins", value=source, wanted=translate("logins only where source is weblog"))
    if not isinstance(given, list) or not given:
        raise BadValue(path=path, key="logins", value=type(given).__name__, wanted=translate("a list of rules"))
    rules = tuple(_rule(one, f"logins[{n}]", path) for n, one in enumerate(given, start=1))
    names = [rule.rule for rule in rules]
    for n, name in enumerate(names):
        if name in names[:n]:
            raise BadValue(
                path=path, key=f"logins[{n + 1}].rule", value=name, wanted=translate("another name for each rule")
            )
    return rules


def _rule(given: Any, key: str, path: str) -> LoginRule:
    if not isinstance(given, dict):
        raise BadValue(path=path, key=key, value=type(given).__name__, wanted=translate("keys and values of a rule"))
    for name in given:
        if name not in KEYS:
            raise UnknownKey(path=path, key=f"{key}.{name}", known=", ".join(KEYS))
    refuse = _refusal(key, path)
    rule = given.get("rule")
    if not isinstance(rule, str) or not rule.strip() or "\n" in rule:
        raise refuse("rule", rule, translate("the name that stands with each login"))
    condition = _condition(given, refuse)
    success = given.get("success")
    if success not in SUCCESS:
        raise refuse("success", success, " | ".join(SUCCESS))
    account = _found(given.get("account"), "account", refuse)
    ip = _found(given["ip"], "ip", refuse) if "ip" in given else "ip"
    port = _found(given["src_port"], "src_port", refuse) if "src_port" in given else "src_port"
    sql = (
        f'SELECT {account} AS account, ts AS "at", {ip} AS ip, {port} AS src_port, user_agent, {SUCCESS[success]} '
        f"AS success, {_text(rule.strip())} AS rule, _row FROM requests WHERE {condition} AND {account} <> ''"
    )
    (branch,) = check_select(sql, path, "login")
    return LoginRule(rule.strip(), condition, branch)


Refusal = Callable[[str, Any, str], BadValue]


def _refusal(key: str, path: str) -> Refusal:
    def refuse(name: str, value: Any, wanted: str) -> BadValue:
        return BadValue(path=path, key=f"{key}.{name}", value=value, wanted=wanted)

    return refuse


def _condition(given: dict[str, Any], refuse: Refusal) -> str:
    """SQL for method, status and path of a rule; the path is needed, the others may be left out."""
    pattern = given.get("path")
    if not isinstance(pattern, str) or not _is_regex(pattern, 0):
        raise refuse("path", pattern, translate("a regular expression, such as ^/login"))
    parts = [f"regexp_matches(path, {_text(pattern)})"]
    methods = _listed(given.get("method"))
    if not all(isinstance(m, str) and m.isascii() and m.isalpha() for m in methods):
        raise refuse("method", given["method"], translate("a method such as POST, or a list of them"))
    if methods:
        parts.insert(0, f"method IN ({', '.join(_text(m.upper()) for m in methods)})")
    statuses = _listed(given.get("status"))
    if not all(isinstance(s, int) and s in _STATUS for s in statuses):
        raise refuse("status", given["status"], translate("a status such as 302, or a list of them"))
    if statuses:
        parts.insert(0, f"status IN ({', '.join(_text(str(s)) for s in statuses)})")
    return " AND ".join(parts)


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [] if given is None else [given]


def _found(given: Any, name: str, refuse: Refusal) -> str:
    """SQL for what one place of a line says."""
    wanted = translate("one of {places}, such as {{query: u}} or {{path: '^/user/([^/?]+)'}}").format(
        places=", ".join(PLACES)
    )
    if not isinstance(given, dict) or len(given) != 1 or next(iter(given)) not in PLACES:
        raise refuse(name, given, wanted)
    ((place, how),) = given.items()
    if place in ("user", "forwarded"):
        if how is not True:
            raise refuse(f"{name}.{place}", how, "true")
        return '"user"' if place == "user" else "trim(split_part(forwarded, ',', 1))"
    if place in ("query", "cookie"):
        if not isinstance(how, str) or not _NAME.fullmatch(how):
            raise refuse(f"{name}.{place}", how, translate("the name of a parameter or cookie"))
        escaped = re.sub(r"([.\[\]-])", r"\\\1", how)
        if place == "cookie":
            pattern = rf'(?:^|[ ;"]){escaped}=([^;" ]*)'
            return _decoded(f"regexp_extract(rest, {_text(pattern)}, 1)")
        pattern = f"[?&;]{escaped}=([^&;#]*)"
        return _decoded(f"replace(regexp_extract(path, {_text(pattern)}, 1), '+', ' ')")
    if not isinstance(how, str) or not _is_regex(how, 1):
        raise refuse(f"{name}.{place}", how, translate("a regular expression with one group in parentheses"))
    return _decoded(f"regexp_extract({place}, {_text(how)}, 1)")


def _decoded(sql: str) -> str:
    return f"url_decode({sql})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _is_regex(pattern: str, groups: int) -> bool:
    """Whether the engine's kind of regular expression (RE2) takes a pattern, with at least so many groups."""
    try:
        pc.replace_substring_regex(pa.array(["x"]), pattern=pattern, replacement=rf"\{groups}")
    except pa.ArrowInvalid:
        return False
    return bool(pattern)
