"""The verdict on CASE graphs is the stock tool's, on good graphs and on broken ones."""

import copy
import json
import warnings
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import case_utils.case_validate
import pytest
from rdflib import SH, BNode
from test_case_graph import FILES, PLAN, identity

from fanal.exchange.case_check import EXTENSION, VERSION, ContextElsewhere, NoGraph, check_file
from fanal.exchange.case_graph import case_graph

GOOD = case_graph(PLAN, [identity(1), identity(2)], FILES)
UCO = "https://ontology.unifiedcyberontology.org/uco/"
Nodes = list[dict[str, Any]]


def of(nodes: Nodes, kind: str) -> dict[str, Any]:
    """The first node of a type."""
    return next(node for node in nodes if kind in str(node.get("@type")))


def drop_address(nodes: Nodes) -> None:
    """A facet without what it is there for is no error of CASE; two values of it are."""
    of(nodes, "EmailAddress")["uco-core:hasFacet"][0]["uco-observable:addressValue"] = [
        "a@example.org",
        "b@example.org",
    ]


def wrong_datatype(nodes: Nodes) -> None:
    of(nodes, "DigitalAccount")["uco-core:hasFacet"][0]["uco-observable:accountIdentifier"] = 7


def bad_instant(nodes: Nodes) -> None:
    of(nodes, "InvestigativeAction")["uco-action:endTime"] = "yesterday"


def ill_typed_instant(nodes: Nodes) -> None:
    value = {"@type": "xsd:dateTime", "@value": "yesterday"}
    of(nodes, "InvestigativeAction")["uco-action:endTime"] = value


def bad_identifier(nodes: Nodes) -> None:
    nodes.append({"@id": "kb:tool-1", "@type": "uco-tool:Tool", "uco-core:name": "t"})


def no_identifier(nodes: Nodes) -> None:
    nodes.append({"@type": "uco-tool:Tool", "uco-core:name": "t"})


def unknown_class(nodes: Nodes) -> None:
    of(nodes, "AnalyticTool")["@type"] = "uco-tool:AnalyticToool"


def unknown_property(nodes: Nodes) -> None:
    of(nodes, "AnalyticTool")["uco-core:nome"] = "Fanal"


def no_source(nodes: Nodes) -> None:
    del of(nodes, "ObservableRelationship")["uco-core:source"]


def no_direction(nodes: Nodes) -> None:
    del of(nodes, "ObservableRelationship")["uco-core:isDirectional"]


def literal_for_object(nodes: Nodes) -> None:
    of(nodes, "ObservableRelationship")["uco-core:target"] = "user1@example.org"


def wrong_class(nodes: Nodes) -> None:
    of(nodes, "Grouping")["uco-core:hasFacet"] = [{"@id": of(nodes, "Organization")["@id"]}]


def facet_of_two(nodes: Nodes) -> None:
    one, two = (node for node in nodes if node.get("@type") == "uco-observable:DigitalAccount")
    two["uco-core:hasFacet"] = [{"@id": one["uco-core:hasFacet"][0]["@id"]}]


def statement_unnamed(nodes: Nodes) -> None:
    of(nodes, "MarkingDefinition")["uco-marking:definition"]["uco-marking:definitionType"] = "tlp"


def two_file_sizes(nodes: Nodes) -> None:
    of(nodes, "uco-observable:File")["uco-core:hasFacet"][0]["uco-observable:sizeInBytes"] = [1, 2]


def hash_not_hex(nodes: Nodes) -> None:
    digest = of(nodes, "uco-observable:File")["uco-core:hasFacet"][1]["uco-observable:hash"][0]
    digest["uco-types:hashValue"] = "not hex"


def disjoint_classes(nodes: Nodes) -> None:
    of(nodes, "uco-observable:File")["@type"] = ["uco-observable:File", "uco-observable:URL"]


BROKEN: tuple[Callable[[Nodes], None], ...] = (
    drop_address,
    wrong_datatype,
    bad_instant,
    ill_typed_instant,
    bad_identifier,
    no_identifier,
    unknown_property,
    unknown_class,
    no_source,
    no_direction,
    literal_for_object,
    wrong_class,
    facet_of_two,
    statement_unnamed,
    two_file_sizes,
    hash_not_hex,
    disjoint_classes,
)


def written(folder: Path, breaking: Callable[[Nodes], None] | None = None) -> Path:
    graph = copy.deepcopy(GOOD)
    if breaking:
        breaking(graph["@graph"])
    path = folder / "case.jsonld"
    path.write_text(json.dumps(graph))
    return path


def stock(path: Path) -> set[tuple[str, str, str]]:
    """What case_validate says of a file: node, property and severity of each result, and unknown concepts."""
    extension = str(files("fanal").joinpath(EXTENSION))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = case_utils.case_validate.validate(
            str(path), case_version=VERSION, supplemental_graphs=[extension], inference=None
        )
    found = {(str(concept), "", "Violation") for concept in said.undefined_concepts}
    for result in said.graph.objects(None, SH.result):
        told = [said.graph.value(result, name) for name in (SH.focusNode, SH.resultPath, SH.resultSeverity)]
        node = "_" if isinstance(told[0], BNode) else str(told[0])
        found.add((node, str(told[1] or ""), str(told[2]).rpartition("#")[2]))
    assert said.conforms is (not found)
    return found


def test_a_good_graph_conforms(tmp_path: Path) -> None:
    assert check_file(written(tmp_path)) == []


@pytest.mark.parametrize("breaking", BROKEN, ids=lambda breaking: breaking.__name__)
def test_a_broken_graph_does_not(tmp_path: Path, breaking: Callable[[Nodes], None]) -> None:
    assert check_file(written(tmp_path, breaking))


@pytest.mark.slow
def test_every_fault_is_one_that_the_stock_tool_finds_and_none_is_missed(tmp_path: Path) -> None:
    def all_at_once(nodes: Nodes) -> None:
        for breaking in BROKEN:
            breaking(nodes)

    path = written(tmp_path, all_at_once)
    found = {("_" if f.node.startswith("_:") else f.node, f.path, f.severity) for f in check_file(path)}
    assert found == stock(path)
    assert len(found) >= len(BROKEN)


@pytest.mark.slow
def test_the_stock_tool_finds_nothing_in_a_good_graph(tmp_path: Path) -> None:
    assert stock(written(tmp_path)) == set()


def test_a_fault_says_what_and_where(tmp_path: Path) -> None:
    (fault,) = check_file(written(tmp_path, bad_identifier))
    assert fault.node == "https://fanal.invalid/kb/tool-1"
    assert (fault.severity, fault.message) == ("Info", "its identifier does not end with a UUID")


@pytest.mark.parametrize("context", ["https://example.org/context.json", ["https://example.org/context.json"]])
def test_no_context_is_fetched(tmp_path: Path, context: Any) -> None:
    path = tmp_path / "case.jsonld"
    path.write_text(json.dumps({"@context": context, "@graph": []}))
    with pytest.raises(ContextElsewhere, match=r"example\.org"):
        check_file(path)


@pytest.mark.parametrize("text", ["", "{", "[1", "\x00"])
def test_what_is_no_graph_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "case.jsonld"
    path.write_text(text)
    with pytest.raises(NoGraph):
        check_file(path)


def test_turtle_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "case.ttl"
    path.write_text(f"<https://example.org/x-1> a <{UCO}tool/Tool> .")
    assert [fault.severity for fault in check_file(path)] == ["Info"]
