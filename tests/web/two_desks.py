"""Two nodes with their desks and workers, and officers in a real browser: what a whole case needs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import numpy as np
from desk_case import THRESHOLD
from playwright.sync_api import Browser, Locator, Page, expect
from served import Served, Visitor, serve
from whole_case import TERMS, typed
from working import watch, worker

from fanal.cases.node import load_node
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.sample.places import access_space, codes

#: How long a job may take, in milliseconds.
PATIENCE = 60_000
NODES = {"desk": ("Unit 7", "NL"), "belgium": ("Unit BE", "BE")}


@dataclass
class Desks:
    """Both nodes, served."""

    folder: Path
    served: dict[str, Served]


@contextmanager
def two_desks(folder: Path) -> Iterator[Desks]:
    """The nodes, pinned to each other, with a tip and a dump in the desk's watched folder; served, with workers."""
    for name, (agency, country) in NODES.items():
        said = typed("init", folder / name, "--agency", agency, "--country", country, "--demo")
        assert said.code == 0, said.err
        typed("-C", folder / name, "peer", "card", folder / f"{name}.card")
    for name, other in (("desk", "belgium"), ("belgium", "desk")):
        assert typed("-C", folder / name, "peer", "add", folder / f"{other}.card").code == 0
    typed("-C", folder / "desk", "peer", "assess", "BE", *TERMS)
    typed("-C", folder / "desk", "op", "new", "intake", "--title", "Intake", "--legal-basis", "order 1")
    nodes = {name: load_node(folder / name) for name in NODES}
    _put(watch(nodes["desk"], folder / "incoming"))
    (folder / "threshold.toml").write_text(THRESHOLD)
    served = {}
    workers = []
    try:
        for name in NODES:
            node = load_node(folder / name)
            served[name] = serve(node)
            workers.append(worker(node))
        yield Desks(folder, served)
    finally:
        for process in (*workers, *(one.process for one in served.values())):
            process.terminate()
            process.wait(30)


#: Pairs of accounts that share a mailbox and have two birth years: an officer has to look at each.
PAIRS = 30


def _put(incoming: Path) -> None:
    (incoming / "tip.eml").write_bytes(
        b"From: someone@example.org\r\nTo: tips@example.org\r\nSubject: message 12\r\n"
        b"Date: Mon, 5 Feb 2024 10:00:00 +0000\r\nMessage-ID: <12@example.org>\r\n\r\nplaceholder text\r\n"
    )
    n = 2 * PAIRS
    belgium = np.full(n, codes().index("BE"))
    space = access_space().address(belgium, np.arange(n, dtype=np.uint64) * 7919)
    users, logins = [], []
    for i in range(n):
        born = 1960 if i % 2 else 1990
        users.append(f"({i + 1},'user{i + 1}','Name {i + 1}',{born},'box{i // 2}@provider.be','2024-01-01 00:00:00')")
        ip = ip_address(int(space[i]))
        logins += [f"({i * 100 + d},{i + 1},'2024-02-{d:02} 19:00:00','{ip}',{4000 + d})" for d in range(1, 11)]
    rooms = ",".join(f"({i + 1},{i + 1},'2024-02-03 19:00:00')" for i in range(n))
    (incoming / "kx.sql").write_text(
        "CREATE TABLE users (id INT, login TEXT, name TEXT, born INT, email TEXT, created DATETIME);\n"
        f"INSERT INTO users VALUES {','.join(users)};\n"
        "CREATE TABLE logins (id INT, user_id INT, ts DATETIME, ip TEXT, port INT);\n"
        f"INSERT INTO logins VALUES {','.join(logins)};\n"
        "CREATE TABLE rooms (user_id INT, room INT, ts DATETIME);\n"
        f"INSERT INTO rooms VALUES {rooms};\n"
    )
    (incoming / "kx.yaml").write_text(
        "fanal_mapping: 1\nplatform: kx\nsource: mysqldump\ntime_zone: UTC\ntables:\n"
        "  account: SELECT id AS native_id, login AS username, created AS created_at, name AS stated_name,"
        " born AS stated_birth_year, _row FROM users\n"
        "  identifier: SELECT id AS account, 'email' AS kind, email AS value, 'user' AS relation, _row FROM users\n"
        "  login: SELECT user_id AS account, ts AS at, ip, port AS src_port, _row FROM logins\n"
        "  membership: SELECT user_id AS account, room AS channel, ts AS at, 'created' AS change, _row FROM rooms\n"
    )


@dataclass
class AtDesk:
    """An officer at a desk, in a browser of one's own."""

    page: Page
    base: str
    officer: Visitor
    errors: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.main.get_by_role("link", name=name).first.click()

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def sees(self, text: str) -> None:
        expect(self.main).to_contain_text(text, timeout=PATIENCE)

    def job_is_done(self) -> None:
        """The page of a job says by itself, without a press, that it is done."""
        expect(self.page.locator("#job .govuk-tag--green")).to_be_visible(timeout=PATIENCE)

    def sign(self, button: str) -> None:
        """Enter a fresh code and press."""
        self.page.get_by_label("Code of your authenticator").first.fill(self.officer.code())
        self.press(button)

    def receives(self, file: Path, told: str) -> None:
        """Upload a file; it is taken in."""
        self.go("/receive/")
        self.page.get_by_label("File").set_input_files(file)
        self.press("Open it")
        self.sees(told)

    def takes_away(self, link: str, folder: Path) -> Path:
        """Download a file."""
        with self.page.expect_download() as found:
            self.main.get_by_role("link", name=re.compile(link)).first.click()
        path = folder / found.value.suggested_filename
        found.value.save_as(path)
        return path


def at_desk(browser: Browser, served: Served, officer: str) -> AtDesk:
    """Sign in: the pass phrase, then the second factor, set up at the first time."""
    page = browser.new_context(locale="en-GB").new_page()
    desk = AtDesk(page, served.base, Visitor(served.base))
    page.on("console", lambda m: desk.errors.append(m.text) if m.type == "error" else None)
    desk.go("/")
    page.get_by_label("Service number").fill(officer)
    page.get_by_label("Pass phrase").fill(DEMO_PASSPHRASE)
    desk.press("Sign in")
    desk.officer.secret = page.locator("#secret").inner_text()
    page.locator("input[name=code]").fill(desk.officer.code())
    page.locator("main button").click()
    expect(page.locator("#secret")).to_have_count(0)
    return desk
