"""Login rules: what is taken, what is refused in which words, and what logins come of them."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped_case import read

from fanal.read.mapping import MappingError, draft, mapping_of, parse_mapping
from fanal.read.source_tables import SourceTable
from fanal.read.weblog import WEBLOG

RULE = {
    "rule": "POST /login answered 302", "method": "POST", "path": "^/login", "status": [302, 303],
    "account": {"query": "u"}, "success": "presumed",
}  # fmt: skip
HEAD = {"fanal_mapping": 1, "platform": "fo", "source": "weblog"}


def line(request, status=302, user="-", rest="", stamp="10/Oct/2020:13:55:36 +0200"):
    return f'192.0.2.1:51234 - {user} [{stamp}] "{request} HTTP/1.1" {status} 0 "-" "agent 1"{rest}\n'


def logins(tmp_path, content, *rules, **more):
    sink = read(WEBLOG, tmp_path, "access.log", content.encode(), json.dumps({**HEAD, "logins": rules, **more}))
    return sink, sink.tables.get("login", [])


def test_a_rule_gives_logins_with_its_name_and_all_that_the_line_says(tmp_path):
    sink, rows = logins(tmp_path, line("GET /") + line("POST /login?x=1&u=user+1%21&v=2"), RULE)
    (row,) = rows
    assert row["at"].isoformat() == "2020-10-10T11:55:36"
    said = {name: row[name] for name in ("locator", "account", "ip", "src_port", "user_agent", "success", "rule")}
    assert said == {
        "locator": "requests:2", "account": "fo:user 1!", "ip": "192.0.2.1", "src_port": 51234,
        "user_agent": "agent 1", "success": True, "rule": "POST /login answered 302",
    }  # fmt: skip
    assert sink.counts["requests"] == {"source": 2, "read": 2, "rejected": 0, "unmapped": 0}


@pytest.mark.parametrize(
    ("account", "content", "found"),
    [
        ({"query": "u"}, line("POST /login?u=a1"), "fo:a1"),
        ({"query": "user[name]"}, line("POST /login?user[name]=a1&x"), "fo:a1"),
        ({"path": "^/login/([^/?]+)"}, line("POST /login/a%C3%A9?x"), "fo:aé"),
        ({"user": True}, line("POST /login", user="a 1"), "fo:a 1"),
        ({"cookie": "sid"}, line("POST /login", rest=' "osid=0; sid=a1; x=2"'), "fo:a1"),
        ({"rest": "uid=([0-9]+)"}, line("POST /login", rest=" 0.1 uid=77"), "fo:77"),
        ({"forwarded": True}, line("POST /login", rest=' "198.51.100.7, 10.0.0.1"'), "fo:198.51.100.7"),
    ],
)
def test_an_account_is_found_where_the_rule_says(tmp_path, account, content, found):
    _, (row,) = logins(tmp_path, content, dict(RULE, account=account))
    assert row["account"] == found


def test_lines_without_an_account_are_no_logins_and_are_told(tmp_path):
    sink, rows = logins(tmp_path, line("POST /login?u=") + line("POST /login") + line("POST /login?u=a1"), RULE)
    assert len(rows) == 1
    assert sink.notes["login_rules"] == {"POST /login answered 302": {"lines": 3, "without_account": 2}}


def test_method_status_and_path_all_count_and_may_be_lists_or_left_out(tmp_path):
    content = line("POST /login?u=a1") + line("GET /login?u=a2") + line("POST /login?u=a3", 200) + line("POST /x?u=a4")
    assert [row["account"] for row in logins(tmp_path, content, RULE)[1]] == ["fo:a1"]
    wide = {key: value for key, value in RULE.items() if key not in ("method", "status")}
    assert [row["account"] for row in logins(tmp_path, content, wide)[1]] == ["fo:a1", "fo:a2", "fo:a3"]
    either = dict(RULE, method=["get", "POST"], status=200)
    assert [row["account"] for row in logins(tmp_path, content, either)[1]] == ["fo:a3"]


def test_success_is_presumed_failed_or_unknown(tmp_path):
    rules = [dict(RULE, rule=word, success=word) for word in ("presumed", "failed", "unknown")]
    _, rows = logins(tmp_path, line("POST /login?u=a1"), *rules)
    assert {row["rule"]: row["success"] for row in rows} == {"presumed": True, "failed": False, "unknown": None}


def test_address_and_port_may_stand_elsewhere(tmp_path):
    rule = dict(RULE, ip={"forwarded": True}, src_port={"rest": "^[^ ]+ ([0-9]+)$"})
    _, (row,) = logins(tmp_path, line("POST /login?u=a1", rest=' "198.51.100.7" 40001'), rule)
    assert (row["ip"], row["src_port"]) == ("198.51.100.7", 40001)


def test_rules_and_the_analysts_own_select_fill_one_table(tmp_path):
    select = "SELECT \"user\" AS account, ts AS at, ip, 'own' AS rule, _row FROM requests WHERE \"user\" <> ''"
    content = line("POST /login?u=a1") + line("GET /", user="a2")
    own = {"tables": {"login": select}, "instants": {"login.at": "%d/%b/%Y:%H:%M:%S %z"}}
    _, rows = logins(tmp_path, content, RULE, **own)
    assert [(row["account"], row["rule"], row["at"].isoformat()) for row in rows] == [
        ("fo:a2", "own", "2020-10-10T11:55:36"),
        ("fo:a1", "POST /login answered 302", "2020-10-10T11:55:36"),
    ]


def test_an_instant_that_is_none_is_a_reject_and_its_login_stays(tmp_path):
    sink, (row,) = logins(tmp_path, line("POST /login?u=a1", stamp="99/Xxx/2020:13:55:36 +0200"), RULE)
    assert row["at"] is None
    assert [(r["locator"], r["column"], r["excerpt"]) for r in sink.rejects] == [
        ("requests:1", "login.at", "99/Xxx/2020:13:55:36 +0200")
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["%", "f", "0", "c3", "%00", "%ff", "a", "+", "é", "&", "="]), max_size=8).map("".join))
def test_no_parameter_breaks_the_reading(tmp_path, given_):
    sink, rows = logins(tmp_path, line(f"POST /login?u={given_}"), RULE)
    assert sink.counts["requests"]["read"] == 1
    assert len(rows) == (1 if given_.partition("&")[0] else 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rule": ""}, r"logins\[1\]\.rule"),
        ({"rule": 7}, r"logins\[1\]\.rule is 7"),
        ({"path": "("}, r"logins\[1\]\.path is \(; write a regular expression"),
        ({"path": None}, r"logins\[1\]\.path"),
        ({"method": "PO ST"}, r"logins\[1\]\.method"),
        ({"status": "302"}, r"logins\[1\]\.status is 302"),
        ({"status": 99}, r"logins\[1\]\.status"),
        ({"success": "yes"}, r"presumed \| failed \| unknown"),
        ({"account": "u"}, r"logins\[1\]\.account is u; write one of query, path, user"),
        ({"account": {"query": "u", "user": True}}, r"logins\[1\]\.account"),
        ({"account": {"query": "u=(.*)"}}, r"logins\[1\]\.account\.query"),
        ({"account": {"path": "^/login"}}, r"with one group"),
        ({"account": {"path": "(a)(?=b)"}}, r"with one group"),
        ({"account": {"user": "yes"}}, r"logins\[1\]\.account\.user is yes; write true"),
        ({"acount": {"query": "u"}}, r"unknown key logins\[1\]\.acount"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_number(change, words):
    with pytest.raises(MappingError, match=words):
        mapping_of({**HEAD, "logins": [{**RULE, **change}]}, "m.yaml")


@pytest.mark.parametrize(
    "data",
    [
        {**HEAD, "source": "csv", "logins": [RULE]},
        {**HEAD, "logins": {}},
        {**HEAD, "logins": ["x"]},
        {**HEAD, "logins": [RULE, RULE]},
        {**HEAD},
    ],
)
def test_rules_belong_to_web_logs_and_have_names_of_their_own(data):
    with pytest.raises(MappingError):
        mapping_of(data, "m.yaml")


def test_a_draft_proposes_rules_from_frequent_paths_and_says_what_it_does_not():
    posts = (
        ("POST", "/auth/login.php", "302", "lang,user", "0", "120"),
        ("POST", "/signin", "401", "", "3", "7"),
        ("POST", "/login", "302", "", "0", "50"),
        ("POST", "/upload\n: x", "200", "u", "0", "9"),
        ("POST", "/", "", "", "0", "1"),
    )
    text = draft({"requests": SourceTable(("ip",), 200, posts=posts)}, "weblog", "fo")
    mapping = parse_mapping(text, "draft.yaml")
    assert [rule.rule for rule in mapping.logins] == ["POST /auth/login.php answered 302", "POST /signin answered 401"]
    assert "regexp_matches(path, '^/auth/login\\.php([?]|$)')" in mapping.logins[0].condition
    assert "# Not proposed: POST /login answered 302, 50 times; parameters: -." in text
    assert parse_mapping(text.replace("fo\n", "kx\n", 1), "draft.yaml").platform == "kx"


def test_a_draft_of_a_log_without_logins_maps_nothing():
    assert "tables: {}" in draft({"requests": SourceTable(("ip",), 2)}, "weblog", "fo")
