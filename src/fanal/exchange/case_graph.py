"""case.jsonld: the top of a package as a CASE 1.5 / UCO graph, at most 1,000 objects.

Plain dictionaries, written in one order with ids that follow from what they stand for, so that the same
package has the same graph. An online identity is a grouping of accounts, never a person. The rows behind
are not repeated here: each table of the package is named with its SHA-256. What CASE lacks is said in a small
extension (docs/case-extension.md) beside a type of CASE, so that a reader without it still reads the rest.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fanal.base import instants
from fanal.base.language import speaking
from fanal.exchange.plan import PackagePlan

MOST_OBJECTS = 1_000
KB = "https://fanal.invalid/kb/"
_UCO = "https://ontology.unifiedcyberontology.org/uco/"
CONTEXT = {
    "kb": KB,
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "fanal": "https://fanal.invalid/ontology/",
    "uco-action": f"{_UCO}action/",
    "uco-core": f"{_UCO}core/",
    "uco-identity": f"{_UCO}identity/",
    "uco-marking": f"{_UCO}marking/",
    "uco-observable": f"{_UCO}observable/",
    "uco-tool": f"{_UCO}tool/",
    "uco-types": f"{_UCO}types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_KINDS = {
    "email": ("uco-observable:EmailAddress", "uco-observable:EmailAddressFacet", "uco-observable:addressValue"),
    "phone": ("uco-observable:PhoneAccount", "uco-observable:PhoneAccountFacet", "uco-observable:phoneNumber"),
    "crypto_address": (
        "uco-observable:DigitalAddress",
        "uco-observable:DigitalAddressFacet",
        "uco-observable:addressValue",
    ),
}
#: Types of the extension that stand beside a type of CASE.
_ALSO = {
    "uco-observable:DigitalAddress": "fanal:CryptoAddress",
    "uco-core:Facet": "fanal:PerceptualHashFacet",
    "uco-core:Grouping": "fanal:OnlineIdentity",
    "uco-marking:MarkingDefinition": "fanal:Handled",
}
_HASHES = (("md5", "MD5"), ("sha1", "SHA1"), ("sha256", "SHA256"))
Node = dict[str, Any]


@dataclass(frozen=True)
class TableFileRef:
    """One file of the package beside the graph."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class TopIdentity:
    """One identity as the graph shows it.

    Attributes:
        accounts: rows of selection's `top_account`.
        identifiers: rows of selection's `top_identifier`.
        words: lines that say why: rank, country in words, roles, reasons.
        country: ISO 3166 alpha-2. certainty: how sure it is, in words.
        flags: of `plan.FLAGS`.
        media: rows of selection's `top_media`.
    """

    identity: str
    accounts: Sequence[Mapping[str, Any]]
    identifiers: Sequence[Mapping[str, Any]]
    words: Sequence[str]
    country: str = ""
    certainty: str = ""
    flags: Sequence[str] = ()
    media: Sequence[Mapping[str, Any]] = ()


def _ref(node: Node) -> Node:
    return {"@id": node["@id"]}


def _typed(kind: str, value: str) -> Node:
    return {"@type": f"xsd:{kind}", "@value": value}


@dataclass
class _Graph:
    """Nodes by id, in the order they came; counts every node, facets included."""

    operation: str
    nodes: dict[str, Node] = field(default_factory=dict)
    size: int = 0

    def node(self, kind: str, *key: str, **properties: Any) -> Node:
        named = "\x1f".join((self.operation, kind, *key))
        name = kind.split(":")[1].lower()
        identifier = f"kb:{name}-{uuid.uuid5(uuid.NAMESPACE_URL, KB + named)}"
        kinds = [kind, _ALSO[kind]] if kind in _ALSO else kind
        return {"@id": identifier, "@type": kinds, **{k.replace("__", ":"): v for k, v in properties.items()}}

    def add(self, node: Node) -> Node:
        if node["@id"] not in self.nodes:
            self.nodes[node["@id"]] = node
            self.size += objects_in(node)
        return node


def objects_in(value: Any) -> int:
    """How many objects (typed nodes with an id) a piece of JSON-LD holds."""
    if isinstance(value, dict):
        own = 1 if "@id" in value and "@type" in value else 0
        return own + sum(objects_in(inner) for inner in value.values())
    return sum(objects_in(inner) for inner in value) if isinstance(value, list) else 0


