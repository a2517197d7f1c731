"""Web-server logs: every line is a request or a reject, and says what it said."""

import gzip
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.engine.duck import Duck
from fanal.evidence.streams import opened
from fanal.read.contract import Source, Unreadable
from fanal.read.mapping import load_yaml
from fanal.read.sink import LakeSink
from fanal.read.weblog import WEBLOG
from fanal.read.weblog_examples import examples
from fanal.read.weblog_kernel import LONGEST
from fanal.read.weblog_lines import blocks
from fanal.read.weblog_requests import COLUMNS, Requests
from fanal.read.weblog_sift import Sift

STAMP = "[10/Oct/2020:13:55:36 +0200]"
PLAIN = f'192.0.2.1 - - {STAMP} "GET /a HTTP/1.1" 200 512 "https://example.org/" "agent 1"'


@pytest.fixture
def loaded(tmp_path):
    """A function: the rows of `requests` and the account of rejects for a log's bytes."""

    def load(raw: bytes):
        path = tmp_path / "access.log"
        path.write_bytes(raw)
        with Duck(memory="256MB") as engine, LakeSink(1, tmp_path / "out") as sink:
            Requests(engine, Source(path, path.name, 1, tmp_path), list(COLUMNS), Sift([])).load(sink)
            rows = engine.rows("SELECT * FROM requests")
            account = sink.close()
            rejects = [pq.read_table(p).to_pylist() for p in sink.files.get("reject", [])]
        return rows.to_pylist(), (rejects[0] if rejects else []), account

    return load


def one(loaded, line: str):
    rows, rejects, _ = loaded(line.encode() + b"\n")
    assert not rejects
    return rows[0]


def test_a_combined_line_gives_all_its_fields(loaded):
    assert one(loaded, PLAIN.replace(" - - ", " - user1 ")) == {
        "_row": 1, "ip": "192.0.2.1", "user": "user1", "ts": "10/Oct/2020:13:55:36 +0200", "method": "GET",
        "path": "/a", "status": "200", "bytes": "512", "referer": "https://example.org/", "user_agent": "agent 1",
        "src_port": None, "rest": None, "host": None, "forwarded": None,
    }  # fmt: skip


def test_a_common_line_has_no_referer_and_no_agent(loaded):
    row = one(loaded, f'192.0.2.1 - - {STAMP} "GET /a HTTP/1.1" 200 512')
    assert (row["status"], row["bytes"], row["referer"], row["user_agent"]) == ("200", "512", None, None)


def test_a_dash_says_nothing(loaded):
    row = one(loaded, f'192.0.2.1 - - {STAMP} "-" 408 - "-" "-"')
    fields = ("user", "method", "path", "bytes", "referer", "user_agent")
    assert [row[name] for name in fields] == [None] * len(fields)


@pytest.mark.parametrize(
    ("client", "ip", "port"),
    [
        ("192.0.2.1", "192.0.2.1", None),
        ("192.0.2.1:51234", "192.0.2.1", "51234"),
        ("2001:db8::1", "2001:db8::1", None),
        ("[2001:db8::1]:51234", "2001:db8::1", "51234"),
        ("2001:db8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:1", None),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1", None),
        ("host.example", "host.example", None),
    ],
)
def test_the_client_is_an_address_and_perhaps_a_port(loaded, client, ip, port):
    row = one(loaded, PLAIN.replace("192.0.2.1", client))
    assert (row["ip"], row["src_port"]) == (ip, port)


def test_a_port_and_forwarded_addresses_behind_the_fields_are_kept(loaded):
    row = one(loaded, PLAIN + ' "198.51.100.7, 10.0.0.1" port=40001')
    assert (row["rest"], row["src_port"]) == ('"198.51.100.7, 10.0.0.1" port=40001', "40001")
    assert one(loaded, PLAIN + ' "198.51.100.7"')["rest"] == '"198.51.100.7"'
    assert one(loaded, PLAIN + " 0.003")["rest"] == "0.003"


def test_escaped_quotes_stay_inside_their_field(loaded):
    row = one(loaded, PLAIN.replace("agent 1", r"agent \"1\" \\"))
    assert row["user_agent"] == r"agent \"1\" \\"
    assert row["path"] == "/a"


def test_a_user_name_may_hold_blanks(loaded):
    assert one(loaded, PLAIN.replace(" - - ", " - user 1 "))["user"] == "user 1"


