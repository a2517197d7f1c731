"""What the Telegram reader must make of small inputs; benign and synthetic."""

import json
from typing import Any

from fanal.read.contract import Example


def _plain(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": "2022-04-01T12:00:00",
        "date_unixtime": str(1_648_807_200 + number),
        "from": "user 3",
        "from_id": "user3",
        "text": f"message {number}",
        **more,
    }


def _service(number: int, action: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "service",
        "date": "2022-04-01T11:00:00",
        "date_unixtime": str(1_648_803_600 + number),
        "actor": "user 5",
        "actor_id": "user5",
        "action": action,
        "text": "",
        **more,
    }


_GROUP = {
    "name": "Group 7",
    "type": "private_supergroup",
    "id": 700,
    "messages": [
        _service(1, "create_group", title="Group 7", members=["user 3", "user 9"]),
        _service(2, "join_group_by_link", actor="user 8", actor_id="user8", inviter="Group 7"),
        _plain(12),
        _plain(13, text=["message 13 ", {"type": "link", "text": "https://www.example.org/a"}], reply_to_message_id=12),
        _plain(14, text="", photo="photos/photo_1.jpg", width=800, height=600),
        _plain(15, text="", file="(File not included. Change data exporting settings to download.)",
               media_type="sticker", **{"from": None}),
        _service(16, "dance"),
    ],
}  # fmt: skip
_ACCOUNT = {
    "about": "an export",
    "personal_information": {
        "user_id": 3,
        "first_name": "user",
        "last_name": "3",
        "phone_number": "+34 600 00 00 03",
        "username": "@user3",
    },
    "contacts": {
        "about": "contacts",
        "list": [
            {"user_id": 5, "first_name": "user", "last_name": "5", "phone_number": "+34 600 00 00 05"},
            {"user_id": 0, "first_name": "user", "last_name": "6", "phone_number": "+34 600 00 00 06"},
        ],
    },
    "frequent_contacts": {
        "about": "often",
        "list": [{"id": 8, "category": "people", "type": "user", "name": "user 8", "rating": 1.5}],
    },
    "sessions": {
        "about": "sessions",
        "list": [{"last_active_unixtime": "1648807200", "last_ip": "192.0.2.1", "last_country": "ES",
                  "application_name": "app", "application_version": "1"}],
    },
    "chats": {
        "about": "chats",
        "list": [
            {"name": "user 5", "type": "personal_chat", "id": 5, "messages": [_plain(1), _service(2, "phone_call")]},
            _GROUP,
        ],
    },
}  # fmt: skip
_BROKEN = json.dumps(_GROUP, indent=1)
_BROKEN = _BROKEN[: _BROKEN.index('"message 12"') + 4]

EXAMPLES: tuple[Example, ...] = (
    Example(
        "result.json",
        json.dumps(_GROUP, indent=1).encode(),
        {"account": 3, "channel": 1, "message": 7, "media": 2, "membership": 4, "remark": 15, "link": 1},
    ),
    Example(
        "result.json",
        json.dumps(_ACCOUNT).encode(),
        {
            "account": 3,
            "identifier": 3,
            "login": 1,
            "channel": 2,
            "message": 9,
            "media": 2,
            "membership": 4,
            "remark": 20,
            "link": 1,
        },
    ),
    Example(
        "result.json",
        _BROKEN.encode(),
        {"account": 2, "channel": 1, "message": 2, "membership": 4, "remark": 7},
        1,
        hostile=True,
    ),
    Example(
        "result.json",
        b'{"name": "x", "type": "private_group", "id": 1, "messages": [12, {"id": 1e, "from_id": "user1"}, '
        b'{"id": 2, "type": "message", "date": "soon", "from_id": "user2", "text": "message 2 '
        b'data:image/png;base64,AAAA"}]}',
        {"account": 1, "channel": 1, "message": 1, "remark": 1},
        rejects=3,
        hostile=True,
    ),
    Example("result.json", b'{"personal_information": {"user_id": 1', {}, hostile=True, refused="F-READ-01"),
)
