"""Small logs with what must come out of them: the examples of the reader `weblog`."""

import gzip
from functools import cache

from fanal.read.contract import Example

_BY_RULES = """\
fanal_mapping: 1
platform: fo
source: weblog
logins:
  - rule: POST /login answered 302
    method: POST
    path: "^/login"
    status: 302
    account: {query: u}
    success: presumed
"""
_BY_SELECT = """\
fanal_mapping: 1
platform: fo
source: weblog
instants: {login.at: "%d/%b/%Y:%H:%M:%S %z"}
tables:
  login: >
    SELECT split_part(path, '=', 2) AS account, ts AS at, ip, src_port, user_agent, _row
    FROM requests WHERE method = 'POST' AND path LIKE '/login?u=%'
"""
_LOGIN = b'192.0.2.1 - - [10/Oct/2020:13:55:36 +0200] "POST /login?u=a%d HTTP/1.1" 302 0 "-" "agent 1"\n'
_OTHER = b'2001:db8::1 - - [10/Oct/2020:13:55:37 +0200] "GET / HTTP/1.1" 200 512 "-" "agent \\"2\\""\n'
_WHOLE = b"".join(_LOGIN % n for n in range(1, 9)) + b"no line of a log\n" + _OTHER
_JSON = (
    b'{"time_iso8601": "2020-10-10T13:55:36+02:00", "remote_addr": "192.0.2.1", "remote_port": 51234, '
    b'"request": "POST /login?u=a1 HTTP/1.1", "status": 302, "http_user_agent": "agent 1"}\n'
    b'{"level": "info", "ts": 1602330936.5, "request": {"remote_ip": "192.0.2.1", "remote_port": "51234", '
    b'"method": "POST", "uri": "/login?u=a2", "headers": {"User-Agent": ["agent 1"]}}, "status": 302}\n'
)
#: Each line is broken in its own way, or means to be more than it is.
_HOSTILE = (
    _LOGIN % 1
    + b'192.0.2.1 - - [10/Oct/2020:13:55:36 +0200] "POST /login?u=\xff%ff%00 HTTP/1.1" 302 0 "-" "agent \x1b[2J"\n'
    + b'192.0.2.1 - - [99/Xxx/2020:13:55:36 +0200] "POST /login?u=a2 HTTP/1.1" 302 0 "-" "-"\n'
    + b'192.0.2.1 - - [10/Oct/2020:13:55:36 +0200] "\\x16\\x03\\x01" 400 0 "-" "-"\n'
    + b'192.0.2.1 - - [10/Oct/2020:13:55:36 +0200] "POST /login?u=a3 HTTP/1.1" 302 0 "-" "not closed\n'
    + b'\0\0\0\0192.0.2.1 - - [10/Oct/2020:13:55:36 +0200] "POST /login?u=a4 HTTP/1.1" 302 0\r\n'
    + b'{"remote_addr": "192.0.2.1", "request": {"request": {"request": {"request": "POST /login?u=a5 HTTP/1.1"}}}}\n'
    + b'[error] 12#12: *1 no such file, client: 192.0.2.1, request: "POST /login?u=a6 HTTP/1.1"\n'
    + _OTHER * 8
)


@cache
def examples() -> tuple[Example, ...]:
    """The examples; made when they are asked for, since one of them is a bomb."""
    return (
        Example("access.log", _WHOLE, {"login": 8}, rejects=1, mapping=_BY_RULES),
        Example("access.log", _WHOLE, {"login": 8}, rejects=1, mapping=_BY_SELECT),
        Example("access.json.log", _JSON, {"login": 2}, mapping=_BY_RULES),
        Example("access.log.2.gz", gzip.compress(_LOGIN % 1, mtime=0) * 2, {"login": 2}, mapping=_BY_RULES),
        Example("access.log", _HOSTILE, {"login": 4}, rejects=4, mapping=_BY_RULES, hostile=True),
        Example(
            "access.log.gz", gzip.compress(_OTHER * 99 + _LOGIN % 1 + _OTHER, mtime=0)[:-9], {"login": 1},
            mapping=_BY_RULES, hostile=True,
        ),
        Example("access.log", b"no line\n\xff\xfe\n", {}, mapping=_BY_RULES, hostile=True, refused="F-READ-01"),
        Example(
            "access.log.gz", gzip.compress(_OTHER + bytes(32 << 20), mtime=0), {}, mapping=_BY_RULES, hostile=True,
            refused="F-STREAM-01",
        ),
    )  # fmt: skip
