"""One small case of both kinds in three nodes, built once for all tests, and the commands typed in it.

Tests read it, or take a copy that they may change. Everything is done by the commands an officer types, in
this process: a start of the program costs more than most commands.
"""

import fcntl
import hashlib
import io
import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from fanal.cases.node import Node, find_node, load_node
from fanal.cli.main import main
from fanal.lake.snapshot import read_current
from fanal.sample.places import access_space, codes

SCALE = 0.001
CHATS = (
    ("WhatsApp Chat with Group 7.zip", "+34612345101", "Europe/Madrid"),
    ("WhatsApp Chat - Group 7.zip", "+918123456100", "Asia/Kolkata"),
)
EXHIBITS = (
    ("kx.sql", "kx.yaml"),
    ("forum.jsonl", "forum.yaml"),
    ("access.log", "access.yaml"),
    ("exchange.csv", "exchange.yaml"),
)
#: On what terms packages go to a recipient.
TERMS = (
    *("--basis", "eu", "--purpose", "criminal investigation"),
    *("--ill-treatment", "none", "--assessment", "no indication of it"),
)
#: Whose grades of the media they are; the mapping follows.
GRADED = ("--agency", "Examiner 1", "--mapping")
#: Nodes of the case: the desk seizes and sends, the others receive; each of them and the desk have pinned each other.
NODES = {"desk": "NL", "belgium": "BE", "spain": "ES"}


