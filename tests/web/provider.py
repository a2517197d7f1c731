"""A provider of OpenID Connect, as small as one can be: it vouches at once for whomever the test names."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from fanal.cases.node import CONFIG, Node

CLIENT, SECRET, KID = "fanal", "a secret of the test", "key-1"


def _new_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@dataclass
class Provider:
    """Where it is, whom it vouches for next (`claims`), by which key it signs."""

    base: str
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAPrivateKey = field(default_factory=_new_key)
    signs_with: RSAPrivateKey | None = None
    asked: dict[str, list[str]] = field(default_factory=dict)

    def token(self) -> str:
        now = int(time.time())
        told = {"iss": self.base, "aud": CLIENT, "sub": "s-1", "iat": now, "exp": now + 60, **self.claims}
        return jwt.encode(told, self.signs_with or self.key, algorithm="RS256", headers={"kid": KID})

    def answer(self, path: str, form: dict[str, list[str]]) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token"}
            found: dict[str, Any] = {f"{name}_endpoint": f"{self.base}/{end}" for name, end in ends.items()}
            return {**found, "issuer": self.base, "jwks_uri": f"{self.base}/keys"}
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [{**public, "kid": KID, "alg": "RS256", "use": "sig"}]}
        assert path == "/token"
        assert (form["client_id"], form["client_secret"], form["code"]) == ([CLIENT], [SECRET], ["code-1"])
        assert form["code_verifier"]
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.token()}


@contextmanager
def providing() -> Iterator[Provider]:
    """Serve one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == "/authorize":
                found.asked = parse_qs(address.query)
                (to,), (state,) = found.asked["redirect_uri"], found.asked["state"]
                self.send_response(302)
                self.send_header("Location", f"{to}?{urlencode({'code': 'code-1', 'state': state})}")
                self.end_headers()
            else:
                self._tell(address.path, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._tell(urlsplit(self.path).path, parse_qs(body))

        def _tell(self, path: str, form: dict[str, list[str]]) -> None:
            told = json.dumps(found.answer(path, form)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Provider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()


def trust(node: Node, provider: Provider) -> None:
    """Have a node take a provider's word."""
    (node.keys / "oidc-secret").write_text(f"{SECRET}\n")
    path = node.folder / CONFIG
    path.write_text(
        path.read_text() + f'\n[desk.oidc]\nissuer = "{provider.base}"\nclient_id = "{CLIENT}"\n'
        'secret_file = "keys/oidc-secret"\nclaim = "service_number"\nname = "Unit 7"\n'
        'factor_claim = "amr"\nfactor_values = ["mfa"]\n'
    )
