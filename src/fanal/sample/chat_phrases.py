"""One owner's view of the group's history, as the messenger's export writes it on two telephones.

Two forms: Android in Spanish (minutes, 24 hours, " - ") and iOS in English (seconds, 12 hours,
brackets, direction marks). What another member's telephone would say stands in `chat`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from fanal.sample.chat import Entry
from fanal.sample.members import CREATED, Member, spaced

_MARK = "\u200e"
_NARROW = "\u202f"
_NOON = 12

_SPANISH = {
    "secret": "Los mensajes y las llamadas están cifrados de extremo a extremo. Nadie fuera de este chat, ni siquiera "
    "WhatsApp, puede leerlos ni escucharlos. Toca para obtener más información.",
    "created": '{actor} creó el grupo "{new}"',
    "added": "{actor} añadió a {target}",
    "added_owner": "{actor} te añadió",
    "added_by_owner": "Añadiste a {target}",
    "linked": "{actor} se unió usando el enlace de invitación de este grupo",
    "left": "{actor} salió del grupo",
    "removed": "{actor} eliminó a {target}",
    "promoted": "{target} ahora es admin. del grupo",
    "promoted_owner": "Ahora eres admin. del grupo",
    "number_changed": "{actor} cambió a {target}",
    "subject": '{actor} cambió el nombre del grupo de "{old}" a "{new}"',
    "omitted": "<Multimedia omitido>",
    "attached": "{file} (archivo adjunto)",
    "deleted": "Se eliminó este mensaje.",
    "deleted_owner": "Eliminaste este mensaje.",
    "edited": " <Se editó este mensaje.>",
}
_ENGLISH = {
    "secret": "Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can read "
    "or listen to them.",
    "created": "{actor} created group “{new}”",
    "added": "{actor} added {target}",
    "added_by_owner": "You added {target}",
    "linked": "{actor} joined using this group's invite link",
    "linked_owner": "You joined using this group's invite link",
    "left": "{actor} left",
    "removed": "{actor} removed {target}",
    "promoted": "{target} is now an admin",
    "promoted_owner": "You're now an admin",
    "number_changed": "{actor} changed to {target}",
    "subject": "{actor} changed the group name to “{new}”",
    "omitted": "{kind} omitted",
    "deleted": "This message was deleted.",
    "deleted_owner": "You deleted this message.",
    "edited": f" {_MARK}<This message was edited>",
}
_OMITTED_KINDS = {"file": "document"}


@dataclass(frozen=True)
class View:
    """One owner's telephone.

    Attributes:
        owner: the owner's place in the list of members.
        own_name: the profile name under which the owner's messages stand.
        names: members whom the address book knows, by number in the list.
        since: when the owner joined: nothing earlier shows but the group's creation.
        until: when the export was made.
        zone: time zone of the telephone.
    """

    owner: int
    own_name: str
    names: dict[int, str]
    since: datetime
    until: datetime
    zone: str

    def entries(self, history: list[Entry]) -> Iterator[Entry]:
        """What this telephone holds."""
        for entry in history:
            if entry.kind == "created" or self.since <= entry.at < self.until:
                yield entry

    def shown(self, member: Member, at: datetime) -> str:
        """The name or spaced number under which a member stands at an instant."""
        if member.number == self.owner:
            return self.own_name
        return self.names.get(member.number) or spaced(member.phone_at(at))


def android_spanish(view: View, members: list[Member], history: list[Entry]) -> Iterator[str]:
    """Lines of the Android export, without their line ends; a body may span lines."""
    zone = ZoneInfo(view.zone)

    def stamp(at: datetime) -> str:
        local = at.astimezone(zone)
        return f"{local.day:02}/{local.month:02}/{local.year % 100:02}, {local.hour:02}:{local.minute:02} - "

    yield stamp(CREATED) + _SPANISH["secret"]
    for entry in view.entries(history):
        if entry.is_message:
            yield f"{stamp(entry.at)}{view.shown(members[entry.actor], entry.at)}: {_body(entry, view, _SPANISH)}"
        else:
            yield stamp(entry.at) + _event(entry, view, members, _SPANISH, spaced)


def ios_english(view: View, members: list[Member], history: list[Entry], group: str) -> Iterator[str]:
    """Lines of the iOS export; a system line stands under the group's or the acting member's name."""
    zone = ZoneInfo(view.zone)

    def stamp(at: datetime) -> str:
        local = at.astimezone(zone)
        half = "AM" if local.hour < _NOON else "PM"
        clock = f"{local.hour % _NOON or _NOON}:{local.minute:02}:{local.second:02}"
        return f"[{local.day:02}/{local.month:02}/{local.year % 100:02}, {clock}{_NARROW}{half}] "

    yield f"{stamp(CREATED)}{group}: {_MARK}{_ENGLISH['secret']}"
    for entry in view.entries(history):
        actor = members[entry.actor]
        sender = _isolated(view.shown(actor, entry.at))
        if entry.is_message:
            body = _body(entry, view, _ENGLISH)
            marked = _MARK if body.startswith(_MARK) else ""
            yield f"{marked}{stamp(entry.at)}{sender}: {body}"
        else:
            if entry.kind == "number_changed":
                sender = _isolated(spaced(actor.phone))
            text = _event(entry, view, members, _ENGLISH, lambda phone: _isolated(spaced(phone)))
            yield f"{stamp(entry.at)}{sender}: {_MARK}{text}"


def _isolated(shown: str) -> str:
    """A bare number as iOS writes it: between direction marks, with spaces and hyphens that do not break."""
    if not shown.startswith("+"):
        return shown
    return "\u202a" + shown.replace(" ", "\u00a0").replace("-", "\u2011") + "\u202c"


def _body(entry: Entry, view: View, words: dict[str, str]) -> str:
    marked = _MARK if words is _ENGLISH else ""
    if entry.deleted_at is not None and entry.deleted_at < view.until:
        return marked + words["deleted_owner" if entry.actor == view.owner else "deleted"]
    if entry.kind == "text":
        return entry.body + (words["edited"] if entry.edited else "")
    if entry.file and "attached" in words:
        return _MARK + words["attached"].format(file=entry.file)
    return marked + words["omitted"].format(kind=_OMITTED_KINDS.get(entry.kind, entry.kind))


def _event(entry: Entry, view: View, members: list[Member], words: dict[str, str], number: Callable[[str], str]) -> str:
    def shown(who: int) -> str:
        name = view.shown(members[who], entry.at)
        return number(members[who].phone_at(entry.at)) if name.startswith("+") else name

    actor, target = shown(entry.actor), shown(entry.target) if entry.target is not None else ""
    phrase = entry.kind
    if entry.kind == "number_changed":
        actor, target = number(members[entry.actor].phone), number(members[entry.actor].later_phone or "")
    elif entry.target == view.owner or (entry.target is None and entry.actor == view.owner):
        phrase = f"{entry.kind}_owner"
    elif entry.actor == view.owner and f"{entry.kind}_by_owner" in words:
        phrase = f"{entry.kind}_by_owner"
    old, _, new = entry.body.rpartition("\n")
    return words[phrase].format(actor=actor, target=target, old=old, new=new)
