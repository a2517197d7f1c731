"""Small benign exports and what must come out of them; the conformance tests run them."""

# ruff: noqa: RUF001  an example is in Arabic digits

import io
import zipfile

from fanal.read.contract import Example

_LRM, _NARROW = "\u200e", "\u202f"

_ANDROID = """\
01/02/23, 18:00 - Los mensajes y las llamadas están cifrados de extremo a extremo.
01/02/23, 18:00 - +34 600 00 00 01 creó el grupo "Grupo de prueba"
01/02/23, 18:01 - +34 600 00 00 01 te añadió
13/02/23, 09:15 - +34 600 00 00 01: mensaje 1
13/02/23, 09:16 - Contacto 2: mensaje 2
sigue en otra línea

13/02/23, 09:17 - Contacto 2: \u200eIMG-20230213-WA0001.jpg (archivo adjunto)
13/02/23, 09:18 - +34 600 00 00 01: <Multimedia omitido>
13/02/23, 09:19 - +34 600 00 00 01: https://www.example.org/a?b=1
14/02/23, 09:00 - Contacto 2 añadió a +34 600 00 00 03 y Contacto 4
14/02/23, 09:01 - +34 600 00 00 03 cambió a +34 600 00 00 05
15/02/23, 09:02 - Contacto 4 salió del grupo
"""

_IOS = (
    f"[2/1/23, 6:00:05{_NARROW}PM] Test group: {_LRM}Messages and calls are end-to-end encrypted.\r\n"
    f"[2/1/23, 6:00:05{_NARROW}PM] \u202a+1\u00a0(202)\u00a0555\u20110101\u202c: {_LRM}"
    "\u202a+1\u00a0(202)\u00a0555\u20110101\u202c created group \u201cTest group\u201d\r\n"
    f"[2/13/23, 9:15:00{_NARROW}AM] ~{_NARROW}Member 2: message 1\r\nand more\r\n"
    f"{_LRM}[2/13/23, 9:16:10{_NARROW}AM] ~{_NARROW}Member 2: {_LRM}sticker omitted\r\n"
    f"{_LRM}[2/13/23, 9:17:10{_NARROW}AM] Contact 3: {_LRM}<attached: 00000004-PHOTO-2023-02-13-09-17-10.jpg>\r\n"
    f"[2/13/23, 9:18:00{_NARROW}AM] Contact 3: {_LRM}Contact 3 removed ~{_NARROW}Member 2\r\n"
    f"[2/13/23, 9:19:00{_NARROW}AM] Contact 3: {_LRM}This message was deleted.\r\n"
)

_HOSTILE = """\
a line before any message

and another one
31/12/23, 23:59 - Member 1: message 1
31/02/24, 10:00 - Member 1: message 2
01/01/24, 25:61 - Member 1: message 3
01/01/24, 10:00 - something that no phrase tells
01/01/24, 10:00 - +34 600 00 00 01 cambió el nombre del grupo de "a: b" a "c: d"
01/01/24, 10:01 - Member 1: message 4 data:image/png;base64,AAAABBBBCCCC0000
02/01/24, 10:01 -
"""

_ARABIC = (
    "\u200f١٣\u200f/٢\u200f/٢٠٢٣، ٩:١٥ ص - +٣٤ ٦٠٠ ٠٠ ٠٠ ٠١: message 1\n"
    "\u200f١٣\u200f/٢\u200f/٢٠٢٣، ٩:١٥ م - Member 2: message 2\n"
)

_BUDDHIST = "13/2/2566 09:15 - Member 1: message 1\n14/2/2566 09:15 - Member 2: message 2\n"


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", ".")), content)
    return out.getvalue()


EXAMPLES = (
    Example(
        "Chat de WhatsApp con Grupo de prueba.txt",
        _ANDROID.encode(),
        {"channel": 1, "account": 6, "identifier": 4, "membership": 6, "message": 11, "link": 1},
    ),
    Example(
        "WhatsApp Chat - Test group.txt",
        _IOS.encode(),
        {"channel": 1, "account": 3, "identifier": 1, "membership": 2, "message": 7},
    ),
    Example(
        "WhatsApp Chat - Test group.zip",
        _zip(_chat__txt=_IOS.encode(), **{"00000004-PHOTO-2023-02-13-09-17-10__jpg": b"not a picture"}),
        {"channel": 1, "account": 3, "identifier": 1, "membership": 2, "message": 7, "media": 1},
    ),
    Example("chat.txt", _HOSTILE.encode(), {"channel": 1, "account": 1, "message": 6}, rejects=4, hostile=True),
    Example("_chat.txt", _ARABIC.encode(), {"channel": 1, "account": 2, "identifier": 1, "message": 2}),
    Example("_chat.txt", b"\xef\xbb\xbf" + _BUDDHIST.encode(), {"channel": 1, "account": 2, "message": 2}),
    Example("_chat.txt", b"\xff\xfe" + _BUDDHIST.encode("utf-16-le"), {"channel": 1, "account": 2, "message": 2}),
)