@pytest.mark.parametrize(
    ("request_", "method", "path"),
    [
        ("GET /a b HTTP/1.1", "GET", "/a b"),
        ("GET /a", "GET", "/a"),
        (r"\x16\x03\x01", None, r"\x16\x03\x01"),
        ("", None, ""),
        ("PROPFIND /a HTTP/1.1", "PROPFIND", "/a"),
    ],
)
def test_a_request_is_method_and_path_or_as_it_stands(loaded, request_, method, path):
    row = one(loaded, PLAIN.replace("GET /a HTTP/1.1", request_))
    assert (row["method"], row["path"]) == (method, path)


def test_rows_carry_their_line_number_and_stand_in_order(loaded):
    odd = PLAIN.replace("agent 1", r"agent \"1\"")
    rows, rejects, account = loaded(f"{PLAIN}\n\n{odd}\nno line\n{PLAIN}\n".encode())
    assert [row["_row"] for row in rows] == [1, 3, 5]
    assert [(r["locator"], r["column"], r["excerpt"]) for r in rejects] == [("requests:4", None, "no line")]
    assert account["rows"]["requests"] == {"source": 1, "read": 0, "rejected": 1, "unmapped": 0}


@pytest.mark.parametrize(
    "line",
    [
        "192.0.2.1 - -", PLAIN.replace(" 200 ", " 2x0 "), PLAIN.replace("[", "("), PLAIN[:-1] + "\x01 x",
        '"' * 6, PLAIN.replace("agent", 'ag"ent'), PLAIN[:-40],
    ],
)  # fmt: skip
def test_a_line_that_does_not_come_out_is_a_reject(loaded, line):
    rows, rejects, _ = loaded(f"{PLAIN}\n{line}\n".encode())
    assert len(rows) == len(rejects) == 1


def test_windows_line_ends_and_a_missing_last_one_change_nothing(loaded):
    rows, rejects, _ = loaded(f"{PLAIN}\r\n{PLAIN}".encode())
    assert [row["user_agent"] for row in rows] == ["agent 1", "agent 1"]
    assert not rejects


def test_bytes_that_are_no_text_are_written_out(loaded):
    rows, _, _ = loaded(PLAIN.encode().replace(b"agent 1", b"agent \xff") + b"\n")
    assert rows[0]["user_agent"] == r"agent \xff"


def test_a_log_without_a_single_request_is_unreadable(loaded):
    with pytest.raises(Unreadable):
        loaded(b"nothing\nof the kind\n")


def test_a_line_without_end_is_cut_and_refused_and_the_next_is_read(loaded):
    long = PLAIN.encode() + b"x" * (LONGEST * 12)
    rows, rejects, _ = loaded(PLAIN.encode() + b"\n" + long + b"\n" + PLAIN.encode() + b"\n")
    assert [row["_row"] for row in rows] == [1, 3]
    assert [r["locator"] for r in rejects] == ["requests:2"]


@given(st.lists(st.binary(max_size=30), max_size=30), st.integers(1, 40))
@settings(max_examples=50, deadline=None)
def test_blocks_lose_no_line_wherever_they_are_cut(tmp_path_factory, lines, chunk):
    raw = b"\n".join(lines)
    path = tmp_path_factory.mktemp("log") / "a.log"
    path.write_bytes(raw)
    with opened(path) as stream:
        got = [buf[:end].tobytes() for buf, end in blocks(stream, chunk)]
    assert b"".join(got) == raw + (b"\n" if raw and not raw.endswith(b"\n") else b"")
    assert all(block.endswith(b"\n") for block in got)


FIELD = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='"\\[]'), min_size=1)


# What a line in combined form says, by a regular expression in place of loops.
ORACLE = re.compile(
    r'^(?P<ip>[^ ]+) [^ ]+ (?P<user>.*?) \[(?P<ts>[^\]]{1,40})\] "(?P<request>(?:[^"\\]|\\.)*)" (?P<status>[0-9]{3}) '
    r'(?P<bytes>[0-9]+|-) "(?P<referer>(?:[^"\\]|\\.)*)" "(?P<user_agent>(?:[^"\\]|\\.)*)"(?: (?P<rest>.*))?$'
)
PIECE = st.lists(st.sampled_from(["a", "é", " ", r"\"", r"\\", "-", "/", "%20", "[", "]", "漢", "="]), max_size=12).map(
    "".join
)


