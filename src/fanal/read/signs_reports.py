"""How examiners' reports begin: what `detect` of their readers goes by. See `read/signs.py`."""

import re

ZIP = b"PK\x03\x04"
#: Where a VICS file names its own format, and how.
VICS_CONTEXT = re.compile(rb'"@?odata\.(?:context|metadata)"\s*:\s*"([^"\\]{0,300})"')
_VICS = re.compile(rb"ProjectVic|VICSDATAMODEL|VICS", re.IGNORECASE)
_UFED_NAMESPACE = b"cellebrite.com/report"
_UFED_MEMBER = re.compile(rb"[Rr]eport\.xml")
_CASE = (b"unifiedcyberontology.org", b"caseontology.org", b'"uco-', b'"case-investigation:')
_BEFORE = b"\xef\xbb\xbf \t\r\n"


def vics(head: bytes, name: str) -> float:  # noqa: ARG001  case files have all kinds of names
    """A VICS case file."""
    if not head.lstrip(_BEFORE).startswith(b"{"):
        return 0.0
    context = VICS_CONTEXT.search(head)
    if context and _VICS.search(context[1]):
        return 0.95
    return 0.6 if b'"MediaFiles"' in head and b'"MD5"' in head and b'"Category"' in head else 0.0


def ufed(head: bytes, name: str) -> float:
    """A UFED report, alone or in its archive."""
    if head.startswith(ZIP):
        if name.lower().endswith(".ufdr"):
            return 0.95
        return 0.92 if _UFED_MEMBER.search(head) else 0.0
    return 0.95 if _UFED_NAMESPACE in head or _UFED_NAMESPACE in head.replace(b"\0", b"") else 0.0


def case_jsonld(head: bytes, name: str) -> float:
    """A CASE graph."""
    if head.lstrip(_BEFORE)[:1] not in (b"{", b"[") or b'"@' not in head:
        return 0.0
    if any(sign in head for sign in _CASE):
        return 0.93
    return 0.3 if name.lower().endswith(".jsonld") else 0.0