def case_graph(
    plan: PackagePlan, identities: Iterable[TopIdentity], files: Sequence[TableFileRef], most: int = MOST_OBJECTS
) -> Node:
    """The graph of one package.

    Args:
        plan: the package.
        identities: in rank order; as many are taken, each whole, as fit.
        files: the other files of the package, named with their digests.
        most: objects at most, facets included.

    Returns:
        A JSON-LD document that conforms to CASE 1.5.
    """
    graph = _Graph(plan.operation)
    frame = _frame(graph, plan, files)
    seen_in: dict[int, list[Node]] = {}
    # What is added at the end: one record an exhibit, the action, the investigation.
    reserve = len(plan.exhibits) + 2
    objects = list(frame)
    for top in identities:
        piece = _Graph(plan.operation)
        _identity(piece, top)
        new = {key: node for key, node in piece.nodes.items() if key not in graph.nodes}
        if graph.size + reserve + sum(objects_in(node) for node in new.values()) > most:
            break
        objects += [graph.add(node) for node in new.values()]
        for row in top.accounts:
            account = graph.node("uco-observable:DigitalAccount", row["account"])
            seen_in.setdefault(row["exhibit"], []).append(account)
    _close(graph, plan, objects, seen_in)
    return {"@context": CONTEXT, "@graph": list(graph.nodes.values())}


def _frame(graph: _Graph, plan: PackagePlan, files: Sequence[TableFileRef]) -> list[Node]:
    nodes = [
        graph.add(graph.node("uco-identity:Organization", party.node, **{"uco-core__name": party.agency}))
        for party in (plan.sender, plan.recipient)
    ]
    tool = graph.node("uco-tool:AnalyticTool", "fanal", **{"uco-core__name": "Fanal"})
    basis = graph.node(
        "case-investigation:Authorization",
        plan.legal_basis,
        **{
            "case-investigation__authorizationType": "legal basis",
            "case-investigation__authorizationIdentifier": plan.legal_basis,
        },
    )
    nodes += [graph.add(tool), graph.add(basis)]
    with speaking(plan.spoken):
        nodes += _markings(graph, plan)
    return nodes + [graph.add(_file(graph, ref)) for ref in files]


def _markings(graph: _Graph, plan: PackagePlan) -> list[Node]:
    nodes = []
    for handling in plan.handling:
        statement = graph.node(
            "uco-marking:StatementMarking",
            handling.code,
            handling.text,
            **{"uco-marking__definitionType": "statement", "uco-marking__statement": handling.line()},
        )
        marking = graph.node(
            "uco-marking:MarkingDefinition",
            handling.code,
            handling.text,
            **{
                "uco-marking__definitionType": "statement",
                "uco-marking__definition": statement,
                "fanal__handlingCode": handling.code,
            },
        )
        nodes.append(graph.add(marking))
    return nodes


def _file(graph: _Graph, ref: TableFileRef) -> Node:
    digest = graph.node(
        "uco-types:Hash",
        ref.name,
        ref.sha256,
        **{"uco-types__hashMethod": "SHA256", "uco-types__hashValue": _typed("hexBinary", ref.sha256)},
    )
    named = graph.node(
        "uco-observable:FileFacet",
        ref.name,
        **{"uco-observable__fileName": ref.name, "uco-observable__sizeInBytes": ref.size},
    )
    content = graph.node("uco-observable:ContentDataFacet", ref.name, **{"uco-observable__hash": [digest]})
    return graph.node("uco-observable:File", ref.name, **{"uco-core__hasFacet": [named, content]})


def _identity(graph: _Graph, top: TopIdentity) -> None:
    members = [graph.add(_account(graph, row)) for row in top.accounts]
    for row in top.identifiers:
        kind, facet_kind, value = _KINDS[row["kind"]]
        facet = graph.node(facet_kind, row["kind"], row["norm"], **{value.replace(":", "__"): row["norm"]})
        used = graph.add(graph.node(kind, row["kind"], row["norm"], **{"uco-core__hasFacet": [facet]}))
        account = graph.node("uco-observable:DigitalAccount", row["account"])
        link = graph.node(
            "uco-observable:ObservableRelationship",
            row["account"],
            row["kind"],
            row["norm"],
            **{
                "uco-core__source": _ref(account),
                "uco-core__target": _ref(used),
                "uco-core__kindOfRelationship": row["relation"] or "user",
                "uco-core__isDirectional": True,
            },
        )
        graph.add(link)
        members.append(used)
    members += [_medium(graph, row) for row in top.media]
    unique = {node["@id"]: _ref(node) for node in members}
    told = {"fanal__country": top.country, "fanal__certainty": top.certainty, "fanal__flag": list(top.flags)}
    grouping = graph.node(
        "uco-core:Grouping",
        top.identity,
        **{
            "uco-core__name": top.identity,
            "uco-core__context": "online identity, not a person",
            "uco-core__description": list(top.words),
            "uco-core__object": list(unique.values()),
            **{name: value for name, value in told.items() if value},
        },
    )
    graph.add(grouping)


