"""The officer's key while a session lasts: kept by the server sealed, under a secret that only the browser holds.

A copy of the database opens no key, and a stolen cookie opens none without the database.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.http import HttpRequest, HttpResponseBase

from fanal.cases.session import OfficerKey

COOKIE = "fanal_unlock"
_SESSION = "officer_key"
_WAITING = "_fanal_new_secret"
_KEY_BYTES = 32


def keep(request: HttpRequest, key: Ed25519PrivateKey | None) -> None:
    """Keep an officer's key for this session; the response will set the browser's secret.

    Args:
        key: None where the officer signed in without it: until it is unlocked nothing is signed.
    """
    secret = Fernet.generate_key()
    request.session[_SESSION] = Fernet(secret).encrypt(key.private_bytes_raw() if key else b"").decode()
    setattr(request, _WAITING, secret.decode())


def seal(request: HttpRequest, text: str) -> str:
    """The text under the secret that the browser holds. Empty where there is none."""
    secret = _secret(request)
    return Fernet(secret).encrypt(text.encode()).decode() if _is_secret(secret) else ""


def unseal(request: HttpRequest, sealed: str) -> str | None:
    """What `seal` sealed, or None where the browser has lost its secret."""
    secret = _secret(request)
    if not sealed or not _is_secret(secret):
        return None
    try:
        return Fernet(secret).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def held(request: HttpRequest) -> OfficerKey | None:
    """The session's key, or None where it is not unlocked, or the browser has lost its secret."""
    opened = _opened(request)
    return OfficerKey(Ed25519PrivateKey.from_private_bytes(opened)) if opened else None


def bound(request: HttpRequest) -> bool:
    """Whether this browser is the one that signed in: it holds the session's secret."""
    return _opened(request) is not None


def _opened(request: HttpRequest) -> bytes | None:
    sealed, secret = request.session.get(_SESSION), _secret(request)
    if not sealed or not _is_secret(secret):
        return None
    try:
        return Fernet(secret).decrypt(sealed.encode())
    except InvalidToken:
        return None


def hand_over(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the browser's secret where a key was kept during this request; take it away where nobody is signed in."""
    secret = getattr(request, _WAITING, None)
    if secret:
        response.set_cookie(COOKIE, secret, httponly=True, samesite="Strict", secure=request.is_secure())
    elif COOKIE in request.COOKIES and _SESSION not in request.session:
        response.delete_cookie(COOKIE, samesite="Strict")


def _secret(request: HttpRequest) -> str:
    return str(getattr(request, _WAITING, request.COOKIES.get(COOKIE, "")))


def _is_secret(text: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text)) == _KEY_BYTES
    except ValueError:
        return False
