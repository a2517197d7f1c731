import csv
import json
import re
from pathlib import Path

import pytest
from dump_reader import dump_rows

from fanal.base.digests import sha256_file
from fanal.sample.plan import ScaleOutOfRange
from fanal.sample.platform import write_platform

SCALE, SEED = 0.001, 7
Users = list[list[str | None]]


def _digests(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): sha256_file(p) for p in sorted(folder.rglob("*")) if p.is_file()}


def _quiet(_stage: str, _done: float) -> None:
    pass


def _truth(platform: Path, name: str) -> list[dict[str, str]]:
    with (platform / "truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _members(platform: Path) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in (platform / "forum.jsonl").read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["type"] == "member"]


def _customers(platform: Path) -> list[dict[str, str]]:
    with (platform / "exchange.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_scale_and_seed_give_the_same_bytes(platform: Path, tmp_path: Path) -> None:
    write_platform(tmp_path, SCALE, SEED, _quiet)
    assert _digests(tmp_path) == _digests(platform)


def test_another_seed_gives_other_exhibits_and_the_same_mappings(platform: Path, tmp_path: Path) -> None:
    write_platform(tmp_path, SCALE, SEED + 1, _quiet)
    one, other = _digests(platform), _digests(tmp_path)
    assert one.keys() == other.keys()
    same = {name for name in one if one[name] == other[name]}
    assert same == {
        "kx.yaml", "forum.yaml", "access.yaml", "exchange.yaml", "grades.toml", "list-a.toml", "list-b.toml",
    }  # fmt: skip


def test_every_exhibit_has_its_mapping_beside_it(platform: Path) -> None:
    names = {p.name for p in platform.iterdir() if p.is_file()}
    assert names == {
        "kx.sql", "forum.jsonl", "access.log", "exchange.csv", "kx.yaml", "forum.yaml", "access.yaml", "exchange.yaml",
        "grades.json", "grades.toml", "list-a.json", "list-a.toml", "list-b.csv", "list-b.toml", "events.jsonl",
    }  # fmt: skip


def test_accounts_of_all_platforms_add_up_to_the_scale(platform: Path, users: Users) -> None:
    assert len(users) + len(_members(platform)) + len(_customers(platform)) == 1800


def test_logins_of_dump_and_web_log_add_up_to_the_scale(platform: Path) -> None:
    log = (platform / "access.log").read_text(encoding="utf-8")
    assert (
        len(dump_rows(platform / "kx.sql", "logins")) + len(re.findall(r'"POST /login\?u=\S+ HTTP/1.1" 302', log))
        == 25_000
    )


def test_videos_last_as_long_as_the_public_case_says(platform: Path) -> None:
    videos = dump_rows(platform / "kx.sql", "videos")
    assert len(videos) == 91
    assert sum(float(v[4] or 0) for v in videos) / 3600 == pytest.approx(6.288, rel=1e-6)


def test_the_counts_returned_are_the_rows_written(platform: Path, tmp_path: Path) -> None:
    stages: list[str] = []
    counts = write_platform(tmp_path, SCALE, SEED, lambda stage, _done: stages.append(stage))
    for table in ("users", "payments", "videos", "uploads", "views", "comments", "logins"):
        assert counts[table] == len(dump_rows(platform / "kx.sql", table)), table
    assert counts["log_lines"] == len((platform / "access.log").read_text(encoding="utf-8").splitlines())
    assert {"users", "logins", "access log", "truth"} <= set(stages)


def test_the_truth_names_each_account_of_the_exhibits_once(platform: Path, users: Users) -> None:
    keys = [row["account"] for row in _truth(platform, "accounts.csv")]
    native = {f"kx:{u[0]}" for u in users} | {f"fo:{m['login']}" for m in _members(platform)}
    native |= {f"ex:{c['customer_id']}" for c in _customers(platform)}
    assert len(keys) == len(set(keys))
    assert set(keys) == native


def test_the_truth_of_accounts_agrees_with_the_truth_of_persons(platform: Path) -> None:
    persons = {row["person"]: row for row in _truth(platform, "persons.csv")}
    held: dict[str, int] = {}
    for row in _truth(platform, "accounts.csv"):
        assert persons[row["person"]]["country"] == row["country"]
        held[row["person"]] = held.get(row["person"], 0) + (not row["account"].startswith("ex:"))
    assert held == {name: int(row["accounts"]) for name, row in persons.items()}


def test_a_group_of_accounts_to_find_is_of_one_person(platform: Path) -> None:
    behind: dict[str, set[str]] = {}
    for row in _truth(platform, "accounts.csv"):
        behind.setdefault(row["group"], set()).add(row["person"])
    assert all(len(persons) == 1 for persons in behind.values())
    totals = json.loads((platform / "truth" / "totals.json").read_text(encoding="utf-8"))
    assert totals["identities_to_find"] == len(behind)


def test_every_trap_is_there(platform: Path) -> None:
    traps = json.loads((platform / "truth" / "traps.json").read_text(encoding="utf-8"))
    assert {name for name, n in traps.items() if n < 1} == set()
    assert traps["largest_shared_inbox"] > 5


def test_one_person_in_six_hides_behind_a_vpn(platform: Path) -> None:
    persons = _truth(platform, "persons.csv")
    assert sum(int(p["vpn"]) for p in persons) / len(persons) == pytest.approx(1 / 6, abs=0.04)


def test_mail_addresses_and_names_of_accounts_are_neutral(platform: Path, users: Users) -> None:
    mails = [u[2] for u in users] + [m["mail"] for m in _members(platform)]
    mails += [c["email"] for c in _customers(platform)]
    shape = re.compile(r"(user|us\.er\.|mail|m\.ail|temp|inbox)[0-9]+(\+[0-9]+)?@[a-z0-9.-]+", re.IGNORECASE)
    assert [m for m in mails if m and not shape.fullmatch(str(m))] == []
    names = [u[1] for u in users] + [m["login"] for m in _members(platform)]
    assert [n for n in names if not re.fullmatch(r"(user|name|member)[0-9]+", str(n))] == []


def test_what_people_write_is_placeholder_text(platform: Path) -> None:
    bodies = [str(c[4]) for c in dump_rows(platform / "kx.sql", "comments")]
    bodies += [str(json.loads(x).get("body", "message 1")) for x in (platform / "forum.jsonl").read_text().splitlines()]
    rest = {re.sub(r"message|it's|dir|end|-- \(1,'x'\),|[0-9 \"\\\n#;]", "", body) for body in bodies}
    assert rest == {""}


def test_usernames_are_one_of_a_kind_on_their_site(platform: Path, users: Users) -> None:
    assert len({u[1] for u in users}) == len(users)
    members = [m["login"] for m in _members(platform)]
    assert len(set(members)) == len(members)


def test_a_person_of_the_dump_also_stands_in_forum_and_exchange(platform: Path) -> None:
    sites: dict[str, set[str]] = {}
    for row in _truth(platform, "accounts.csv"):
        sites.setdefault(row["group"], set()).add(row["account"][:2])
    assert {"kx", "fo"} in sites.values()
    assert {"kx", "ex"} in sites.values()


@pytest.mark.parametrize("scale", [0.0, -1.0, 5.0, float("nan")])
def test_it_refuses_a_scale_out_of_range(tmp_path: Path, scale: float) -> None:
    with pytest.raises(ScaleOutOfRange, match="choose a number from"):
        write_platform(tmp_path, scale, 1, _quiet)
    assert list(tmp_path.iterdir()) == []
