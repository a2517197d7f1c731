"""What a screen reader is told of a page: Chromium's own accessibility tree, in the order in which it is read."""

from itertools import pairwise
from typing import Any

from playwright.sync_api import Page

#: Roles that are announced as such, and under which name.
TOLD = {
    "alert": "alert",
    "button": "button",
    "checkbox": "checkbox",
    "columnheader": "column",
    "combobox": "list",
    "DisclosureTriangle": "opens",
    "dialog": "dialog",
    "group": "group",
    "heading": "heading",
    "navigation": "navigation",
    "radio": "radio",
    "radiogroup": "group",
    "region": "region",
    "status": "status",
    "table": "table",
    "textbox": "field",
}


def heard(page: Page) -> list[str]:
    """The main part of a page, a line for each thing that is announced: its role and its name, headings with level."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    main = next(node for node in nodes if _value(node, "role") == "main")
    return list(_lines(main, by_id))


def _lines(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> list[str]:
    found = []
    role, name = TOLD.get(_value(node, "role")), _value(node, "name")
    if role and not node.get("ignored"):
        level = next((str(p["value"]["value"]) for p in node.get("properties", ()) if p["name"] == "level"), "")
        found.append(f"{role}{' ' if level else ''}{level}: {name}".rstrip())
    for child in node.get("childIds", ()):
        if child in by_id:
            found += _lines(by_id[child], by_id)
    return found


def _value(node: dict[str, Any], what: str) -> str:
    return " ".join(str(node.get(what, {}).get("value", "")).split())


def skipped(lines: list[str]) -> list[str]:
    """Headings that stand more than one level below the heading before them."""
    levels = [(int(line[8]), line) for line in lines if line.startswith("heading ")]
    return [line for (before, _), (level, line) in pairwise([(0, ""), *levels]) if level > before + 1]


def focused(page: Page) -> str:
    """Role and name of what has the focus."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    found = (node for node in nodes if any(p["name"] == "focused" for p in node.get("properties", ())))
    node = next((node for node in found if _value(node, "role") != "RootWebArea"), {})
    return ": ".join(_value(node, what) for what in ("role", "name", "description"))
