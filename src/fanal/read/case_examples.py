"""What the CASE reader must make of small inputs; benign and synthetic."""

import json
from typing import Any

from fanal.read.contract import Example

CONTEXT = {
    "kb": "http://example.org/kb/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, Any]


def _facet(kind: str, **properties: Any) -> Node:
    return {"@type": f"uco-observable:{kind}", **{f"uco-observable:{key}": value for key, value in properties.items()}}


def _node(kind: str, name: str, *facets: Node, **properties: Any) -> Node:
    node: Node = {"@id": f"kb:{name}", "@type": kind}
    node |= {f"uco-core:{key}": value for key, value in properties.items()}
    return {**node, "uco-core:hasFacet": list(facets)} if facets else node


def _ref(name: str) -> Node:
    return {"@id": f"kb:{name}"}


_GRAPH = [
    _node("uco-observable:Application", "app", {"@type": "uco-observable:ApplicationFacet", "uco-core:name": "Forum"}),
    _node(
        "uco-observable:ApplicationAccount", "a1",
        _facet("AccountFacet", accountIdentifier="12"),
        _facet("DigitalAccountFacet", accountLogin="user12", displayName="user 12"),
        _facet("ApplicationAccountFacet", application=_ref("app")),
    ),
    _node("uco-observable:PhoneAccount", "a2", _facet("PhoneAccountFacet", phoneNumber="+34 600 00 00 02")),
    _node(
        "uco-observable:Message", "m1",
        _facet(
            "MessageFacet", messageText="message 1",
            sentTime={"@type": "xsd:dateTime", "@value": "2022-04-01T10:00:00Z"},
            **{"from": _ref("a1"), "to": [_ref("a2")]},
        ),
    ),
    _node(
        "uco-observable:File", "f1",
        _facet("FileFacet", fileName="a.jpg", sizeInBytes=7),
        _facet("ContentDataFacet", mimeType="image/jpeg", hash=[
            {"@type": "uco-types:Hash", "uco-types:hashMethod": "MD5", "uco-types:hashValue": {
                "@type": "xsd:hexBinary", "@value": "0" * 31 + "1"}}]),
    ),
    _node("uco-core:Relationship", "r1", source=_ref("f1"), target=_ref("m1"), kindOfRelationship="Attachment_Of"),
    _node("case-investigation:ProvenanceRecord", "p1", object=[_ref("m1")],
          description="telephone 1") | {"case-investigation:exhibitNumber": "E7"},
    _node("uco-identity:Person", "n1"),
]  # fmt: skip
_ROWS = {"account": 2, "identifier": 1, "message": 1, "media": 1, "remark": 7}
_WHOLE = json.dumps({"@context": CONTEXT, "@graph": _GRAPH}, indent=1)
_FULL = {
    "@id": "http://example.org/kb/f2",
    "@type": "https://unifiedcyberontology.org/ontology/uco/observable#File",
    "https://unifiedcyberontology.org/ontology/uco/core#hasFacet": {
        "@type": "https://unifiedcyberontology.org/ontology/uco/observable#ContentDataFacet",
        "https://unifiedcyberontology.org/ontology/uco/observable#dataPayload": "AAAA",
        "https://unifiedcyberontology.org/ontology/uco/observable#mimeType": "image/png",
    },
}

EXAMPLES: tuple[Example, ...] = (
    Example("case.jsonld", _WHOLE.encode(), _ROWS),
    Example("one.json", json.dumps([_FULL]).encode(), {"media": 1, "remark": 1}),
    Example("case.jsonld", _WHOLE[: _WHOLE.index("kb:f1")].encode(),
            {"account": 2, "identifier": 1, "message": 1, "remark": 4}, rejects=1, hostile=True),
    Example("case.jsonld", b'{"@context": {"uco-core": "x"}, "@graph": []}', {}, hostile=True, refused="F-READ-01"),
)  # fmt: skip
