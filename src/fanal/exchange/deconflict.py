"""The four files of a deconfliction: offer, query, response, result; each a signed bag that is sealed like a package.

The offer holds what its sender has, blinded; the query what the other side asks about, blinded; the response the query
blinded again; the result says how many hits there were, because its sender chose to. No file holds a value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.base.digests import canonical_json
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.exchange import psi
from fanal.exchange.bag import listing, write_bag
from fanal.exchange.heading import LONGEST_TEXT, Heading, head_file, is_text, read_json
from fanal.exchange.opening import Opened
from fanal.exchange.refusals import Malformed
from fanal.exchange.seal import bag_info
from fanal.model.deconfliction import KINDS

STEPS = ("offer", "query", "response", "result")
_TEXTS = ("purpose", "reference", "office", "replies_to")


@dataclass(frozen=True)
class Part:
    """What a file says of one kind of identifier.

    Attributes:
        values: how many the offer or query holds.
        hits: how many of the query's the offer has; in a result alone.
        blob: the protocol's bytes; none in a result.
    """

    kind: str
    values: int
    hits: int | None = None
    blob: bytes = b""


@dataclass(frozen=True)
class Message:
    """One file of a deconfliction.

    Attributes:
        purpose: what the comparison is for; stated in offer and query.
        reference: a case reference, where the stricter kinds are compared.
        office: whom to call about a hit.
        replies_to: package digest of the file before it; "" in an offer.
    """

    heading: Heading
    parts: Sequence[Part]
    purpose: str = ""
    reference: str = ""
    office: str = ""
    replies_to: str = ""


def write_message(folder: Path, message: Message) -> str:
    """Write a message as a bag in a new folder. Returns its digest, to be approved and sealed with `seal.seal`."""
    (folder / "data").mkdir(parents=True)
    kinds = {}
    for part in message.parts:
        kinds[part.kind] = {"values": part.values} | ({} if part.hits is None else {"hits": part.hits})
        if message.heading.kind != "result":
            (folder / _blob_file(part.kind)).write_bytes(part.blob)
    content = message.heading.to_json() | {name: getattr(message, name) for name in _TEXTS} | {"kinds": kinds}
    (folder / head_file(message.heading.kind)).write_bytes(canonical_json(content))
    return write_bag(folder, bag_info(message.heading))


def read_message(opened: Opened) -> Message:
    """The message in an opened bag, its blinded values looked at as far as that goes without a key.

    Raises:
        Malformed: not what the format says. PsiNotInstalled.
    """
    name = head_file(opened.heading.kind)
    raw = read_json(opened.folder, name, opened.folder.name)
    try:
        message = _message(raw, opened)
    except psi.PsiNotInstalled:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OSError, FanalError) as e:
        detail = translate("a field is missing or wrong")
        raise Malformed(path=opened.folder.name, name=name, detail=detail) from e
    return message


def _message(raw: dict[str, Any], opened: Opened) -> Message:
    step = opened.heading.kind
    texts = {name: raw[name] for name in _TEXTS}
    if not all(is_text(value, LONGEST_TEXT) for value in texts.values()) or not raw["kinds"]:
        raise TypeError("texts and kinds")
    if set(raw["kinds"]) - set(KINDS) or (step in ("offer", "query") and not texts["purpose"].strip()):
        raise ValueError("kinds or purpose")
    parts = [_part(kind, raw["kinds"][kind], step, opened.folder) for kind in KINDS if kind in raw["kinds"]]
    files = {head_file(step), *(_blob_file(part.kind) for part in parts if step != "result")}
    if {name for name in listing(opened.folder) if name.startswith("data/")} != files:
        raise ValueError("files")
    return Message(opened.heading, parts, **texts)


def _part(kind: str, raw: dict[str, Any], step: str, folder: Path) -> Part:
    values, hits = raw["values"], raw.get("hits")
    if type(values) is not int or values < 0 or set(raw) != {"values", *(("hits",) if step == "result" else ())}:
        raise TypeError("counts")
    if step == "result":
        if type(hits) is not int or not 0 <= hits <= values:
            raise TypeError("hits")
        return Part(kind, values, hits)
    blob = (folder / _blob_file(kind)).read_bytes()
    if step == "offer":
        psi.check_setup(blob)
    elif step == "query" and psi.size(blob) != values:
        raise ValueError("size")
    return Part(kind, values, None, blob)


def _blob_file(kind: str) -> str:
    return f"data/{kind}.psi"
