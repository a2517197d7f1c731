"""The screen-reader walk of docs/accessibility.md: what is announced on the main path, in English and in French.

`announced.csv` holds what must be heard at each step, in this order; what the case itself says may stand between.
"""

import csv
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from desk_case import Desk
from heard import focused, heard, skipped
from playwright.sync_api import Page, sync_playwright
from served import ARGUMENTS, CHROMIUM, Served, Visitor, code_of
from working import do

from fanal.cases.models.exchange import Package
from fanal.cases.session import DEMO_PASSPHRASE

OFFICER = "54"
LANGUAGES = ("en", "fr")
ROWS = list(csv.DictReader(Path(__file__).with_name("announced.csv").open(encoding="utf-8")))
STEPS = list(dict.fromkeys(row["step"] for row in ROWS))

pytestmark = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("FANAL_BROWSER"), reason="no chromium on this machine: apt install chromium"
)


@dataclass
class Walked:
    """What was heard: by step and language; what had the focus after something was refused, by language."""

    heard: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    wrong_phrase: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def speak(page: Page, base: str, language: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": base}])


def sign_in(page: Page, walked: Walked, base: str) -> None:
    """As an officer does for the first time; with a wrong pass phrase first."""
    for language in LANGUAGES:
        speak(page, base, language)
        page.goto(f"{base}/sign-in/")
        walked.heard["sign in", language] = heard(page)
        page.fill("#id_login", OFFICER)
        page.fill("#id_password", "wrong")
        page.locator("main form button").first.click()
        page.locator(".govuk-error-summary").wait_for()
        walked.wrong_phrase[language] = focused(page)
    page.fill("#id_login", OFFICER)
    page.fill("#id_password", DEMO_PASSPHRASE)
    page.locator("main form button").first.click()
    page.locator("#id_code").fill(code_of(page.locator("#secret").inner_text()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/again/**")


def decide_without_a_reason(page: Page, walked: Walked, language: str) -> None:
    page.locator("#verdict-hold").check()
    page.locator("#reason").fill(" ")
    page.locator("main form button").last.click()
    page.locator(".govuk-error-summary").wait_for()
    walked.refused[language] = focused(page)


@pytest.fixture(scope="module")
def walked(served: Served, case: Desk, first: Visitor, identity: str) -> Walked:
    """The walk, once: from signing in to a package that waits for a second officer."""
    asked = first.post("/operations/kx/packages/", country="be")
    do(case.node, int(asked.url.rstrip("/").rpartition("/")[2]))
    package = str(Package.objects.get(state="built", country="BE"))
    within = f"{served.base}/operations/kx"
    pages = {
        "front": "/",
        "identities": "/identities/",
        "identity": f"/identities/{identity}/",
        "queue": "/review/?all=1",
        "second": "/review/second/",
        "package": f"/packages/{package}/",
    }
    walked = Walked()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        sign_in(page, walked, served.base)
        for language in LANGUAGES:
            speak(page, served.base, language)
            for step, path in pages.items():
                page.goto(within + path)
                walked.heard[step, language] = heard(page)
                if step == "identity":
                    decide_without_a_reason(page, walked, language)
        browser.close()
    return walked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_announced_in_the_order_of_the_table(walked: Walked, step: str, language: str) -> None:
    lines = iter(walked.heard[step, language])
    must = [row[language] for row in ROWS if row["step"] == step]
    assert [line for line in must if line not in lines] == [], walked.heard[step, language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_begin_at_the_first_level_and_skip_none(walked: Walked, language: str) -> None:
    for step in STEPS:
        lines = walked.heard[step, language]
        assert sum(line.startswith("heading 1:") for line in lines) == 1, step
        assert skipped(lines) == [], step


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_field_and_button_has_a_name(walked: Walked, language: str) -> None:
    nameless = {f"{role}:" for role in ("table", "column", "region", "field", "list", "checkbox", "radio", "button")}
    for step in STEPS:
        assert not nameless & set(walked.heard[step, language]), step


def test_what_went_wrong_has_the_focus_and_says_what_to_do(walked: Walked) -> None:
    assert walked.wrong_phrase["en"].startswith("alert: There is a problem: ")
    assert walked.wrong_phrase["fr"].startswith("alert: Il y a un problème")
    assert walked.refused["en"].startswith("alert: That was not done: ")
    assert "needs a reason" in walked.refused["en"]
    assert walked.refused["fr"].startswith("alert: Cela n'a pas été fait")
