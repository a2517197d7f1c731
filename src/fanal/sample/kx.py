"""Writes kx.sql: the streaming platform's database, as a seized server's dump."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from fanal.sample import wording
from fanal.sample.accounts import PLATFORM, Accounts
from fanal.sample.draw import Ints, below, stream
from fanal.sample.dump import Dump
from fanal.sample.letters import (
    Text,
    day,
    digest,
    dotted,
    hexed,
    instant,
    joined,
    padded,
    picked,
    sql_plain,
    sql_text,
    two_places,
    where,
)
from fanal.sample.people import People
from fanal.sample.plan import START, Plan
from fanal.sample.traffic import addresses, weeks
from fanal.sample.videos import Acts, Videos, bodies, digests, kinds
from fanal.sample.wallets import ASSETS, Payments, Wallets

CHUNK = 100_000
AVATARS = 40
AVATAR_BYTES = 24
Say = Callable[[float], None]

USERS = """
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `login` varchar(64) NOT NULL,
  `email` varchar(255) DEFAULT NULL,
  `phone` varchar(32) DEFAULT NULL,
  `name` varchar(255) DEFAULT NULL,
  `born` date DEFAULT NULL,
  `country` char(2) DEFAULT NULL,
  `lang` varchar(8) DEFAULT NULL,
  `tz` varchar(64) DEFAULT NULL,
  `created` datetime NOT NULL,
  `ip_reg` varchar(45) NOT NULL,
  `device` varchar(64) DEFAULT NULL,
  `avatar` longblob DEFAULT NULL,
  `upgraded` datetime DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `login` (`login`)
"""
LOGINS = """
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `ts` int(11) NOT NULL,
  `ip` varchar(45) NOT NULL,
  `port` int(11) DEFAULT NULL,
  `ua` varchar(255) DEFAULT NULL,
  `ok` tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  KEY `user_id` (`user_id`)
"""
PAYMENTS = """
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `ts` datetime NOT NULL,
  `asset` varchar(8) NOT NULL,
  `amount` decimal(18,8) NOT NULL,
  `from_addr` varchar(128) DEFAULT NULL,
  `to_addr` varchar(128) NOT NULL,
  `tx` varchar(80) NOT NULL,
  PRIMARY KEY (`id`)
"""
VIDEOS = """
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `title` varchar(255) NOT NULL,
  `mime` varchar(64) NOT NULL,
  `bytes` bigint(20) NOT NULL,
  `duration` decimal(10,2) NOT NULL,
  `sha256` char(64) NOT NULL,
  `md5` char(32) NOT NULL,
  `width` int(11) NOT NULL,
  `height` int(11) NOT NULL,
  `created` datetime NOT NULL,
  PRIMARY KEY (`id`)
"""
ACTS = """
  `user_id` int(11) NOT NULL,
  `video_id` int(11) NOT NULL,
  `ts` datetime NOT NULL,
  KEY `user_id` (`user_id`)
"""
COMMENTS = """
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `video_id` int(11) NOT NULL,
  `ts` datetime NOT NULL,
  `body` text NOT NULL,
  PRIMARY KEY (`id`)
