"""Writes forum.jsonl and access.log: the forum beside the platform, and its web server's last year.

A forum account's native id is its login, since that is all a web log knows of it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.sample import wording
from fanal.sample.accounts import FORUM, Accounts
from fanal.sample.draw import Ints, chosen, stream
from fanal.sample.kx import CHUNK
from fanal.sample.letters import (
    DAY,
    Text,
    dotted,
    instant,
    joined,
    json_text,
    log_instant,
    picked,
    shown,
    where,
)
from fanal.sample.people import People
from fanal.sample.plan import END, LOG_KEPT, Plan
from fanal.sample.traffic import weeks
from fanal.sample.videos import bodies
from fanal.sample.wallets import Wallets

BOARDS = 12
SHOWS_WALLET = 0.3
FAILED, BROWSING, NOISE = 0.08, 1.0, 0.0005


def write_lines(file: BinaryIO, lines: Text) -> None:
    """Write lines that end in line breaks, without making Python text of them."""
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)[lines.offset : lines.offset + len(lines) + 1]
    if len(lines):
        file.write(memoryview(lines.buffers()[2])[int(offsets[0]) : int(offsets[-1])])


def _members(file: BinaryIO, people: People, accounts: Accounts, wallets: Wallets, rows: Ints, seed: int) -> None:
    holder = accounts.holder[rows]
    place = np.minimum(wallets.place(holder), len(wallets.persons) - 1)
    shows = (wallets.persons[place] == holder) & (stream(seed, "signatures").random(len(rows)) < SHOWS_WALLET)
    born, told = wording.stated_births(people, accounts, rows)
    year = pc.utf8_slice_codeunits(instant(born * DAY), 0, 4)
    for start in range(0, len(rows), CHUNK):
        cut = slice(start, start + CHUNK)
        r = rows[cut]
        wallet = wallets.text.take(pa.array(wallets.first[place[cut]]))
        write_lines(
            file,
            joined(
                '{"type":"member","login":', json_text(wording.usernames(accounts, r)),
                ',"mail":', json_text(wording.mails(people, accounts, r)),
                ',"phone":', json_text(wording.account_phones(people, accounts, r)),
                ',"name":', json_text(wording.stated_names(people, accounts, r)),
                ',"birth_year":', pc.fill_null(where(told[cut], year[cut], None), "null"),
                ',"country":', json_text(wording.country_codes(accounts.told_country[r])),
                ',"language":', json_text(wording.of_country(people.country[accounts.holder[r]], "language")),
                ',"device":', json_text(wording.devices(accounts, r, seed)),
                ',"wallet":', json_text(where(shows[cut], wallet, None)),
                ',"joined":"', instant(accounts.created[r], "T", "Z"), '"}\n',
            ),
        )  # fmt: skip


def _posts(file: BinaryIO, accounts: Accounts, rows: Ints, n: int, seed: int) -> None:
    rng = stream(seed, "posts")
    author = rows[chosen(rng, accounts.rate[rows] ** 1.5, n)]
    at = accounts.created[author] + (rng.random(n) * (accounts.last[author] - accounts.created[author])).astype(
        np.int64
    )
    order = np.argsort(at, kind="stable")
    author, at = author[order], at[order]
    board = chosen(rng, 1.0 / np.arange(1, BOARDS + 1), n) + 1
    for start in range(0, n, CHUNK):
        cut = slice(start, start + CHUNK)
        number = np.arange(start + 1, min(start + CHUNK, n) + 1)
        write_lines(
            file,
            joined(
                '{"type":"post","id":', number, ',"author":', json_text(wording.usernames(accounts, author[cut])),
                ',"board":"board ', board[cut], '","at":"', instant(at[cut], "T", "Z"),
                '","body":', json_text(bodies(number)), "}\n",
            ),
        )  # fmt: skip


def write_forum(
    path: Path, people: People, accounts: Accounts, wallets: Wallets, plan: Plan, seed: int
) -> dict[str, int]:
    """Write members, then posts, one JSON object a line; returns how many of each."""
    rows = accounts.rows(FORUM)
    with path.open("wb") as file:
        _members(file, people, accounts, wallets, rows, seed)
        _posts(file, accounts, rows, plan.posts, seed)
    return {"members": len(rows), "posts": plan.posts}


def write_log(
    path: Path, people: People, accounts: Accounts, plan: Plan, seed: int, progress: Callable[[str, float], None]
) -> dict[str, int]:
    """Write the web log; returns its lines and, of them, the successful logins.

    A successful login is `POST /login?u=<login>` answered 302; a failed one is answered 200 with the form again.
    A line in 2,000 or so is what scanners send: no request at all.
    """
    rng = stream(seed, "log details")
    lines = logins = 0
    with path.open("wb") as file:
        for part in weeks(people, accounts, accounts.rows(FORUM), plan.forum_logins, END - LOG_KEPT, seed, "forum"):
            n = len(part.account)
            copies = 1 + (rng.random(n) < FAILED).astype(np.int64) + rng.poisson(BROWSING, n)
            row = np.repeat(np.arange(n), copies)
            slot = np.arange(len(row)) - np.repeat(np.cumsum(copies) - copies, copies)
            login = slot == 0
            failed = (slot == 1) & (rng.random(len(row)) < FAILED)
            at = np.minimum(part.at[row] + slot * rng.integers(2, 40, len(row)), END - 1)
            order = np.argsort(at, kind="stable")
            row, login, failed, at = row[order], login[order], failed[order], at[order]
            write_lines(file, _lines(accounts, part.account[row], part.ip[row], at, login, failed, rng))
            lines += len(row)
            logins += n
            progress("access log", logins / plan.forum_logins)
    return {"log_lines": lines, "log_logins": logins}


def _lines(
    accounts: Accounts, account: Ints, ip: Ints, at: Ints, login: np.ndarray, failed: np.ndarray,
    rng: np.random.Generator,
) -> Text:  # fmt: skip
    n = len(account)
    post = joined("POST /login?u=", wording.usernames(accounts, account), " HTTP/1.1")
    get = joined("GET /thread/", rng.integers(1, 5000, n), " HTTP/1.1")
    noise = ~login & (rng.random(n) < NOISE)
    request = where(login | failed, post, where(noise, "\\x16\\x03\\x01\\x02", get))
    status = where(login, "302", where(noise, "400", "200"))
    size = where(login, "0", shown(rng.integers(400, 90_000, n)))
    referer = where(login | failed | noise, "-", "https://forum.example/")
    agent = where(noise, "-", picked(wording.AGENTS, accounts.agent[account]))
    return joined(
        dotted(ip), " - - [", log_instant(at), '] "', request, '" ', status, " ", size,
        ' "', referer, '" "', agent, '"\n',
    )  # fmt: skip
