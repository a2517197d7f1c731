"""Who sends what to whom: the part that every sealed thing has, whatever it carries.

It stands in the payload (`data/package.json`, `data/answer.json`, `data/receipt.json`), so the signed
manifest covers it: a copy sealed again for somebody else still names its first recipient.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.exchange.keys import checked_recipient
from fanal.exchange.refusals import Malformed, TooBig
from fanal.exchange.sshsig import bare_line

FORMAT = 1
KINDS = ("package", "answer", "receipt", "notice", "permission", "reply", "offer", "query", "response", "result")
# Operation slugs and country codes go into file names.
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_NODE = re.compile(r"[0-9a-f]{32}")
#: Bytes of a JSON file that is read into memory; an answer on every identity of the largest country has a tenth.
LONGEST_JSON = 64 << 20
#: Characters of an agency's name, and of one text in a package's head.
LONGEST_NAME, LONGEST_TEXT = 200, 10_000
#: As far as a case store counts.
LAST_NUMBER = 2**31 - 1


class BadHeading(FanalError):
    """A package would be named in a way that its recipient refuses."""

    code = "F-PKG-25"
    text = "{value} cannot stand on a package: it is not {what}."
    exit_code = 2


@dataclass(frozen=True)
class Party:
    """An agency as sender or recipient: the public part of its card."""

    agency: str
    country: str
    node: str
    signing_key: str
    age_recipient: str


@dataclass(frozen=True)
class Heading:
    """What a sealed thing says of itself.

    Attributes:
        kind: one of KINDS.
        operation: the sender's slug of the operation.
        number: from 1, rising by one per kind, operation and recipient.
    """

    kind: str
    sender: Party
    recipient: Party
    operation: str
    number: int
    made_at: datetime

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadHeading(value=self.kind, what=translate("one of {kinds}").format(kinds=", ".join(KINDS)))
        if not _SLUG.fullmatch(self.operation):
            raise BadHeading(value=self.operation, what=translate("an operation's slug (a-z, 0-9 and -, at most 62)"))
        if type(self.number) is not int or not 1 <= self.number <= LAST_NUMBER:
            raise BadHeading(value=self.number, what=translate("a number from 1"))

    @property
    def namespace(self) -> str:
        """What its signature is for."""
        return f"fanal-{self.kind}"

    @property
    def file_name(self) -> str:
        """`<operation>-<CC>-<number>.fanal`, with the ending of its kind."""
        ending = "fanal" if self.kind == "package" else f"fanal-{self.kind}"
        return f"{self.operation}-{self.recipient.country}-{self.number}.{ending}"

    def to_json(self) -> dict[str, Any]:
        """The keys that stand first in every head file."""
        return {
            "fanal": self.kind,
            "format": FORMAT,
            "sender": asdict(self.sender),
            "recipient": asdict(self.recipient),
            "operation": self.operation,
            "number": self.number,
            "made_at": instants.text(self.made_at),
        }


def head_file(kind: str) -> str:
    """Where in the bag a kind keeps its heading."""
    return f"data/{kind}.json"


def party_from_json(raw: Any) -> Party:
    """A party of a head file or card. Raises ValueError on what is none."""
    if not isinstance(raw, dict) or set(raw) != {"agency", "country", "node", "signing_key", "age_recipient"}:
        raise ValueError(translate("a party is not fully named"))
    if not all(isinstance(value, str) and value for value in raw.values()) or not _COUNTRY.fullmatch(raw["country"]):
        raise ValueError(translate("a party is not fully named"))
    if not _NODE.fullmatch(raw["node"]) or not is_text(raw["agency"], LONGEST_NAME) or not raw["agency"].isprintable():
        raise ValueError(translate("a party is not fully named"))
    try:
        return Party(
            raw["agency"],
            raw["country"],
            raw["node"],
            bare_line(raw["signing_key"]),
            checked_recipient(raw["age_recipient"]),
        )
    except FanalError as e:
        raise ValueError(translate("a party's key cannot be read")) from e


def is_text(value: object, longest: int) -> bool:
    """Whether it is text that can be kept and shown: no control characters but line ends, no half characters."""
    return isinstance(value, str) and len(value) <= longest and all(c.isprintable() or c in "\n\t" for c in value)


def read_json(folder: Path, name: str, path: object) -> dict[str, Any]:
    """A JSON object of the payload. Raises Malformed, or TooBig before it is read."""
    try:
        if (folder / name).stat().st_size > LONGEST_JSON:
            raise TooBig(path=path, limit=translate("{n} bytes").format(n=LONGEST_JSON))
        raw = json.loads((folder / name).read_bytes())
    except (OSError, ValueError, RecursionError) as e:
        raise Malformed(path=path, name=name, detail=translate("it is missing or not JSON")) from e
    if not isinstance(raw, dict):
        raise Malformed(path=path, name=name, detail=translate("it is not a JSON object"))
    return raw


def read_heading(folder: Path, kind: str, path: object) -> Heading:
    """The heading of an unpacked, verified bag. Raises Malformed."""
    name = head_file(kind)
    raw = read_json(folder, name, path)
    try:
        return _heading(raw, kind)
    except KeyError as e:
        raise Malformed(path=path, name=name, detail=translate("{name} is missing").format(name=e.args[0])) from e
    except (ValueError, TypeError, AttributeError, FanalError) as e:
        raise Malformed(path=path, name=name, detail=str(e)) from e


def _heading(raw: dict[str, Any], kind: str) -> Heading:
    if raw["fanal"] != kind or raw["format"] != FORMAT:
        raise ValueError(translate("it is of another kind or format"))
    return Heading(
        kind,
        party_from_json(raw["sender"]),
        party_from_json(raw["recipient"]),
        raw["operation"],
        raw["number"],
        instants.parse(raw["made_at"]),
    )
