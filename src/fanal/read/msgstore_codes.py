"""What the numbers in WhatsApp's Android databases mean, as far as published descriptions agree. Data alone.

A number that stands in no list here keeps its row: the message with its number beside it.
"""

#: Kind of message to `message_type` (`media_wa_type` in the old schema).
KINDS = {
    "text": (0, 15, 64),
    "image": (1, 42),
    "audio": (2, 82),
    "video": (3, 13, 43, 81),
    "contact": (4, 14),
    "location": (5, 16),
    "file": (9,),
    "call": (8, 10, 90),
    "sticker": (20,),
    "poll": (66, 106),
}
#: Types that say no more than the kind does.
PLAIN_TYPES = (0, 1, 2, 3, 7, 9, 20)
SYSTEM = 7
#: Types of messages that the application writes itself, beside SYSTEM.
NOTICES = (36, 112)

#: Changes of membership: `action_type`, change, whether the sender is who caused it, whether the notice is about
#: its sender (or the owner) where it names nobody, and how the member came.
RULES = (
    (4, "added", True, True, None),
    (5, "left", False, True, None),
    (7, "removed", False, True, None),
    (11, "created", False, True, None),
    (12, "added", True, False, None),
    (13, "left", False, True, None),
    (14, "removed", True, False, None),
    (15, "promoted", True, True, None),
    (16, "demoted", True, True, None),
    (20, "joined", False, True, "invite link"),
    (79, "joined", False, True, "community"),
)
NUMBER_CHANGED = (10, 28)
#: Notices that are known and change no membership: subject, picture, list created, codes and encryption,
#: description, settings, timers, devices, blocking, business, calls, pinned message, user name.
OTHER_ACTIONS = (1, 6, 9, 18, 19, 27, 29, 30, 31, 32, 46, 47, 50, 56, 57, 58, 59, 67, 68, 69, 70, 118, 129, 165)
