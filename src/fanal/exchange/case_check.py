"""Whether a CASE graph conforms: the verdict of `case_validate`, in a fraction of its time.

The constraints of CASE 1.5 and of Fanal's extension are parsed once in a process. Shapes are evaluated by pySHACL
itself, but only those that something in the graph is a target of; three rules that the ontology writes as queries over
every object are evaluated here. Nothing is fetched: a graph whose context lies elsewhere is refused.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from case_utils.case_validate.validate_utils import disable_tbox_review, get_invalid_cdo_concepts, get_ontology_graph
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shapes_graph import ShapesGraph
from rdflib import OWL, RDF, RDFS, SH, BNode, Graph, URIRef
from rdflib.term import Node

from fanal.base.errors import FanalError
from fanal.base.language import translate

VERSION = "1.5.0"
EXTENSION = "data/fanal.ttl"
CORE = "https://ontology.unifiedcyberontology.org/uco/core/"
_THING, _HAS_FACET = URIRef(f"{CORE}UcoThing"), URIRef(f"{CORE}hasFacet")
_IDENTIFIED = URIRef(f"{CORE}UcoThing-identifier-regex-shape")
_FACETS = URIRef(f"{CORE}hasFacet-shape")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-5][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)
#: Queries that are evaluated here, by their shape, with words that show that they are still those.
_HERE = {
    _THING: ("core:UcoThing .", "isBlank"),
    _IDENTIFIED: ("REGEX", "[0-9a-f]{8}-[0-9a-f]{4}-[0-5][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$"),
    _FACETS: ("?nOtherValue core:hasFacet $this", "owl:sameAs|^owl:sameAs"),
}


class NoGraph(FanalError):
    """A file that is no CASE graph in JSON-LD or Turtle."""

    code = "F-CASE-01"
    text = "{path} is no graph that can be read: {detail}."


class ContextElsewhere(FanalError):
    """A graph whose context would have to be fetched."""

    code = "F-CASE-02"
    text = "{path} takes its context from {where}; Fanal fetches nothing: put the context into the file, then repeat."


@dataclass(frozen=True)
class Fault:
    """One thing that does not conform.

    Attributes:
        node: what it is about; path: the property, where it is about one; severity: Violation, Warning or Info, all
            of which refuse a graph. message: as the ontology words it.
    """

    node: str
    path: str
    severity: str
    message: str


@dataclass(frozen=True)
class _Constraints:
    """The ontology with its shapes, parsed."""

    ontology: Graph
    subjects: frozenset[Node]
    shapes: ShapesGraph
    here: frozenset[Node]


def check_file(path: Path) -> list[Fault]:
    """What in a graph does not conform to CASE 1.5 and Fanal's extension; none, and it conforms.

    Args:
        path: JSON-LD or Turtle (`.ttl`).

    Raises:
        NoGraph, ContextElsewhere.
    """
    return check_graph(read_graph(path))


def read_graph(path: Path) -> Graph:
    """Parse a graph without fetching anything. Raises NoGraph, ContextElsewhere."""
    turtle = path.suffix == ".ttl"
    try:
        text = path.read_text(encoding="utf-8")
        elsewhere = [] if turtle else list(_contexts(json.loads(text)))
        graph = Graph() if elsewhere else Graph().parse(data=text, format="turtle" if turtle else "json-ld")
    except OSError as e:
        raise NoGraph(path=path, detail=translate("there is no such file")) from e
    except Exception as e:  # whatever a parser says of what it cannot read
        raise NoGraph(path=path, detail=(str(e).splitlines() or [type(e).__name__])[0][:200]) from e
    if elsewhere:
        raise ContextElsewhere(path=path, where=elsewhere[0])
    return graph


def _contexts(value: Any) -> Iterator[str]:
    """Every context that lies elsewhere."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "@context":
                yield from (one for one in (inner if isinstance(inner, list) else [inner]) if isinstance(one, str))
            elif key == "@import" and isinstance(inner, str):
                yield inner
            yield from _contexts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _contexts(inner)


@cache
def _constraints() -> _Constraints:
    ontology = get_ontology_graph(VERSION)
    ontology.parse(data=files("fanal").joinpath(EXTENSION).read_text(encoding="utf-8"), format="turtle")
    disable_tbox_review(ontology)
    shapes, here = Graph(), set()
    shapes += ontology
    for shape, words in _HERE.items():
        for query in list(shapes.objects(shape, SH.sparql)):
            text = str(shapes.value(query, SH.select))
            if all(word in text for word in words):
                shapes.remove((shape, SH.sparql, query))
                here.add(shape)
    return _Constraints(ontology, frozenset(ontology.subjects()), ShapesGraph(shapes), frozenset(here))


