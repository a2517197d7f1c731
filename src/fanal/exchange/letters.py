"""Letters about what was sent: notices (recalls, corrections), permissions, and what is said to them. Sealed files.

`.fanal-notice` tells a recipient that an identity of a package no longer stands; `.fanal-permission` asks its
provider for what a handling code forbids. `.fanal-reply` says back what is done about either. Each is a bag with one
head file, signed and sealed like a package, and names the package by its digest.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fanal.base.digests import canonical_json
from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.exchange.answer import PackageRef
from fanal.exchange.bag import write_bag
from fanal.exchange.heading import LONGEST_NAME, LONGEST_TEXT, Heading, head_file, is_text, read_json
from fanal.exchange.opening import Opened
from fanal.exchange.refusals import Malformed
from fanal.exchange.seal import bag_info
from fanal.model.codes import known

#: What each kind of letter may say.
ACTS: dict[str, dict[str, str]] = {
    "notice": {
        "recall": mark("recall: the sender no longer stands by it; do not use it"),
        "correction": mark("correction: it was wrong; do not use it"),
    },
    "permission": {
        "pass_on": mark("permission to pass it on"),
        "proceedings": mark("permission to use it in judicial proceedings"),
    },
    "reply": {
        "stopped": mark("what was under way is stopped"),
        "confirmed": mark("what is under way goes on, on other grounds"),
        "granted": mark("granted"),
        "refused": mark("refused"),
    },
}
KINDS = tuple(ACTS)
_LONGEST_REFERENCE, _LONGEST_IDENTITY = 64, 32


@dataclass(frozen=True)
class Letter:
    """What a letter says.

    Attributes:
        heading: its kind is a key of ACTS.
        act: what is said, a key of ACTS[kind].
        reference: its maker's name for it; of a reply, the name of the letter that it replies to.
        package: the package that it is about.
        identity: as that package had it; empty, all of the package.
        reason: in words.
        officer: service number of who says so.
        to: of a permission, to whom it is to be passed on.
    """

    heading: Heading
    act: str
    reference: str
    package: PackageRef
    reason: str
    officer: str
    identity: str = ""
    to: str = ""

    def __post_init__(self) -> None:
        known(self.act, ACTS[self.heading.kind], mark("letter"))


def write_letter(folder: Path, letter: Letter) -> str:
    """Write a letter as a bag in a new folder. Returns its digest, to be approved and sealed with `seal.seal`."""
    (folder / "data").mkdir(parents=True)
    said = {key: value for key, value in asdict(letter).items() if key != "heading"}
    content = letter.heading.to_json() | {"letter": said}
    (folder / head_file(letter.heading.kind)).write_bytes(canonical_json(content))
    return write_bag(folder, bag_info(letter.heading))


def read_letter(opened: Opened) -> Letter:
    """The letter in an opened bag. Raises Malformed: it is not what the format says."""
    name = head_file(opened.heading.kind)
    raw = read_json(opened.folder, name, opened.folder.name)
    try:
        return _letter(raw["letter"], opened.heading)
    except (KeyError, TypeError, ValueError, AttributeError, FanalError) as e:
        detail = e.line() if isinstance(e, FanalError) else translate("a field is missing or wrong")
        raise Malformed(path=opened.folder.name, name=name, detail=detail) from e


def _letter(raw: dict[str, Any], heading: Heading) -> Letter:
    package = PackageRef(**raw["package"])
    if not all(is_text(v, LONGEST_NAME) for v in (package.digest, package.operation, package.node)):
        raise TypeError("a package is named by text")
    said = {key: value for key, value in raw.items() if key != "package"}
    most = {"reference": _LONGEST_REFERENCE, "identity": _LONGEST_IDENTITY, "reason": LONGEST_TEXT}
    if not all(is_text(value, most.get(name, LONGEST_NAME)) for name, value in said.items()):
        raise TypeError("a letter is written in text, of a sane length")
    if not said["reference"].strip() or not said["reason"].strip():
        raise ValueError("a letter has a reference and a reason")
    return Letter(heading, package=package, **said)
