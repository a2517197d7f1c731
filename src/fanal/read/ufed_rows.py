"""From the models of a UFED report to rows of the canonical tables, in batches.

What a model says stands in columns; how sure the tool was of it, and where it found it, in remarks.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa

from fanal.evidence.media_signs import freed
from fanal.model.tables import BY_NAME
from fanal.read.contract import Sink
from fanal.read.ufed_keys import PHONE, Key, is_group, key_of, mail_key, platform_of
from fanal.read.ufed_model import Fact, Model
from fanal.read.ufed_values import entry_of, hash_of, instant_of, is_true, mime_of
from fanal.read.ufed_xml import CUT

#: Rows that wait for the sink, of one table.
BATCH = 4_096
_TABLES = ("account", "identifier", "channel", "membership", "message", "media", "remark")
_FACTS, _FACT = 300, 300
_TOLD = 20
#: Who examined is not taken over; officers appear by service number.
_PEOPLE = ("examiner", "investigator", "officer", "suspect", "owner name", "analyst")
#: Files of these tags are the telephone's own.
_SYSTEM_TAGS = frozenset({"database", "configuration", "application", "text", "uncategorized", "system"})
_KINDS = (("image/", "image"), ("video/", "video"), ("audio/", "audio"))

Row = dict[str, Any]


class Rows:
    """Takes models in the order of the report and gives the sink their rows."""

    def __init__(self, exhibit: int, sink: Sink) -> None:
        self._exhibit, self._sink = exhibit, sink
        self._waiting: dict[str, list[Row]] = {table: [] for table in _TABLES}
        self._counts: dict[str, Counter[str]] = {}
        #: Accounts that have a row, and whether one of them has a name.
        self._seen: dict[str, bool] = {}
        self._owners: dict[str, None] = {}
        self._facts: dict[str, dict[str, str]] = {}
        self._facts_left_out = 0
        self.makers: dict[str, Callable[[Model, str], bool]] = {
            "Chat": self._chat, "InstantMessage": self._instant_message, "Contact": self._contact,
            "UserAccount": self._user_account, "SMS": self._text_message, "MMS": self._text_message,
            "Email": self._mail, "Call": self._call, "file": self._file,
        }  # fmt: skip

    def take(self, model: Model) -> None:
        """Rows of one model; one that says nothing that has a place counts as unmapped."""
        locator = f"byte:{model.offset}"
        part = "tagged files" if model.kind == "file" else model.kind
        kept = self.makers[model.kind](model, locator)
        self.count(part, read=int(kept), unmapped=int(not kept))
        if kept:
            self._remarks(model, locator)
        if model.cut:
            self._sink.reject(locator, "body", CUT, "")
        if max(map(len, self._waiting.values())) >= BATCH:
            self.flush()

    def fact(self, fact: Fact) -> None:
        """A fact of the extraction, for the notes."""
        kept = self._facts.setdefault(fact.section or "report", {})
        said = any(word in fact.name.lower() for word in _PEOPLE)
        if said or sum(map(len, self._facts.values())) >= _FACTS:
            self._facts_left_out += 1
        else:
            kept.setdefault(freed(fact.name)[:_FACT], freed(fact.value)[:_FACT])

    def count(self, part: str, *, read: int = 0, rejected: int = 0, unmapped: int = 0) -> None:
        """Account for rows of one part."""
        self._counts.setdefault(part, Counter()).update(read=read, rejected=rejected, unmapped=unmapped)

    def close(self) -> None:
        """Hand over what waits, the counts and the notes."""
        self.flush()
        for part, counts in self._counts.items():
            self._sink.count(part, source=sum(counts.values()), **counts)
        self._sink.note("extraction", {name: facts for name, facts in self._facts.items() if facts})
        if self._facts_left_out:
            self._sink.note("facts_left_out", self._facts_left_out)
        self._sink.note("owner", {"accounts": list(self._owners)[:_TOLD], "open": not self._owners})

    def flush(self) -> None:
        """Hand over what waits, table after table."""
        for table, rows in self._waiting.items():
            if rows:
                schema = [pa.field("locator", pa.string())]
                schema += [pa.field(n, t) for n, t in BY_NAME[table].columns if any(n in row for row in rows)]
                # Numbers and instants are handed over as the text that they are; the sink casts them.
                loose = pa.schema([pa.field(f.name, pa.string()) for f in schema])
                self._sink.rows(table, pa.Table.from_pylist(rows, loose))
                rows.clear()

    # What is said of a model beside its own columns.

    def _remarks(self, model: Model, locator: str) -> None:
        attributes = model.attributes
        deleted = attributes.get("deleted_state") or attributes.get("deleted")
        told = [
            ("native_id", model.id),
            ("deleted", None if (deleted or "").lower() in ("", "intact", "false") else deleted),
            ("confidence", attributes.get("decoding_confidence")),
            ("source_index", attributes.get("source_index")),
            ("extraction", attributes.get("extractionId")),
            *(("source", place) for place in model.sources[:_TOLD]),
        ]
        self._remark(locator, told)

    def _remark(self, locator: str, told: Iterable[tuple[str, str | None]]) -> None:
        self._waiting["remark"] += [{"locator": locator, "key": key, "value": said} for key, said in told if said]

    def _give(self, table: str, locator: str, **columns: Any) -> None:
        self._waiting[table].append({"locator": locator, **columns})

    # Who.

    def _party(self, party: Model, source: str | None, locator: str, *, mail: bool = False) -> Key | None:
        """The account of a party; a row for it the first time."""
        identifier = party.get("Identifier")
        key = mail_key(identifier) if mail else key_of(source, identifier)
        if key is None:
            return None
        owner = is_true(party.get("IsPhoneOwner"))
        if owner:
            self._owners[key.account] = None
        self._account(key, party.get("Name"), "self" if owner else "owner's contacts", locator)
        return key

    def _account(self, key: Key, name: str | None, name_source: str, locator: str, *, again: bool = False) -> None:
        seen = key.account in self._seen
        if seen and not again and (self._seen[key.account] or not name):
            return
        self._seen[key.account] = self._seen.get(key.account, False) or bool(name)
        self._give(
            "account", locator, account=key.account, platform=key.platform, native_id=key.native_id, display_name=name,
            name_source=name_source if name else None,
        )  # fmt: skip
        for kind, value in key.identifiers if again or not seen else ():
            self._identifier(key, kind, value, locator)

    def _identifier(self, key: Key, kind: str, value: str, locator: str) -> None:
        self._give("identifier", locator, account=key.account, kind=kind, value=value, relation="user")

    def _contact(self, model: Model, locator: str) -> bool:
        """An entry of an address book: what the owner calls somebody, and where he reaches him."""
        source, name = model.get("Source"), model.get("Name")
        entries = [entry_of(entry) for entry in model.all("Entries")]
        groups = [value for _, value in entries if is_group(value)]
        for group in groups:
            self._group(source, str(group), name, locator)
        keys = self._keys(source, [(kind, value) for kind, value in entries if not is_group(value)])
        for n, (key, more) in enumerate(keys.items()):
            self._account(key, name, "owner's contacts", locator, again=True)
            for kind, value in more:
                self._identifier(key, kind, value, locator)
            if n:
                self._remark(locator, [("same_card", key.account)])
        return bool(keys or groups)

    def _user_account(self, model: Model, locator: str) -> bool:
        """An account that is set up on the device. Its password, where the tool found one, is not taken over."""
        source = model.get("ServiceType", "Source")
        keys = self._keys(source, [entry_of(entry) for entry in model.all("Entries")])
        username = model.get("Username")
        native = next(iter(keys), None) if platform_of(source) == PHONE else None
        key = native or next((k for k in keys if k.platform == platform_of(source)), None) or key_of(source, username)
        if key is None:
            return False
        self._owners[key.account] = None
        self._account(key, model.get("Name"), "self", locator, again=True)
        for kind, value in keys.get(key, []):
            self._identifier(key, kind, value, locator)
        if username and username != key.native_id:
            self._waiting["account"][-1]["username"] = username
            self._identifier(key, "username", username, locator)
        for other in [k for k in keys if k != key]:
            for kind, value in other.identifiers:
                self._identifier(key, kind, value, locator)
        self._remark(locator, [("on_device", "true")])
        return True

    def _keys(self, source: str | None, entries: list[tuple[str, str | None]]) -> dict[Key, list[tuple[str, str]]]:
        """The accounts of an entry, with the identifiers of each that its id is not already."""
        keys: dict[Key, list[tuple[str, str]]] = {}
        said = [(kind, value) for kind, value in entries if value]
        ids = [value for kind, value in said if kind == "UserID"]
        own = key_of(source, ids[0]) if ids and platform_of(source) != PHONE else None
        for kind, value in said:
            if kind not in ("PhoneNumber", "EmailAddress"):
                continue
            held = "phone" if kind == "PhoneNumber" else "email"
            if own is not None:
                if (held, value) not in own.identifiers:
                    keys.setdefault(own, []).append((held, value))
                continue
            found = key_of(source if held == "phone" else None, value) if held == "phone" else mail_key(value)
            if found is not None:
                keys.setdefault(found, [])
        if own is not None:
            keys.setdefault(own, [])
        return keys

    # Where.

    def _chat_key(self, chat: Model) -> str:
        """The key of a chat, fixed when its first message is read."""
        known = chat.attributes.get(":key")
        if known is None:
            native = chat.get("Id") or f"{self._exhibit}/{chat.id or chat.offset}"
            known = chat.attributes[":key"] = f"{platform_of(chat.get('Source'))}:{native}"
        return known

    def _group(self, source: str | None, identifier: str, title: str | None, locator: str) -> None:
        platform = platform_of(source)
        self._give(
            "channel", locator, channel=f"{platform}:{identifier}", platform=platform, native_id=identifier,
            title=title, kind="group",
        )  # fmt: skip

    def _chat(self, model: Model, locator: str) -> bool:
        source, key = model.get("Source"), self._chat_key(model)
        people = model.all("Participants")
        kind = model.get("ChatType") or ("group" if len(people) > 2 or is_group(model.get("Id")) else "chat")  # noqa: PLR2004
        self._give(
            "channel", locator, channel=key, platform=platform_of(source), native_id=key.partition(":")[2],
            title=model.get("Name"), kind=kind,
        )  # fmt: skip
        for person in people:
            account = self._party(person, source, locator)
            if account is not None:
                role = "admin" if is_true(person.get("IsGroupAdmin")) else "member"
                self._give("membership", locator, account=account.account, channel=key, role=role)
        self._remark(locator, [("application", source), ("account_on_device", model.get("Account"))])
        return True

    # What was said.

    def _instant_message(self, model: Model, locator: str) -> bool:
        chat = model.around
        source = model.get("Source") or (chat.get("Source") if chat else None)
        sender = next((self._party(p, source, locator) for p in model.all("From")), None)
        system = "system" in (model.get("Type", "MessageType") or "").lower()
        self._message(model, locator, sender, "system" if system else None, self._chat_key(chat) if chat else None)
        if chat is None:
            self._addressees(model.all("To", "Participants"), source, locator)
        self._remark(locator, [("status", model.get("Status"))])
        return True

    def _text_message(self, model: Model, locator: str) -> bool:
        source, people = model.get("Source"), model.all("Parties", "From", "To")
        senders = [p for p in people if (p.get("Role") or "").lower() == "from" or p in model.all("From")]
        sender = next((self._party(p, source, locator) for p in senders), None)
        self._message(model, locator, sender, None, None)
        self._addressees([p for p in people if p not in senders], source, locator)
        self._remark(locator, [("folder", model.get("Folder")), ("status", model.get("Status"))])
        return True

    def _mail(self, model: Model, locator: str) -> bool:
        sender = next((self._party(p, None, locator, mail=True) for p in model.all("From")), None)
        self._message(model, locator, sender, None, None)
        self._addressees(model.all("To", "Cc", "Bcc"), None, locator, mail=True)
        self._remark(locator, [("folder", model.get("Folder")), ("account_on_device", model.get("Account"))])
        return True

    def _call(self, model: Model, locator: str) -> bool:
        source, people = model.get("Source"), model.all("Parties", "Participants")
        senders = [p for p in people if (p.get("Role") or "").lower() == "from"]
        sender = next((self._party(p, source, locator) for p in senders), None)
        self._message(model, locator, sender, "system", None, body="call")
        self._addressees([p for p in people if p not in senders], source, locator)
        told = [("action", "call"), ("direction", model.get("Type", "Direction")), ("duration", model.get("Duration"))]
        self._remark(locator, [*told, ("application", source), ("video_call", model.get("VideoCall"))])
        return True

    def _addressees(self, people: list[Model], source: str | None, locator: str, *, mail: bool = False) -> None:
        for person in people[:_TOLD]:
            key = self._party(person, source, locator, mail=mail)
            self._remark(locator, [("to", key.account if key else person.get("Identifier", "Name"))])
        if len(people) > _TOLD:
            self._remark(locator, [("to_more", str(len(people) - _TOLD))])

    def _message(
        self, model: Model, locator: str, sender: Key | None, kind: str | None, channel: str | None,
        body: str | None = None,
    ) -> None:  # fmt: skip
        media = [self._attached(attached, locator) for attached in model.all("Attachments", "Attachment")]
        subject, text = model.get("Subject"), model.get("Body", "Snippet")
        words = body or "\n".join(part for part in (subject, text) if part) or None
        at, fine = instant_of(model, "TimeStamp")
        self._give(
            "message", locator, account=sender.account if sender else None, channel=channel, at=at, at_precision=fine,
            kind=kind or (media[0][1] if media else "text"), media=media[0][0] if media else None, body=words,
        )  # fmt: skip
        self._remark(locator, [("more_media", key) for key, _ in media[1:]])

    # Media.

    def _attached(self, model: Model, locator: str) -> tuple[str, str]:
        """The key and the kind of an attachment; a row for it where the report lists no file of it."""
        name, mime = model.get("Filename", "Title"), model.get("ContentType")
        mime = mime if mime and "/" in mime else mime_of(name) or mime
        kind = next((kind for start, kind in _KINDS if (mime or "").startswith(start)), "file")
        if model.targets:
            return self._media_key(model.targets[0]), kind
        key = self._media_key(model.id or str(model.offset))
        self._give("media", locator, media=key, platform="ufed", native_id=name, mime=mime)
        return key, kind

    def _media_key(self, native: str) -> str:
        return f"ufed:{self._exhibit}/{native}"

    def _file(self, model: Model, locator: str) -> bool:
        """A tagged file: what the report says of it. The file itself stays unread."""
        said = {name.rpartition("/")[2].lower(): value for name, value in model.fields.items() if "@" not in name}
        tags = {tag.strip().lower() for tag in said.get("tags", "").split(",") if tag.strip()}
        path = model.attributes.get("path")
        if tags and tags <= _SYSTEM_TAGS:
            return False
        width, _, height = said.get("resolution", said.get("pixel resolution", "")).lower().partition("x")
        self._give(
            "media", locator, media=self._media_key(model.id or str(model.offset)), platform="ufed", native_id=path,
            md5=hash_of(said.get("md5"), 32), sha1=hash_of(said.get("sha1"), 40),
            sha256=hash_of(said.get("sha256"), 64),
            mime=said.get("mime type") or said.get("mimetype") or mime_of(path), bytes=model.attributes.get("size"),
            width=width.strip() if height else None, height=height.strip() or None,
        )  # fmt: skip
        exif = [(name, value) for name, value in said.items() if name.startswith("exif")][:_TOLD]
        self._remark(
            locator,
            [
                ("file", path), ("packed_as", said.get("local path")), ("tags", said.get("tags")),
                ("created", said.get("creationtime")), ("written", said.get("modifytime")),
                ("accessed", said.get("accesstime")), *(("exif", f"{name}: {value}"[:_FACT]) for name, value in exif),
            ],
        )  # fmt: skip
        return True
