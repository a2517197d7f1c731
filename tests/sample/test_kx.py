import re
from pathlib import Path

from dump_reader import dump_rows

from fanal.sample.plan import END, START

Users = list[list[str | None]]


def test_avatars_are_a_few_random_bytes_in_both_kinds_of_literal(users: Users) -> None:
    avatars = [u[12] for u in users if u[12]]
    assert 20 <= len(avatars) <= 80
    hexed = [a for a in avatars if a.startswith("0x")]
    assert hexed
    assert all(re.fullmatch(r"0x[0-9A-F]{48}", a) for a in hexed)
    assert any(a.startswith("_binary '") for a in avatars)


def test_every_row_has_a_cell_for_every_column(platform: Path, users: Users) -> None:
    assert {len(u) for u in users} == {14}
    columns_of = {"logins": 7, "payments": 8, "videos": 10, "uploads": 3, "views": 3, "comments": 5}
    for table, columns in columns_of.items():
        assert {len(row) for row in dump_rows(platform / "kx.sql", table)} == {columns}


def test_acts_name_users_and_videos_that_exist(platform: Path, users: Users) -> None:
    known = {u[0] for u in users}
    videos = {v[0] for v in dump_rows(platform / "kx.sql", "videos")}
    for table in ("uploads", "views"):
        rows = dump_rows(platform / "kx.sql", table)
        assert {r[0] for r in rows} <= known
        assert {r[1] for r in rows} <= videos
    assert {r[1] for r in dump_rows(platform / "kx.sql", "logins")} <= known


def test_nobody_views_what_is_not_there_yet(platform: Path) -> None:
    there = {v[0]: str(v[9]) for v in dump_rows(platform / "kx.sql", "videos")}
    assert all(str(r[2]) > there[r[1]] for r in dump_rows(platform / "kx.sql", "views"))


def test_logins_are_numbered_in_order_of_time_within_the_platforms_life(platform: Path) -> None:
    rows = dump_rows(platform / "kx.sql", "logins")
    assert [int(r[0] or 0) for r in rows] == list(range(1, len(rows) + 1))
    at = [int(r[2] or 0) for r in rows]
    assert at == sorted(at)
    assert START <= at[0] <= at[-1] < END


def test_some_comments_hold_what_must_be_escaped(platform: Path) -> None:
    bodies = "".join(str(row[4]) for row in dump_rows(platform / "kx.sql", "comments"))
    assert all(c in bodies for c in "'\"\\\n;")


def test_default_devices_and_shared_inboxes_stand_with_strangers(users: Users) -> None:
    devices = [u[11] for u in users]
    assert devices.count("00000000-0000-0000-0000-000000000000") > 10
    inboxes = [u[2] for u in users if str(u[2]).startswith("inbox")]
    assert len(set(inboxes)) < len(inboxes) / 3
