import base64
import csv
import hashlib
import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from whole_case import GRADED, NODES, SCALE, Case, lake_files, read_rows, typed

pytestmark = pytest.mark.slow

ARRESTED = {
    "ES": 17,
    "EC": 4,
    "CR": 2,
    "PE": 2,
    "UY": 2,
    "GB": 1,
    "IN": 1,
    "IT": 1,
    "FR": 1,
    "PK": 1,
    "SY": 1,
}
#: How files of pictures, films and sound begin.
MEDIA = re.compile(
    rb"\xff\xd8\xff|\x89PNG|GIF8|RIFF|BM|II\*\x00|MM\x00\*|....ftyp|\x1a\x45\xdf\xa3|OggS|ID3|\x00\x00\x01[\xb3\xba]",
    re.DOTALL,
)
PACKAGES = {"sent", "opened", "answered", "identities_answered", "outcomes", "days_waiting"}
IDENTITY_KEYS = {
    "identity",
    "accounts",
    "identifiers",
    "countries",
    "undetermined",
    "roles",
    "rank",
    "meets_threshold",
}


def test_the_group_counts_thirty_three_arrests_in_eleven_countries(whole: Case) -> None:
    figures = whole.figures("group-7")
    assert figures["arrests"] == 33
    assert figures["arrests_by_country"] == ARRESTED


def test_the_group_counts_what_its_truth_file_says(whole: Case) -> None:
    truth = json.loads((whole.path("group") / "truth/figures.json").read_text())
    figures = whole.figures("group-7")
    shared = sorted(set(truth) & set(figures))
    assert {"arrests", "arrests_by_country", "searches_by_country", "minors", "persons"} <= set(shared)
    assert {key: figures[key] for key in shared} == {key: truth[key] for key in shared}


def test_the_platform_counts_what_its_truth_file_says(whole: Case) -> None:
    truth = json.loads((whole.path("platform") / "truth/totals.json").read_text())
    figures = whole.figures("kx")
    for key in ("accounts", "videos", "payments", "messages", "logins"):
        assert figures[key] == truth[key], key


def test_the_platforms_hours_of_video_are_those_of_its_size(whole: Case) -> None:
    assert whole.figures("kx")["video_hours"] == pytest.approx(6288 * SCALE, abs=0.01)


def test_figures_are_numbers_and_objects_by_country(whole: Case) -> None:
    figures = whole.figures("kx")
    for key, value in figures.items():
        if key == "packages_by_country":
            assert all(set(of) >= PACKAGES for of in value.values())
        elif isinstance(value, dict):
            assert all(type(n) is int for n in value.values()), key
        else:
            assert type(value) in (int, float), key


@pytest.mark.parametrize("operation", ["kx", "group-7"])
def test_every_account_stands_in_exactly_one_identity_in_rank_order(whole: Case, operation: str) -> None:
    lines = whole.identities(operation)
    assert all(set(line) == IDENTITY_KEYS for line in lines)
    assert [line["rank"] for line in lines] == list(range(1, len(lines) + 1))
    accounts = Counter(account for line in lines for account in line["accounts"])
    assert set(accounts.values()) == {1}
    figures = whole.figures(operation)
    named = [account for account in accounts if ":name:" in account]  # shown by an address book, counted by number
    assert len(lines) == figures["identities"]
    assert len(accounts) - len(named) <= figures["accounts"] <= len(accounts)


def test_identities_carry_what_others_scripts_rely_on(whole: Case) -> None:
    for line in whole.identities("kx"):
        assert re.fullmatch(r"[0-9a-f]{32}", line["identity"])
        assert all(set(identifier) == {"kind", "norm"} for identifier in line["identifiers"])
        assert all(set(place) == {"country", "probability"} for place in line["countries"])
        assert type(line["undetermined"]) is bool
        assert type(line["meets_threshold"]) is bool
        assert not (line["undetermined"] and line["meets_threshold"])


def test_most_accounts_of_one_person_are_found_to_be_one_identity(whole: Case) -> None:
    with (whole.path("platform") / "truth/accounts.csv").open() as f:
        person = {row["account"]: row["person"] for row in csv.DictReader(f)}
    of_several = [line["accounts"] for line in whole.identities("kx") if len(line["accounts"]) > 1]
    together = sum(len({person[account] for account in accounts}) == 1 for accounts in of_several)
    assert together / len(of_several) > 0.9