def check_graph(data: Graph) -> list[Fault]:
    """As `check_file`, of a graph in memory."""
    known = _constraints()
    mixed = Graph()
    mixed += known.ontology
    mixed += data
    # What the ontology says of itself conforms; it is looked at again only where the graph adds to it.
    touched = any(s in known.subjects for s in data.subjects(unique=True)) or any(
        str(p).startswith(str(OWL)) for p in data.predicates(unique=True)
    )
    own = None if touched else frozenset(data.subjects(unique=True)) | frozenset(data.objects(unique=True))
    faults = [_fault(concept, "", "Violation", translate("not a concept of CASE")) for concept in _unknown(data, known)]
    executor = SHACLExecutor()
    targets = _Targets(mixed)
    for shape in known.shapes.shapes:
        focus = targets.of(shape, own)
        if focus:
            conforms, reports = shape.validate(executor, mixed, focus=sorted(focus, key=str))
            faults += [_told(triples, node) for _, node, triples in reports] if not conforms else []
    faults += _asked_here(mixed, targets, known.here, own)
    return sorted(set(faults), key=lambda f: (f.node, f.path, f.severity, f.message))


def _unknown(data: Graph, known: _Constraints) -> Iterable[Node]:
    return get_invalid_cdo_concepts(data, known.ontology)


class _Targets:
    """Which nodes of a graph each shape is about."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._instances: dict[Node, set[Node]] = {}
        by_class: dict[Node, set[Node]] = {}
        for node, kind in graph.subject_objects(RDF.type):
            by_class.setdefault(kind, set()).add(node)
        for kind, nodes in by_class.items():
            for above in graph.transitive_objects(kind, RDFS.subClassOf):
                if above is not None:
                    self._instances.setdefault(above, set()).update(nodes)

    def instances(self, kind: Node) -> set[Node]:
        """Every instance of a class and its subclasses."""
        return self._instances.get(kind, set())

    def of(self, shape: Any, own: frozenset[Node] | None) -> set[Node]:
        """The focus nodes of a shape; of those that are not `own`, none, where it is given."""
        nodes, classes, implicit, objects_of, subjects_of = shape.target()
        found = set(nodes)
        for kind in {*classes, *implicit}:
            found |= self.instances(kind)
        for predicate in subjects_of:
            found |= set(self._graph.subjects(predicate, unique=True))
        for predicate in objects_of:
            found |= set(self._graph.objects(None, predicate, unique=True))
        return found if own is None else found & own


def _asked_here(graph: Graph, targets: _Targets, here: frozenset[Node], own: frozenset[Node] | None) -> Iterator[Fault]:
    things = targets.instances(_THING)
    for thing in things if own is None else things & own:
        if _THING in here and isinstance(thing, BNode):
            yield _fault(thing, "", "Violation", translate("an object without an identifier"))
        if _IDENTIFIED in here and not _UUID.search(str(thing)):
            yield _fault(thing, "", "Info", translate("its identifier does not end with a UUID"))
    if _FACETS in here:
        for facet in set(graph.objects(None, _HAS_FACET, unique=True)):
            holders = list(graph.subjects(_HAS_FACET, facet, unique=True))
            same = any(
                (a, OWL.sameAs, b) not in graph and (b, OWL.sameAs, a) not in graph
                for place, a in enumerate(holders)
                for b in holders[place + 1 :]
            )
            if same:
                yield _fault(facet, str(_HAS_FACET), "Violation", translate("a facet of two objects"))


def _told(triples: Iterable[tuple[Any, ...]], node: Node) -> Fault:
    said = {triple[1]: _plain(triple[2]) for triple in triples if triple[0] == node}
    severity = str(said.get(SH.resultSeverity, "")).rpartition("#")[2]
    return _fault(
        said.get(SH.focusNode, ""), str(said.get(SH.resultPath, "")), severity, str(said.get(SH.resultMessage, ""))
    )


def _plain(value: Any) -> Any:
    """A term; pySHACL pairs some with the graph that they come from."""
    return value[1] if isinstance(value, tuple) else value


def _fault(node: object, path: str, severity: str, message: str) -> Fault:
    shown = f"_:{node}" if isinstance(node, BNode) else str(node)
    return Fault(shown, path, severity or "Violation", " ".join(message.split()))
