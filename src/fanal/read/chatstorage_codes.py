"""What the numbers in WhatsApp's iOS database mean, as far as published descriptions agree. Data alone.

A number that stands in no list here keeps its row: the message with its number beside it.
"""

#: Kind of message to `ZMESSAGETYPE`.
KINDS = {
    "text": (0, 7, 14),
    "image": (1, 38),
    "video": (2, 11, 39, 54),
    "audio": (3, 53),
    "contact": (4,),
    "location": (5,),
    "file": (8,),
    "sticker": (15,),
    "poll": (46,),
    "call": (59,),
}
PLAIN_TYPES = (0, 1, 2, 3, 6, 8, 15)
MEDIA_TYPES = (1, 2, 3, 8, 11, 15, 38, 39, 53, 54)
#: Types of what the application writes itself: of groups, of chats; further ones that carry no event.
GROUP, CHAT = 6, 10
NOTICES = (GROUP, CHAT)
OTHER_NOTICES = (28, 55, 62, 73)

#: Changes of membership: type, `ZGROUPEVENTTYPE`, change, whether the text is the address of who caused it, whether
#: it is about the owner where it names nobody, and whether the text lists the members.
RULES = (
    (GROUP, 2, "added", True, False, False),
    (GROUP, 3, "left", False, False, False),
    (GROUP, 7, "removed", True, False, False),
    (GROUP, 10, "promoted", False, True, False),
    (GROUP, 12, "created", False, False, False),
    (GROUP, 50, "added", True, False, True),
)
#: Notices that are known and change no membership: subject, picture; encryption, codes, business, blocking.
OTHER = ((GROUP, (1, 4, 5)), (CHAT, (2, 3, 26, 30, 34, 35)))
#: Notices of calls.
CALLS = (1, 4, 22, 40, 41)
