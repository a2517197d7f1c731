"""A small case to decide on: seven accounts of one platform, their logins, two that upload, and a tip."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import numpy as np
from whole_case import GRADED, Said, md5_of, typed, written_grades

from fanal.cases.node import Node, find_node, load_node
from fanal.sample.places import access_space, codes

THRESHOLD = 'version = 1\napprover = "office 7"\napproved_at = "2026-01-31"\n[rules]\n'
#: Mailbox of each account: 1, 2 and 3 are one identity, 4 and 5 wait for an officer (two birth years, two names).
MAILS = {1: "a", 2: "a", 3: "a", 4: "b", 5: "b", 6: "c", 7: "d"}
BORN = {4: 1960, 5: 1990}
NAMES = {4: "Ana Example", 5: "Bea Sample"}
#: Accounts that upload: their identities meet the threshold.
UPLOAD = (1, 4)
PHONES = {1: "+32470000011", 6: "+32470000016"}
#: A name that two accounts have, and one that one has.
LOGINS = {1: "north", 6: "north", 7: "south"}


@dataclass(frozen=True)
class Desk:
    """One node with one operation."""

    folder: Path

    @property
    def node(self) -> Node:
        return load_node(find_node(self.folder / "node"))

    def type(self, *arguments: object) -> Said:
        """A command in the node, whatever comes of it."""
        return typed("-C", self.folder / "node", *arguments)

    def do(self, *arguments: object) -> Said:
        """A command that must succeed."""
        said = self.type(*arguments)
        assert said.code == 0, (arguments, said.err)
        return said

    def refused(self, *arguments: object) -> str:
        """A command that must be refused; returns its one line."""
        said = self.type(*arguments)
        assert said.code in (1, 2), (arguments, said)
        assert len(said.err.splitlines()) == 1, said.err
        return said.err.removeprefix("fanal: ")

    def rows(self, *arguments: object) -> list[dict[str, Any]]:
        return self.do(*arguments, "--format", "jsonl").lines

    def identities(self) -> list[list[str]]:
        return sorted(sorted(line["accounts"]) for line in self.rows("identities"))

    def line(self, account: str) -> dict[str, Any]:
        """The line of `fanal identities` that has this account."""
        return next(line for line in self.rows("identities") if account in line["accounts"])

    def lake_anew(self, mails: Mapping[int, str] = MAILS) -> None:
        """Make the lake anew from an exhibit in which accounts may have other mailboxes."""
        shutil.rmtree(self.folder / "node" / "lake")
        add(self, mails)
        self.do("run")

    def copy(self, to: Path) -> "Desk":
        shutil.copytree(self.folder, to, ignore=shutil.ignore_patterns("*-shm"))  # SQLite makes it anew
        return Desk(to)


def add(desk: Desk, mails: Mapping[int, str]) -> None:
    """Write a dump in which accounts have these mailboxes, and add it."""
    folder = desk.folder / f"exhibit-{'-'.join(mails.values())}"
    folder.mkdir(exist_ok=True)
    belgium = np.full(len(mails), codes().index("BE"))
    space = access_space().address(belgium, np.arange(len(mails), dtype=np.uint64) * 7919)
    users, logins = [], []
    for n, mail in mails.items():
        name, born, phone = f"'{NAMES.get(n, '')}'", BORN.get(n, "NULL"), PHONES.get(n, "")
        login = LOGINS.get(n, f"user{n}")
        users.append(f"({n},'{login}',{name},{born},'{mail}@provider.be','{phone}','2024-01-0{n} 00:00:00')")
        ip = ip_address(int(space[n - 1]))
        logins += [f"({n * 100 + day},{n},'2024-02-{day:02} 19:00:00','{ip}',{4000 + day})" for day in range(1, 21)]
    uploads = ",".join(f"({n},{n},'2024-02-03 19:00:00'),({n},{n + 50},'2024-02-04 19:00:00')" for n in UPLOAD)
    videos = [n + more for n in UPLOAD for more in (0, 50)]
    statements = (
        "CREATE TABLE users (id INT, login TEXT, name TEXT, born INT, email TEXT, phone TEXT, created DATETIME)",
        "INSERT INTO users VALUES " + ",".join(users),
        "CREATE TABLE logins (id INT, user_id INT, ts DATETIME, ip TEXT, port INT)",
        "INSERT INTO logins VALUES " + ",".join(logins),
        "CREATE TABLE videos (id INT, md5 TEXT)",
        "INSERT INTO videos VALUES " + ",".join(f"({n},'{md5_of(n)}')" for n in videos),
        "CREATE TABLE uploads (user_id INT, video_id INT, ts DATETIME)",
        "INSERT INTO uploads VALUES " + uploads,
    )
    (folder / "desk.sql").write_text("".join(f"{statement};\n" for statement in statements))
    (folder / "desk.yaml").write_text(
        "fanal_mapping: 1\nplatform: kx\nsource: mysqldump\ntime_zone: UTC\ntables:\n"
        "  account: SELECT id AS native_id, login AS username, created AS created_at, nullif(name, '') AS stated_name,"
        " born AS stated_birth_year, _row FROM users\n"
        "  identifier: >\n    SELECT id AS account, 'email' AS kind, email AS value, 'user' AS relation, _row"
        " FROM users\n    UNION ALL\n    SELECT id AS account, 'phone' AS kind, phone AS value, 'user' AS relation,"
        " _row FROM users WHERE phone <> ''\n    UNION ALL\n    SELECT id AS account, 'username' AS kind, login AS"
        " value, 'user' AS relation, _row FROM users\n"
        "  login: SELECT user_id AS account, ts AS at, ip, port AS src_port, _row FROM logins\n"
        "  media: SELECT id AS native_id, md5, _row FROM videos\n"
        "  share: SELECT user_id AS account, video_id AS media, ts AS at, 'upload' AS action, _row FROM uploads\n"
    )
    desk.do("add", folder / "desk.sql", "--mapping", folder / "desk.yaml", "--clock-offset", "30")
    grades, scale = written_grades(folder, *videos)
    desk.do("media", "grades", grades, *GRADED, scale)


def build(folder: Path) -> Desk:
    """The case, run."""
    desk = Desk(folder)
    folder.mkdir(parents=True)
    said = typed("init", folder / "node", "--agency", "Unit 7", "--country", "NL", "--demo")
    assert said.code == 0, said.err
    desk.do("op", "new", "kx", "--title", "T", "--legal-basis", "order 1")
    add(desk, MAILS)
    (folder / "threshold.toml").write_text(THRESHOLD)
    desk.do("op", "threshold", folder / "threshold.toml")
    desk.do("officer", "add", "7", "--role", "analyst")
    desk.do("run")
    return desk
