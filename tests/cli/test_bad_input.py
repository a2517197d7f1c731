"""Every bad call: one line on standard error that says what, where and what to do; nothing on standard output."""

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from fanal.cases.access import INSTALLER
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.cli.main import main
from fanal.work.nodes import init_node

LINE = re.compile(r"fanal: (F-[A-Z]+-\d\d): (.+)\n")
THRESHOLD = 'version = 1\napprover = "Prosecutor"\napproved_at = "2026-01-15T09:00:00Z"\n\n[rules]\n'
MAPPING = "fanal_mapping: 1\nplatform: kx\nsource: mysqldump\ntime_zone: UTC\ntables:\n  account: {}\n"
GOOD = "SELECT id AS native_id, login AS username, _row FROM users"
DUMP = "CREATE TABLE users (id INT, login TEXT);\nINSERT INTO users VALUES (1,'user1'),(2,'user2');\n"


def typed(*arguments: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()


def _zip(path: Path, names: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in names.items():
            z.writestr(name, data)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files that are wrong in one way each, and two nodes: `node` has one operation, `two` two."""
    folder = tmp_path_factory.mktemp("bad")
    for name, demo in (("node", True), ("two", True), ("real", False)):
        init_node(
            INSTALLER,
            folder / name,
            agency=f"Unit {name}",
            country="BE",
            language="en",
            demo=demo,
            officer="1",
            officer_name="",
            passphrase=DEMO_PASSPHRASE,
        )
    for node, slug in (("node", "kx"), ("two", "kx"), ("two", "lamp")):
        assert typed("-C", folder / node, "op", "new", slug, "--title", "T", "--legal-basis", "B")[0] == 0
    shutil.copytree(folder / "node", folder / "clean")
    (folder / "kx.sql").write_text(DUMP)
    (folder / "whole.sql").write_text("-- MySQL dump 10.13  Distrib 8.0.36\n--\n" + DUMP)
    (folder / "plain.txt").write_text("message 1\n")
    (folder / "empty").mkdir()
    (folder / "good.yaml").write_text(MAPPING.format(GOOD))
    for step in (("add", folder / "kx.sql", "--mapping", folder / "good.yaml"), ("run",)):
        assert typed("-C", folder / "two", *step, "--op", "lamp")[0] == 0
    for name, select in {
        "broken": "SELECT id AS native_id FROM",
        "two-statements": f"{GOOD}; SELECT 1",
        "delete": "DELETE FROM users",
        "read-csv": "SELECT column0 AS native_id, _row FROM read_csv('/etc/passwd')",
        "getenv": "SELECT getenv('HOME') AS native_id, _row FROM users",
        "no-such-column": "SELECT number AS native_id, _row FROM users",
        "no-such-table": "SELECT id AS native_id, _row FROM people",
    }.items():
        (folder / f"{name}.yaml").write_text(MAPPING.format(select))
    (folder / "unknown-table.yaml").write_text(MAPPING.format(GOOD).replace("account:", "person:"))
    (folder / "no-yaml.yaml").write_text("fanal_mapping: [1\n")
    (folder / "bad-zone.yaml").write_text(MAPPING.format(GOOD).replace("UTC", "Mars/Base"))
    (folder / "binary.yaml").write_bytes(b"\xff\xfe\x00\x01")
    _zip(folder / "up.zip", {"../outside.txt": b"message 1"})
    _zip(folder / "bomb.zip", {"_chat.txt": bytes(80_000_000)})
    (folder / "no.zip").write_bytes(b"PK\x03\x04 and then nothing of a zip")
    (folder / "bad.toml").write_text("version = \n")
    (folder / "lacks.toml").write_text("version = 1\n")
    (folder / "unknown-rule.toml").write_text(THRESHOLD + "minimum_colour = 1\n")
    (folder / "bad-rule.toml").write_text(THRESHOLD + 'probability = "much"\n')
    (folder / "events.jsonl").write_text('{"event": "arrest"}\n')
    (folder / "no-events.jsonl").write_text("arrest of a man\n")
    (folder / "x.fanal").write_bytes(b"not a sealed file")
    (folder / "x.card").write_text("{}")
    (folder / "broken-node").mkdir()
    (folder / "broken-node/fanal.toml").write_text("[node\n")
    (folder / "bare-node").mkdir()
    (folder / "bare-node/fanal.toml").write_text("[node]\nagency = 'x'\n")
    return folder


@dataclass(frozen=True)
class Bad:
    """One bad call. `{place}` stands for the folder of `place`; `says` must be in the line."""

    name: str
    call: str
    code: int
    error: str
    says: str = ""


N = "-C {place}/node"
LAMP = "-C {place}/two"
ID = "0123456789abcdef"
BAD = [
    Bad("no command", N, 2, "F-CLI-01"),
    Bad("an unknown command", f"{N} fly", 2, "F-CLI-01", "fly"),
    Bad("an unknown command of a group", f"{N} package burn", 2, "F-CLI-01", "burn"),
    Bad("an unknown option", f"{N} status --colour red", 2, "F-CLI-01", "--colour"),
    Bad("a missing option", f"{N} op new lamp --title T", 2, "F-CLI-01", "--legal-basis"),
    Bad("a missing argument", f"{N} explain", 2, "F-CLI-01", "ID"),
    Bad("an option without its value", f"{N} status --op", 2, "F-CLI-01", "--op"),
    Bad("-C without a folder", "status -C", 2, "F-CLI-01", "-C"),
    Bad("--as without an officer", f"{N} status --as", 2, "F-CLI-01", "--as"),
    Bad("an unknown format", f"{N} status --format xml", 2, "F-CLI-01", "xml"),
    Bad("a number that is none", f"{N} exclude first", 2, "F-CLI-01", "EXHIBIT"),
    Bad("a scale that is none", "sample platform {place}/new --scale 0", 2, "F-CLI-01", "scale"),
    Bad("not a node", "-C {place}/empty status", 1, "F-NODE-01", "fanal init"),
    Bad("no such folder", "-C {place}/nowhere status", 1, "F-NODE-01", "nowhere"),
    Bad("a node's file that cannot be read", "-C {place}/broken-node status", 1, "F-NODE-02", "fanal.toml"),
    Bad("a node's file that lacks a setting", "-C {place}/bare-node status", 1, "F-NODE-02", "id"),
    Bad("a node where something is", "init {place}/node --agency A --country BE --demo", 1, "F-NODE-03"),
    Bad("a wrong country", "init {place}/new --agency A --country XX --demo", 2, "F-NODE-04", "XX"),
    Bad("a long country", "init {place}/new --agency A --country Belgium --demo", 2, "F-NODE-04", "BELGIUM"),
    Bad("a bad service number", "init {place}/new --agency A --country BE --demo --officer ../x", 2, "F-OFFICER-01"),
    Bad("no operation among two", "-C {place}/two status", 2, "F-OP-03", "kx, lamp"),
    Bad("an unknown operation", f"{N} status --op moon", 1, "F-OP-04", "moon"),
    Bad("an operation twice", f"{N} op new kx --title T --legal-basis B", 1, "F-OP-01", "kx"),
    Bad("a bad short name", f"{N} op new ../up --title T --legal-basis B", 2, "F-OP-02", "../up"),
    Bad("a threshold that is not there", f"{N} op threshold {{place}}/none.toml", 2, "F-OP-05", "none.toml"),
    Bad("a threshold that cannot be read", f"{N} op threshold {{place}}/bad.toml", 2, "F-OP-05", "bad.toml"),
    Bad("a threshold that lacks its approver", f"{N} op threshold {{place}}/lacks.toml", 2, "F-OP-05", "approver"),
    Bad("a threshold's unknown rule", f"{N} op threshold {{place}}/unknown-rule.toml", 2, "F-OP-05", "colour"),
    Bad("a threshold's rule that is no number", f"{N} op threshold {{place}}/bad-rule.toml", 2, "F-OP-05", "much"),
    Bad("a missing file", f"{N} add {{place}}/none.sql", 1, "F-EVID-01", "none.sql"),
    Bad("a folder", f"{N} add {{place}}/empty", 1, "F-EVID-01", "empty"),
    Bad("an unknown reader", f"{N} add {{place}}/kx.sql --reader crystal", 2, "F-READ-02", "crystal"),
    Bad("a file that no reader knows", f"{N} add {{place}}/plain.txt", 1, "F-READ-03", "plain.txt"),
    Bad("a mapping that is missing", f"{N} add {{place}}/whole.sql", 2, "F-READ-04", "--mapping"),
    Bad("a named reader's mapping missing", f"{N} add {{place}}/kx.sql --reader mysqldump", 2, "F-READ-04", "kx.sql"),
    Bad(
        "a mapping for another reader",
        f"{N} add {{place}}/kx.sql --reader csv --mapping {{place}}/good.yaml",
        2,
        "F-MAP-11",
        "mysqldump",
    ),
    Bad(
        "a mapping that is not there", f"{N} add {{place}}/kx.sql --mapping {{place}}/none.yaml", 1, "F-EVID-01", "none"
    ),
    *(
        Bad(
            f"a mapping with {name}",
            f"{N} add {{place}}/kx.sql --mapping {{place}}/{name}.yaml",
            2,
            "F-MAP-",
            says,
        )
        for name, says in {
            "broken": "account",
            "two-statements": "account",
            "delete": "account",
            "read-csv": "read_csv",
            "getenv": "getenv",
            "no-such-column": "number",
            "no-such-table": "people",
            "unknown-table": "person",
            "no-yaml": "no-yaml.yaml",
            "bad-zone": "Mars/Base",
            "binary": "binary.yaml",
        }.items()
    ),
    Bad("a broken mapping checked", f"{N} map check {{place}}/broken.yaml {{place}}/kx.sql", 2, "F-MAP-", "account"),
    Bad(
        "a mapping checked on nothing", f"{N} map check {{place}}/good.yaml {{place}}/none.sql", 1, "F-EVID-01", "none"
    ),
    Bad("a draft for what has no tables", f"{N} map draft {{place}}/plain.txt", 1, "F-MAP-13", "plain.txt"),
    Bad("a draft for nothing", f"{N} map draft {{place}}/none.sql", 1, "F-EVID-01", "none.sql"),
    Bad("a bad time zone", f"{N} add {{place}}/kx.sql --mapping {{place}}/good.yaml --time-zone Mars", 2, "F-", "Mars"),
    Bad("a zip with ..", f"{N} add {{place}}/up.zip --reader whatsapp", 1, "F-ZIP-02", "outside.txt"),
    Bad("a bomb", f"{N} add {{place}}/bomb.zip --reader whatsapp", 1, "F-ZIP-07", "bomb.zip"),
    Bad("a zip that is none", f"{N} add {{place}}/no.zip --reader whatsapp", 1, "F-ZIP-01", "no.zip"),
    Bad("a tip that is not there", f"{N} tip {{place}}/none.eml", 1, "F-EVID-01", "none.eml"),
    Bad("reports that are not there", f"{N} event {{place}}/none.jsonl", 1, "F-", "none.jsonl"),
    Bad("reports that are none", f"{N} event {{place}}/no-events.jsonl", 1, "F-", "no-events.jsonl"),
    Bad("a report that lacks a field", f"{N} event {{place}}/events.jsonl", 1, "F-", "events.jsonl"),
    Bad("an unknown step", f"{N} run resolve dance", 2, "F-STEP-", "dance"),
    Bad("an unknown identity", f"{N} decide {ID} suspect --reason x", 1, "F-IDENTITY-01", ID),
    Bad("an empty identity", f"{N} decide '' suspect --reason x", 1, "F-IDENTITY-01"),
    Bad("an unknown account", f"{N} decide kx:1,kx:2 same --reason x", 1, "F-DECIDE-03", "kx:1"),
    Bad("a bad verdict", f"{LAMP} decide kx:1 guilty --reason x --op lamp", 2, "F-DECIDE-01", "guilty"),
    Bad(
        "a bad verdict on a pair", f"{LAMP} decide kx:1,kx:2 suspect --reason x --op lamp", 2, "F-DECIDE-01", "suspect"
    ),
    Bad("a pair of one account", f"{LAMP} decide kx:1,kx:1 same --reason x --op lamp", 2, "F-DECIDE-", "kx:1"),
    Bad("no reason", f"{LAMP} decide kx:1 suspect --op lamp", 2, "F-CLI-01", "--reason"),
    Bad("an empty reason", f"{LAMP} decide kx:1 suspect --reason '  ' --op lamp", 2, "F-DECIDE-02", "--reason"),
    Bad(
        "a protected value that is none",
        f"{N} protect email nobody --reference P --reason x",
        2,
        "F-DECIDE-04",
        "nobody",
    ),
    Bad("a protected kind that is none", f"{N} protect shoe 44 --reference P --reason x", 2, "F-DECIDE-04", "shoe"),
    Bad("nothing known of an id", f"{N} explain {ID}", 1, "F-", ID),
    Bad("the history of nobody", f"{N} history {ID}", 1, "F-IDENTITY-01", ID),
    Bad("an exhibit that is not there", f"{N} exclude 9", 1, "F-EVID-", "9"),
    Bad("an unknown package", f"{N} package seal kx-BE-9", 1, "F-PACKAGE-05", "kx-BE-9"),
    Bad("nothing to approve", f"{N} package approve", 1, "F-PACKAGE-05"),
    Bad("neither country nor all", f"{N} package build", 2, "F-CLI-01", "--all"),
    Bad("a country and all", f"{N} package build BE --all", 2, "F-CLI-01", "--all"),
    Bad("a country that is none to build for", f"{N} package build ZZ", 1, "F-PACKAGE-03", "ZZ"),
    Bad("a sealed file that is not there", f"{N} receive {{place}}/none.fanal", 1, "F-PKG-01", "none.fanal"),
    Bad("a sealed file that is none", f"{N} receive {{place}}/x.fanal", 1, "F-PKG-03", "x.fanal"),
    Bad("a sealed file that is none, looked at", f"{N} package verify {{place}}/x.fanal", 1, "F-PKG-03", "x.fanal"),
    Bad("an answer to nothing", f"{N} answer set {ID} arrested", 1, "F-ANSWER-01", "kx"),
    Bad("nothing to answer", f"{N} answer send", 1, "F-ANSWER-01", "kx"),
    Bad("a card that is none", f"{N} peer add {{place}}/x.card", 1, "F-PKG-03", "x.card"),
    Bad("a card that is not there", f"{N} peer add {{place}}/none.card", 1, "F-PKG-03", "none.card"),
    Bad("a card over a file", f"{N} peer card {{place}}/x.card", 2, "F-PKG-21", "x.card"),
    Bad("terms of nobody", f"{N} peer assess FR --purpose x", 1, "F-REL-01", "FR"),
    Bad("a recall of what nobody has", f"{LAMP} recall kx:1 --reason x --op lamp", 1, "F-REL-04", "kx:1"),
    Bad("no letter to approve", f"{N} correction approve", 1, "F-REL-05", "fanal correction list"),
    Bad("an unknown handling code", f"{N} op handling H9 --reason x", 2, "F-CODE-01", "H9"),
    Bad("a permission for nothing received", f"{N} permission ask pass_on --reason x", 1, "F-ANSWER-01", "kx"),
    Bad(
        "an emergency for a country without a peer",
        f"{LAMP} package emergency FR --identity kx:1 --danger x --op lamp",
        1,
        "F-PACKAGE-03",
        "FR",
    ),
    Bad("a package to show that there is not", f"{N} package show kx-BE-9", 1, "F-PACKAGE-05", "kx-BE-9"),
    Bad("an unknown officer", f"{N} --as 9 status", 1, "F-MAY-03", "9"),
    Bad("an officer's name that is a path", f"{N} --as ../node status", 1, "F-MAY-03", "../node"),
    Bad("--as outside a demonstration", "-C {place}/real --as 1 status", 2, "F-LOGIN-03", "fanal login"),
    Bad("nobody logged in", "-C {place}/real status", 1, "F-MAY-02", "fanal login"),
    Bad("an unknown officer logs in", "-C {place}/real login 9", 1, "F-MAY-03", "9"),
    Bad("a wrong pass phrase", "-C {place}/real login 1", 1, "F-KEY-01", "officer-1"),
    Bad("an officer twice", f"{N} officer add 2", 1, "F-OFFICER-02", "2"),
    Bad("an unknown role", f"{N} officer add 5 --role king", 2, "F-OFFICER-03", "king"),
    Bad("a sample where something is", "sample group {place}/node", 1, "F-SAMPLE-", "node"),
]


@pytest.fixture(autouse=True)
def _wrong_passphrase(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FANAL_PASSPHRASE", "not the one")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_call_is_answered_in_one_line(place: Path, bad: Bad) -> None:
    arguments = [("" if a == "''" else a).format(place=place) for a in re.findall(r"'[^']*'|\S+", bad.call)]
    arguments = [a.strip("'") if a.startswith("'") else a for a in arguments]
    code, out, err = typed(*arguments)
    assert out == ""
    line = LINE.fullmatch(err)
    assert line, err
    assert line[1].startswith(bad.error), err
    assert bad.says in line[2], err
    assert code == bad.code, err
    assert re.search(r"[;:.] ?\S.*\.$", line[2]), err
    assert "Traceback" not in err


@pytest.fixture
def fresh(place: Path, tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Commands in a copy of the node with one operation."""
    shutil.copytree(place / "clean", tmp_path / "node")
    return lambda *arguments: typed("-C", tmp_path / "node", *arguments)


def test_a_wrong_call_registers_nothing(place: Path, fresh: Callable[..., tuple[int, str, str]]) -> None:
    dump, good = place / "kx.sql", place / "good.yaml"
    for name in ("read-csv", "broken", "no-yaml"):
        assert fresh("add", dump, "--mapping", place / f"{name}.yaml")[0] == 2
    assert fresh("add", dump, "--reader", "mysqldump")[0] == 2
    assert fresh("add", dump, "--reader", "csv", "--mapping", good)[0] == 2
    assert fresh("add", dump, "--mapping", good, "--time-zone", "Mars")[0] == 2
    assert fresh("add", dump, place / "none.sql", "--mapping", good)[0] == 1
    for name in ("up.zip", "bomb.zip", "no.zip"):
        assert fresh("add", place / name, "--reader", "whatsapp")[0] == 1
    assert json.loads(fresh("status", "--format", "json")[1])["exhibits"] == []


def test_what_cannot_be_read_is_on_record_as_unread(place: Path, fresh: Callable[..., tuple[int, str, str]]) -> None:
    assert fresh("add", place / "kx.sql", "--mapping", place / "no-such-column.yaml")[0] == 2
    exhibits = json.loads(fresh("status", "--format", "json")[1])["exhibits"]
    assert [(exhibit["name"], exhibit["rows"]) for exhibit in exhibits] == [("kx.sql", {})]


def test_a_dump_cut_in_the_middle_is_read_as_far_as_it_goes(
    tmp_path: Path, place: Path, fresh: Callable[..., tuple[int, str, str]]
) -> None:
    (tmp_path / "cut.sql").write_text(DUMP[: DUMP.index("'user2'") + 4])
    code, out, err = fresh("add", tmp_path / "cut.sql", "--mapping", place / "good.yaml", "--format", "json")
    assert code == 0, err
    assert json.loads(out)[0]["rejects"] == 1
    exhibit = json.loads(fresh("status", "--format", "json")[1])["exhibits"][0]
    assert exhibit["notes"]["truncated"] is True
    assert exhibit["rows"]["users"] == {"source": 2, "read": 1, "rejected": 1, "unmapped": 0}


def test_an_option_may_stand_anywhere(fresh: Callable[..., tuple[int, str, str]]) -> None:
    assert fresh("op", "list", "--as", "2")[0] == 0


def test_a_reader_of_the_output_who_goes_away_sees_no_traceback(place: Path) -> None:
    call = [sys.executable, "-m", "fanal", "-C", str(place / "two"), "op", "list", "--format", "jsonl"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stderr
        child.stdout.close()
        said = child.stderr.read()
    assert said == ""
    assert child.returncode == 1


def test_a_check_that_finds_something_wrong_ends_with_1(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "two", tmp_path / "two")
    assert typed("-C", tmp_path / "two", "check")[0] == 0
    exhibit = next(path for path in (tmp_path / "two/evidence").rglob("kx.sql"))
    exhibit.chmod(0o600)
    exhibit.write_text(DUMP.replace("user2", "user3"))
    code, out, _ = typed("-C", tmp_path / "two", "check", "--format", "json")
    assert code == 1
    assert [row["wrong"] for row in json.loads(out) if row["what"].startswith("exhibits")] == [1]


def test_a_check_says_whose_rows_the_lake_has_lost(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "two", tmp_path / "two")
    shutil.rmtree(tmp_path / "two/lake")
    code, out, _ = typed("-C", tmp_path / "two", "check", "--format", "json")
    assert code == 1
    lost = [row for row in json.loads(out) if row["wrong"]]
    assert [row["what"].split()[0] for row in lost] == ["rows"]
    assert "has no rows in the lake: add it again" in lost[0]["detail"]


def test_bad_input_is_told_in_french(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANAL_LANG", "fr")
    _, _, english_or_french = typed("-C", place / "empty", "status")
    monkeypatch.setenv("FANAL_LANG", "en")
    assert english_or_french.startswith("fanal: F-NODE-01: ")
    assert english_or_french != typed("-C", place / "empty", "status")[2]
