"""Hash lists that others gave: taken in, named, deleted, entries of them set aside. Nothing here looks a hash up.

What stands in a list is read by the step `match` alone, over the whole of an operation's registered media.
"""

import os
import re
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.access import Actor, may
from fanal.cases.decisions import NoReason
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.evidence.intake import NotAFile
from fanal.media.hashlists import child, store
from fanal.media.hashlists.form import refused
from fanal.model.hash_lists import known_opinion
from fanal.read import vics_list

FORMATS = ("vics", "icse", "ncmec", "csv", "pdq", "nsrl")
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
_HEAD = 4096


class BadHashListName(FanalError):
    """A name or version that cannot be part of a folder's name."""

    code = "F-LIST-08"
    text = "{name} is no name for a list or version; use small letters, digits, and . _ - (at most 60)."
    exit_code = 2


class NoHashListFile(FanalError):
    """A file of no format that is known."""

    code = "F-LIST-09"
    text = "{path} cannot be read as a hash list; name its format with --format: {known}."
    exit_code = 2


def add_hash_list(
    actor: Actor,
    node: Node,
    path: Path,
    *,
    name: str,
    version: str | None = None,
    agency: str = "",
    form: str | None = None,
    mapping: Path | None = None,
    opinion: str | None = None,
) -> dict[str, Any]:
    """Take a list in as a version of that name; matching then goes by the version that was taken in last.

    Args:
        path: the file. It is read, not kept.
        name: of the list. version: default, the day of today.
        agency: whose list it is.
        form: one of FORMATS; default, by what the file looks like.
        mapping: TOML with a table `categories`, category to opinion: what this agency's scale means.
        opinion: of entries whose category has none there; default `unmapped`, of the NSRL `harmless`.

    Returns:
        list, version, format, entries, hashes by kind, rejected.

    Raises:
        NotAFile, NoHashListFile, BadHashListName, BadHashList, UnknownOpinion, NothingListed.
    """
    may(actor, "hashlist.write")
    at = instants.now()
    version = version or instants.text(at)[:10]
    for part in (name, version):
        if not _NAME.fullmatch(part):
            raise BadHashListName(name=part)
    if not path.is_file():
        raise NotAFile(path=path, detail=translate(os.strerror(21 if path.is_dir() else 2)))
    form = form or _format_of(path)
    if form not in FORMATS:
        raise NoHashListFile(path=path.name, known=", ".join(FORMATS))
    otherwise = known_opinion(opinion or ("harmless" if form == "nsrl" else "unmapped"))
    opinions = mapped(actor, mapping)
    with tempfile.TemporaryDirectory(prefix="fanal-list-") as scratch:
        parsed = child.parsed_by(vics_list.ENTRY if form == "vics" else child.ENTRY, path, form, Path(scratch))
        about = store.About(name, version, agency, form, parsed.context, opinions, otherwise)
        taken = store.take_in(node.hash_lists, path, parsed, about)
    record(actor, "hashlist.write", name, version=version, entries=taken.entries, rejected=taken.rejected)
    return {
        "list": name, "version": version, "format": form, "entries": taken.entries, **taken.hashes,
        "rejected": taken.rejected,
    }  # fmt: skip


def show_hash_lists(actor: Actor, node: Node) -> list[dict[str, Any]]:
    """Every version of every list: how many entries and hashes of each kind, whose, which is in force. No entry."""
    may(actor, "hashlist.read")
    return [
        {
            "list": told["name"],
            "version": told["version"],
            "agency": told["agency"],
            "format": told["format"],
            "entries": told["entries"],
            "hashes": sum(told["hashes"].values()),
            "rejected": told["rejected"],
            "quarantined": told["quarantined"],
            "in_force": told["in_force"],
            "digest": told["digest"],
        }
        for told in store.about_all(node.hash_lists)
    ]


def remove_hash_list(actor: Actor, node: Node, name: str, version: str | None = None) -> int:
    """Delete a list or one version of it from the node. Returns how many versions went. Raises NoSuchHashList."""
    may(actor, "hashlist.write")
    gone = store.remove(node.hash_lists, name, version)
    for digest in gone:
        record(actor, "hashlist.write", name, removed=digest)
    return len(gone)


def set_entry_aside(actor: Actor, node: Node, name: str, entry: str, reason: str, *, aside: bool = True) -> None:
    """Set an entry aside that matches what it should not, or take it back. Its matches stay shown, and count nowhere.

    Args:
        entry: its id, as `fanal media match` prints it.

    Raises:
        NoSuchHashList, NoSuchEntry, NoReason.
    """
    may(actor, "hashlist.quarantine")
    if not reason.strip():
        raise NoReason
    told = {"aside": aside, "officer": actor.officer, "at": instants.text(instants.now()), "reason": reason}
    store.set_aside(node.hash_lists, name, entry, told)
    record(actor, "hashlist.quarantine", name, entry=entry, aside=aside)


def _format_of(path: Path) -> str:
    """The format that a file looks like; empty for none."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).lstrip(b"\xef\xbb\xbf \r\n\t")
    except OSError:
        return ""
    if head.startswith(b"SQLite format 3\0"):
        return "nsrl"
    if head[:1] in b"{[" and head:
        return "vics"
    return "ncmec" if head.startswith(b"<") else "csv"


def mapped(actor: Actor, path: Path | None) -> dict[str, str]:
    """Category to opinion, as a mapping file says. Raises BadHashList, UnknownOpinion."""
    may(actor, "hashlist.read")
    if path is None:
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8")).get("categories")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise refused(path, "TOML", str(e)) from e
    if not isinstance(told, dict):
        raise refused(path, "TOML", translate("it has no table categories"))
    return store.opinions_of((str(category), known_opinion(str(word))) for category, word in told.items())