@given(
    user=st.sampled_from(["-", "user1", "user 1"]), agent=PIECE, referer=PIECE, path=PIECE,
    status=st.sampled_from(["200", "2x0", "99", "404"]), rest=st.sampled_from(["", " 0.003", ' "x y"', "x"]),
    cut=st.integers(0, 12),
)  # fmt: skip
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fields_are_those_that_a_regular_expression_finds(loaded, user, agent, referer, path, status, rest, cut):
    line = f'192.0.2.1 - {user} {STAMP} "GET /{path} HTTP/1.1" {status} 1 "{referer}" "{agent}"{rest}'
    line = line[: len(line) - cut] if cut > 8 else line
    rows, rejects, _ = loaded(f"{PLAIN}\n{line}\n".encode())
    theirs = ORACLE.match(line.rstrip(" ") if not rest else line)
    if theirs is None:
        # Without its last fields it is a line in common form; else it is none.
        assert len(rejects) == 1 or rows[1]["user_agent"] is None
        return
    said = theirs.groupdict()
    ours = rows[1]
    assert (ours["method"], ours["path"]) == ("GET", f"/{path}")
    for name in ("ip", "user", "ts", "status", "bytes", "referer", "user_agent", "rest"):
        want = (said[name] or "").strip(" ") if name == "rest" else said[name]
        assert ours[name] == (None if want in ("-", "") else want), name


@given(st.lists(st.binary(max_size=60) | st.sampled_from([PLAIN.encode(), b'{"ip": "x"', b"\0\0", b"\r", b"{" * 40])))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_there_are_every_line_is_a_row_or_a_reject(loaded, lines):
    raw = b"\n".join([PLAIN.encode(), *lines])
    there = [line for line in raw.split(b"\n") if line.rstrip(b"\r").lstrip(b"\0 \t")]
    rows, rejects, _ = loaded(raw)
    assert len(rows) + len(rejects) == len(there)
    numbers = [row["_row"] for row in rows] + [int(r["locator"].removeprefix("requests:")) for r in rejects]
    assert sorted(numbers) == [
        n for n, line in enumerate(raw.split(b"\n"), start=1) if line.rstrip(b"\r").lstrip(b"\0 \t")
    ]


@pytest.mark.parametrize(
    ("before", "host", "ip", "user", "forwarded"),
    [
        ("www.example.org:443 192.0.2.1 - -", "www.example.org:443", "192.0.2.1", None, None),
        ("www.example.org 192.0.2.1 - user1", "www.example.org", "192.0.2.1", "user1", None),
        ("www.example.org:80 host.example - -", "www.example.org:80", "host.example", None, None),
        ("192.0.2.9:443 192.0.2.1 - -", "192.0.2.9:443", "192.0.2.1", None, None),
        ("192.0.2.1 198.51.100.7 - user1", None, "192.0.2.1", "user1", "198.51.100.7"),
        ("Oct 10 13:55:36 web nginx: 192.0.2.1 - -", None, "192.0.2.1", None, None),
        ("192.0.2.1:51234 - user 1", None, "192.0.2.1", "user 1", None),
        ("192.0.2.1", None, "192.0.2.1", None, None),
    ],
)
def test_what_stands_before_the_client_is_told_from_it(loaded, before, host, ip, user, forwarded):
    row = one(loaded, PLAIN.replace("192.0.2.1 - -", before))
    assert (row["host"], row["ip"], row["user"], row["forwarded"]) == (host, ip, user, forwarded)


@pytest.mark.parametrize(
    ("rest", "port"),
    [
        ("port=40001", "40001"),
        ('remote_port="40001"', "40001"),
        ("src_port:40001;", "40001"),
        ("server_port=443", None),
        ("report=40001", None),
        ("port=123456", None),
        ("port=40001x", None),
        ("0.003 443", None),
        ("my_src_port=1", None),
    ],
)
def test_only_a_port_that_is_called_the_clients_is_its_port(loaded, rest, port):
    row = one(loaded, f"{PLAIN} {rest}")
    assert (row["src_port"], row["rest"]) == (port, rest)


def test_quoted_addresses_behind_the_fields_are_forwarded(loaded):
    row = one(loaded, PLAIN + ' 0.003 "-" "198.51.100.7, 10.0.0.1" "192.0.2.77"')
    assert row["forwarded"] == "198.51.100.7, 10.0.0.1"
    assert one(loaded, PLAIN + ' "0.003" "1.2"')["forwarded"] is None


def test_zero_bytes_before_a_line_are_left_out(loaded):
    rows, rejects, _ = loaded(b"\0" * 4096 + PLAIN.encode() + b"\n" + b"\0" * 100 + b"\n")
    assert [row["ip"] for row in rows] == ["192.0.2.1"]
    assert not rejects