def test_only_the_country_asked_for_is_listed(whole: Case) -> None:
    lines = whole.do("desk", "identities", "--op", "kx", "--country", "be", "--format", "jsonl").lines
    assert lines
    assert {line["countries"][0]["country"] for line in lines} == {"BE"}


def test_running_again_writes_nothing(case: Case) -> None:
    before = lake_files(case.path("desk"))
    said = case.do("desk", "run", "--op", "kx", "--format", "json")
    assert [step["ran"] for step in said.json] == [False] * len(said.json)
    assert lake_files(case.path("desk")) == before


def test_adding_the_same_exhibit_again_changes_nothing(case: Case) -> None:
    before = lake_files(case.path("desk"))
    again = (case.path("platform") / "forum.jsonl", "--mapping", case.path("platform") / "forum.yaml", "--op", "kx")
    added = case.do("desk", "add", *again, "--format", "json").json
    assert added[0]["exhibit"] == 7
    assert lake_files(case.path("desk")) == before


def test_ids_stay_when_an_exhibit_is_added(case: Case, tmp_path: Path) -> None:
    before = {line["identity"]: set(line["accounts"]) for line in case.identities("kx")}
    (tmp_path / "more.csv").write_text("id,mail\n1,someone1@example.org\n2,someone2@example.org\n")
    (tmp_path / "more.yaml").write_text(
        "fanal_mapping: 1\nplatform: more\nsource: csv\ntime_zone: UTC\ntables:\n"
        "  account: SELECT id AS native_id, _row FROM more\n"
        "  identifier: SELECT id AS account, 'email' AS kind, mail AS value, _row FROM more\n"
    )
    case.do("desk", "add", tmp_path / "more.csv", "--mapping", tmp_path / "more.yaml", "--op", "kx")
    case.do("desk", "run", "--op", "kx")
    after = {line["identity"]: set(line["accounts"]) for line in case.identities("kx")}
    assert {identity: after[identity] for identity in before} == before
    assert sum(map(len, after.values())) == sum(map(len, before.values())) + 2


def test_a_node_made_anew_from_the_same_exhibits_has_the_same_identities(whole: Case, tmp_path: Path) -> None:
    folder = whole.path("group")
    node = tmp_path / "again"
    said = typed("init", node, "--agency", "Unit again", "--country", "ES", "--demo")
    assert said.code == 0
    steps = [
        ("op", "new", "group-7", "--title", "Group 7", "--legal-basis", "order 1"),
        ("tip", folder / "tip.eml"),
        *(
            ("add", folder / name, "--owner", owner, "--time-zone", zone)
            for name, owner, zone in (
                ("WhatsApp Chat with Group 7.zip", "+34612345101", "Europe/Madrid"),
                ("WhatsApp Chat - Group 7.zip", "+918123456100", "Asia/Kolkata"),
            )
        ),
        ("add", folder / "contacts.csv", "--mapping", folder / "contacts.yaml"),
        ("media", "grades", folder / "grades.json", *GRADED, folder / "grades.toml"),
        ("op", "threshold", folder / "threshold.toml"),
        ("run",),
    ]
    for step in steps:
        said = typed("-C", node, *step)
        assert said.code == 0, said.err
    assert typed("-C", node, "identities", "--format", "jsonl").lines == whole.identities("group-7")


def test_deleting_the_truth_changes_no_output(case: Case, tmp_path: Path) -> None:
    commands = [
        (command, "--op", operation, "--format", "json")
        for operation in ("kx", "group-7")
        for command in ("status", "figures", "identities", "persons", "leads")
    ]
    before = [case.do("desk", *command).out for command in commands]
    own = tmp_path / "own"
    shutil.copytree(case.path("platform"), own)
    again = ("--mapping", own / "forum.yaml", "--op", "kx", "--format", "json")
    with_truth = case.do("desk", "add", own / "forum.jsonl", *again).json
    shutil.rmtree(own / "truth")
    without_truth = case.do("desk", "add", own / "forum.jsonl", *again).json
    case.do("desk", "run", "--op", "kx")
    assert [{**row, "seconds": 0} for row in without_truth] == [{**row, "seconds": 0} for row in with_truth]
    assert [case.do("desk", *command).out for command in commands] == before


