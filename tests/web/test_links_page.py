"""The links of an identity: whole without JavaScript, drawn where there is some."""

import html
import json
import os
import re

import pytest
from desk_case import Desk
from playwright.sync_api import sync_playwright
from served import ARGUMENTS, CHROMIUM, Served, Visitor

from fanal.web.graph import RINGS, places


def test_the_tables_have_every_node_and_tie_of_the_picture(first: Visitor, case: Desk) -> None:
    identity = case.line("kx:4")["identity"]
    page = first.open(f"/operations/kx/identities/{identity}/links/").main
    told = re.search(r'data-graph="([^"]+)"', page)
    assert told
    graph = json.loads(html.unescape(told[1]))
    ties, nodes = (part.partition("</table>")[0] for part in page.split("<tbody>")[1:])
    assert ties.count("<tr") == len(graph["ties"])
    assert nodes.count("<tr") == len(graph["nodes"])
    assert ties.count("/rows/") >= len(graph["ties"])
    assert case.line("kx:5")["identity"][:12] in ties


def test_the_same_graph_is_always_placed_the_same_and_no_two_nodes_on_one_place() -> None:
    nodes = [{"id": f"{kind} {n}", "kind": kind} for ring in RINGS for kind in ring for n in range(9)]
    ties = [{"source": f"account {n}", "target": f"device {8 - n}"} for n in range(9)]
    found = places(nodes, ties)
    assert found == places(nodes, ties)
    assert len(set(found.values())) == len(nodes)


@pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("FANAL_BROWSER"), reason="no chromium on this machine: apt install chromium"
)
def test_a_browser_draws_the_picture_and_finds_a_node_by_keyboard(
    served: Served, first: Visitor, identity: str
) -> None:
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context()
        context.add_cookies([{"name": c.name, "value": str(c.value), "url": served.base} for c in first.jar])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.goto(f"{served.base}/operations/kx/identities/{identity}/links/")
        page.locator("#graph canvas").first.wait_for()
        page.focus("#find")
        page.keyboard.press("ArrowDown")
        page.wait_for_function("document.getElementById('found').textContent.includes('kx:')")
        page.focus("#graph")
        page.keyboard.press("+")
        browser.close()
    assert said == []
