"""CASE graphs: accounts, messages and files by local names, and no word about persons."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fanal.read.case_examples import CONTEXT
from fanal.read.case_jsonld import CASE_JSONLD
from fanal.read.contract import Source, Unreadable
from fanal.read.sink import LakeSink

OWN_PACKAGE = Path(__file__).parents[1] / "exchange/golden/case.jsonld"
OBSERVABLE = "https://ontology.unifiedcyberontology.org/uco/observable/"
OLD = "https://unifiedcyberontology.org/ontology/uco/observable#"


class Read:
    """One graph, read into a folder of its own."""

    def __init__(self, folder, *nodes, context=CONTEXT, raw=None):
        path = folder / "case.jsonld"
        document = {"@context": context, "@graph": list(nodes)}
        path.write_bytes(raw if raw is not None else json.dumps(document).encode())
        self.source = Source(path, path.name, 3, folder)
        with LakeSink(3, folder / "out") as sink:
            CASE_JSONLD.read(self.source, sink)
            self.account = sink.close()
        self.tables = {table: pq.read_table(paths[0]).to_pylist() for table, paths in sink.files.items()}
        self.notes, self.rows = self.account["notes"], self.account["rows"]

    def __getitem__(self, table):
        return self.tables.get(table, [])

    def remarks(self, key):
        return [row["value"] for row in self["remark"] if row["key"] == key]


@pytest.fixture
def read(tmp_path):
    return lambda *nodes, **more: Read(tmp_path, *nodes, **more)


def facet(kind, prefix="uco-observable:", **properties):
    return {"@type": prefix + kind, **{prefix + key: value for key, value in properties.items()}}


def node(kind, name, *facets, prefix="uco-observable:", core="uco-core:", **properties):
    plain = {core + key: value for key, value in properties.items()}
    return {"@id": f"kb:{name}", "@type": prefix + kind, core + "hasFacet": list(facets), **plain}


def ref(name):
    return {"@id": f"kb:{name}"}


def account(name, identifier, application=None):
    facets = [facet("AccountFacet", accountIdentifier=identifier)]
    facets += [facet("ApplicationAccountFacet", application=ref(application))] if application else []
    return node("DigitalAccount", name, *facets)


def application(name, called):
    return node("Application", name, {"@type": "uco-observable:ApplicationFacet", "uco-core:name": called})


def message(name, text="message 12", **properties):
    return node("Message", name, facet("MessageFacet", messageText=text, **properties))


def test_fanals_own_package_gives_its_accounts_back(read):
    got = read(raw=OWN_PACKAGE.read_bytes())
    assert [(row["account"], row["username"]) for row in got["account"]] == [("kx:1", "user1"), ("kx:2", "user2")]
    assert {(row["account"], row["kind"], row["relation"]) for row in got["identifier"]} == {
        (f"kx:{n}", kind, "user") for n in (1, 2) for kind in ("crypto_address", "email", "phone")
    }
    assert {row["sha256"] for row in got["media"]} == {"a" * 64, f"{1:064x}", f"{2:064x}"}
    assert [(row["media"][-1], row["pdq"].hex()[-1], row["quality"], row["at_s"]) for row in got["fingerprint"]] == [
        ("1", "1", 90, 1.5), ("2", "2", 90, 1.5),
    ]  # fmt: skip
    assert [(told["code"], told["statement"][:2]) for told in got.notes["handling"]] == [("H1", "H1"), ("H3", "H3")]
    assert got.notes["tools"] == [{"name": "Fanal"}]
    assert got.remarks("exhibit_number") == ["1", "1"]


@pytest.mark.parametrize(
    ("prefix", "context"),
    [
        (OBSERVABLE, {}),
        (OLD, {}),
        ("uco-observable:", {}),
        ("o:", {"o": OBSERVABLE}),
        ("", {"@vocab": OBSERVABLE}),
        ("uco-observable:", "https://example.org/context.jsonld"),
    ],
)
def test_names_are_read_however_the_document_writes_them(read, prefix, context):
    told = node("PhoneAccount", "a", facet("PhoneAccountFacet", prefix, phoneNumber="+34600000001"), prefix=prefix)
    assert [row["account"] for row in read(told, context=context)["account"]] == ["phone:+34600000001"]


def test_terms_that_a_context_calls_otherwise_are_read(read):
    context = {"uco-observable": OBSERVABLE, "words": "uco-observable:messageText"}
    told = node("Message", "m", {"@type": "uco-observable:MessageFacet", "words": "message 12"})
    assert [row["body"] for row in read(told, context=context)["message"]] == ["message 12"]


@pytest.mark.parametrize("form", ["array", "single"])
def test_an_array_or_a_single_node_is_read_too(read, form):
    told = message("m")
    got = read(raw=json.dumps([told] if form == "array" else {"@context": CONTEXT, **told}).encode())
    assert [row["body"] for row in got["message"]] == ["message 12"]
    assert "message 12" in CASE_JSONLD.excerpt(got.source, got["message"][0]["locator"])


def test_a_message_has_sender_instant_thread_and_addressees(read):
    sent = {"@type": "xsd:dateTime", "@value": "2022-04-01T12:00:00+02:00"}
    thread = node(
        "MessageThread",
        "t",
        facet("MessageThreadFacet", displayName="Group 7", message=[ref("m")], participant=[ref("a"), ref("b")]),
    )
    got = read(
        application("w", "WhatsApp"), account("a", "34600000001@s.whatsapp.net", "w"), account("b", "9"), thread,
        message("m", sentTime=sent, to=[ref("b")], **{"from": ref("a")}),
    )  # fmt: skip
    (row,) = got["message"]
    assert (row["account"], row["at"].isoformat()) == ("whatsapp:+34600000001", "2022-04-01T10:00:00")
    assert row["channel"] == got["channel"][0]["channel"]
    assert [row["account"] for row in got["membership"]] == ["whatsapp:+34600000001", "case:9"]
    assert got.remarks("to") == ["case:9"]


def test_ids_in_short_and_in_full_are_the_same_node(read):
    got = read(account("a", "9"), message("m", **{"from": {"@id": "http://example.org/kb/a"}}))
    assert got["message"][0]["account"] == "case:9"


def test_facets_that_are_nodes_of_their_own_belong_to_whom_they_are_named_by(read):
    own = {**facet("AccountFacet", accountIdentifier="9"), "@id": "kb:f"}
    got = read({"@id": "kb:a", "@type": "uco-observable:DigitalAccount", "uco-core:hasFacet": ref("f")}, own)
    assert [row["account"] for row in got["account"]] == ["case:9"]
    assert got.rows["graph"]["unmapped"] == 0


def test_a_reference_to_nothing_leaves_its_cell_empty(read):
    assert read(message("m", **{"from": ref("gone")}))["message"][0]["account"] is None


def test_hashes_of_all_forms_are_taken_and_broken_ones_left(read):
    hashes = [
        {"@type": "uco-types:Hash", "uco-types:hashMethod": {"@type": "uco-vocabulary:HashNameVocab", "@value": method},
         "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": value}}
        for method, value in (("SHA-256", "AB" * 32), ("MD5", "CD" * 16), ("SHA1", "zz"))
    ]  # fmt: skip
    (row,) = read(node("File", "f", facet("ContentDataFacet", hash=hashes, sizeInBytes=7, mimeType=["image/png"])))[
        "media"
    ]
    assert (row["sha256"], row["md5"], row["sha1"], row["mime"]) == ("ab" * 32, "cd" * 16, None, "image/png")
    assert row["media"] == f"case:{'ab' * 32}"


def test_all_targets_of_a_relationship_are_related(read):
    files = [node("File", n, facet("FileFacet", fileName=n)) for n in ("x.jpg", "y.jpg")]
    related = {"@id": "kb:r", "@type": "uco-core:Relationship", "uco-core:source": [ref("x.jpg"), ref("y.jpg")],
               "uco-core:target": [ref("m1"), ref("m2")], "uco-core:kindOfRelationship": "Attached_To"}  # fmt: skip
    got = read(*files, message("m1"), message("m2"), related)
    assert [row["kind"] for row in got["message"]] == ["file", "file"]
    assert len(got.remarks("more_media")) == 2


def test_persons_passwords_and_content_are_left_where_they_are(read):
    hidden = facet("AccountAuthenticationFacet", password="secret-9")
    payload = node("File", "f", facet("ContentDataFacet", dataPayload="cGF5bG9hZA"))
    person = {"@id": "kb:n", "@type": "uco-identity:Person", "uco-core:name": "name 9"}
    got = read(node("DigitalAccount", "a", facet("AccountFacet", accountIdentifier="9"), hidden), payload, person)
    shown = "".join(CASE_JSONLD.excerpt(got.source, row["locator"]) for row in got["account"] + got["media"])
    said = shown + str(got.tables) + str(got.account)
    assert not [word for word in ("secret-9", "cGF5bG9hZA", "name 9") if word in said]
    assert got.notes["unmapped_types"] == {"Person": 1}


def test_keys_inside_of_a_text_are_text(read):
    text = '{"uco-observable:messageText": {"@id": "kb:x"}, "@type": "a", "@value": "b"}'
    assert read(message("m", text))["message"][0]["body"] == text


def test_an_instant_that_is_none_is_a_reject_of_its_cell(read):
    got = read(message("m", sentTime="yesterday"))
    assert (got["message"][0]["at"], got["reject"][0]["column"], got["reject"][0]["excerpt"]) == (
        None,
        "at",
        "yesterday",
    )


def test_tools_and_actions_are_noted_with_their_versions(read):
    tool = {"@id": "kb:t", "@type": "uco-tool:Tool", "uco-core:name": "tool 1", "uco-tool:version": "2.0"}
    action = {"@id": "kb:i", "@type": "case-investigation:InvestigativeAction", "uco-core:name": "extraction",
              "uco-action:instrument": [ref("t")]}  # fmt: skip
    got = read(tool, action)
    assert got.notes["tools"] == [{"name": "tool 1", "version": "2.0"}]
    assert got.notes["actions"] == [{"name": "extraction", "tools": "tool 1 2.0"}]


def test_every_node_is_accounted_for(read):
    got = read(message("m"), 7, {"@id": "kb:x"}, {"@type": "uco-observable:Device", "@id": "kb:d"}, None)
    assert got.rows["graph"] == {"source": 5, "read": 1, "rejected": 2, "unmapped": 2}


def test_a_file_without_nodes_is_refused(read):
    with pytest.raises(Unreadable, match="no node of a CASE graph"):
        read(raw=b'{"@context": {}, "a": 1}')


def test_graphs_are_recognised_by_their_vocabularies():
    assert CASE_JSONLD.detect(json.dumps({"@context": CONTEXT, "@graph": []}).encode(), "x.json") > 0.9
    assert CASE_JSONLD.detect(b'{"@context": "https://schema.org/", "@graph": []}', "x.json") == 0