def test_a_byte_order_mark_is_no_part_of_the_first_line(loaded):
    rows, rejects, _ = loaded(b"\xef\xbb\xbf" + PLAIN.encode() + b"\n")
    assert [row["ip"] for row in rows] == ["192.0.2.1"]
    assert not rejects


def read_through_mapping(tmp_path: Path, content: bytes, mapping: str, name: str = "access.log"):
    path = tmp_path / name
    path.write_bytes(content)
    source = Source(path, path.name, 5, tmp_path, load_yaml(mapping, "access.yaml"))
    with LakeSink(5, tmp_path / "out") as sink:
        WEBLOG.read(source, sink)
        account = sink.close()
    return source, account, {t: pq.read_table(p[0]).to_pylist() for t, p in sink.files.items()}


BY_RULES, BY_SELECT = (example.mapping for example in examples()[:2])
WHOLE = examples()[0].content


@pytest.mark.parametrize("mapping", [BY_RULES, BY_SELECT])
def test_a_login_says_account_and_instant_and_leads_back_to_its_line(tmp_path, mapping):
    source, account, tables = read_through_mapping(tmp_path, WHOLE, mapping)
    login = tables["login"][1]
    assert (login["account"], login["at"].isoformat(), login["ip"]) == ("fo:a2", "2020-10-10T11:55:36", "192.0.2.1")
    assert "POST /login?u=a2 " in WEBLOG.excerpt(source, login["locator"])
    assert account["rows"]["requests"] == {"source": 10, "read": 9, "rejected": 1, "unmapped": 0}


def test_a_presumed_login_bears_its_rules_name(tmp_path):
    _, account, tables = read_through_mapping(tmp_path, WHOLE, BY_RULES)
    assert {(row["rule"], row["success"]) for row in tables["login"]} == {("POST /login answered 302", True)}
    assert account["notes"]["login_rules"] == {"POST /login answered 302": {"lines": 8, "without_account": 0}}


def test_the_same_is_read_from_a_compressed_log(tmp_path):
    plain = read_through_mapping(tmp_path, WHOLE, BY_RULES)[2]["login"]
    for n, packed in enumerate((gzip.compress(WHOLE), pa.compress(WHOLE, "zstd", asbytes=True))):
        (tmp_path / f"{n}").mkdir()
        source, account, tables = read_through_mapping(tmp_path / f"{n}", packed, BY_RULES, "access.log.packed")
        assert tables["login"] == plain
        assert account["notes"]["compression"] == ("gzip", "zstd")[n]
        assert "POST /login?u=a2 " in WEBLOG.excerpt(source, tables["login"][1]["locator"])
        assert WEBLOG.detect(packed, "x") > 0.9


def test_a_compressed_log_that_breaks_off_keeps_what_stands_before(tmp_path):
    _, account, tables = read_through_mapping(tmp_path, gzip.compress(WHOLE * 500)[:-300], BY_RULES)
    assert len(tables["login"]) > 1000
    assert account["notes"]["truncated"] is True


def test_media_in_a_line_never_reaches_the_lake_or_an_excerpt(tmp_path):
    carried = b"data:image/png;base64,iVBORw0KGgoAAAA1"
    content = WHOLE.replace(b"agent 1", carried).replace(b"no line", carried)
    source, account, tables = read_through_mapping(tmp_path, content, BY_SELECT)
    assert "iVBOR" not in str((account, tables)) + WEBLOG.excerpt(source, "requests:1")
    assert tables["login"][0]["user_agent"].startswith("[withheld: ")


def test_requests_and_frequent_posts_are_told_for_a_draft(tmp_path):
    (tmp_path / "access.log").write_bytes(WHOLE)
    told = WEBLOG.tables(Source(tmp_path / "access.log", "access.log", 1, tmp_path))
    assert told["requests"].columns == COLUMNS
    assert told["requests"].rows == 9
    assert told["requests"].posts == (("POST", "/login", "302", "u", "0", "8"),)


@pytest.mark.parametrize(
    "head",
    [
        b"", b"id,name\n1,2\n", b"From: a@example.org\n\nx", b"{}\n", b'{"id": 1, "name": "a"}\n',
        b"no line of a log\n" * 3 + WHOLE[:90], b"\x1f\x8b\x08 and no more", b"[" * 9000,
    ],
)  # fmt: skip
def test_other_files_are_not_taken_for_logs(head):
    assert WEBLOG.detect(head, "access.log") == 0.0
