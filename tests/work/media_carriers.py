"""For every reader one exhibit that carries media the way its format can: raw, encoded, beside the text.

The "media" are a picture's first bytes and noise behind them: nothing that shows anything.
"""

import base64
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from fanal.read.msg_examples import compound, message
from fanal.read.registry import by_name

MEDIA = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + Random(12).randbytes(6_000)
URI = "data:image/jpeg;base64," + base64.b64encode(MEDIA).decode()


@dataclass(frozen=True)
class Carrier:
    """An exhibit: its name, its bytes, its mapping where it needs one, files beside it."""

    name: str
    content: bytes
    mapping: str | None = None
    beside: Mapping[str, bytes] = field(default_factory=dict)


def zipped(**members: bytes) -> bytes:
    """A zip of files; `__` in a name is a dot, `___` a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("___", "/").replace("__", "."), content)
    return out.getvalue()


def mapped(source: str, table: str, columns: str = "id AS native_id, note AS display_name") -> str:
    """A mapping that takes the column with the media in it."""
    return (
        f"fanal_mapping: 1\nplatform: mc\nsource: {source}\ntables:\n  account: SELECT {columns}, _row FROM {table}\n"
    )


def whatsapp() -> Carrier:
    head = "13/02/23, 09:15 - +34 600 00 00 01: "
    text = f"{head}IMG-1.jpg (file attached)\n{head}{URI}\n{head}{MEDIA.hex()}\n"
    content = zipped(**{"WhatsApp Chat with Group 7__txt": text.encode(), "IMG-1__jpg": MEDIA})
    return Carrier("WhatsApp Chat with Group 7.zip", content)


def eml() -> Carrier:
    encoded = base64.encodebytes(MEDIA).decode()
    text = (
        "From: sender1@example.org\nDate: Tue, 06 Oct 2020 10:41:00 +0200\nSubject: note 1\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/html\n\n<p>1 <img src="{URI}"></p>\n'
        f"--b\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n{encoded}\n"
        f"--b\nContent-Type: text/plain\n\nmessage 2\n{encoded}\n--b--\n"
    )
    return Carrier("tip.eml", text.encode())


def weblog() -> Carrier:
    line = '192.0.2.1 - - [10/Oct/2020:13:55:36 +0200] "POST {} HTTP/1.1" 302 0 "{}" "agent 1"\n'
    mapping = (
        'fanal_mapping: 1\nplatform: mc\nsource: weblog\ninstants: {login.at: "%d/%b/%Y:%H:%M:%S %z"}\ntables:\n'
        "  login: SELECT path AS account, ts AS at, ip, referer AS user_agent, _row FROM requests\n"
    )
    content = (line.format("/login?u=a", URI) + line.format("/p/" + MEDIA.hex(), "-") + URI + "\n").encode()
    return Carrier("access.log", content, mapping)


def mysqldump() -> Carrier:
    raw = MEDIA.replace(b"\\", b"\\\\").replace(b"'", b"\\'")
    head = b"CREATE TABLE `users` (`id` int, `note` text, `photo` longblob);\n"
    rows = [
        b"INSERT INTO `users` VALUES (1,'%s',NULL);\n" % URI.encode(),
        b"INSERT INTO `users` VALUES (2,'%s',_binary '%s');\n" % (MEDIA.hex().encode(), raw),
        b"INSERT INTO `users` VALUES (3,_binary '%s',0x%s);\n" % (raw, MEDIA.hex().encode()),
        b"INSERT INTO `users` VALUES (4,'a'),(5,'%s',_binary '%s" % (URI.encode(), raw),
    ]
    columns = "id AS native_id, note AS display_name, photo AS username"
    return Carrier("kx.sql", head + b"".join(rows), mapped("mysqldump", "users", columns))


def csv() -> Carrier:
    text = f"id,note\n1,{URI}\n2,{MEDIA.hex()}\n3,{URI},too many\n"
    return Carrier("people.csv", text.encode(), mapped("csv", "people"))


def jsonl() -> Carrier:
    lines = [json.dumps({"id": n, "note": note}) for n, note in enumerate((URI, MEDIA.hex(), [URI, {"x": URI}]))]
    return Carrier("people.jsonl", "\n".join([*lines, '{"id": 4, "note": "' + URI]).encode(), mapped("jsonl", "people"))


def in_database(reader: str, *changes: str) -> bytes:
    """The first example of a reader of SQLite files, changed; `?` stands for what carries the media."""
    content = bytearray(next(iter(by_name(reader).examples())).content)
    content[18:20] = b"\x01\x01"  # no write-ahead log
    store = sqlite3.connect(":memory:")
    store.deserialize(bytes(content))
    for change in changes:
        carried = (MEDIA, URI, MEDIA.hex()) * change.count("?")
        store.execute(change, carried[: change.count("?")])
    store.commit()
    return store.serialize()


def sqlite() -> Carrier:
    content = in_database(
        "sqlite",
        "CREATE TABLE carried (id, photo BLOB, note TEXT, more TEXT)",
        "INSERT INTO carried VALUES (1, ?, ?, ?)",
    )
    columns = "id AS native_id, photo AS username, note AS display_name, more AS stated_name"
    return Carrier("kx.db", content, mapped("sqlite", "carried", columns))


def msgstore() -> Carrier:
    content = in_database(
        "msgstore",
        "UPDATE message_media SET media_key = ?, media_caption = ?, media_name = ?",
        "INSERT OR REPLACE INTO message_thumbnail SELECT message_row_id, ? FROM message_media",
        "UPDATE message SET text_data = substr('x' || ? || ?, 2) WHERE message_type = 0 AND _id % 2 = 0",
        "UPDATE chat SET subject = coalesce(NULL, substr(hex(?) || ?, 1, 12000)) WHERE subject IS NOT NULL",
    )
    return Carrier("msgstore.db", content)


def chatstorage() -> Carrier:
    content = in_database(
        "chatstorage",
        "UPDATE ZWAMEDIAITEM SET ZMETADATA = ?, ZTITLE = ?, ZVCARDSTRING = ?",
        "UPDATE ZWAMESSAGE SET ZTEXT = substr('x' || ? || ?, 2) WHERE ZTEXT LIKE 'message%'",
        "UPDATE ZWACHATSESSION SET ZPARTNERNAME = hex(?)",
    )
    return Carrier("ChatStorage.sqlite", content)


def mbox() -> Carrier:
    mail = b"From sender1@example.org Tue Oct  6 10:41:00 2020\n" + eml().content + b"\n"
    return Carrier("tips.mbox", mail + mail.replace(b"note 1", b"note 2"))


def msg() -> Carrier:
    text = message(
        {0x0037: "note 1", 0x1000: URI, 0x5D01: "sender1@example.org", 0x1013: f'<img src="{URI}">'.encode()}
    )
    attached = message({0x3701: MEDIA, 0x3707: "file 1.jpg"}, head=8)
    return Carrier("tip.msg", compound({**text, "__attach_version1.0_#00000000": attached}))


def cybertip() -> Carrier:
    report = next(iter(by_name("cybertip").examples())).content
    report = report.replace(b"message 12", URI.encode()).replace(b"file 1.bin", MEDIA.hex().encode())
    return Carrier(
        "report.xml", report.replace(b"camera 1", base64.encodebytes(MEDIA)).replace(b"note 1", URI.encode())
    )


def telegram() -> Carrier:
    said = {"type": "message", "date": "2022-04-01T12:00:00", "from": "user 3", "from_id": "user3"}
    texts = (URI, ["message ", {"type": "link", "text": URI}], MEDIA.hex())
    messages = [{"id": n, **said, "date_unixtime": str(1_648_807_200 + n), "text": t} for n, t in enumerate(texts, 1)]
    messages.append({"id": 9, **said, "text": "", "thumbnail": URI, "inline_bot_buttons": [[{"data": MEDIA.hex()}]]})
    chat = {"name": URI, "type": "private_group", "id": 700, "messages": messages}
    return Carrier("result.json", json.dumps(chat, indent=1).encode())


def ufed() -> Carrier:
    report = next(e.content for e in by_name("ufed").examples() if e.content.startswith(b"<?xml"))
    report = report.replace(b"message 12", URI.encode()).replace(b"user 1", MEDIA.hex().encode())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("report.xml", report.replace(b"model 1", base64.encodebytes(MEDIA)))
        archive.writestr("files/Image/a.jpg", MEDIA)
    return Carrier("phone.ufdr", out.getvalue())


def case_jsonld() -> Carrier:
    graph = next(iter(by_name("case_jsonld").examples())).content
    graph = graph.replace(b"message 1", URI.encode()).replace(b"user 12", MEDIA.hex().encode())
    payload = b'"uco-observable:dataPayload": "' + base64.b64encode(MEDIA) + b'", "uco-observable:mimeType"'
    return Carrier("case.jsonld", graph.replace(b'"uco-observable:mimeType"', payload, 1))


def vics() -> Carrier:
    case = next(iter(by_name("vics").examples())).content
    encoded = base64.b64encode(MEDIA)
    case = case.replace(b"message 12", URI.encode()).replace(b"series 1", MEDIA.hex().encode())
    return Carrier("case.json", case.replace(b'"MimeType"', b'"Miniature": "' + encoded + b'", "MimeType"'))


CARRIERS: dict[str, Callable[[], Carrier]] = {
    "whatsapp": whatsapp,
    "eml": eml,
    "weblog": weblog,
    "mysqldump": mysqldump,
    "csv": csv,
    "jsonl": jsonl,
    "telegram": telegram,
    "ufed": ufed,
    "case_jsonld": case_jsonld,
    "vics": vics,
    "mbox": mbox,
    "msg": msg,
    "cybertip": cybertip,
    "sqlite": sqlite,
    "msgstore": msgstore,
    "chatstorage": chatstorage,
}