"""


def _row(*cells: Text | Ints | str) -> Text:
    """One line of an INSERT: the cells, already literals, with commas and brackets."""
    parts: list[Text | Ints | str] = [",("]
    for i, cell in enumerate(cells):
        parts += [",", cell] if i else [cell]
    return joined(*parts, ")")


def _chunks(n: int) -> list[tuple[int, int]]:
    return [(start, min(start + CHUNK, n)) for start in range(0, n, CHUNK)]


def _avatars(rows: Ints, n: int, seed: int) -> pa.Array:
    """Random bytes that are no picture, for a few users, as a hex or a _binary literal; NULL for the others."""
    step = max(1, n // AVATARS)
    at = np.flatnonzero(rows % step == 5 % step)
    raw = stream(seed, f"avatars {rows[0]}").integers(1, 256, (len(at), AVATAR_BYTES), dtype=np.uint8)
    cells: list[bytes] = []
    for i, line in enumerate(raw):
        if i % 2:
            text = line.tobytes().replace(b"\\", b"\\\\").replace(b"'", b"\\'").replace(b'"', b'\\"')
            text = text.replace(b"\n", b"\\n").replace(b"\r", b"\\r").replace(b"\x1a", b"\\Z")
            cells.append(b"_binary '" + text + b"'")
        else:
            cells.append(b"0x" + hexed(line[None, :]).tobytes().upper())
    index = np.zeros(len(rows), dtype=np.int32)
    index[at] = np.arange(1, len(at) + 1)
    return pa.array([b"NULL", *cells], pa.binary()).take(pa.array(index))


def _users(dump: Dump, people: People, accounts: Accounts, wallets: Wallets, seed: int, say: Say) -> int:
    dump.table("users", USERS)
    every = accounts.rows(PLATFORM)
    paying = np.zeros(len(accounts), dtype=np.bool_)
    paying[wallets.payers] = True
    for start, end in _chunks(len(every)):
        rows = every[start:end]
        holder, created = accounts.holder[rows], accounts.created[rows]
        born, told = wording.stated_births(people, accounts, rows)
        upgraded = created + below(rows, seed + 41, 86_400)
        before = _row(
            accounts.number[rows], sql_plain(wording.usernames(accounts, rows)),
            sql_text(wording.mails(people, accounts, rows)),
            sql_plain(wording.account_phones(people, accounts, rows)),
            sql_text(wording.stated_names(people, accounts, rows)),
            sql_plain(where(told, day(born * 86_400), None)),
            sql_plain(wording.country_codes(accounts.told_country[rows])),
            sql_plain(wording.of_country(people.country[holder], "language")),
            sql_plain(wording.of_country(people.country[holder], "time_zone")), sql_plain(instant(created)),
            sql_plain(dotted(addresses(people, holder, created, rows, seed))),
            sql_plain(wording.devices(accounts, rows, seed)), "",
        )  # fmt: skip
        after = joined(",", sql_plain(where(paying[rows], instant(upgraded), None)), ")")
        # `before` ends in ",)": the bracket makes way for the avatar's bytes, which need not be text.
        opening = pa.compute.utf8_slice_codeunits(before, 0, -1).cast(pa.binary())
        cells = (opening, _avatars(rows, len(accounts), seed), after.cast(pa.binary()), pa.scalar(b""))
        dump.rows(pa.compute.binary_join_element_wise(*cells))
        say(end / len(every))
    return len(every)


def _logins(dump: Dump, people: People, accounts: Accounts, plan: Plan, seed: int, say: Say) -> int:
    dump.table("logins", LOGINS)
    rng = stream(seed, "login details")
    written = 0
    for part in weeks(people, accounts, accounts.rows(PLATFORM), plan.logins, START, seed, "logins"):
        n = len(part.account)
        agent = np.where(rng.random(n) < 0.9, accounts.agent[part.account], (accounts.agent[part.account] + 7) % 40)  # noqa: PLR2004
        dump.rows(
            joined(
                ",(", np.arange(written + 1, written + n + 1), ",", accounts.number[part.account], ",", part.at, ",'",
                dotted(part.ip), "',", rng.integers(1024, 65_536, n), ",'", picked(wording.AGENTS, agent), "',",
                picked(("0", "1"), (rng.random(n) < 0.93).astype(np.int32)), ")",  # noqa: PLR2004
            )
        )  # fmt: skip
        written += n
        say(written / plan.logins)
    return written


def _payments(dump: Dump, accounts: Accounts, wallets: Wallets, payments: Payments, seed: int) -> int:
    dump.table("payments", PAYMENTS)
    rng = stream(seed, "transactions")
    for start, end in _chunks(len(payments.at)):
        wallet, amount = payments.wallet[start:end], payments.amount[start:end]
        own = wallets.text.take(pa.array(np.maximum(wallet, 0)))
        shared = wallets.custodial.take(pa.array(np.maximum(-1 - wallet, 0)))
        dump.rows(
            _row(
                np.arange(start + 1, end + 1), accounts.number[payments.account[start:end]],
                sql_plain(instant(payments.at[start:end])), sql_plain(picked(ASSETS, payments.asset[start:end])),
                joined(amount // 10**8, ".", padded(amount % 10**8, 8)), sql_plain(where(wallet >= 0, own, shared)),
                sql_plain(wallets.receiving.take(pa.array(payments.receiver[start:end]))),
                sql_plain(joined(where(payments.asset[start:end] == 1, "0x", ""), digest(rng, end - start, 32))),
            )
        )  # fmt: skip
    return len(payments.at)


def _videos(dump: Dump, accounts: Accounts, videos: Videos, seed: int) -> int:
    dump.table("videos", VIDEOS)
    n = len(videos.created)
    for start, end, sha256, md5 in digests(n, CHUNK, seed):
        number = np.arange(start + 1, end + 1)
        shape = videos.shape[start:end]
        dump.rows(
            _row(
                number, sql_plain(joined("video ", number)),
                sql_plain(kinds(number)), videos.size[start:end], two_places(videos.duration[start:end]),
                sql_plain(sha256), sql_plain(md5), picked(("640", "854", "1280", "1920"), shape),
                picked(("360", "480", "720", "1080"), shape), sql_plain(instant(videos.created[start:end])),
            )
        )  # fmt: skip
    acts = Acts(videos.uploader, np.arange(n), videos.created)
    _acts(dump, "uploads", accounts, acts)
    return n


def _acts(dump: Dump, name: str, accounts: Accounts, acts: Acts) -> int:
    dump.table(name, ACTS)
    for start, end in _chunks(len(acts.at)):
        account, video = accounts.number[acts.account[start:end]], acts.video[start:end] + 1
        dump.rows(_row(account, video, sql_plain(instant(acts.at[start:end]))))
    return len(acts.at)


def _comments(dump: Dump, accounts: Accounts, acts: Acts) -> int:
    dump.table("comments", COMMENTS)
    for start, end in _chunks(len(acts.at)):
        number = np.arange(start + 1, end + 1)
        account, video = accounts.number[acts.account[start:end]], acts.video[start:end] + 1
        at = sql_plain(instant(acts.at[start:end]))
        dump.rows(_row(number, account, video, at, sql_text(bodies(number))))
    return len(acts.at)


def write(
    path: Path, people: People, accounts: Accounts, wallets: Wallets, payments: Payments, videos: Videos,
    views: Acts, comments: Acts, plan: Plan, seed: int, progress: Callable[[str, float], None],
) -> dict[str, int]:  # fmt: skip
    """Write the dump; returns rows by table."""
    with Dump(path, "kx") as dump:
        counts = {"users": _users(dump, people, accounts, wallets, seed, lambda done: progress("users", done))}
        counts["payments"] = _payments(dump, accounts, wallets, payments, seed)
        counts["videos"] = counts["uploads"] = _videos(dump, accounts, videos, seed)
        counts["views"] = _acts(dump, "views", accounts, views)
        counts["comments"] = _comments(dump, accounts, comments)
        counts["logins"] = _logins(dump, people, accounts, plan, seed, lambda done: progress("logins", done))
    return counts
