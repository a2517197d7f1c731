"""The reader of CASE/UCO graphs in JSON-LD: accounts, messages, files with hashes, and where they come from.

Reads what other tools and Fanal's own packages (`data/case.jsonld`) write, by the local names of the
vocabularies. It is no RDF library: contexts are not fetched, nodes within nodes are not taken apart.
"""

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from fanal.base.instants import sql_instant, sql_precision
from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.evidence.media_signs import freed
from fanal.read import case_context as written
from fanal.read import signs_reports
from fanal.read.case_examples import EXAMPLES
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.json_elements import NOT_JSON, Elements, mended_rows
from fanal.read.json_shown import element_at, shown
from fanal.read.window import CHUNK

NO_INSTANT = mark("not an instant")
PART = "graph"
_PATHS = ("@graph[]", "[]")
_RELATIONS = ("user", "subscriber", "payer", "holder")
#: Nodes that say how others belong together; they are read without being rows.
_CONTEXT_KINDS = (
    "ObservableRelationship", "Relationship", "ProvenanceRecord", "InvestigativeAction", "Application", "Tool",
    "AnalyticTool", "ConfiguredTool", "DefensiveTool", "MarkingDefinition",
)  # fmt: skip
#: In the order in which each needs those before it.
_STEPS = (
    "facet", "application", "address", "relation", "held", "who", "facet_message", "person", "thread", "in_thread",
    "file", "medium", "attached", "url", "provenance", "rows", "tool",
)  # fmt: skip
_TABLES = ("account", "identifier", "channel", "membership", "message", "media", "fingerprint", "link", "remark")
_WITHHELD = frozenset({"password", "datapayload"})
_MEMORY = "1GB"
_SHOWN, _LONGEST = 50, 300


