"""Logs whose lines are JSON say the same as others, under whatever keys their programs write."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.engine.duck import Duck
from fanal.read.contract import Source
from fanal.read.signs_dumps import is_request
from fanal.read.sink import LakeSink
from fanal.read.weblog import WEBLOG
from fanal.read.weblog_requests import COLUMNS, Requests
from fanal.read.weblog_sift import Sift

NGINX = {
    "time_iso8601": "2020-10-10T13:55:36+02:00", "remote_addr": "192.0.2.1", "remote_port": "51234",
    "remote_user": "", "request": "POST /login?u=a1 HTTP/1.1", "status": 302, "body_bytes_sent": 5,
    "http_referer": "-", "http_user_agent": "agent 1", "http_x_forwarded_for": "198.51.100.7",
    "http_host": "example.org",
}  # fmt: skip
CADDY = {
    "level": "info", "ts": 1602330936.5, "logger": "http.log.access", "msg": "handled request",
    "request": {
        "remote_ip": "192.0.2.1", "remote_port": "51234", "client_ip": "198.51.100.7", "proto": "HTTP/2.0",
        "method": "POST", "host": "example.org", "uri": "/login?u=a1",
        "headers": {"Accept": ["*/*"], "User-Agent": ["agent 1"], "X-Forwarded-For": ["198.51.100.7"]},
    },
    "user_id": "", "duration": 0.1, "size": 5, "status": 302,
}  # fmt: skip
TRAEFIK = {
    "ClientAddr": "192.0.2.1:51234", "ClientHost": "192.0.2.1", "ClientPort": "51234", "ClientUsername": "-",
    "DownstreamContentSize": 5, "DownstreamStatus": 302, "OriginStatus": 200, "RequestHost": "example.org",
    "RequestMethod": "POST", "RequestPath": "/login?u=a1", "StartUTC": "2020-10-10T11:55:36.5Z",
    "request_User-Agent": "agent 1", "request_X-Forwarded-For": "198.51.100.7", "time": "2020-10-10T13:55:36+02:00",
}  # fmt: skip
APART = {
    "@timestamp": "2020-10-10T11:55:36Z", "clientip": "192.0.2.1", "src_port": 51234, "verb": "POST", "uri": "/login",
    "args": "u=a1", "response": "302", "bytes": 5, "agent": "agent 1", "xff": "198.51.100.7", "vhost": "example.org",
}  # fmt: skip


@pytest.fixture
def loaded(tmp_path):
    """A function: the rows of `requests`, and the account."""

    def load(raw: bytes):
        (tmp_path / "access.log").write_bytes(raw)
        source = Source(tmp_path / "access.log", "access.log", 1, tmp_path)
        with Duck(memory="256MB") as engine, LakeSink(1, tmp_path / "out") as sink:
            Requests(engine, source, list(COLUMNS), Sift([])).load(sink)
            rows = engine.rows("SELECT * FROM requests").to_pylist()
            account = sink.close()
        return rows, account

    return load


def line(*objects):
    return b"".join(json.dumps(o).encode() + b"\n" for o in objects)


@pytest.mark.parametrize("program", [NGINX, CADDY, TRAEFIK, APART], ids=["nginx", "caddy", "traefik", "logstash"])
def test_each_program_says_the_same_in_its_own_keys(loaded, program):
    (row,), account = loaded(line(program))
    said = {name: row[name] for name in COLUMNS if name != "ts"}
    assert said == {
        "ip": "192.0.2.1", "src_port": "51234", "user": None, "method": "POST", "path": "/login?u=a1", "status": "302",
        "bytes": "5", "referer": None, "user_agent": "agent 1", "host": "example.org", "forwarded": "198.51.100.7",
        "rest": None,
    }  # fmt: skip
    assert row["ts"] in ("2020-10-10T13:55:36+02:00", "1602330936.5", "2020-10-10T11:55:36.5Z", "2020-10-10T11:55:36Z")
    assert account["notes"]["json_lines"] == 1
    assert is_request(line(program))


def test_lines_of_both_forms_stand_in_one_table(loaded):
    text = b'192.0.2.2 - - [10/Oct/2020:13:55:36 +0200] "GET / HTTP/1.1" 200 1 "-" "-"\n'
    rows, account = loaded(line(NGINX) + text + line(CADDY))
    assert [(row["_row"], row["ip"]) for row in rows] == [(1, "192.0.2.1"), (2, "192.0.2.2"), (3, "192.0.2.1")]
    assert account["notes"]["json_lines"] == 2


@pytest.mark.parametrize(
    "odd",
    [
        {"level": "error", "msg": "no request at all", "ts": 1},
        {"remote_addr": "192.0.2.1", "status": 200},
        {"request": "GET / HTTP/1.1", "status": 200},
        {"remote_addr": "192.0.2.1", "request": "GET / HTTP/1.1"},
        {"remote_addr": None, "request": "GET / HTTP/1.1", "status": 200},
        {"remote_addr": ["192.0.2.1"][1:], "request": "GET / HTTP/1.1", "status": 200},
        {"remote_addr": {"ip": "192.0.2.1"}, "request": 1, "status": 200},
        {},
    ],
)
def test_an_object_that_tells_of_no_request_is_a_reject(loaded, odd):
    rows, account = loaded(line(NGINX, odd))
    assert len(rows) == 1
    assert account["rows"]["requests"]["rejected"] == 1


def test_a_request_that_is_none_stands_in_the_path(loaded):
    rows, _ = loaded(line(dict(NGINX, request="\x16\x03"), dict(NGINX, request="")))
    assert [(row["method"], row["path"]) for row in rows] == [(None, "\x16\x03"), (None, "")]


_VALUE = st.text(st.characters(exclude_categories=["Cs"]), min_size=2, max_size=12).filter(lambda t: t != "-")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=_VALUE, agent=_VALUE, ascii_only=st.booleans())
def test_text_comes_back_as_json_wrote_it(loaded, path, agent, ascii_only):
    told = dict(TRAEFIK, **{"RequestPath": path, "request_User-Agent": agent})
    (row,), _ = loaded(json.dumps(told, ensure_ascii=ascii_only).encode() + b"\n")
    assert (row["path"], row["user_agent"]) == (path, agent)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("192.0.2.1:1"),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["request", "headers", "status"]), inner)
    ),
    max_leaves=5,
)
_KEYS = st.sampled_from(["request", "headers", "remote_addr", "ts", "status", "uri", "args", "X"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(_KEYS, _ANY, max_size=6), max_size=5))
def test_whatever_objects_there_are_every_line_is_a_row_or_a_reject(loaded, objects):
    rows, account = loaded(line(NGINX, *objects))
    assert len(rows) + account["rows"]["requests"]["rejected"] == 1 + len(objects)


def test_a_log_of_json_lines_is_detected_and_other_json_is_not():
    assert WEBLOG.detect(line(NGINX, CADDY), "x.json") > 0.9
    assert WEBLOG.detect(line({"id": 1, "status": 2, "url": "a", "time": 3}), "x.json") == 0.0