@dataclass(frozen=True)
class Said:
    """What one command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def typed(*arguments: object) -> Said:
    """Run one command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return Said(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Case:
    """A folder with the sample's exhibits and the nodes."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def node(self, name: str) -> Node:
        """The node, with its case store open in this process."""
        return load_node(find_node(self.path(name)))

    def do(self, node: str, *arguments: object) -> Said:
        """A command that must succeed."""
        said = typed("-C", self.path(node), *arguments)
        assert said.code == 0, (arguments, said.err)
        return said

    def refused(self, node: str, *arguments: object) -> str:
        """A command that must be refused; returns the code of the one line it said."""
        said = typed("-C", self.path(node), *arguments)
        assert said.code == 1, (arguments, said)
        assert said.out == ""
        assert len(said.err.splitlines()) == 1, said.err
        program, code, message = said.err.split(": ", 2)
        assert program == "fanal"
        assert message.strip()
        return code

    def figures(self, operation: str, node: str = "desk") -> dict[str, Any]:
        found: dict[str, Any] = self.do(node, "figures", "--op", operation, "--format", "json").json
        return found

    def identities(self, operation: str, node: str = "desk") -> list[dict[str, Any]]:
        return self.do(node, "identities", "--op", operation, "--format", "jsonl").lines

    def release(self, country: str = "BE", operation: str = "kx") -> Path:
        """Build, approve and seal a package; returns the sealed file."""
        op = ("--op", operation)
        self.do("desk", "package", "build", country, *op)
        self.do("desk", "--as", "2", "package", "approve", *op)
        return Path(self.do("desk", "package", "seal", *op, "--format", "json").json[0]["file"])

    def copy(self, to: Path) -> "Case":
        """The nodes, to be changed; the sample's exhibits stay where they are."""
        for name in NODES:
            shutil.copytree(self.path(name), to / name)
            (to / f"{name}.card").write_bytes(self.path(f"{name}.card").read_bytes())
        for name in ("platform", "group"):
            (to / name).symlink_to(self.path(name))
        return Case(to)


def lake_files(folder: Path) -> dict[str, str]:
    """Every file of the lakes below a node: name to digest. What is only a lock is left out."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "lake").rglob("*"))
        if path.is_file() and path.name != "LOCK"
    }


def read_rows(lake: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table in the current snapshot of one operation's lake, in their order."""
    return [row for file in read_current(lake).files(table) for row in pq.read_table(file).to_pylist()]


def small_platform(folder: Path) -> tuple[Path, Path]:
    """A dump of four Belgian accounts and its mapping: 1 uploads; 2 only registers and logs in; 3 is added to a
    channel by 1; 4 registers, is added once, and watches one preview.
    """
    belgium = np.full(4, codes().index("BE"))
    addresses = [ip_address(int(n)) for n in access_space().address(belgium, np.arange(4, dtype=np.uint64) * 7919)]
    users, logins = [], []
    for n, ip in enumerate(addresses, 1):
        users.append(f"({n},'name{n}','someone{n}@provider{n}.be','+3247000001{n}','BE','2024-01-0{n} 00:00:00')")
        logins += [f"({len(logins) + day},{n},'2024-02-{day:02} 19:00:00','{ip}',{4000 + day})" for day in range(1, 21)]
    statements = (
        "CREATE TABLE users (id INT, login TEXT, email TEXT, phone TEXT, country TEXT, created DATETIME)",
        "INSERT INTO users VALUES " + ",".join(users),
        "CREATE TABLE logins (id INT, user_id INT, ts DATETIME, ip TEXT, port INT)",
        "INSERT INTO logins VALUES " + ",".join(logins),
        "CREATE TABLE videos (id INT, md5 TEXT)",
        "INSERT INTO videos VALUES " + ",".join(f"({n},'{md5_of(n)}')" for n in (1, 2)),
        "CREATE TABLE uploads (user_id INT, video_id INT, ts DATETIME)",
        "INSERT INTO uploads VALUES (1,1,'2024-02-03 19:00:00'),(1,2,'2024-02-04 19:00:00')",
        "CREATE TABLE views (user_id INT, video_id INT, ts DATETIME)",
        "INSERT INTO views VALUES (4,1,'2024-02-05 19:00:00')",
        "CREATE TABLE rooms (room INT, user_id INT, added_by INT, ts DATETIME)",
        "INSERT INTO rooms VALUES (1,3,1,'2024-02-06 19:00:00'),(1,4,1,'2024-02-06 19:00:00')",
    )
    (folder / "small.sql").write_text("".join(f"{statement};\n" for statement in statements))
    (folder / "small.yaml").write_text(
        "fanal_mapping: 1\nplatform: small\nsource: mysqldump\ntime_zone: UTC\ntables:\n"
        "  account: SELECT id AS native_id, login AS username, created AS created_at, country AS stated_country,"
        " _row FROM users\n"
        "  identifier: >\n    SELECT id AS account, 'email' AS kind, email AS value, 'user' AS relation, _row"
        " FROM users\n"
        "    UNION ALL\n"
        "    SELECT id AS account, 'phone' AS kind, phone AS value, 'user' AS relation, _row FROM users\n"
        "  login: SELECT user_id AS account, ts AS at, ip, port AS src_port, _row FROM logins\n"
        "  media: SELECT id AS native_id, md5, _row FROM videos\n"
        "  share: >\n    SELECT user_id AS account, video_id AS media, ts AS at, 'upload' AS action, _row"
        " FROM uploads\n"
        "    UNION ALL\n"
        "    SELECT user_id AS account, video_id AS media, ts AS at, 'view' AS action, _row FROM views\n"
        "  membership: SELECT user_id AS account, room AS channel, ts AS at, 'added' AS change,"
        " added_by AS by_account, _row FROM rooms\n"
    )
    return folder / "small.sql", folder / "small.yaml"


def md5_of(number: int) -> str:
    """An invented MD5 for each number."""
    return f"{number:032x}"


def written_grades(folder: Path, *numbers: int) -> tuple[Path, Path]:
    """An examiner's file that calls the media with these hashes illegal, and what its categories mean."""
    media = [{"MD5": md5_of(number), "Category": 1} for number in numbers]
    (folder / "grades.json").write_text(json.dumps({"value": [{"CaseID": "case-1", "Media": media}]}))
    (folder / "grades.toml").write_text('[categories]\n1 = "illegal_everywhere"\n')
    return folder / "grades.json", folder / "grades.toml"


def built_once(folder: Path) -> Case:
    """The case in `folder`, built by whichever process comes first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            folder.mkdir()
            _build(Case(folder))
            (folder / "done").touch()
    return Case(folder)


def _build(case: Case) -> None:
    for arguments in (
        ("sample", "platform", case.path("platform"), "--scale", SCALE),
        ("sample", "group", case.path("group")),
        *(
            ("init", case.path(name), "--agency", f"Unit {name}", "--country", country, "--demo")
            for name, country in NODES.items()
        ),
    ):
        said = typed(*arguments)
        assert said.code == 0, said.err
    for name in NODES:
        case.do(name, "peer", "card", case.path(f"{name}.card"))
    for name in ("belgium", "spain"):
        case.do("desk", "peer", "add", case.path(f"{name}.card"))
        case.do("desk", "peer", "assess", NODES[name], *TERMS)
        case.do(name, "peer", "add", case.path("desk.card"))
    _group(case)
    _platform(case)


def _group(case: Case) -> None:
    case.do("desk", "op", "new", "group-7", "--title", "Group 7", "--legal-basis", "order 1")
    op, folder = ("--op", "group-7"), case.path("group")
    case.do("desk", "tip", folder / "tip.eml", *op)
    for name, owner, zone in CHATS:
        case.do("desk", "add", folder / name, "--owner", owner, "--time-zone", zone, *op)
    case.do("desk", "add", folder / "contacts.csv", "--mapping", folder / "contacts.yaml", *op)
    case.do("desk", "media", "grades", folder / "grades.json", *GRADED, folder / "grades.toml", *op)
    case.do("desk", "event", folder / "events.jsonl", *op)
    case.do("desk", "op", "threshold", folder / "threshold.toml", *op)
    case.do("desk", "run", *op)


def _platform(case: Case) -> None:
    case.do("desk", "op", "new", "kx", "--title", "Platform kx", "--legal-basis", "order 2")
    op, folder = ("--op", "kx"), case.path("platform")
    for name, mapping in EXHIBITS:
        case.do("desk", "add", folder / name, "--mapping", folder / mapping, *op)
    case.do("desk", "media", "grades", folder / "grades.json", *GRADED, folder / "grades.toml", *op)
    case.do("desk", "event", folder / "events.jsonl", *op)
    case.do("desk", "op", "threshold", folder / "threshold.toml", *op)
    case.do("desk", "run", *op)
