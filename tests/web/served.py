"""A desk that is really served, and officers who sign in as a browser does."""

import base64
import hashlib
import hmac
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from fanal.cases.node import Node
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.cli.serve import environment, prepare

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""


ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def code_of(secret: str, later: int = 0) -> str:
    """The code that an authenticator shows for a secret (RFC 6238), `later` periods from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + later)
    made = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = made[-1] & 15
    return f"{(struct.unpack('>I', made[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass
class Page:
    """What came back."""

    status: int
    url: str
    text: str
    headers: Any

    @property
    def token(self) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.text)
        assert found, self.text[:500]
        return found[1]

    @property
    def main(self) -> str:
        """The page without what surrounds it."""
        return self.text.partition("<main")[2].partition("</main>")[0]


@dataclass
class Visitor:
    """A browser without JavaScript."""

    base: str
    jar: CookieJar = field(default_factory=CookieJar)
    secret: str = ""
    used: set[str] = field(default_factory=set)
    origin: str = ""

    def code(self) -> str:
        """A code that was not used yet; one is accepted a period early or late."""
        while not (fresh := [c for n in (0, 1, -1) if (c := code_of(self.secret, n)) not in self.used]):
            time.sleep(1)
        self.used.add(fresh[0])
        return fresh[0]

    def open(self, path: str, data: dict[str, str] | None = None, *, follow: bool = True) -> Page:
        handlers = [HTTPCookieProcessor(self.jar), *([] if follow else [_Stay()])]
        url = path if path.startswith("http") else self.base + path
        body = urlencode(data).encode() if data is not None else None
        request = Request(url, body, {"Referer": self.origin or self.base, "Accept-Language": "en"})  # noqa: S310  our own address
        try:
            answer: HTTPResponse | HTTPError = build_opener(*handlers).open(request, timeout=120)
        except HTTPError as e:
            answer = e
        with answer:
            status = answer.status or 0
            return Page(status, answer.url, answer.read().decode(errors="replace"), answer.headers)

    def post(self, path: str, /, **fields: str) -> Page:
        """Fill the form of a page in and send it."""
        return self.open(path, {"csrfmiddlewaretoken": self.open(path).token, **fields})

    def pass_phrase(self, officer: str, phrase: str = DEMO_PASSPHRASE) -> Page:
        """The first half of signing in."""
        return self.post("/sign-in/", login=officer, password=phrase)

    def sign_in(self, officer: str) -> "Visitor":
        """Both halves; the second factor is set up at the first time."""
        page = self.pass_phrase(officer)
        found = re.search(r'id="secret">([A-Z2-7]+)<', page.text)
        if found:
            self.secret = found[1]
        self.open(page.url, {"csrfmiddlewaretoken": page.token, "code": self.code()})
        return self

    def cookie(self, name: str) -> Any:
        return next((cookie for cookie in self.jar if cookie.name == name), None)


@dataclass
class Served:
    """A desk on this machine."""

    node: Node
    base: str
    process: subprocess.Popen[bytes]

    def visitor(self) -> Visitor:
        return Visitor(self.base)


def serve(node: Node) -> Served:
    """Serve a node's desk in processes of its own, as `fanal serve` does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    around = environment(node, "127.0.0.1") | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    prepare(around)
    command = [sys.executable, "-m", "gunicorn", "fanal.web.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    process = subprocess.Popen([*command, "--timeout", "600"], env=around, cwd=Path.cwd())
    served = Served(node, f"http://127.0.0.1:{port}", process)
    for _ in range(600):
        try:
            if served.visitor().open("/health/").text == "ok":
                return served
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError("the desk does not answer")
