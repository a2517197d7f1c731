"""The walk of docs/accessibility.md: a decision from sign-in to signing out, with the keyboard alone."""

import os
from collections.abc import Iterator

import pytest
from desk_case import Desk
from playwright.sync_api import Page, sync_playwright
from served import ARGUMENTS, CHROMIUM, Served, code_of

from fanal.cases.models.people import Decision
from fanal.cases.session import DEMO_PASSPHRASE

OFFICER = "53"
#: More presses of Tab than any page of this case has places.
MOST = 150
#: What a screen reader would call the place that has the focus.
NAME = """
() => {
  const e = document.activeElement;
  const label = e.getAttribute("aria-label") || (e.labels && e.labels.length ? e.labels[0].textContent : e.textContent);
  return label.trim().replace(/\\s+/g, " ");
}
"""

pytestmark = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("FANAL_BROWSER"), reason="no chromium on this machine: apt install chromium"
)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until that is where the focus is."""
    passed = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(NAME))
        if passed[-1].startswith(name):
            return
    raise AssertionError((name, passed))


def heading(page: Page) -> str:
    page.wait_for_load_state()
    return page.get_by_role("heading", level=1).inner_text()


@pytest.fixture
def page(served: Served) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(locale="en")
        page.goto(served.base)
        yield page
        browser.close()


def walk(page: Page) -> list[str]:
    """The walk; the headings that were come by."""
    come_by = [heading(page)]
    tab_to(page, "Service number")
    page.keyboard.type(OFFICER)
    tab_to(page, "Pass phrase")
    page.keyboard.type(DEMO_PASSPHRASE)
    page.keyboard.press("Enter")
    come_by.append(heading(page))
    secret = page.locator("#secret").inner_text()
    tab_to(page, "Code")
    page.keyboard.type(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/again/**")
    tab_to(page, "Pass phrase")
    page.keyboard.type(DEMO_PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    come_by.append(heading(page))
    tab_to(page, "Go on to the operations")
    page.keyboard.press("Enter")
    page.wait_for_url("**/operations/kx/")
    come_by.append(heading(page))
    tab_to(page, "Identities")
    page.keyboard.press("Enter")
    come_by.append(heading(page))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skips to the main content
    tab_to(page, "Account or identifier")
    page.keyboard.type("c@provider")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=*")
    tab_to(page, page.locator("tbody a").first.inner_text())
    page.keyboard.press("Enter")
    page.wait_for_url("**/identities/*/**")
    come_by.append(heading(page))
    tab_to(page, "suspect")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    come_by.append(page.evaluate(NAME))
    tab_to(page, "Reason")
    page.keyboard.type("waits for the provider")
    tab_to(page, "Sign the decision")
    page.keyboard.press("Enter")
    page.get_by_role("cell", name="waits for the provider").wait_for()
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("**/away/")
    return come_by


def test_a_decision_is_made_with_the_keyboard_alone(page: Page) -> None:
    come_by = walk(page)
    assert come_by[0] == "Sign in"
    assert come_by[2:5] == ["Codes for a lost authenticator", "T", "Identities"]
    assert come_by[5].startswith("Identity ")
    assert come_by[6] == "hold"


def test_the_decision_made_with_the_keyboard_is_signed(case: Desk) -> None:
    assert case.node
    assert Decision.objects.filter(officer__service_number=OFFICER, reason="waits for the provider").exists()
