"""Whose a name in a UFED report is: keys of accounts and channels from an application and an identifier."""

import re
from dataclasses import dataclass

#: Where the telephone itself is meant.
PHONE, MAIL, WHATSAPP = "phone", "mail", "whatsapp"
_NATIVE = frozenset({"", "native", "phone", "sim", "device", "phonebook", "sms", "mms", "native_messages", "contacts"})
_JID = re.compile(r"\+?([0-9]{7,15})(?:[.:][0-9]+)*@(?:s\.whatsapp\.net|c\.us)")
_PHONE = re.compile(r"\+?[0-9]{3,15}")
_MAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}\.[^\s@<>]{2,63}")
_SEPARATORS = re.compile(r"[\s().\u2010-\u2015/-]+")
_LONGEST = 300


@dataclass(frozen=True)
class Key:
    """One account: its key, its platform, its id there, and the identifiers that the id itself is."""

    account: str
    platform: str
    native_id: str
    identifiers: tuple[tuple[str, str], ...] = ()


def platform_of(source: str | None) -> str:
    """The platform that a report's `Source` names; `phone` where it is the device's own."""
    name = re.sub(r"[^a-z0-9]+", "_", (source or "").lower()).strip("_")
    if name.startswith("whatsapp"):
        return WHATSAPP
    if name.startswith("telegram"):
        return "telegram"
    return PHONE if name in _NATIVE else name


def key_of(source: str | None, identifier: str | None) -> Key | None:
    """The account that an application's identifier stands for, None where there is none."""
    said = " ".join((identifier or "").split())[:_LONGEST]
    if not said:
        return None
    platform = platform_of(source)
    jid = _JID.fullmatch(said)
    if platform == WHATSAPP or jid:
        return _whatsapp(said, jid)
    digits = _SEPARATORS.sub("", said)
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    if platform == PHONE:
        if _PHONE.fullmatch(digits):
            return Key(f"{PHONE}:{digits}", PHONE, digits, (("phone", said),))
        if _MAIL.fullmatch(said):
            return Key(f"{MAIL}:{said.lower()}", MAIL, said.lower(), (("email", said),))
        return Key(f"{PHONE}:{said}", PHONE, said)
    if _MAIL.fullmatch(said):
        return Key(f"{platform}:{said.lower()}", platform, said.lower(), (("email", said),))
    if said.startswith("+") and _PHONE.fullmatch(digits):
        return Key(f"{platform}:{digits}", platform, digits, (("phone", said),))
    return Key(f"{platform}:{said}", platform, said)


def mail_key(address: str | None) -> Key | None:
    """The account of a mail address."""
    said = (address or "").strip()
    if not _MAIL.fullmatch(said):
        return None
    return Key(f"{MAIL}:{said.lower()}", MAIL, said.lower(), (("email", said),))


def is_group(identifier: str | None) -> bool:
    """Whether an identifier of WhatsApp is that of a group or a list."""
    return (identifier or "").strip().endswith(("@g.us", "@broadcast", "@newsletter"))


def _whatsapp(said: str, jid: re.Match[str] | None) -> Key:
    digits = _SEPARATORS.sub("", said)
    number = "+" + jid[1] if jid else digits if _PHONE.fullmatch(digits) else None
    if number is None:
        return Key(f"{WHATSAPP}:{said}", WHATSAPP, said)
    number = number if number.startswith("+") else f"+{number}"
    return Key(f"{WHATSAPP}:{number}", WHATSAPP, number, (("phone", number),))
