"""Every screen in a real browser: nothing that axe-core finds, no violation of the content security policy."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from served import ARGUMENTS, CHROMIUM, Served, Visitor

ROWS = list(csv.DictReader(Path(__file__).with_name("addresses.csv").open(encoding="utf-8")))
#: Answers that are files or data are no screens.
NO_SCREENS = {"package_file", "passkey_options", "identities_export"}
SCREENS = [row for row in ROWS if row["coordinator"] == "200" and row["name"] not in NO_SCREENS]
AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
#: Colour scheme, forced colours, width of the window; half of 1280 is the page at 200 %.
LOOKS = {
    "light": ("light", "none", 1280),
    "dark": ("dark", "none", 1280),
    "narrow": ("light", "none", 320),
    "forced": ("light", "active", 1280),
    "twice": ("dark", "none", 640),
}
UNSEEN = Path(__file__).with_name("unseen_focus.js").read_text(encoding="utf-8").partition("\n")[2]

# Where FANAL_BROWSER is set (.ci/run does), a missing browser is a failure; elsewhere these say why they do not run.
pytestmark = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("FANAL_BROWSER"), reason="no chromium on this machine: apt install chromium"
)


@pytest.fixture
def page(served: Served, first: Visitor, identity: str) -> Iterator[Page]:
    """One test at a time: while Playwright runs, this thread may not use the case store."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context()
        context.add_cookies([{"name": c.name, "value": str(c.value), "url": served.base} for c in first.jar])
        yield context.new_page()
        browser.close()


@pytest.mark.parametrize(
    ("language", "look"), [("en", "light"), ("fr", "dark"), ("de", "narrow"), ("es", "forced"), ("nl", "twice")]
)
def test_axe_finds_nothing_on_any_screen(page: Page, served: Served, identity: str, language: str, look: str) -> None:
    scheme, forced, width = LOOKS[look]
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]
    page.context.add_cookies([{"name": "django_language", "value": language, "url": served.base}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    found = {}
    for row in SCREENS:
        path = row["path"].format(identity=identity)
        page.goto(served.base + path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        seen = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        wrong = [f"{v['id']}: {json.dumps(v['nodes'][0]['target'])}" for v in seen["violations"]]
        overflow = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        if wrong or overflow:
            found[row["name"]] = [*wrong, *(["wider than the screen"] if overflow else [])]
    assert found == {}
    assert said == []


def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    page: Page, served: Served, identity: str
) -> None:
    found = {}
    for row in SCREENS:
        page.goto(served.base + row["path"].format(identity=identity))
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.className")
        page.keyboard.press("Enter")
        at = page.evaluate("document.activeElement.id")
        wrong = page.evaluate(UNSEEN)
        if wrong or "skip-link" not in first or at != "main":
            found[row["name"]] = [first, at, *wrong]
    assert found == {}
