"""What the text of an e-mail says: HTML to text, links, and the numbers, addresses and wallets that it cites.

Nothing is fetched, rendered or followed. Each function looks at every character a bounded number of
times, whatever the text.
"""

import html
import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from fanal.evidence.media_signs import freed, withheld
from fanal.model.kinds_crypto import CRYPTO_ADDRESS

#: Longest text that is read of one part, in bytes.
TEXT_BYTES = 4 << 20
_INVITING_HOSTS = frozenset(
    {"chat.whatsapp.com", "t.me", "telegram.me", "discord.gg", "signal.group", "invite.viber.com", "wire.me"}
)
_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "blockquote", "hr"})
_UNSHOWN = ("script", "style", "title")
_TAG_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9]*)")
_HREF = re.compile(r"""\bhref\s{0,8}=\s{0,8}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_DATA_URI = re.compile(r"""data:[^\s"'<>]+""", re.IGNORECASE)
_URL = re.compile(r"""\b(?:h(?:tt|xx)ps?://|www\.)[^\s<>"'\x00-\x1f]{1,4096}""", re.IGNORECASE)
_AFTER_URL = ".,;:!?)]}\u00bb\u201d\u2019"
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_PHONE = re.compile(r"(?<![0-9+])\+[0-9](?:[ \u00a0\u202f().\u2011-]{0,2}[0-9]){6,14}(?![0-9])")
#: What may be a wallet; the checksum decides, of at most so many in one text.
_WALLET = re.compile(
    r"(?<![A-Za-z0-9])(?:0x[0-9a-fA-F]{40}|(?:bc|ltc)1[02-9ac-hj-np-z]{8,86}|[1-9A-HJ-NP-Za-km-z]{26,106})(?![A-Za-z0-9])"
)
_WALLETS = 1_000
_UUENCODED = re.compile(r"^begin [0-7]{3,4} [^\r\n]{1,255}\r?\n(?:[ -`]{1,62}\r?\n)+(?:end\b)?", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n[ \t\u00a0]*(?:\n[ \t\u00a0]*)+")


@dataclass(frozen=True)
class Link:
    """One address of the web as it stood, its host in lower case, and what it is: web, invite or onion."""

    url: str
    host: str | None
    kind: str


def clean(text: str) -> str:
    """The text without anything that carries encoded bytes: digest and length stand in its place."""
    return freed(_UUENCODED.sub(lambda block: withheld(block[0]), text))


def from_html(page: str) -> tuple[str, list[str]]:
    """The text that a page shows, and the targets of its links in order."""
    shown: list[str] = []
    targets: list[str] = []
    at, low = 0, page.lower()
    while at < len(page):
        start = page.find("<", at)
        if start < 0:
            shown.append(html.unescape(page[at:]))
            break
        shown.append(html.unescape(page[at:start]))
        closing = "-->" if page.startswith("<!--", start) else ">"
        end = page.find(closing, start + 1)
        if end < 0:
            shown.append(html.unescape(page[start:]))
            break
        tag = page[start + 1 : end]
        at = end + len(closing)
        name = _TAG_NAME.match(tag)
        if name is None:
            continue
        word = name[1].lower()
        targets += [html.unescape(hit[1] or hit[2] or hit[3] or "") for hit in _HREF.finditer(tag)]
        shown += [f" {withheld(hit[0])} " for hit in _DATA_URI.finditer(tag)]
        if word in _UNSHOWN and not tag.startswith("/"):
            after = low.find(f"</{word}", at)
            at = len(page) if after < 0 else after
        elif word in _BLOCKS:
            shown.append("\n")
    return _BLANK_LINES.sub("\n\n", "".join(shown)).strip(), targets


def links(text: str, targets: list[str] | None = None) -> list[Link]:
    """Links in a text and of a page, each once, in order. `hxxp` and `[.]` count as what they stand for."""
    found = [hit[0].rstrip(_AFTER_URL) for hit in _URL.finditer(text)]
    found += [target.strip() for target in targets or [] if _URL.match(target.strip())]
    return [_link(url) for url in dict.fromkeys(found)]


def cited(text: str) -> list[tuple[str, str]]:
    """(kind, value as it stands) of every e-mail address, international number and wallet in a text, each once."""
    hits = [(hit.start(), "email", hit[0]) for hit in _EMAIL.finditer(text)]
    hits += [(hit.start(), "phone", hit[0]) for hit in _PHONE.finditer(text)]
    wallets = list(islice(_WALLET.finditer(text), _WALLETS))
    hits += [(hit.start(), "crypto_address", hit[0]) for hit in wallets if CRYPTO_ADDRESS.normalise(hit[0])]
    return list(dict.fromkeys((kind, value) for _, kind, value in sorted(hits)))


def _link(url: str) -> Link:
    plain = re.sub(r"^hxxp", "http", url.replace("[.]", "."), flags=re.IGNORECASE)
    try:
        host = urlsplit(plain if "://" in plain else f"http://{plain}").hostname
    except ValueError:
        host = None
    kind = "invite" if host in _INVITING_HOSTS else "onion" if host and host.endswith(".onion") else "web"
    return Link(url, host, kind)
