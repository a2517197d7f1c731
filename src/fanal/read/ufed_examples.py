"""What the UFED reader must make of small inputs; benign and synthetic."""

import io
import zipfile

from fanal.read.contract import Example

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<project id="p1" name="device 1" reportVersion="5.2" xmlns="http://pa.cellebrite.com/report/2.0">
<caseInformation><field name="Case number">12</field><field name="Examiner name">officer 1</field></caseInformation>
<metadata section="Device Info"><item name="Detected Model">model 1</item></metadata>
<taggedFiles>
<file fs="Data" path="/media/a.jpg" size="700" id="f1" extractionId="0" deleted="Deleted">
<metadata section="File"><item name="MD5">00000000000000000000000000000001</item>
<item name="Tags">Image</item></metadata>
</file>
<file fs="Data" path="/data/a.db" size="70" id="f2" deleted="Intact">
<metadata section="File"><item name="Tags">Database</item></metadata></file>
</taggedFiles>
<decodedData>
"""
_TAIL = "</decodedData>\n</project>\n"


def field(name: str, value: str, form: str = "") -> str:
    """One field of a model."""
    told = f' format="{form}"' if form else ""
    return f'<field name="{name}" type="String"><value type="String"{told}><![CDATA[{value}]]></value></field>'


def model(kind: str, number: str, *inside: str, deleted: str = "Intact") -> str:
    """One model."""
    said = f'deleted_state="{deleted}" decoding_confidence="High" source_index="{len(number)}"'
    return f'<model type="{kind}" id="{number}" {said}>{"".join(inside)}</model>\n'


def models(name: str, kind: str, *inside: str) -> str:
    """A field with models."""
    return f'<multiModelField name="{name}" type="{kind}">{"".join(inside)}</multiModelField>'


def party(number: int, *more: str) -> str:
    """Somebody who takes part."""
    return model("Party", f"p{number}", field("Identifier", f"3460000000{number}@s.whatsapp.net"), *more)


_MESSAGE = model(
    "InstantMessage",
    "m1",
    models("From", "Party", party(1, field("Name", "user 1"))),
    field("Body", "message 12"),
    field("TimeStamp", "2022-04-01T10:00:00.000+02:00", "TimeStampKnown"),
    models(
        "Attachments",
        "Attachment",
        model("Attachment", "a1", field("Filename", "a.jpg"), "<jumptargets><targetid>f1</targetid></jumptargets>"),
    ),
    "<sourceInfo><nodeInfo path='/data/msg.db' offset='77'/></sourceInfo>",
    deleted="Deleted",
)
_CHAT = model(
    "Chat",
    "c1",
    field("Source", "WhatsApp"),
    field("Id", "100-200@g.us"),
    field("Name", "Group 7"),
    models("Participants", "Party", party(1, field("IsGroupAdmin", "True")), party(2, field("IsPhoneOwner", "True"))),
    models("Messages", "InstantMessage", _MESSAGE),
)
_CONTACT = model(
    "Contact",
    "k1",
    field("Name", "user 3"),
    models("Entries", "ContactEntry", model("PhoneNumber", "e1", field("Value", "+34 600 00 00 03"))),
)
_WHOLE = f"""{_HEAD}<modelType type="Chat">{_CHAT}</modelType>
<modelType type="Contact">{_CONTACT}</modelType>
<modelType type="WirelessNetwork">{model("WirelessNetwork", "w1", field("SSId", "network 1"))}</modelType>
{_TAIL}"""
_BOMB = '<?xml version="1.0"?><!DOCTYPE project [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><project xmlns="http://pa.cellebrite.com/report/2.0">&b;</project>'


def ufdr(report: str | None) -> bytes:
    """A .ufdr: the report beside a file of the extraction."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        if report is not None:
            z.writestr(zipfile.ZipInfo("report.xml"), report)
        z.writestr(zipfile.ZipInfo("files/Image/a.jpg"), b"bytes")
    return packed.getvalue()


_ROWS = {"account": 3, "identifier": 3, "channel": 1, "membership": 2, "message": 1, "media": 1, "remark": 17}
EXAMPLES: tuple[Example, ...] = (
    Example("report.xml", _WHOLE.encode(), _ROWS),
    Example("device.ufdr", ufdr(_WHOLE), _ROWS),
    Example(
        "report.xml",
        _WHOLE[: _WHOLE.index("+34 600") + 4].encode(),
        {**_ROWS, "account": 2, "identifier": 2, "remark": 14},
        rejects=1,
        hostile=True,
    ),
    Example("report.xml", _BOMB.encode(), {}, hostile=True, refused="F-READ-01"),
    Example("device.ufdr", ufdr(None), {}, hostile=True, refused="F-READ-01"),
)