def _medium(graph: _Graph, row: Mapping[str, Any]) -> Node:
    """A file that an account shared, by its digests, and the relationship that says so."""
    hashes = [
        graph.node(
            "uco-types:Hash",
            row["media"],
            row[name],
            **{"uco-types__hashMethod": method, "uco-types__hashValue": _typed("hexBinary", row[name])},
        )
        for name, method in _HASHES
        if row[name]
    ]
    told = {"uco-observable__sizeInBytes": row["bytes"], "uco-observable__mimeType": row["mime"]}
    content = {name: value for name, value in told.items() if value is not None}
    facets = [
        graph.node("uco-observable:ContentDataFacet", row["media"], **{"uco-observable__hash": hashes, **content}),
        *(_fingerprint(graph, row["media"], one) for one in row["fingerprints"] or ()),
    ]
    medium = graph.add(graph.node("uco-observable:File", row["media"], **{"uco-core__hasFacet": facets}))
    shared = graph.node(
        "uco-observable:ObservableRelationship",
        row["account"],
        "shared",
        row["media"],
        **{
            "uco-core__source": _ref(graph.node("uco-observable:DigitalAccount", row["account"])),
            "uco-core__target": _ref(medium),
            "uco-core__kindOfRelationship": "shared",
            "uco-core__isDirectional": True,
        },
    )
    graph.add(shared)
    return medium


def _fingerprint(graph: _Graph, media: str, one: Mapping[str, Any]) -> Node:
    told: Node = {"fanal__perceptualHashMethod": "PDQ", "fanal__perceptualHashValue": _typed("hexBinary", one["pdq"])}
    if one["quality"] is not None:
        told["fanal__perceptualHashQuality"] = one["quality"]
    if one["at_s"] is not None:
        told["fanal__perceptualHashSecond"] = _typed("decimal", f"{one['at_s']:.3f}")
    return graph.node("uco-core:Facet", media, one["pdq"], f"{one['at_s']}", **told)


def _account(graph: _Graph, row: Mapping[str, Any]) -> Node:
    key = row["account"]
    facet = graph.node(
        "uco-observable:AccountFacet",
        key,
        **{"uco-observable__accountIdentifier": row["native_id"] or key},
    )
    shown = {"uco-observable__accountLogin": row["username"], "uco-observable__displayName": row["display_name"]}
    digital = graph.node(
        "uco-observable:DigitalAccountFacet", key, **{name: value for name, value in shown.items() if value}
    )
    return graph.node(
        "uco-observable:DigitalAccount", key, **{"uco-core__name": key, "uco-core__hasFacet": [facet, digital]}
    )


def _close(graph: _Graph, plan: PackagePlan, objects: list[Node], by_exhibit: Mapping[int, list[Node]]) -> None:
    records = []
    for ref in plan.exhibits:
        unique = {node["@id"]: _ref(node) for node in by_exhibit.get(ref.exhibit, [])}
        record = graph.node(
            "case-investigation:ProvenanceRecord",
            str(ref.exhibit),
            **{
                "case-investigation__exhibitNumber": str(ref.exhibit),
                "uco-core__description": f"{ref.label}; SHA-256 {ref.sha256}",
            },
        )
        if unique:
            record["uco-core:object"] = list(unique.values())
        records.append(graph.add(record))
    sender = graph.node("uco-identity:Organization", plan.sender.node)
    action = graph.node(
        "case-investigation:InvestigativeAction",
        str(plan.number),
        plan.country,
        **{
            "uco-core__name": f"package {plan.heading.file_name}",
            "uco-action__endTime": _typed("dateTime", instants.text(plan.made_at)),
            "uco-action__performer": _ref(sender),
            "uco-action__instrument": [_ref(graph.node("uco-tool:AnalyticTool", "fanal"))],
        },
    )
    if records:
        action["uco-action:result"] = [_ref(record) for record in records]
    graph.add(action)
    investigation = graph.node(
        "case-investigation:Investigation",
        plan.operation,
        **{
            "uco-core__name": plan.title,
            "case-investigation__relevantAuthorization": [
                _ref(graph.node("case-investigation:Authorization", plan.legal_basis))
            ],
            "uco-core__object": [_ref(node) for node in [*objects, *records, action]],
        },
    )
    if plan.handling:
        markings = [_ref(node) for node in objects if "uco-marking:MarkingDefinition" in node["@type"]]
        investigation["uco-core:objectMarking"] = markings
    graph.add(investigation)
