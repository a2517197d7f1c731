"""When a session ends: nothing that was typed is lost, nothing is sent by itself, and nobody else gets it."""

import html
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from desk_case import Desk
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import sync_playwright
from served import ARGUMENTS, CHROMIUM, Page, Served, Visitor
from test_addresses import ROWS

from fanal.cases.models.people import Decision
from fanal.cases.session import DEMO_PASSPHRASE

PAIR = "/operations/kx/review/pair/?accounts=kx:4%2Ckx:5"
LONG = "a long reason\nin two lines"
END = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], 30)
store.execute("update django_session set expire_date = '2020-01-01' where session_key = ?", sys.argv[2:])
store.commit()
"""

in_browser = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("FANAL_BROWSER"), reason="no chromium on this machine: apt install chromium"
)


def end_session(visitor: Visitor, case: Desk) -> None:
    """As thirty minutes without a page do. Another process: closing a SQLite file takes away the locks of this one."""
    command = [sys.executable, "-c", END, str(case.node.folder / "case.sqlite"), visitor.cookie("sessionid").value]
    subprocess.run(command, check=True)


def too_late(visitor: Visitor, case: Desk, reason: str) -> Page:
    """A verdict that is sent after the session ended."""
    token = visitor.open(PAIR).token
    end_session(visitor, case)
    form = {"csrfmiddlewaretoken": token, "accounts": "kx:4,kx:5", "verdict": "not_enough", "reason": reason}
    return visitor.open(PAIR, form)


def in_again(visitor: Visitor, page: Page, officer: str) -> Page:
    """Sign in on the page that the desk shows instead."""
    hidden = {
        name: html.unescape(re.search(f'name="{name}" value="([^"]*)"', page.text)[1]) for name in ("next", "kept")
    }  # type: ignore[index]
    form = {"csrfmiddlewaretoken": page.token, "login": officer, "password": DEMO_PASSPHRASE, **hidden}
    asked = visitor.open("/sign-in/", form)
    return visitor.open(asked.url, {"csrfmiddlewaretoken": asked.token, "code": visitor.code()})


@pytest.fixture(scope="module")
def slow(served: Served) -> Visitor:
    return served.visitor().sign_in("44")


def test_a_form_sent_after_the_session_ended_is_shown_again_after_signing_in_and_sent_at_a_press(
    slow: Visitor, case: Desk
) -> None:
    page = too_late(slow, case, LONG)
    assert page.status == 403
    assert "The desk is locked" in page.main
    assert "a long reason" not in page.text
    back = in_again(slow, page, "44")
    assert back.url.endswith("/resume/")
    assert "a long reason\nin two lines</textarea>" in back.main.replace("\r", "")
    assert case.node
    assert not Decision.objects.filter(officer__service_number="44").exists()
    fields = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', back.main))
    slow.open(PAIR, {**fields, "csrfmiddlewaretoken": back.token, "reason": LONG})
    assert Decision.objects.get(officer__service_number="44").reason == LONG
    assert slow.open("/resume/", follow=False).status == 302


def test_another_officer_at_the_same_browser_does_not_get_what_was_typed(
    slow: Visitor, first: Visitor, case: Desk
) -> None:
    page = too_late(slow, case, "not for you")
    other = Visitor(slow.base, slow.jar, first.secret, first.used)
    back = in_again(other, page, "1")
    assert "not for you" not in back.text
    assert other.open("/resume/", follow=False).status == 302
    slow.jar.clear()
    slow.sign_in("44")


def test_a_form_older_than_the_last_sign_in_is_shown_again(slow: Visitor) -> None:
    token = slow.open(PAIR).token
    old = {"csrfmiddlewaretoken": token[::-1], "accounts": "kx:4,kx:5", "verdict": "same", "reason": "from before"}
    page = slow.open(PAIR, old)
    assert page.status == 403
    assert "from before" in page.main


def test_a_form_from_elsewhere_is_not_shown(slow: Visitor) -> None:
    elsewhere = Visitor(slow.base, slow.jar, origin="http://elsewhere.example")
    page = elsewhere.open(PAIR, {"csrfmiddlewaretoken": "x", "reason": "forged"})
    assert page.status == 403
    assert "forged" not in page.text


def test_every_page_can_be_left_at_once(served: Served, slow: Visitor, identity: str) -> None:
    for row in ROWS:
        page = slow.open(row["path"].format(identity=identity))
        if page.status == 200 and "<main" in page.text:
            assert re.search(r'<form action="/leave/" method="post">.*desk-head__leave', page.text)


def test_leaving_works_from_a_page_older_than_the_last_sign_in(served: Served) -> None:
    visitor = served.visitor().sign_in("45")
    page = visitor.open("/leave/", {"csrfmiddlewaretoken": "old"})
    assert "Fanal" not in page.text
    assert visitor.open("/people/", follow=False).status == 302


@pytest.fixture
def browser_page(served: Served, slow: Visitor) -> Iterator[BrowserPage]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(reduced_motion="reduce")
        context.add_cookies([{"name": c.name, "value": str(c.value), "url": served.base} for c in slow.jar])
        page = context.new_page()
        page.clock.install()
        yield page
        browser.close()


@in_browser
def test_the_desk_warns_stays_at_a_press_locks_and_puts_back_what_was_typed(
    browser_page: BrowserPage, served: Served, slow: Visitor
) -> None:
    page, warning = browser_page, browser_page.get_by_role("dialog", name="The desk is about to lock")
    page.goto(served.base + PAIR)
    page.clock.run_for("28:30")
    warning.wait_for()
    assert page.evaluate("document.activeElement.id") == "idle-stay"
    page.keyboard.press("Enter")
    warning.wait_for(state="hidden")
    page.fill("#reason", LONG)
    page.check("#verdict-same", force=True)
    page.clock.run_for("01:10:00")
    page.wait_for_url("**/lock/")
    assert "a long reason" not in page.content()
    page.fill("#id_login", "44")
    page.fill("#id_password", DEMO_PASSPHRASE)
    page.click("main button")
    page.fill("#id_code", slow.code())
    page.click("main button")
    page.wait_for_url("**" + PAIR.partition("?")[0] + "*")
    page.locator("#kept").wait_for()
    assert page.input_value("#reason") == LONG
    assert page.is_checked("#verdict-same")
