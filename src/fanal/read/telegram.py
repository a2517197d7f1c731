"""The reader of Telegram Desktop's JSON export, `result.json`: one chat, or a whole account.

Files beside the export are named in rows and never opened. It reads no HTML export and no database
of the application.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from fanal.base.language import translate
from fanal.read import signs_chats
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.json_elements import Elements
from fanal.read.json_shown import element_at, shown
from fanal.read.telegram_examples import EXAMPLES
from fanal.read.telegram_rows import PLATFORM, Rows, channel_of
from fanal.read.window import CHUNK

_ALONE = "messages[]"
_LISTS = ("chats.list[]", "left_chats.list[]")
_MESSAGES = (_ALONE, *(f"{path}.{_ALONE}" for path in _LISTS))
_CONTACTS, _FREQUENT = "contacts.list[]", "frequent_contacts.list[]"
_SESSIONS = ("sessions.list[]", "web_sessions.list[]")
_PATHS = (*_MESSAGES, _CONTACTS, _FREQUENT, *_SESSIONS)
#: What a rich export may say beside the lists and is not read here.
_READ = {"about", "name", "type", "id", "messages", "chats", "left_chats", "contacts", "frequent_contacts", "sessions",
         "web_sessions", "personal_information"}  # fmt: skip


class Telegram:
    """See `read.contract.Reader`."""

    name = "telegram"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ()

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_chats.telegram(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read: once for the chats, once for the rows."""
        found = Elements(source.path, _PATHS, self._chunk).survey()
        outer = found.outer if isinstance(found.outer, dict) else {}
        chats = _chats(outer, found)
        if not chats and not any(found.counts.values()) and "personal_information" not in outer:
            raise Unreadable(path=source.name, detail=translate("nothing in it looks like an export of Telegram"))
        owner = _owner(outer, source)
        with Rows(source, sink, chats, owner, with_contacts=found.counts[_CONTACTS] > 0) as rows:
            self._owner(outer, owner, source, sink, rows)
            _channels(chats, sink)
            taken = {_CONTACTS: rows.contacts, _FREQUENT: rows.frequent}
            taken |= dict.fromkeys(_SESSIONS, rows.sessions) | dict.fromkeys(_MESSAGES, rows.messages)
            elements = Elements(source.path, _PATHS, self._chunk)
            for batch in elements.batches():
                taken[batch.path](batch)
            figures = rows.close()
        for failure in elements.failures:
            sink.reject(f"byte:{failure.offset}", None, failure.reason, "")
            sink.count("json", source=1, rejected=1)
        if elements.truncated:
            sink.note("truncated", value=True)
        sink.note("form", "account" if "chats" in outer or "personal_information" in outer else "chat")
        sink.note("owner", {"account": owner, "open": owner.startswith(f"{PLATFORM}:owner:")})
        sink.note("time_zone", {"zone": source.time_zone, "from": "exhibit", "messages": figures["local_times"]})
        sink.note("files_named", {"n": figures["files"], "opened": 0})
        sink.note("files_left_out", figures["left_out"])
        if figures["contacts_without_account"]:
            sink.note("contacts_without_account", figures["contacts_without_account"])
        if unread := sorted(set(outer) - _READ):
            sink.note("unread_parts", unread[:20])

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return EXAMPLES

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators: `byte:N`, where a message, chat, contact or session begins."""
        return shown(element_at(source.path, int(locator.partition(":")[2])))

    def _owner(self, outer: Mapping[str, Any], owner: str, source: Source, sink: Sink, rows: Rows) -> None:
        """The row of the account whose export it is, and what it says of itself."""
        number = _user(outer)
        if number is None:
            return
        said = outer["personal_information"]
        locator = f"byte:{_place_of(source, b'personal_information')}"
        name = " ".join(str(said.get(key) or "") for key in ("first_name", "last_name")).strip() or None
        username = str(said.get("username") or "").lstrip("@") or None
        account = {
            "locator": locator, "account": owner, "platform": PLATFORM, "native_id": number, "username": username,
            "display_name": name, "stated_name": name, "name_source": "self" if name else None,
        }  # fmt: skip
        sink.rows("account", pa.table({key: pa.array([value], pa.string()) for key, value in account.items()}))
        told = [("phone", said.get("phone_number")), ("username", username)]
        kept = [(kind, str(value)) for kind, value in told if value]
        if kept:
            columns = {"kind": [kind for kind, _ in kept], "value": [value for _, value in kept]}
            n = len(kept)
            sink.rows(
                "identifier",
                pa.table({"locator": [locator] * n, "account": [owner] * n, "relation": ["user"] * n, **columns}),
            )
        sink.count("personal_information", source=1, read=1)
        rows.know(owner)


def _user(outer: Mapping[str, Any]) -> str | None:
    said = outer.get("personal_information")
    number = said.get("user_id") if isinstance(said, dict) else None
    return str(number) if isinstance(number, int | str) and str(number).isdigit() else None


def _owner(outer: Mapping[str, Any], source: Source) -> str:
    """The owner's account: what the export says, else the register, else one of the exhibit's own."""
    number = _user(outer) or str(source.options.get("owner") or "").removeprefix("user")
    return f"{PLATFORM}:{number}" if number.isdigit() else f"{PLATFORM}:owner:{source.exhibit}"


def _chats(outer: Mapping[str, Any], found: Elements) -> list[dict[str, Any]]:
    """The chats with their keys, and where each begins."""
    chats: list[dict[str, Any]] = []
    if "messages" in outer or found.counts[_ALONE]:
        chats.append({"list": _ALONE, "parent": -1, "offset": 0, "said": outer})
    for path in _LISTS:
        listed = outer.get(path.partition(".")[0])
        said = listed.get("list") if isinstance(listed, dict) else None
        chats += [
            {"list": f"{path}.{_ALONE}", "parent": n, "offset": offset, "said": chat}
            for n, (chat, offset) in enumerate(zip(said or [], found.listed[path], strict=False))
            if isinstance(chat, dict)
        ]
    for chat in chats:
        chat["channel"] = channel_of(chat["said"])
    return chats


def _channels(chats: Sequence[Mapping[str, Any]], sink: Sink) -> None:
    known = [chat for chat in chats if chat["channel"]]
    if known:
        text = pa.string()
        sink.rows(
            "channel",
            pa.table(
                {
                    "locator": pa.array([f"byte:{chat['offset']}" for chat in known], text),
                    "channel": pa.array([chat["channel"] for chat in known], text),
                    "platform": pa.array([PLATFORM] * len(known), text),
                    "native_id": pa.array([str(chat["said"]["id"]) for chat in known], text),
                    "title": pa.array([_text(chat["said"].get("name")) for chat in known], text),
                    "kind": pa.array([_text(chat["said"].get("type")) for chat in known], text),
                }
            ),
        )
    sink.count("chats", source=len(chats), read=len(known), unmapped=len(chats) - len(known))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _place_of(source: Source, key: bytes) -> int:
    """Where the value of a key in the first part of the file begins; 0 where it is not found there."""
    with source.path.open("rb") as file:
        head = file.read(1 << 20)
    found = re.search(rb'"%s"\s*:\s*' % re.escape(key), head)
    return found.end() if found else 0


TELEGRAM = Telegram()
