"""What WhatsApp writes itself into an export: system lines, media words, file names, one data file a language.

Loads `fanal/data/whatsapp/*.toml` and knows no language itself; `whatsapp_events` compiles what it gives.

A template is compared with the line freed of direction marks, quotes as ", apostrophes as ', every
space plain, a full stop at the end left out. `{who}` acts or is concerned, `{whom}` are those acted
upon, `{new}` is a telephone number, `{title}` a group's name, `(a|b)` alternatives, `[a]` optional,
`*` anything, `~` an ending of the word before it, bare, in brackets or both ("dodan~" fits "dodany(a)").
In a data file `by_you` lists what the device's owner did, `of_you` what was done to them, `said` the rest.
"""

import tomllib
from importlib.resources import files
from itertools import chain
from typing import Any, NamedTuple


class Phrase(NamedTuple):
    """One system line: the event it tells, its template, the place that the device's owner takes."""

    event: str
    template: str
    owner: str = ""


#: Events that stand under the member concerned: the row keeps its account. A deleted message stays a message.
BY_SENDER = ("deleted", "call")
#: The events that a data file tells, each a table of its own.
EVENTS = (
    "created", "added", "joined", "left", "removed", "promoted", "demoted", "number_changed", "subject", "encryption",
    "notice", "deleted", "call",
)  # fmt: skip
#: The place of the owner in each list of phrases; the owner comes first, "X added you" fits "X added Y" too.
_OWNER = {"of_you": "whom", "by_you": "who", "said": ""}
_KINDS = ("image", "video", "sticker", "audio", "file")


def _load() -> dict[str, dict[str, Any]]:
    """Every language's data by its code, English first: it stands in exports of all."""
    folder = files("fanal").joinpath("data", "whatsapp")
    found = {
        entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    return {code: found[code] for code in sorted(found, key=lambda code: (code != "en", code))}


_DATA = _load()


def _all(key: str) -> tuple[str, ...]:
    """One list of every language, each entry once."""
    return tuple(dict.fromkeys(chain.from_iterable(data[key] for data in _DATA.values())))


def _phrases(data: dict[str, Any]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(event, template, owner)
        for event in EVENTS
        for group, owner in _OWNER.items()
        for template in data[event].get(group, ())
    )


PHRASES: dict[str, tuple[Phrase, ...]] = {code: _phrases(data) for code, data in _DATA.items()}
#: What parts the last two names of a list.
AND: dict[str, tuple[str, ...]] = {code: tuple(data["and"]) for code, data in _DATA.items()}
#: What the messenger puts around the chat's title in the names of its files.
TITLES = _all("titles")
#: Lines that iOS marks as its own though a member wrote them: polls and places.
WRITTEN = _all("written")
#: The device's owner, where a line names them as one of those acted upon, by language: "Ty" may be a name in another.
OWNER_WORDS: dict[str, tuple[str, ...]] = {code: tuple(data["owner"]) for code, data in _DATA.items()}
#: The device's owner as a sender; "Du" or "Te" may be names.
OWNER_SENDERS = _all("owner_sender")
#: "<attached: NAME>" (iOS).
ATTACHED = _all("attached")
#: "NAME (file attached)" (Android).
FILE_ATTACHED = _all("file_attached")
#: What stands in place of a medium that was left out, without "<" and ">", by the kind of message.
OMITTED: dict[str, tuple[str, ...]] = {
    kind: tuple(dict.fromkeys(chain.from_iterable(data["omitted"][kind] for data in _DATA.values()))) for kind in _KINDS
}
