import json
import re
from datetime import datetime
from pathlib import Path

_LINE = re.compile(
    r'\d+\.\d+\.\d+\.\d+ - - \[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000)\] "([^"]*)" (\d{3}) (\d+) "([^"]*)" "([^"]*)"'
)


def test_posts_are_written_by_members(platform: Path) -> None:
    lines = [json.loads(line) for line in (platform / "forum.jsonl").read_text(encoding="utf-8").splitlines()]
    members = {line["login"] for line in lines if line["type"] == "member"}
    posts = [line for line in lines if line["type"] == "post"]
    assert len(posts) == 150
    assert {post["author"] for post in posts} <= members


def test_every_line_of_the_web_log_is_in_the_combined_format(platform: Path) -> None:
    lines = (platform / "access.log").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not _LINE.fullmatch(line)] == []


def test_the_web_log_names_members_who_log_in_and_some_who_fail(platform: Path) -> None:
    lines = (platform / "forum.jsonl").read_text(encoding="utf-8").splitlines()
    members = {json.loads(line).get("login") for line in lines}
    requests = [_LINE.fullmatch(line) for line in (platform / "access.log").read_text().splitlines()]
    posts = [(r[2], r[3]) for r in requests if r and r[2].startswith("POST")]
    assert {p.split("?u=")[1].split()[0] for p, _ in posts} <= members
    assert {status for _, status in posts} == {"200", "302"}


def test_the_web_log_keeps_the_last_year(platform: Path) -> None:
    first = _LINE.fullmatch((platform / "access.log").read_text().splitlines()[0])
    assert first
    assert datetime.strptime(first[1], "%d/%b/%Y:%H:%M:%S %z").year == 2024