class CaseJsonld:
    """See `read.contract.Reader`."""

    name = "case_jsonld"
    version = 2
    mapped = False
    beside: tuple[str, ...] = ()

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_reports.case_jsonld(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read: once for the context, once for the nodes, then the rows."""
        found = Elements(source.path, _PATHS, self._chunk).survey()
        outer = found.outer if isinstance(found.outer, dict) else {}
        alone = "@type" in outer and "@graph" not in outer
        if not any(found.counts.values()) and not alone:
            raise Unreadable(path=source.name, detail=translate("no node of a CASE graph is in it"))
        with Duck(memory=_MEMORY, spill=source.scratch) as engine:
            sql = _statements(source, outer.get("@context"))
            elements = Elements(source.path, _PATHS, self._chunk)
            engine.execute('CREATE TABLE node ("offset" BIGINT, id VARCHAR, e VARCHAR, kinds VARCHAR[], name VARCHAR)')
            rejected = 0
            for batch in elements.batches():
                rejected += _take(engine, sql, batch.rows, sink)
                if batch.mended is not None:
                    sink.reject_rows(mended_rows(batch))
            if alone:
                _take(engine, sql, _single(outer), sink)
            for step in _STEPS:
                engine.define(step, sql[step])
            for table in _TABLES:
                rows = engine.rows(sql[table])
                if rows.num_rows:
                    sink.rows(table, rows)
            sink.reject_rows(engine.rows(sql["no_instant"], reason=NO_INSTANT))
            _say(engine, sql, sink, rejected)
        for failure in elements.failures:
            sink.reject(f"byte:{failure.offset}", None, failure.reason, "")
            sink.count("json", source=1, rejected=1)
        if elements.truncated:
            sink.note("truncated", value=True)

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return EXAMPLES

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators: `byte:N`, where a node begins. Passwords and content are not shown."""
        return shown(element_at(source.path, int(locator.partition(":")[2])), _WITHHELD)


def _take(engine: Duck, sql: dict[str, str], rows: pa.Table, sink: Sink) -> int:
    """Nodes of one batch into the engine; returns how many were none."""
    engine.bind("raw", rows)
    bad = engine.rows(sql["bad"], reason=NOT_JSON)
    sink.reject_rows(bad)
    engine.execute(f'INSERT INTO node SELECT "offset", id, e, kinds, name FROM ({sql["node"]})')
    return int(bad.num_rows)


def _single(outer: dict[str, Any]) -> pa.Table:
    node = {key: value for key, value in outer.items() if key != "@context"}
    return pa.table({"offset": pa.array([0], pa.int64()), "element": pa.array([json.dumps(node)])})


def _say(engine: Duck, sql: dict[str, str], sink: Sink, rejected: int) -> None:
    """Count the nodes; note the tools, what was done with them, and what came from which exhibit."""
    nodes = int(engine.rows("SELECT count(*) AS n FROM node")["n"][0].as_py())
    unread = {row["kind"]: row["n"] for row in engine.rows(sql["unread"]).to_pylist()}
    left = sum(unread.values())
    sink.count(PART, source=nodes + rejected, read=nodes - left, rejected=rejected, unmapped=left)
    if unread:
        sink.note("unmapped_types", dict(list(unread.items())[:_SHOWN]))
    said = {
        "provenance": 'SELECT number, description FROM provenance ORDER BY "offset"',
        "actions": sql["action"],
        "tools": "SELECT name, version FROM tool ORDER BY name, version",
        "handling": sql["handling"],
    }
    for key, statement in said.items():
        found = engine.rows(f"SELECT * FROM ({statement}) LIMIT {_SHOWN}").to_pylist()
        told = [{name: freed(str(value))[:_LONGEST] for name, value in row.items() if value} for row in found]
        if told:
            sink.note(key, told)


def _statements(source: Source, context: Any) -> dict[str, str]:
    """The statements of `case_jsonld.sql` with what holds for one document filled in."""
    declared = written.prefixes(context)

    def id_of(expression: str) -> str:
        return written.id_of(expression, declared)

    def said(*names: str) -> str:
        return written.first("e", *names)

    def of_facet(*names: str) -> str:
        return written.first("f.e", *names)

    sent = said("sentTime", "receivedTime", "startTime")
    places = {
        "aliased": written.aliased("element", context),
        "key_pattern": written.literal(written.key_pattern(declared)),
        "typed_first": written.literal(written.TYPED_FIRST),
        "typed_last": written.literal(written.TYPED_LAST),
        "reference": written.literal(written.REFERENCE),
        "id": id_of("(e ->> '$.\"@id\"')"),
        "list_type": written.types("e"),
        "first_name": said("name"),
        "id_of_f": id_of("(l.f ->> '$')"),
        "first_address": said("addressValue", "value"),
        "first_identifier": of_facet("accountIdentifier"),
        "first_login": of_facet("accountLogin"),
        "first_display": of_facet("displayName"),
        "first_phone": of_facet("phoneNumber"),
        "first_mail": of_facet("emailAddress"),
        "first_application": of_facet("application"),
        "first_issuer": of_facet("accountIssuer"),
        "first_created": of_facet("observableCreatedTime", "createdTime"),
        "first_phone_of": said("phoneNumber"),
        "first_display_of": said("displayName"),
        "id_of_source": id_of("source_said"),
        "id_of_target": id_of("target_said"),
        "list_source": written.every("e", "source"),
        "list_target": written.every("e", "target"),
        "id_of_mail": id_of("h.mail"),
        "id_of_application": id_of("h.application"),
        "id_of_issuer": id_of("h.issuer"),
        "relations": ", ".join(map(written.literal, _RELATIONS)),
        "first_subject": said("subject"),
        "first_text": said("messageText"),
        "first_body": said("body"),
        "first_sent": said("sentTime"),
        "first_received": said("receivedTime"),
        "first_start": said("startTime"),
        "sent_instant": sql_instant(sent, "iso", source.time_zone),
        "sent_precision": sql_precision("f.said"),
        "created_instant": sql_instant("created", "iso", source.time_zone),
        "first_what": said("messageType", "callType"),
        "id_of_from": id_of(said("from")),
        "list_to": written.every("e", "to"),
        "first_status": said("allocationStatus"),
        "id_of_used": id_of(said("application")),
        "id_of_p": id_of("p"),
        "id_of_t_p": id_of("t.p"),
        "list_message": written.every("e", "message"),
        "list_participant": written.every("e", "participant"),
        "first_file": of_facet("fileName"),
        "first_path": of_facet("filePath"),
        "first_bytes": of_facet("sizeInBytes"),
        "first_mime": of_facet("mimeType"),
        "first_allocation": of_facet("allocationStatus"),
        "exhibit_prefix": written.literal(f"case:{source.exhibit}/"),
        "first_second": said("perceptualHashSecond"),
        "first_method": said("perceptualHashMethod"),
        "first_print": said("perceptualHashValue"),
        "first_quality": said("perceptualHashQuality"),
        "first_code": said("handlingCode"),
        "first_url": said("fullValue"),
        "first_exhibit": said("exhibitNumber"),
        "first_description": said("description"),
        "list_object": written.every("e", "object"),
        "first_began": said("startTime"),
        "first_ended": said("endTime"),
        "list_instrument": written.every("e", "instrument"),
        "context_kinds": ", ".join(map(written.literal, _CONTEXT_KINDS)),
    }
    return {name: fill(statement, **places) for name, statement in load("fanal.read", "case_jsonld.sql").items()}


CASE_JSONLD = CaseJsonld()
