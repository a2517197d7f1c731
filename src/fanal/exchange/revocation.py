"""Revocation notices (`.fanal-revocation`): a node says that a signing key of its own is no longer to be trusted.

The notice is signed by that key itself. So nobody but its holder can withdraw it, and a thief who does so only harms
the theft. Who lost the key cannot sign; then the peers' officers decide, on a telephone call (`fanal peer revoke`).
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fanal.base import instants
from fanal.base.language import mark, translate
from fanal.exchange import sshsig
from fanal.exchange.refusals import Malformed, Refused
from fanal.exchange.signed_text import read_signed, write_signed
from fanal.model.codes import UnknownCode, known

ENDING = ".fanal-revocation"
FORMAT = 1

#: Why a key is withdrawn. A retired one was good until then; of a lost or compromised one nothing is believed.
REASONS = {
    "lost": mark("the key is lost"),
    "compromised": mark("somebody else may have the key"),
    "retired": mark("the key is out of use"),
}


class NoticeForged(Refused):
    """A notice that the key it is about did not sign."""

    code = "F-KEY-11"
    text = "{path} is refused: the notice is not signed by the key that it withdraws; ask the agency by phone."


@dataclass(frozen=True)
class Notice:
    """What a notice says, after its signature was checked.

    Attributes:
        node: whose key it was.
        signing_key: the key that is withdrawn, and that signed.
        reason: one of REASONS.
        at: when; the key was good before only where it is `retired`.
    """

    node: str
    agency: str
    signing_key: str
    reason: str
    at: datetime


def write_notice(path: Path, node: str, agency: str, key: Ed25519PrivateKey, reason: str, at: datetime) -> Notice:
    """Sign a notice and write it as JSON. Raises AlreadyThere, UnknownCode."""
    known(reason, REASONS, mark("reason"))
    notice = Notice(node, agency, sshsig.public_line(key), reason, at)
    write_signed(path, "revocation", {"format": FORMAT, **asdict(notice), "at": instants.text(at)}, key)
    return notice


def read_notice(path: Path) -> Notice:
    """A notice whose signature holds.

    Raises:
        Damaged: unreadable.
        NoticeForged: not signed by the key it is about.
        Malformed: signed, but not what the format says.
    """
    signed, line = read_signed(path, "revocation", translate("it is no revocation notice"), NoticeForged)
    notice = _notice(signed, path)
    if notice.signing_key != line:
        raise NoticeForged(path=path.name)
    return notice


def _notice(signed: str, path: Path) -> Notice:
    try:
        raw = json.loads(signed)
        if (raw["fanal"], raw["format"]) != ("revocation", FORMAT):
            raise Malformed(path=path.name, name="revocation", detail=translate("of another format"))
        node, agency, key, reason = (str(raw[name]) for name in ("node", "agency", "signing_key", "reason"))
        known(reason, REASONS, mark("reason"))
        return Notice(node, agency, key, reason, instants.parse(raw["at"]))
    except (ValueError, KeyError, TypeError, AttributeError, UnknownCode, instants.BadInstant) as e:
        detail = translate("a field is missing or wrong")
        raise Malformed(path=path.name, name="revocation", detail=detail) from e
