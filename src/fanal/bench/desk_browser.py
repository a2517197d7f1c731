"""A browser without JavaScript, for `bench desk`: an officer who signs in and opens pages, over one connection each."""

import base64
import hashlib
import hmac
import re
import struct
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from fanal.base.errors import FanalError
from fanal.cases.session import DEMO_PASSPHRASE

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_SECRET = re.compile(r'id="secret">([A-Z2-7]+)<')
_TIMING = re.compile(r'app;dur=([0-9.]+), db;desc="([0-9]+)", cpu;dur=([0-9.]+)')
_FOUND, _REDIRECTS, _PERIOD_S, _PATIENCE_S = 200, 5, 30, 120


class NotSignedIn(FanalError):
    """The desk let an officer of the benchmark not in; the table would mean nothing."""

    code = "F-BENCH-03"
    text = "Officer {officer} could not sign in at the desk that is measured: status {status}."


@dataclass(frozen=True)
class Page:
    """What came back: `took_ms`, `queries` and `cpu_ms` as the server counted them, 0 where it said nothing."""

    status: int
    path: str
    text: str
    took_ms: float
    queries: int
    cpu_ms: float


def code_of(secret: str) -> str:
    """The code that an authenticator shows now for a secret (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // _PERIOD_S)
    made = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = made[-1] & 15
    return f"{(struct.unpack('>I', made[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


@dataclass
class Browser:
    """One officer's browser.

    Attributes:
        host, port: where the desk is served.
        officer: service number.
    """

    host: str
    port: int
    officer: str
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: HTTPConnection | None = None

    def open(self, path: str, form: dict[str, str] | None = None) -> Page:
        """Open a page, or send a form; redirects are followed."""
        for _ in range(_REDIRECTS):
            answer, body = self._ask(path, form)
            if answer.status // 100 != 3:  # noqa: PLR2004  redirects
                break
            path, form = _path(answer.headers["Location"]), None
        timing = _TIMING.search(answer.headers.get("Server-Timing", ""))
        took, queries, cpu = (float(timing[1]), int(timing[2]), float(timing[3])) if timing else (0.0, 0, 0.0)
        return Page(answer.status, path, body.decode(errors="replace"), took, queries, cpu)

    def fetch(self, path: str) -> bytes:
        """The bytes of a style sheet or script."""
        return self._ask(path, None)[1]

    def sign_in(self) -> None:
        """Pass phrase, and a second factor that is set up now. Raises NotSignedIn."""
        page = self._post("/sign-in/", login=self.officer, password=DEMO_PASSPHRASE)
        secret = _SECRET.search(page.text)
        if secret is None:
            raise NotSignedIn(officer=self.officer, status=page.status)
        token = _TOKEN.search(page.text)
        self.open(page.path, {"csrfmiddlewaretoken": token[1] if token else "", "code": code_of(secret[1])})
        page = self.open("/audit/")
        if page.status != _FOUND or page.path != "/audit/":
            raise NotSignedIn(officer=self.officer, status=page.status)

    def _post(self, path: str, **fields: str) -> Page:
        token = _TOKEN.search(self.open(path).text)
        return self.open(path, {"csrfmiddlewaretoken": token[1] if token else "", **fields})

    def _ask(self, path: str, form: dict[str, str] | None) -> tuple[HTTPResponse, bytes]:
        """The answer. A server may end a connection that was idle: as browsers do, it is asked again on a new one."""
        used_before = self._connection is not None
        try:
            return self._ask_once(path, form)
        except ConnectionError:
            if not used_before:
                raise
            return self._ask_once(path, form)

    def _ask_once(self, path: str, form: dict[str, str] | None) -> tuple[HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = HTTPConnection(self.host, self.port, timeout=_PATIENCE_S)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"http://{self.host}:{self.port}/",
            "Accept-Language": "en",
        }
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request("POST" if form is not None else "GET", path, urlencode(form or {}), headers)
            answer = self._connection.getresponse()
            body = answer.read()
        except OSError:
            self._connection = None
            raise
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        if answer.headers.get("Connection", "").lower() == "close":
            self._connection.close()
            self._connection = None
        return answer, body


def _path(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
