"""The cheap look before a line is written out never costs a row that a SELECT would have yielded."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped_case import read

from fanal.read.mapping_sql import check_select
from fanal.read.weblog import WEBLOG
from fanal.read.weblog_sift import Need, Sift, literal_start, need_of


def need(where, columns="ip AS account"):
    (branch,) = check_select(f"SELECT {columns}, _row FROM requests WHERE {where}", "m", "login")
    return need_of(branch)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("method = 'POST'", Need(frozenset({"POST"}))),
        ("'302' = status AND ip <> ''", Need(None, frozenset({"302"}))),
        ("status IN ('302', '303') AND status = '302'", Need(None, frozenset({"302"}))),
        ("path LIKE '/login?u=%'", Need(path="/login?u=")),
        ("path LIKE '/l_gin%'", Need(path="/l")),
        ("starts_with(path, '/login')", Need(path="/login")),
        ("regexp_matches(path, '^/logins?[?]')", Need(path="/login")),
        ("regexp_matches(path, '/log(in|on)')", Need()),
        ("regexp_matches(path, '/login[?]')", Need(path="/login", at_start=False)),
        ("method = 'POST' OR path LIKE '/login%'", Need()),
        ("NOT method = 'POST'", Need()),
        ("lower(method) = 'post'", Need()),
        ("method IN (ip, 'POST')", Need()),
        ("path LIKE '%login'", Need()),
        ("path ILIKE '/login%'", Need()),
        ("path LIKE '/login%' ESCAPE '/'", Need()),
        ("regexp_matches(path, '(?i)^/login')", Need()),
        ("path LIKE '/été%'", Need(path="/")),
        ("method = 'POST' AND ip IN (SELECT ip FROM requests WHERE status = '302')", Need()),
    ],
)
def test_only_what_where_says_for_certain_is_asked_of_a_line(where, found):
    assert need(where) == found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("/log", "/log"),
        ("/logs?", "/log"),
        ("/log*", "/lo"),
        ("/log+", "/log"),
        ("/lo{0,1}", "/l"),
        ("a|b", ""),
        (r"\d", ""),
    ],
)
def test_a_pattern_begins_with_its_plain_text(pattern, text):
    assert literal_start(pattern) == text


WHERES = [
    "method = 'POST' AND path LIKE '/login?u=%' AND status = '302'",
    "regexp_matches(path, 'login') AND status IN ('200', '302')",
    "method IN ('GET', 'POST') AND starts_with(path, '/log')",
    "path LIKE '/lo_in%'",
    "status = '302'",
    "path LIKE '%u=a'",
    "regexp_matches(path, '^/logins?$')",
]
_PATH = st.lists(
    st.sampled_from(["/login", "?u=a", "/log", "in", "/", "s", "é", "/Login"]), min_size=1, max_size=4
).map("".join)


@st.composite
def _line(draw):
    method, path = draw(st.sampled_from(["GET", "POST", "POS", "post"])), draw(_PATH)
    status = draw(st.sampled_from(["200", "302", "-"]))
    kind = draw(st.sampled_from(["text", "json", "slashes", "apart"]))
    if kind == "text":
        return f'192.0.2.1 - - [10/Oct/2020:13:55:36 +0200] "{method} {path} HTTP/1.1" {status} 1'
    told = {"remote_addr": "192.0.2.1", "msec": "1602330936.5", "status": status, "method": method, "uri": path}
    if kind == "apart":
        told["uri"], _, told["args"] = path.partition("?")
    return json.dumps(told).replace("/", "\\/" if kind == "slashes" else "/")


def mapping(where):
    return (
        "fanal_mapping: 1\nplatform: kx\nsource: weblog\ntables:\n  login: >\n"
        f"    SELECT path AS account, ts AS at, ip, _row FROM requests WHERE {where}\n"
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_line(), min_size=1, max_size=12), st.sampled_from(WHERES))
def test_the_same_rows_come_out_as_without_it(tmp_path, lines, where):
    content = "\n".join(lines).encode()
    # A condition that is always true and that no look can use opens it for every line.
    both = [
        read(WEBLOG, tmp_path / name, "access.log", content, mapping(said))
        for name, said in (("with", where), ("without", f"({where}) OR length(ip) < 0"))
    ]
    assert both[0].tables == both[1].tables
    assert both[0].counts == both[1].counts


def test_lines_that_no_select_would_yield_are_not_written_out_and_count_as_read(tmp_path):
    lines = ['192.0.2.1 - - [10/Oct/2020:13:55:36 +0200] "GET / HTTP/1.1" 200 1'] * 5
    sink = read(WEBLOG, tmp_path, "access.log", "\n".join(lines).encode(), mapping(WHERES[0]))
    assert sink.counts["requests"] == {"source": 5, "read": 5, "rejected": 0, "unmapped": 0}
    assert sink.tables == {}


def test_a_mapping_that_asks_for_any_line_keeps_all():
    assert Sift([Need(frozenset({"POST"})), Need()]).is_open
    assert not Sift([Need(frozenset({"POST"}))]).is_open
