"""Pictures of every screen of the desk, light and dark, in English and French, for a person to look at.

A tool for developers: `make screens`. It follows the links of the demo's desk from the list of operations and takes one
picture of each kind of page, whole. Where a page is wider than the window, or the browser complains, it says so.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

import fanal.work  # noqa: F401  sets the case store up before its modules are imported
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.cli.demo import run_demo
from fanal.cli.demo_desk import code_of, served

LANGUAGES = ("en", "fr")
SCHEMES = ("light", "dark")
OFFICER = "1"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
#: What differs between two pages of one kind: numbers, identities, names of packages.
VARIES = re.compile(r"[0-9a-f]{8,}|[a-z0-9-]+-[A-Z]{2}-L?\d+|\d+")
#: Ends the session, or shows what another page shows already.
AVOIDED = ("/sign-out/", "/leave/", "/static/")


def kind_of(path: str) -> str:
    """What pages of one kind have in common; operations count as one kind of place."""
    place = re.sub(r"^/operations/[^/]+/", "/operations/", path.partition("?")[0])
    return VARIES.sub("N", place)


def screens(context: BrowserContext, base: str) -> Iterator[str]:
    """The path of one page of each kind, as links lead from one to another."""
    waiting, known = ["/"], set()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in known or path.startswith(AVOIDED):
            continue
        answer = context.request.get(base + path)
        told = answer.headers
        if not answer.ok or "html" not in told.get("content-type", "") or "content-disposition" in told:
            continue
        known.add(kind)
        yield path
        waiting += re.findall(r'href="(/[^"#]*)"', answer.text().replace("&amp;", "&"))


def sign_in(page: Page, base: str, code: str) -> None:
    """Sign the first officer in with a code of now."""
    page.goto(f"{base}/sign-in/")
    page.fill("#id_login", OFFICER)
    page.fill("#id_password", DEMO_PASSPHRASE)
    page.click("main button")
    page.fill("#id_code", code)
    page.click("main button")
    page.wait_for_load_state()


def pictures(base: str, code: str, to: Path, browser: str, width: int) -> list[str]:
    """Take them all from a desk that is served; returns what is wrong, one line each."""
    wrong: list[str] = []
    with sync_playwright() as playwright:
        context = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS).new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce"
        )
        page = context.new_page()
        sign_in(page, base, code)
        page.on(
            "console", lambda message: wrong.append(f"{page.url}: {message.text}") if message.type == "error" else None
        )
        for path in screens(context, base):
            for language in LANGUAGES:
                context.add_cookies([{"name": "django_language", "value": language, "url": base}])
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                    page.goto(base + path)
                    name = kind_of(path).strip("/").replace("/", "-") or "start"
                    page.screenshot(path=to / f"{language}-{scheme}" / f"{name}.png", full_page=True)
                    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                        wrong.append(f"{path} ({language}): wider than {width} pixels")
            sys.stdout.write(f"{path}\n")
    return wrong


def main() -> int:
    """Entry of `make screens`. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("screens"))
    parser.add_argument("--node", type=Path, help="a demo node; default, one made by the demonstration")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--width", type=int, default=1280)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fanal-screens-") as folder:
        if told.node is None:
            run_demo(Path(folder).resolve())
        node = told.node or Path(folder).resolve() / "desk"
        with served(node) as port:
            base, code = f"http://localhost:{port}", code_of(node, OFFICER)
            wrong = pictures(base, code, told.to, told.browser, told.width)
    sys.stdout.write("".join(f"! {line}\n" for line in wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