@pytest.mark.parametrize("operation", ["kx", "group-7"])
def test_status_accounts_for_every_source_row(whole: Case, operation: str) -> None:
    said = whole.do("desk", "status", "--op", operation, "--format", "json").json
    assert said["exhibits"]
    for exhibit in said["exhibits"]:
        assert exhibit["rows"], exhibit["name"]
        for part, rows in exhibit["rows"].items():
            assert rows["source"] == rows["read"] + rows["rejected"] + rows["unmapped"], (exhibit["name"], part)
            assert rows["source"] > 0


def test_status_counts_the_rows_of_the_dump_as_its_text_holds_them(whole: Case) -> None:
    rows = whole.do("desk", "status", "--op", "kx", "--format", "json").json["exhibits"][0]["rows"]
    truth = json.loads((whole.path("platform") / "truth/totals.json").read_text())
    assert rows["videos"]["source"] == truth["videos"]
    assert rows["payments"]["source"] == truth["payments"]


def test_explain_reads_the_exhibits_own_bytes_again(whole: Case) -> None:
    first = whole.identities("kx")[0]["identity"]
    why = whole.do("desk", "explain", first, "--op", "kx", "--format", "json").json
    seen = [ground for finding in why["findings"] for ground in finding["support"] if ground["excerpt"]]
    dump = (whole.path("platform") / "kx.sql").read_text(errors="replace")
    from_dump = [
        ground for ground in seen if ground["locator"].split(":")[0] in ("users", "logins", "uploads", "payments")
    ]
    assert from_dump
    for ground in from_dump:
        before, _, after = ground["excerpt"].partition("[withheld")
        assert before in dump, ground
        assert after.partition("]")[2] in dump, ground


