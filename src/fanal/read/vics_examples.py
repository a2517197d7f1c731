"""What the VICS reader must make of small inputs; benign and synthetic: hashes of nothing, neutral grades."""

import json
from typing import Any

from fanal.read.contract import Example

_CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#"
_PDQ = "0123456789abcdef" * 4


def _medium(number: int, **more: Any) -> dict[str, Any]:
    return {
        "MediaID": number,
        "Category": 0,
        "MD5": f"{number:032X}",
        "SHA1": f"{number:040X}",
        "MediaSize": 1000 + number,
        "MimeType": "image/jpeg",
        **more,
    }


_CASE = {
    "@odata.context": _CONTEXT + "Cases",
    "value": [
        {
            "CaseID": "case-1",
            "CaseNumber": "12",
            "ContactName": "officer 1",
            "Media": [
                _medium(
                    1,
                    Series="series 1",
                    VictimIdentified="false",
                    Comments="message 12",
                    MediaFiles=[{"FileName": "a.jpg", "FilePath": "phone\\DCIM\\a.jpg", "Unallocated": True}],
                    AlternativeHashes=[
                        {"HashName": "PDQ", "HashValue": _PDQ},
                        {"HashName": "SHA256", "HashValue": "0" * 64},
                        {"HashName": "PhotoDNA", "HashValue": "AAAA"},
                    ],
                    Exifs=[{"PropertyName": "Make", "PropertyValue": "maker 1"}],
                ),
                _medium(2, Category=None),
            ],
        }
    ],
}
_LIST = {"@odata.context": _CONTEXT + "Media", "value": [_medium(n) for n in (1, 2, 3)]}
_HOSTILE = (
    b'{"odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Cases", "value": [{"Media": [7, '
    b'{"MediaID": 1, "MD5": "no hash", "MediaSize": "large", "Tags": "data:image/png;base64,AAAA"}, {"MediaID": 2, "MD5'
)

EXAMPLES: tuple[Example, ...] = (
    Example("case.json", json.dumps(_CASE, indent=1).encode(), {"media": 2, "fingerprint": 1, "remark": 7}),
    Example("list.json", b"\xef\xbb\xbf" + json.dumps(_LIST).encode(), {}, hostile=True, refused="F-READ-08"),
    Example("case.json", _HOSTILE, {"media": 1, "remark": 1}, rejects=4, hostile=True),
    Example("case.json", b'{"value": 12, "Media": "MediaFiles"}', {}, hostile=True, refused="F-READ-01"),
)
