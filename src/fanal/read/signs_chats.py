"""How chats begin: what `detect` of their readers goes by, without their code. See `read/signs.py`."""

import codecs
import re

from fanal.evidence.sqlite_door import MAGIC as SQLITE
from fanal.read import whatsapp_heads as heads

ZIP = b"PK\x03\x04"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: The files of contacts that the messengers keep beside their databases.
WA_CONTACTS, IOS_CONTACTS = "wa.db", "ContactsV2.sqlite"
_SURE, _LIKELY, _NAMED, _POSSIBLE = 0.95, 0.6, 0.9, 0.3
_NAMED_DATABASE, _SURE_DATABASE = 0.9, 0.8
_SEVERAL = 2
_MEMBER = re.compile(rb"_chat\.txt|[\w ./-]*WhatsApp[^\x00\n]{1,120}\.txt")
_MSGSTORE = (b"sender_jid_row_id", b"key_remote_jid", b"message_system_group")
_TELEGRAM_TYPES = (
    b"saved_messages|replies|personal_chat|bot_chat|private_group|private_supergroup|public_supergroup|"
    b"private_channel|public_channel"
)
_TELEGRAM_CHAT = re.compile(
    rb'"type"\s*:\s*"(?:%s)"\s*,\s*"id"\s*:\s*[0-9]+\s*,\s*"messages"\s*:\s*\[' % _TELEGRAM_TYPES
)
_TELEGRAM_MESSAGE = re.compile(
    rb'"from_id"\s*:\s*"(?:user|channel|chat)[0-9]+"|"actor_id"\s*:\s*"(?:user|channel|chat)[0-9]+"'
)
_TELEGRAM_ACCOUNT = re.compile(rb'"personal_information"\s*:\s*\{\s*"user_id"\s*:\s*[0-9]+')


def whatsapp(head: bytes, name: str) -> float:
    """An export of WhatsApp."""
    if head.startswith(ZIP):
        return _NAMED if _MEMBER.search(head) or _titled(name) else 0.0
    text = head.decode("utf-16" if head[:2] in UTF16 else "utf-8", "replace")
    found = heads.heads(text)
    if not found:
        return 0.0
    if found[0] == 0 or _titled(name):
        return _SURE
    return _LIKELY if len(found) >= _SEVERAL else _POSSIBLE


def msgstore(head: bytes, name: str) -> float:
    """A database of WhatsApp on Android."""
    if not head.startswith(SQLITE):
        return 0.0
    if "msgstore" in name.lower() or name.lower() == WA_CONTACTS:
        return _NAMED_DATABASE
    return _SURE_DATABASE if any(sign in head for sign in _MSGSTORE) else 0.0


def chatstorage(head: bytes, name: str) -> float:
    """A database of WhatsApp on iOS."""
    if not head.startswith(SQLITE):
        return 0.0
    if "chatstorage" in name.lower():
        return _NAMED_DATABASE
    return _SURE_DATABASE if b"ZWAMESSAGE" in head or b"ZWACHATSESSION" in head else 0.0


def telegram(head: bytes, name: str) -> float:  # noqa: ARG001  exports are renamed
    """An export of Telegram."""
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return 0.0
    if _TELEGRAM_CHAT.search(head) or _TELEGRAM_ACCOUNT.search(head):
        return 0.95
    return 0.5 if _TELEGRAM_MESSAGE.search(head) and b'"messages"' in head else 0.0


def _titled(name: str) -> bool:
    # The titles of all languages are read from their files only where one is asked for.
    from fanal.read.whatsapp_titles import title_in  # noqa: PLC0415

    return title_in(name) is not None