def test_explain_refuses_bytes_that_are_no_longer_those_registered(whole: Case, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(whole.path("platform"), own)
    case = whole.copy(tmp_path)
    case.do("desk", "op", "new", "other", "--title", "T", "--legal-basis", "B")
    op = ("--op", "other")
    case.do("desk", "add", own / "kx.sql", "--mapping", own / "kx.yaml", *op)
    case.do("desk", "run", *op)
    first = case.identities("other")[0]["identity"]
    (own / "kx.sql").write_bytes((own / "kx.sql").read_bytes().replace(b"message", b"massage", 1))
    why = case.do("desk", "explain", first, *op, "--format", "json").json
    excerpts = [g["excerpt"] for f in why["findings"] for g in f["support"] if g["excerpt"]]
    assert excerpts
    assert all("is not the file that was registered" in excerpt for excerpt in excerpts)


def test_what_one_exhibit_carries_is_told(whole: Case) -> None:
    falls = whole.do("desk", "exclude", "6", "--op", "kx", "--format", "json").json
    assert falls["rows"] > 0
    assert falls["findings_it_supports"] >= falls["findings_that_rest_on_it_alone"]


def test_a_package_is_opened_and_answered_and_the_figures_change(case: Case) -> None:
    before = case.figures("kx")
    file = case.release("BE")
    checked = case.do("belgium", "package", "verify", file, "--format", "json").json
    assert checked["holds"]
    assert "F-PACKAGE-06" in case.refused("desk", "package", "verify", file)
    received = case.do("belgium", "receive", file, "--format", "json").json
    own = received["operation"]
    op = ("--op", own)
    case.do("belgium", "op", "threshold", case.path("platform") / "threshold.toml", *op)
    case.do("belgium", "run", *op)
    sent = case.do("desk", "package", "list", "--op", "kx", "--format", "json").json[0]
    found = case.identities(own, "belgium")
    assert len({account for line in found for account in line["accounts"]}) == sent["accounts"]
    known = {line["identity"] for line in case.identities("kx")}
    assert {line["identity"] for line in found} <= known
    case.do("belgium", "answer", "set", found[0]["identity"], "arrested", "--grade", "B2", *op)
    answer = case.do("belgium", "answer", "send", *op, "--format", "json").json
    taken = case.do("desk", "receive", answer["file"], "--format", "json").json
    assert (taken["kind"], taken["new"]) == ("answer", 1)
    after = case.figures("kx")
    assert after["answers"] == before["answers"] + 1
    assert after["answers_by_outcome"] == {"arrested": 1}
    assert after["arrests"] == before["arrests"] + 1
    assert after["packages_sealed"] == before["packages_sealed"] + 1
    assert case.do("desk", "audit", "verify", "--format", "json").json["holds"]
    assert case.do("belgium", "audit", "verify", "--format", "json").json["holds"]


def test_the_receiver_reads_why_from_the_rows_that_came_with_the_package(case: Case) -> None:
    own = case.do("belgium", "receive", case.release("BE"), "--format", "json").json["operation"]
    op = ("--op", own)
    case.do("belgium", "op", "threshold", case.path("platform") / "threshold.toml", *op)
    case.do("belgium", "run", *op)
    first = case.identities(own, "belgium")[0]["identity"]
    why = case.do("belgium", "explain", first, *op, "--format", "json").json
    assert any(ground["excerpt"] for finding in why["findings"] for ground in finding["support"])


def test_no_file_that_a_node_wrote_is_media(case: Case) -> None:
    case.do("belgium", "receive", case.release("BE"))
    written = [path for name in NODES for path in case.path(name).rglob("*") if path.is_file()]
    assert len(written) > 100
    for path in written:
        with path.open("rb") as f:
            head = f.read(16)
        assert not MEDIA.match(head), path


def test_pictures_inside_an_exhibit_leave_only_their_digest_in_the_node(case: Case, tmp_path: Path) -> None:
    picture = b"\xff\xd8\xff\xe0" + bytes(range(1, 200)) * 3
    base64_text = base64.b64encode(picture).decode()
    (tmp_path / "small.sql").write_text(
        "CREATE TABLE users (id INT, login VARCHAR(40), avatar LONGBLOB);\n"
        f"INSERT INTO users VALUES (1, 'user1', 0x{picture.hex()}),\n"
        f"(2, 'data:image/jpeg;base64,{base64_text}', NULL);\n"
    )
    (tmp_path / "small.yaml").write_text(
        "fanal_mapping: 1\nplatform: small\nsource: mysqldump\ntime_zone: UTC\ntables:\n"
        "  account: SELECT id AS native_id, login AS username, avatar AS display_name, _row FROM users\n"
    )
    case.do("desk", "op", "new", "small", "--title", "T", "--legal-basis", "B")
    op = ("--op", "small")
    case.do("desk", "add", tmp_path / "small.sql", "--mapping", tmp_path / "small.yaml", *op)
    case.do("desk", "run", *op)
    rows = read_rows(case.path("desk") / "lake/small", "account")
    assert len(rows) == 2
    assert hashlib.sha256(picture).hexdigest() in rows[0]["display_name"]
    said = [json.dumps(rows), *(case.do("desk", "explain", f"small:{n}", *op, "--format", "json").out for n in (1, 2))]
    files = (path for path in case.path("desk").rglob("*") if path.is_file())
    for seen in (*(text.encode() for text in said), *(path.read_bytes() for path in files)):
        for form in (picture[:40], picture[:40].hex().encode(), base64_text[:40].encode()):
            assert form not in seen


def test_exhibits_with_media_stay_where_they_are(whole: Case) -> None:
    for operation in ("kx", "group-7"):
        for exhibit in whole.do("desk", "status", "--op", operation, "--format", "json").json["exhibits"]:
            inside = list((whole.path("desk") / "evidence" / exhibit["sha256"]).glob("*"))
            assert bool(inside) == (exhibit["kept"] == "copy"), exhibit["name"]


def test_a_member_who_was_added_by_another_and_posted_nothing_never_meets_the_threshold(whole: Case) -> None:
    lake = whole.path("desk") / "lake/group-7"
    entered: dict[str, set[str]] = {}
    for row in read_rows(lake, "membership"):
        entered.setdefault(row["account"], set()).add(row["change"])
        if row["change"] == "added" and row["by_account"] != row["account"]:
            entered.setdefault(row["by_account"] or "", set()).add("adds")
    active = {row["account"] for row in read_rows(lake, "message")} | {
        row["account"] for row in read_rows(lake, "share")
    }
    passive = {a for a, changes in entered.items() if changes <= {"added", "left", "removed"}} - active
    assert passive
    lines = whole.do("desk", "identities", "--op", "group-7", "--why", "--format", "jsonl").lines
    alone = [line for line in lines if set(line["accounts"]) <= passive]
    assert alone
    assert not [line for line in alone if line["meets_threshold"] or "no_conduct" not in line["why_not"]]
