"""Web-server logs: every line is a request or a reject, and says what it said."""

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.engine.duck import Duck
from fanal.read.contract import Source, Unreadable
from fanal.read.mapping import load_yaml
from fanal.read.sink import LakeSink
from fanal.read.weblog import LONGEST, WEBLOG, blocks, load_requests

STAMP = "[10/Oct/2020:13:55:36 +0200]"
PLAIN = f'192.0.2.1 - - {STAMP} "GET /a HTTP/1.1" 200 512 "https://example.org/" "agent 1"'


@pytest.fixture
def loaded(tmp_path):
    """A function: the rows of `requests` and the account of rejects for a log's bytes."""

    def load(raw: bytes):
        path = tmp_path / "access.log"
        path.write_bytes(raw)
        with Duck(memory="256MB") as engine, LakeSink(1, tmp_path / "out") as sink:
            load_requests(Source(path, path.name, 1, tmp_path), sink, engine)
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
        "src_port": None, "rest": None,
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


def test_a_virtual_host_before_the_client_is_stepped_over(loaded):
    assert one(loaded, "www.example.org:443 " + PLAIN)["ip"] == "192.0.2.1"


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
    got = list(blocks(path, chunk))
    assert b"".join(block for _, block in got) == raw + (b"\n" if raw and not raw.endswith(b"\n") else b"")
    numbers = [first for first, _ in got]
    assert numbers == [1 + b"".join(b for _, b in got[:n]).count(b"\n") for n in range(len(got))]


FIELD = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='"\\[]'), min_size=1)


@given(path=FIELD, agent=FIELD, status=st.integers(100, 599), port=st.integers(1, 65535))
@settings(max_examples=40, deadline=None)
def test_the_cut_and_the_regex_say_the_same(tmp_path_factory, path, agent, status, port):
    folder = tmp_path_factory.mktemp("log")
    line = f'192.0.2.1:{port} - - {STAMP} "GET /{path} HTTP/1.1" {status} 0 "-" "{agent}" "x"'
    (folder / "a.log").write_text(f"{line}\nwww.example.org:80 {line}\n", encoding="utf-8")
    with Duck(memory="256MB", threads=1) as engine, LakeSink(1, folder / "out") as sink:
        load_requests(Source(folder / "a.log", "a.log", 1, folder), sink, engine)
        cut, matched = engine.rows("SELECT * EXCLUDE (_row) FROM requests").to_pylist()
        ways = engine.rows("SELECT line = '' AS odd FROM \"requests lines\"").to_pylist()
        sink.close()
    assert [way["odd"] for way in ways] == [False, True]
    assert cut == matched
    assert (cut["path"], cut["src_port"], cut["status"]) == (f"/{path}", str(port), str(status))


def read_through_mapping(tmp_path: Path, example):
    path = tmp_path / example.name
    path.write_bytes(example.content)
    source = Source(path, path.name, 5, tmp_path, load_yaml(example.mapping, "access.yaml"))
    with LakeSink(5, tmp_path / "out") as sink:
        WEBLOG.read(source, sink)
        account = sink.close()
    return source, account, {t: pq.read_table(p[0]).to_pylist() for t, p in sink.files.items()}


@pytest.mark.parametrize("example", list(WEBLOG.examples()), ids=lambda e: e.name)
def test_its_examples_come_out_as_they_say(tmp_path, example):
    _, account, tables = read_through_mapping(tmp_path, example)
    assert {t: len(rows) for t, rows in tables.items() if t != "reject"} == dict(example.rows)
    assert len(tables["reject"]) == example.rejects
    assert account["rows"]["requests"] == {"source": 10, "read": 9, "rejected": 1, "unmapped": 0}
    assert WEBLOG.detect(example.content, example.name) == 0.9
    assert WEBLOG.detect(b"no line of a log\n" * 3 + example.content, "x") == 0.0


def test_a_login_says_account_and_instant_and_leads_back_to_its_line(tmp_path):
    (example,) = WEBLOG.examples()
    source, _, tables = read_through_mapping(tmp_path, example)
    login = tables["login"][1]
    assert (login["account"], login["at"].isoformat(), login["ip"]) == ("fo:a2", "2020-10-10T11:55:36", "192.0.2.1")
    assert "POST /login?u=a2 " in WEBLOG.excerpt(source, login["locator"])


def test_media_in_a_line_never_reaches_the_lake_or_an_excerpt(tmp_path):
    (example,) = WEBLOG.examples()
    carried = b"data:image/png;base64,iVBORw0KGgoAAAA1"
    content = example.content.replace(b"agent 1", carried).replace(b"no line", carried)
    source, account, tables = read_through_mapping(tmp_path, replace(example, content=content))
    assert "iVBOR" not in str((account, tables)) + WEBLOG.excerpt(source, "requests:1")
    assert tables["login"][0]["user_agent"].startswith("[withheld: ")


@pytest.mark.parametrize("head", [b"", b"id,name\n1,2\n", b"From: a@example.org\n\nx", b"{}\n"])
def test_other_files_are_not_taken_for_logs(head):
    assert WEBLOG.detect(head, "access.log") == 0.0
