"""SQL fragments over WhatsApp addresses ("34600000001@s.whatsapp.net"): plain form, account, kind of channel.

An address names a person (by number, or by a LID that hides the number), a group, a broadcast list or a
newsletter. Devices of one person (`user:12@server`, `user.0:12@server`) are that person.
"""

from fanal.read.contract import Source
from fanal.read.whatsapp_events import PLATFORM, literal
from fanal.read.whatsapp_rows import owner_key

#: Servers of addresses whose user is a telephone number.
_NUMBERS = r"^[0-9]{7,15}@(s\.whatsapp\.net|c\.us|hosted)$"
#: Servers of addresses that are no person's.
_NO_PERSON = r"@(g\.us|broadcast|newsletter|status|temp|call)$"
#: The owner's own addresses.
_OWN = r"@(lid_me|status_me)$"


def bare(address: str) -> str:
    """The address without its device and agent; NULL where it is empty, names no user or is the placeholder -1."""
    plain = rf"regexp_replace(lower(trim({address})), '^([^@:.]*)[:.][^@]*@', '\1@')"
    return f"nullif(nullif(regexp_replace(regexp_replace({plain}, '@hosted[.]lid$', '@lid'), '^@.*$', ''), ''), '-1')"


def account(jid: str, owner: str) -> str:
    """The account of a plain address; NULL where it is no person's.

    Args:
        jid: SQL of a plain address.
        owner: the account of the device's owner.
    """
    return (
        f"CASE WHEN regexp_matches({jid}, {literal(_NUMBERS)}) THEN '{PLATFORM}:+' || split_part({jid}, '@', 1) "
        f"WHEN regexp_matches({jid}, {literal(_OWN)}) THEN {literal(owner)} "
        f"WHEN regexp_matches({jid}, {literal(_NO_PERSON)}) OR NOT contains({jid}, '@') THEN NULL "
        f"ELSE '{PLATFORM}:' || {jid} END"
    )


def channel_kind(jid: str) -> str:
    """What kind of channel an address is."""
    return (
        f"CASE WHEN {jid} LIKE '%@g.us' THEN 'group' WHEN {jid} = 'status@broadcast' THEN 'status' "
        f"WHEN {jid} LIKE '%@broadcast' THEN 'broadcast' WHEN {jid} LIKE '%@newsletter' THEN 'newsletter' "
        f"ELSE 'direct' END"
    )


def fragments(source: Source, owner: str | None = None) -> dict[str, str]:
    """What fills the places of the statements that all WhatsApp databases share."""
    own = owner or owner_key(source)
    return {
        "owner": literal(own),
        "channel": literal(f"{PLATFORM}:"),
        "media_prefix": literal(f"{PLATFORM}:{source.exhibit}/"),
        "account": account("jid", own),
        "channel_kind": channel_kind("jid"),
    }
