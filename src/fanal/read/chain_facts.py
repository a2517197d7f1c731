"""Which tool made an extract of a chain, in which version and when: facts that a tracing report cannot do without."""

import json
import re
from collections.abc import Mapping
from typing import Any

FACTS = ("tool", "version", "date")
#: The same facts under the names that the register and other tools give them.
_OPTIONS = {"tool": "tool", "version": "tool_version", "date": "tool_date"}
_NAMES = {
    "tool": ("tool", "generator", "exporter", "software"),
    "version": ("version", "tool_version"),
    "date": ("date", "tool_date", "exported_at", "created", "generated_at"),
}
_COMMENT = re.compile(r"^[#;]\s*([A-Za-z_ ]{1,30}?)\s*[:=]\s*(.{1,200}?)\s*$", re.MULTILINE)
_MEMBER = re.compile(r'"([a-z_]{1,30})"\s*:\s*("(?:[^"\\]|\\.){1,200}"|[0-9.]{1,20})')


def traced(said: Mapping[str, str], options: Mapping[str, Any]) -> dict[str, Any]:
    """The note `chain`: tool, version and date, where from, and `open` where one of them is not known.

    Args:
        said: by the extract itself.
        options: what the register keeps (tool, tool_version, tool_date).
    """
    told = {fact: said.get(fact) or options.get(_OPTIONS[fact]) for fact in FACTS}
    known = {fact: str(value) for fact, value in told.items() if value}
    return {**known, "from": "file" if said else "register", "open": len(known) < len(FACTS)}


def said_in_comments(head: str) -> dict[str, str]:
    """Facts in lines before a table: "# tool: Tracer"."""
    return _facts({name.strip().lower().replace(" ", "_"): value for name, value in _COMMENT.findall(head)})


def said_in_members(head: str) -> dict[str, str]:
    """Facts among the members of a JSON object, before its transactions."""
    return _facts({name: str(json.loads(value)) for name, value in _MEMBER.findall(head) if _is_json(value)})


def _facts(found: Mapping[str, str]) -> dict[str, str]:
    facts = {fact: next((found[name] for name in _NAMES[fact] if name in found), "") for fact in FACTS}
    return {fact: value for fact, value in facts.items() if value}


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
