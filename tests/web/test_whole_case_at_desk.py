"""The whole case in a real browser: from a tip to the first node's figures, over two desks."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from served import CHROMIUM
from two_desks import PAIRS, AtDesk, Desks, at_desk, two_desks

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

pytestmark = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("FANAL_BROWSER"), reason="no chromium on this machine: apt install chromium"
)


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    with two_desks(tmp_path_factory.mktemp("two")) as served:
        yield served


def tip_becomes_an_operation(desk: AtDesk) -> None:
    desk.go("/operations/intake/evidence/add/?as=tip")
    desk.page.get_by_label("tip.eml").check()
    desk.press("Take them in")
    desk.job_is_done()
    desk.follow("Tips")
    desk.main.get_by_role("link", name="1").click()
    desk.page.get_by_text("Open an operation for this tip").click()
    desk.page.get_by_label("short name").fill("kx")
    desk.page.get_by_label("title").fill("Platform kx")
    desk.page.get_by_label("legal basis").fill("order 2")
    desk.page.locator("#open-reason").fill("it names a platform")
    desk.press("Open the operation")
    desk.job_is_done()


def threshold_is_taken_in(desk: AtDesk, text: Path) -> None:
    desk.go("/operations/kx/packages/")
    desk.sees("nothing can be packed")
    desk.follow("Threshold")
    desk.page.get_by_label("The approved text").set_input_files(text)
    desk.press("Sign and take it in")
    desk.sees("office 7")


def exhibits_are_added_and_the_run_goes(desk: AtDesk) -> None:
    desk.go("/operations/kx/evidence/add/")
    desk.page.get_by_label("kx.sql").check()
    desk.page.locator("#mapping").select_option("kx.yaml")
    desk.page.locator("#clock_offset_s").fill("30")
    desk.page.locator("#authority").fill("judge 3")
    desk.press("Add them")
    desk.job_is_done()
    desk.go("/operations/kx/evidence/")
    desk.sees("judge 3")
    run(desk, "kx")


def run(desk: AtDesk, operation: str) -> None:
    desk.go(f"/operations/{operation}/work/")
    desk.press("Run what is out of date")
    desk.job_is_done()


def links_are_reviewed(desk: AtDesk) -> None:
    desk.go("/operations/kx/review/")
    desk.main.locator("tbody a").first.click()
    for _ in range(PAIRS):
        desk.page.locator("#verdict-different").check()
        desk.page.locator("textarea[name=reason]").fill("two birth years")
        desk.main.locator("form button").last.click()
    desk.go("/operations/kx/review/mine/")
    assert desk.main.locator("tbody tr").count() == PAIRS


def package_is_built_approved_and_sealed(first: AtDesk, second: AtDesk, folder: Path) -> Path:
    first.go("/operations/kx/packages/")
    first.page.locator("#country").fill("be")
    first.press("Build what would leave")
    first.job_is_done()
    second.go("/operations/kx/packages/")
    second.follow("kx-BE-1")
    second.sees("Unit BE")
    second.sign("Approve as second officer")
    second.sees("approved")
    second.sign("Seal")
    second.sees("sealed")
    return second.takes_away("sealed file", folder)


def it_is_received_and_answered(desk: AtDesk, package: Path, folder: Path) -> Path:
    desk.receives(package, "A package was opened")
    desk.sees("Unit 7")
    run(desk, "nl-kx")
    for place, outcome in enumerate(("arrested", "false positive")):
        desk.go("/operations/nl-kx/answers/")
        desk.main.locator("tbody a").nth(place).click()
        desk.page.get_by_label(outcome, exact=True).check()
        desk.page.locator("#at").fill("2026-03-02")
        desk.page.locator("#minor").select_option("no")
        desk.press("Record it")
        desk.sees(outcome)
    desk.sign("Sign and seal")
    return desk.takes_away("fanal-answer", folder)


def the_false_positive_is_corrected(second: AtDesk, belgium: AtDesk, folder: Path) -> Path:
    """The answer drafted a correction; a second officer sends it, and its recipient stops what is under way."""
    second.go("/operations/kx/letters/")
    second.sees("kx-BE-L1")
    second.sign("Approve and seal")
    belgium.receives(second.takes_away("notice", folder), "A letter was taken in")
    belgium.follow("Decide on the letter")
    belgium.page.locator("textarea[name=reason]").first.fill("nothing was under way")
    belgium.sign("It is stopped")
    belgium.sees("settled")
    return belgium.takes_away("reply", folder)


def figure(desk: AtDesk, name: str) -> str:
    desk.go("/operations/kx/")
    return desk.main.locator(".desk-figures div", has=desk.page.locator("dt", has_text=name)).locator("dd").inner_text()


def test_a_tip_becomes_an_answered_package_over_two_desks(desks: Desks, tmp_path: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        first = at_desk(browser, desks.served["desk"], "1")
        tip_becomes_an_operation(first)
        threshold_is_taken_in(first, desks.folder / "threshold.toml")
        exhibits_are_added_and_the_run_goes(first)
        links_are_reviewed(first)
        run(first, "kx")
        second = at_desk(browser, desks.served["desk"], "2")
        package = package_is_built_approved_and_sealed(first, second, tmp_path)
        before = figure(first, "arrests")
        belgium = at_desk(browser, desks.served["belgium"], "1")
        answer = it_is_received_and_answered(belgium, package, tmp_path)
        first.receives(answer, "An answer was taken in")
        assert (before, figure(first, "arrests")) == ("0", "1")
        first.receives(the_false_positive_is_corrected(second, belgium, tmp_path), "A letter was taken in")
        first.go("/operations/kx/letters/")
        first.sees("nothing was under way")
        assert [*first.errors, *second.errors, *belgium.errors] == []
        browser.close()
