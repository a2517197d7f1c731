"""Passkeys beside the authenticator: set up, signed in with, and as the fresh second factor of an act."""

import json
import os
from collections.abc import Iterator

import pytest
from desk_case import Desk
from playwright.sync_api import Page, sync_playwright
from served import ARGUMENTS, CHROMIUM, Served, Visitor

from fanal.cases.session import DEMO_PASSPHRASE

OFFICER = "46"
FILES = "/operations/kx/deconfliction/"
in_browser = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("FANAL_BROWSER"), reason="no chromium on this machine: apt install chromium"
)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(served: Served, case: Desk) -> Iterator[Page]:
    """A browser with a virtual authenticator, at the name that passkeys belong to."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(base_url=served.base.replace("127.0.0.1", "localhost"), locale="en")
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield page
        browser.close()


def pass_phrase(page: Page) -> None:
    page.goto("/sign-in/")
    page.fill("#id_login", OFFICER)
    page.fill("#id_password", DEMO_PASSPHRASE)
    page.click("main button")


@in_browser
def test_a_passkey_is_the_only_second_factor_an_officer_needs(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    pass_phrase(page)
    page.get_by_role("link", name="Use a passkey instead").click()
    page.get_by_label("A name to tell it apart by").fill("token 1")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/again/*")
    page.fill("#id_password", DEMO_PASSPHRASE)
    page.click("main button")
    page.wait_for_url("**/recovery-codes/")
    page.goto("/second-factor/")
    assert page.get_by_text("token 1 ·").is_visible()
    page.get_by_role("button", name="Sign out").click()
    pass_phrase(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/operations/kx/")
    page.goto("/peers/own/")
    page.locator("summary", has_text="Write a new card").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("A new card is written").wait_for()
    page.goto("/second-factor/")
    page.get_by_role("link", name="Remove token 1").click()
    page.wait_for_url("**/again/*")
    page.fill("#id_password", DEMO_PASSPHRASE)
    page.click("main button")
    page.wait_for_url("**/remove/")
    page.click("main button")
    assert "only second factor" in page.content()
    assert said == [] or all("400" in line or "404" in line for line in said)


def test_a_passkey_that_answers_another_question_approves_nothing(first: Visitor) -> None:
    page = first.post(FILES, name="none", credential=json.dumps({"id": "x", "response": {}}))
    assert page.status == 400
    assert "passkey did not answer" in page.main


def test_where_passkeys_cannot_be_used_the_page_says_why(first: Visitor) -> None:
    page = first.open("/second-factor/passkey/add/")
    assert page.url.endswith("/second-factor/")
    assert "Passkeys cannot be used at this address" in page.main


@pytest.mark.parametrize(
    "told", ["5", "[1]", '{"id": 1}', '{"id": "a", "response": []}', '{"response": {"userHandle": 1}}']
)
def test_what_is_no_passkeys_answer_is_refused_in_a_line(told: str, served: Served, second: Visitor) -> None:
    visitor = served.visitor()
    page = visitor.pass_phrase("2")
    refused = visitor.open(page.url, {"csrfmiddlewaretoken": page.token, "credential": told})
    assert refused.status in (200, 400)
    assert "passkey" in refused.main
