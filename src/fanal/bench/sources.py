"""Benign synthetic exhibits for `bench read`, of any size, written line by line; and what is in them.

Neutral placeholder text only. The forms are those that the peers read, so that both sides read the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TextIO

_START = datetime(2023, 1, 1, tzinfo=UTC)
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
_PER_STATEMENT = 10_000


@dataclass(frozen=True)
class Made:
    """One exhibit: its file, its mapping where it needs one, and how many units (messages, rows, lines) it has."""

    path: Path
    mapping: Path | None
    units: int
    events: int = 0


def whatsapp(folder: Path, lines: int) -> Made:
    """A group's export (Android, day first, 24 hours): of a hundred lines two are events, three a second line."""
    random, messages, events = Random(7), 0, 0
    members = [f"+34 600 {n // 100:02} {n % 100:02} 00" for n in range(1, 150)] + [f"Member {n}" for n in range(1, 60)]
    path = folder / "WhatsApp Chat with Group 7.txt"
    with path.open("w", encoding="utf-8") as out:
        for n in range(lines):
            at = _START + timedelta(seconds=23 * n)
            head = f"{at:%d/%m/%Y, %H:%M} - "
            who, draw = random.choice(members), random.random()
            if draw < 0.02:
                other = random.choice(members)
                out.write(head + (f"{who} added {other}\n", f"{who} left\n", f"{who} removed {other}\n")[n % 3])
                events += 1
            elif draw < 0.05 and n:
                out.write(f"and line {n} goes on here\n")
            elif draw < 0.10:
                out.write(f"{head}{who}: <Media omitted>\n")
                messages += 1
            else:
                out.write(f"{head}{who}: message {n} of this group, and some more words to fill the line\n")
                messages += 1
    return Made(path, None, messages, events)


def _logins(rows: int) -> Iterator[tuple[int, int, str, int, datetime]]:
    """Number, user, address, port and instant of each login."""
    random = Random(11)
    for n in range(1, rows + 1):
        user = random.randrange(1, max(2, rows // 14))
        yield n, user, f"198.51.{user % 256}.{n % 256}", 1024 + n % 60_000, _START + timedelta(seconds=n)


def _mapping(folder: Path, source: str) -> Path:
    path = folder / f"{source}.yaml"
    path.write_text(
        f"fanal_mapping: 1\nplatform: kx\nsource: {source}\ntables:\n"
        "  account: SELECT id AS native_id, login AS username, created AS created_at, _row FROM users\n"
        "  identifier: SELECT id AS account, 'email' AS kind, email AS value, _row FROM users\n"
        '  login: SELECT user_id AS account, ip, port AS src_port, ts AS "at", agent AS user_agent, _row FROM logins\n',
        encoding="utf-8",
    )
    return path


def mysqldump(folder: Path, rows: int) -> Made:
    """A dump as mysqldump writes it: one row of ten a user, the others logins, in extended INSERTs."""
    users = rows // 10
    folder.mkdir(exist_ok=True)
    path = folder / "bench.sql"
    with path.open("w", encoding="utf-8") as out:
        out.write("-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n/*!40101 SET NAMES utf8mb4 */;\n")
        out.write("CREATE TABLE `users` (\n  `id` int NOT NULL,\n  `login` varchar(64),\n  `email` varchar(255),\n")
        out.write("  `created` datetime\n) DEFAULT CHARSET=utf8mb4;\n")
        _inserts(out, "users", (f"({n},'user{n}','u{n}@example.org','{_text(n)}')" for n in range(1, users + 1)))
        out.write(
            "CREATE TABLE `logins` (\n  `id` int NOT NULL,\n  `user_id` int,\n  `ip` varchar(45),\n  `port` int,\n"
        )
        out.write("  `ts` datetime,\n  `agent` varchar(255)\n) DEFAULT CHARSET=utf8mb4;\n")
        logins = _logins(rows - users)
        _inserts(
            out, "logins", (f"({n},{u},'{ip}',{p},'{at:%Y-%m-%d %H:%M:%S}','{_AGENT}')" for n, u, ip, p, at in logins)
        )
        out.write("-- Dump completed on 2025-01-01  0:00:00\n")
    return Made(path, _mapping(folder, "mysqldump"), rows)


def pg_dump(folder: Path, rows: int) -> Made:
    """The same tables as pg_dump writes them, in COPY blocks."""
    users = rows // 10
    path = folder / "bench-pg.sql"
    with path.open("w", encoding="utf-8") as out:
        out.write("--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n")
        out.write("SET standard_conforming_strings = on;\n\nCREATE TABLE public.users (\n    id integer NOT NULL,\n")
        out.write("    login text,\n    email text,\n    created timestamp without time zone\n);\n\n")
        out.write("CREATE TABLE public.logins (\n    id integer NOT NULL,\n    user_id integer,\n    ip text,\n")
        out.write("    port integer,\n    ts timestamp without time zone,\n    agent text\n);\n\n")
        out.write("COPY public.users (id, login, email, created) FROM stdin;\n")
        out.writelines(f"{n}\tuser{n}\tu{n}@example.org\t{_text(n)}\n" for n in range(1, users + 1))
        out.write("\\.\n\nCOPY public.logins (id, user_id, ip, port, ts, agent) FROM stdin;\n")
        for n, user, ip, port, at in _logins(rows - users):
            out.write(f"{n}\t{user}\t{ip}\t{port}\t{at:%Y-%m-%d %H:%M:%S}\t{_AGENT}\n")
        out.write("\\.\n\n--\n-- PostgreSQL database dump complete\n--\n")
    return Made(path, _mapping(folder, "pg_dump"), rows)


def weblog(folder: Path, lines: int) -> Made:
    """A combined log in which one line of twenty is a login."""
    path, mapping = folder / "access.log", folder / "weblog.yaml"
    mapping.write_text(
        "fanal_mapping: 1\nplatform: fo\nsource: weblog\n"
        "logins:\n  - rule: POST /login answered 302\n    method: POST\n    path: ^/login\n    status: [302]\n"
        "    account: {query: u}\n    success: presumed\n",
        encoding="utf-8",
    )
    logins = 0
    with path.open("w", encoding="utf-8") as out:
        for n, user, ip, _, at in _logins(lines):
            stamp = f"{at:%d/%b/%Y:%H:%M:%S} +0000"
            if n % 20 == 0:
                out.write(f'{ip} - - [{stamp}] "POST /login?u=user{user} HTTP/1.1" 302 0 "-" "{_AGENT}"\n')
                logins += 1
            else:
                out.write(
                    f'{ip} - - [{stamp}] "GET /watch/{n} HTTP/1.1" 200 {n % 90_000} "https://example.org/" "{_AGENT}"\n'
                )
    return Made(path, mapping, lines, logins)


def _inserts(out: TextIO, table: str, rows: Iterator[str]) -> None:
    write = out.write
    for n, row in enumerate(rows):
        write((",\n" if n % _PER_STATEMENT else f"{';' if n else ''}\nINSERT INTO `{table}` VALUES ") + row)
    write(";\n")


def _text(n: int) -> str:
    return f"{_START + timedelta(seconds=n):%Y-%m-%d %H:%M:%S}"
