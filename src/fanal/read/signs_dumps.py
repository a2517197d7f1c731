"""How dumps and logs of servers begin: what `detect` of their readers goes by. See `read/signs.py`."""

import json
import re

from fanal.evidence.streams import plain_head
from fanal.read.sql_stream import opened_head
from fanal.read.weblog_names import names
from fanal.read.weblog_places import CLIENT, METHOD, PATH, REQUEST, STATUS, TS, WITHIN

#: How MySQL's own programs, and phpMyAdmin, begin a dump.
MYSQL_MARKS = (b"-- MySQL dump", b"-- MariaDB dump", b"-- phpMyAdmin SQL Dump", b"/*M!999999")
MYSQL_XML = re.compile(rb"^\s*(?:<\?xml[^>]*>\s*)?<(?:mysqldump|resultset)\b")
#: How pg_dump begins one.
POSTGRES_MARK = re.compile(rb"^-- PostgreSQL database (?:cluster )?dump\s*$", re.MULTILINE)
_MYSQL_STATEMENT = re.compile(
    rb"^\s*(?:INSERT\s+INTO|CREATE\s+TABLE|DROP\s+TABLE\s+IF\s+EXISTS)\s+`", re.IGNORECASE | re.MULTILINE
)
#: Adminer and HeidiSQL write the dumps of other databases too, under the same name.
_MYSQL_TOOLS = re.compile(
    rb"^-- (?:Adminer [\w.]+ (?:MySQL|MariaDB) |HeidiSQL Version:(?=[\s\S]*/\*!40))", re.MULTILINE
)
#: The archives that pg_restore reads: custom format (and the table of contents of a directory), tar format.
_ARCHIVE, _TAR = b"PGDMP", (b"toc.dat\x00", 257, b"ustar")
_COPY = re.compile(rb'^COPY\s+["\w.$]+[^;\n]*\bFROM\s+stdin\b', re.IGNORECASE | re.MULTILINE)
_POSTGRES_STATEMENT = re.compile(
    rb"^(?:SELECT pg_catalog\.set_config\('search_path'|SET standard_conforming_strings\b|\\restrict\s"
    rb"|CREATE TABLE (?:public\.|\")|INSERT INTO (?:public\.|\"))",
    re.MULTILINE,
)
_REQUEST = re.compile(rb'^\0*\S+ (?:\S+ )?.{0,200}?\[[^\]\n]{10,40}\] "[^\n]*" (?:[0-9]{3}|-) (?:[0-9]+|-)(?: |\r?$)')
_WHO, _WHEN, _WHAT = names(CLIENT), names(TS), names(METHOD) | names(PATH) | names(REQUEST)
_WITHIN, _HOW = names(WITHIN), names(STATUS)
_SHARE_OF_LINES, _LOOKED_AT = 0.8, 100


def mysqldump(head: bytes, name: str) -> float:
    """A dump of MySQL or MariaDB."""
    head = opened_head(head)
    marked = any(head.lstrip().startswith(found) for found in MYSQL_MARKS)
    if marked or MYSQL_XML.search(head) or _MYSQL_TOOLS.search(head[:2048]):
        return 0.95
    if b"PostgreSQL database dump" in head[:400] or not _MYSQL_STATEMENT.search(head):
        return 0.0
    return 0.8 if ".sql" in name.lower() else 0.6


def pg_dump(head: bytes, name: str) -> float:
    """A dump of PostgreSQL."""
    if is_archive(head) or POSTGRES_MARK.search(head[:1000]):
        return 0.95
    if _COPY.search(head):
        return 0.85
    if not _POSTGRES_STATEMENT.search(head):
        return 0.0
    return 0.7 if name.lower().endswith(".sql") else 0.5


def is_archive(head: bytes) -> bool:
    """Whether a dump is one that only pg_restore reads."""
    begins, at, magic = _TAR
    return head.startswith(_ARCHIVE) or (head.startswith(begins) and head[at : at + len(magic)] == magic)


def weblog(head: bytes, name: str) -> float:  # noqa: ARG001  logs have all kinds of names
    """A log of a web server."""
    plain = plain_head(head)
    lines = [line for line in plain.split(b"\n")[:_LOOKED_AT] if line.strip()]
    if len(lines) > 1 and not plain.endswith(b"\n"):
        lines.pop()
    if not lines:
        return 0.0
    share = sum(is_request(line) for line in lines) / len(lines)
    return 0.95 if share >= _SHARE_OF_LINES else 0.0


def is_request(line: bytes) -> bool:
    """Whether a line looks like a request: in combined or common form, or as a JSON object that tells of one."""
    if not line.lstrip().startswith(b"{"):
        return _REQUEST.match(line) is not None
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return False
    keys = {key.lower(): value for key, value in told.items()} if isinstance(told, dict) else {}
    for key in keys.keys() & (_WITHIN | {"request"}):
        if isinstance(keys[key], dict):
            keys = {**keys, **{inner.lower(): value for inner, value in keys[key].items()}}
    return bool(keys.keys() & _WHO and keys.keys() & _WHAT and keys.keys() & _WHEN and keys.keys() & _HOW)
