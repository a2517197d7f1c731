"""A short text and its signature in one JSON file: what cards and revocation notices have in common. Not sealed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fanal.base.digests import canonical_json
from fanal.base.errors import FanalError
from fanal.exchange import sshsig
from fanal.exchange.refusals import AlreadyThere, Damaged, Refused

_LARGEST = 64 * 1024


def write_signed(path: Path, kind: str, said: Mapping[str, Any], key: Ed25519PrivateKey, **shown: str) -> None:
    """Sign what is said, namespace `fanal-<kind>`, and write both as JSON.

    Args:
        shown: what stands beside it for a person to read, outside the signature.

    Raises:
        AlreadyThere.
    """
    if path.exists():
        raise AlreadyThere(path=path)
    signed = canonical_json({"fanal": kind, **said}).decode()
    told = {kind: signed, "signature": sshsig.sign(signed.encode(), key, f"fanal-{kind}"), **shown}
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_signed(path: Path, kind: str, detail: str, forged: type[Refused]) -> tuple[str, str]:
    """The signed text of such a file, and the public line of who signed it.

    Args:
        detail: what `Damaged` says where the file is none.
        forged: what is raised where the signature does not hold.

    Raises:
        Damaged, and `forged`.
    """
    try:
        data = path.read_bytes()
        outer: Any = json.loads(data) if len(data) <= _LARGEST else {}
        signed, signature = str(outer[kind]), str(outer["signature"])
        content = signed.encode()
        signature.encode()  # half a character in either is no text that anybody signed
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as e:
        raise Damaged(path=path.name, detail=detail) from e
    try:
        return signed, sshsig.verify(content, signature, f"fanal-{kind}")
    except FanalError as e:
        raise forged(path=path.name) from e
