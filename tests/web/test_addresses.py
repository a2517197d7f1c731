"""Every address of the desk with every role, against the table beside this file."""

import csv
import re
from pathlib import Path

import pytest
from served import Served, Visitor

import fanal

TABLE = Path(__file__).with_name("addresses.csv")
ROWS = list(csv.DictReader(TABLE.open(encoding="utf-8")))
ROLES = [column for column in ROWS[0] if column not in ("name", "path")]
#: Addresses that hold nothing of a case: signing in and out, the language, leaving.
OPEN = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "language",
    "leave",
    "away",
    "stay",
    "health",
    "lock",
    "typed",
    "openid_connect_login",
    "openid_connect_callback",
}
#: Read as text: only the desk's own processes can load it.
ADDRESSES = [Path(fanal.__file__).parent / "web" / name for name in ("urls.py", "second_factor_urls.py")]


def names() -> set[str]:
    named = [re.findall(r'name="([a-z_]+)"', file.read_text(encoding="utf-8")) for file in ADDRESSES]
    return {name for names in named for name in names} - OPEN


def test_every_address_stands_in_the_table() -> None:
    assert names() == {row["name"] for row in ROWS}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_a_role_gets_what_the_table_says(
    row: dict[str, str], role: str, officers: dict[str, Visitor], identity: str
) -> None:
    path = row["path"].format(identity=identity)
    page = officers[role].open(path, follow=False)
    assert page.status == int(row[role])


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_nobody_gets_in_without_signing_in(row: dict[str, str], served: Served) -> None:
    page = served.visitor().open(row["path"], follow=False)
    assert page.status == 302
    assert page.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_a_page_has_nothing_inline(row: dict[str, str], first: Visitor, identity: str) -> None:
    path = row["path"].format(identity=identity)
    page = first.open(path)
    assert page.headers["Content-Security-Policy"].count("'unsafe") == 0
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", page.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
