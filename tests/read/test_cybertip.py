"""CyberTipline reports: what is said of whom, what stays out, and that no XML, however built, breaks the reader."""

import json

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.read import cybertip, cybertip_xml
from fanal.read.contract import Source, Unreadable
from fanal.read.cybertip import CYBERTIP
from fanal.read.cybertip_examples import REPORT
from fanal.read.sink import LakeSink

USER = "<personOrUserReported><espIdentifier>100003</espIdentifier>{}</personOrUserReported>"
ESP = "<reporter><reportingEsp>Example Chat</reportingEsp></reporter>"


def report(*sections: str, root: str = "report") -> bytes:
    return f"<{root}>{''.join(sections)}</{root}>".encode()


class Read:
    """One file, read into a folder of its own."""

    def __init__(self, folder, raw, exhibit=3, **options):
        path = folder / "report.xml"
        path.write_bytes(raw)
        self.source = Source(path, "report.xml", exhibit, folder, options=options)
        with LakeSink(exhibit, folder / "out") as sink:
            CYBERTIP.read(self.source, sink)
            self.account = sink.close()
        self.notes = self.account["notes"]
        self.tables = {table: pq.read_table(paths[0]).to_pylist() for table, paths in sink.files.items()}
        self.everything = str((self.account, self.tables))

    def __getitem__(self, table):
        return self.tables.get(table, [])

    @property
    def accounts(self):
        return [a["account"] for a in self["account"] if a["platform"] != "mail"]

    def remarks(self, locator):
        return {r["key"]: r["value"] for r in self["remark"] if r["locator"] == locator}


@pytest.fixture
def read(tmp_path):
    return lambda raw, **options: Read(tmp_path, raw, **options)


def test_the_reported_user_is_an_account_of_the_providers_platform_with_its_identifiers(read):
    got = read(REPORT)
    (user,) = [a for a in got["account"] if a["account"] == "example-chat:100003"]
    assert (user["username"], user["stated_name"], user["stated_birth_year"], user["stated_country"]) == (
        "user 3", "Name Three", 1980, "ES",
    )  # fmt: skip
    own = {(i["kind"], i["norm"]) for i in got["identifier"] if i["account"] == "example-chat:100003"}
    assert own >= {("email", "user3@example.org"), ("phone", "+34612345100"), ("username", "user 3")}


def test_every_capture_is_a_login_with_its_port_and_event(read):
    got = read(REPORT)
    assert [(x["ip"], x["src_port"], x["success"], x["rule"]) for x in got["login"]] == [
        ("192.0.2.12", 40112, True, "ipCaptureEvent Login"),
        ("2001:db8::12", None, None, "ipCaptureEvent Registration"),
        ("192.0.2.13", None, None, "file ipCaptureEvent Upload"),
        ("192.0.2.14", None, None, "file ipCaptureEvent Other"),
    ]
    assert got["login"][0]["at"].isoformat() == "2020-10-05T08:00:00"
    assert got["login"][0]["at_precision"] == "second"
    assert got.remarks("report:1/personOrUserReported:1/ipCaptureEvent:1") == {"possible_proxy": "false"}


def test_what_the_provider_saw_of_a_file_is_kept(read):
    got = read(REPORT)
    assert got.remarks("report:1/fileDetails:1") == {
        "file_name": "file 1.bin",
        "viewed_by_esp": "true",
        "exif_viewed_by_esp": "false",
        "publicly_available": "false",
        "file_relevance": "Reported",
        "industry_classification": "B2",
    }
    assert got.remarks("report:1/fileDetails:2")["viewed_by_esp"] == "false"
    assert got.remarks("report:1/fileDetails:2")["publicly_available"] == "true"


def test_hashes_come_by_their_type_and_photodna_never(read):
    got = read(REPORT)
    assert got["media"][0]["md5"] == "00112233445566778899aabbccddeeff"
    assert got["fingerprint"][0]["pdq"] == bytes.fromhex("0f" * 32)
    assert "12,34,56" not in got.everything
    assert got.notes["reports"][0]["photodna_withheld"] == 1
    assert "12,34,56" not in CYBERTIP.excerpt(got.source, "report:1/fileDetails:1")


def test_a_file_is_a_share_only_where_the_report_says_it_was_uploaded(read):
    got = read(REPORT)
    assert [(s["account"], s["media"], s["action"]) for s in got["share"]] == [
        ("example-chat:100003", "example-chat:f1", "upload")
    ]


def test_with_two_reported_users_nobody_is_said_to_have_uploaded(read):
    upload = "<ipCaptureEvent><ipAddress>192.0.2.1</ipAddress><eventName>Upload</eventName></ipCaptureEvent>"
    other = USER.format("").replace("100003", "100009")
    got = read(report(ESP, USER.format(""), other, f"<fileDetails><fileId>f1</fileId>{upload}</fileDetails>"))
    assert got.accounts == ["example-chat:100003", "example-chat:100009"]
    assert not got["share"]
    assert not got["login"]
    assert got.account["rows"]["fileDetails"]["unmapped"] == 2


def test_victims_become_no_row_and_are_counted(read):
    got = read(REPORT)
    assert got.notes["victims"] == 1
    assert "100005" not in got.everything
    assert "user 5" not in got.everything
    assert got.account["rows"]["victim"] == {"source": 2, "read": 0, "rejected": 0, "unmapped": 2}
    assert CYBERTIP.excerpt(got.source, "report:1/victim:1").startswith("victim: [withheld: ")


def test_a_value_that_is_a_victims_is_noted_and_linked_nowhere(read):
    victim = "<victim><victimPerson><phone>+34 612 34 51 00</phone><email>v@example.org</email></victimPerson></victim>"
    text = "<additionalInfo>message 1: +34612345100, v@example.org, x@example.org</additionalInfo>"
    person = "<personOrUserReportedPerson><email>V@example.org</email></personOrUserReportedPerson>"
    got = read(report(ESP, USER.format(person), victim, text))
    assert [c["value"] for c in got.notes["reports"][0]["cited"]] == ["example-chat:100003", "x@example.org"]
    assert not [i for i in got["identifier"] if i["account"] == "example-chat:100003"]


def test_a_reported_user_who_is_named_as_victim_too_becomes_no_account(read):
    got = read(report(ESP, USER.format(""), "<victim><espIdentifier>100003</espIdentifier></victim>"))
    assert got.accounts == []
    assert got.remarks("report:1/personOrUserReported:1")["role_in_report"].endswith("no account made")


def test_an_intended_recipient_is_an_account_accused_of_nothing(read):
    person = "<intendedRecipientPerson><email>r@example.org</email></intendedRecipientPerson>"
    got = read(report(ESP, f"<intendedRecipient><espIdentifier>5</espIdentifier>{person}</intendedRecipient>"))
    assert got.accounts == ["example-chat:5"]
    assert got.remarks("report:1/intendedRecipient:1") == {"role_in_report": "intended_recipient"}
    assert not got["identifier"]
    assert {"share", "login"} & set(got.tables) == set()


def test_who_reports_is_a_witness_that_the_steps_leave_out(read):
    got = read(REPORT)
    witness = [a["account"] for a in got["account"] if a["platform"] == "mail"]
    assert witness == ["mail:desk@example.org"]
    assert {m["account"] for m in got["message"]} == set(witness)
    tables = ("account", "identifier", "login", "membership", "message", "share", "payment", "link")
    with Duck() as engine:
        for table in tables:
            engine.bind(table, got_table(got, table))
        kept = engine.rows(load("fanal.analyse", "normalise.sql")["account_key"])["account"].to_pylist()
    assert sorted(kept) == ["example-chat:100003", "example-chat:100004"]


def got_table(got, table):
    import pyarrow as pa  # noqa: PLC0415  one test's oracle

    from fanal.model.tables import BY_NAME  # noqa: PLC0415

    return pa.Table.from_pylist(got[table], BY_NAME[table].schema)


@pytest.mark.parametrize("name", ["Mail", "MAIL!", "mail"])
def test_a_provider_called_mail_is_no_witness(read, name):
    got = read(report(f"<reporter><reportingEsp>{name}</reportingEsp></reporter>", USER.format("")))
    assert got.accounts == ["mail-esp:100003"]


def test_providers_without_a_name_are_not_one_platform(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = (Read(tmp_path / f, report(USER.format("")), exhibit=n) for f, n in (("a", 3), ("b", 4)))
    assert (one.accounts, other.accounts) == (["esp-3:100003"], ["esp-4:100003"])


def test_the_platform_can_be_told(read):
    assert read(report(USER.format("")), platform="kx").accounts == ["kx:100003"]


def test_a_user_of_another_company_is_not_the_providers(read):
    extra = "<thirdPartyUserReported>true</thirdPartyUserReported><espService>Other Service</espService>"
    assert read(report(ESP, USER.format(extra))).accounts == ["other-service-third-party:100003"]


def test_unknown_elements_are_listed_and_counted_as_unmapped(read):
    got = read(
        report(ESP, USER.format("<newThing>1</newThing><newThing><deeper>2</deeper></newThing>"), "<other>3</other>")
    )
    assert got.notes["unknown_elements"] == {"newThing": 1, "deeper": 1, "other": 1}
    assert got.account["rows"]["personOrUserReported"] == {"source": 3, "read": 1, "rejected": 0, "unmapped": 2}
    assert got.account["rows"]["report"] == {"source": 1, "read": 0, "rejected": 0, "unmapped": 1}


@pytest.mark.parametrize("opening", ['<x:report xmlns:x="urn:1">', '<x:cyberTip xmlns:x="urn:2">'])
def test_a_namespace_changes_nothing(read, opening):
    inside = (ESP + USER.format("<screenName>user 3</screenName>")).replace("</", "</x:").replace("<", "<x:")
    inside = inside.replace("<x:/x:", "</x:")
    got = read(f"{opening}{inside}</{opening[1:].partition(' ')[0]}>".encode())
    assert got.accounts == ["example-chat:100003"]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_other_encodings_are_read(read, codec):
    raw = report(ESP, USER.format("<screenName>usuario ñ</screenName>")).decode().encode(codec)
    assert CYBERTIP.detect(raw, "r.xml") > 0.9
    assert [a["username"] for a in read(raw)["account"] if a["username"]] == ["usuario ñ"]


def test_several_reports_in_one_file_each_have_their_place(read):
    one, two = report(ESP, USER.format("")), report(ESP, USER.format("").replace("100003", "100004"))
    got = read(b"<reports>" + one + two + b"</reports>")
    assert [r["part"] for r in got.notes["reports"]] == ["report:1", "report:2"]
    assert [a["locator"] for a in got["account"] if a["platform"] != "mail"] == [
        "report:1/personOrUserReported:1",
        "report:2/personOrUserReported:1",
    ]
    assert "100004" in CYBERTIP.excerpt(got.source, "report:2/personOrUserReported:1")


def test_reports_beyond_those_that_are_noted_are_read_and_counted(read, monkeypatch):
    monkeypatch.setattr(cybertip, "NOTED", 2)
    monkeypatch.setattr(cybertip, "LISTED", 3)
    strange = "".join(f"<x{n}>1</x{n}>" for n in range(40))
    raw = b"".join(
        report(ESP, USER.format(""), "<victim><screenName>v</screenName></victim>", strange) for _ in range(5)
    )
    got = read(b"<reports>" + raw + b"</reports>")
    assert (len(got.notes["reports"]), got.notes["reports_without_note"]) == (2, 3)
    assert (got.notes["victims"], got.notes["report_count"]) == (5, 5)
    assert len(got["account"]) == 10
    assert len(got.notes["unknown_elements"]) == 3


def test_files_beside_a_report_belong_to_it(read):
    upload = "<ipCaptureEvent><ipAddress>192.0.2.1</ipAddress><eventName>Upload</eventName></ipCaptureEvent>"
    file = f"<fileDetails><reportId>7</reportId><fileId>f1</fileId>{upload}</fileDetails>"
    got = read(b"<download>" + report(ESP, USER.format("")) + file.encode() + b"</download>")
    assert [s["account"] for s in got["share"]] == ["example-chat:100003"]
    assert got.notes["reports"][0]["report_id"] == "7"


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE report [<!ENTITY a "1">]><report>&a;</report>',
        b'<!DOCTYPE report SYSTEM "http://192.0.2.1/x.dtd"><report/>',
        b'<!DOCTYPE report [<!ENTITY % p SYSTEM "file:///etc/hostname">%p;]><report/>',
    ],
)
def test_entities_and_document_types_are_refused(read, raw):
    with pytest.raises(Unreadable, match="document type"):
        read(raw)


@pytest.mark.parametrize("raw", [b"", b"<a/>", b"not xml", b"<report/>", b"<report>\xff\xfe</report>"])
def test_what_holds_no_report_is_unreadable(read, raw):
    with pytest.raises(Unreadable):
        read(raw)


def test_three_thousand_levels_end_in_one_reject(read):
    deep = "<additionalInfo>" + "<a>" * 3_000 + "x" + "</a>" * 3_000 + "</additionalInfo>"
    got = read(report(ESP, USER.format(""), deep))
    assert [(r["locator"], r["reason"]) for r in got["reject"]] == [("report:1", "nested too deep")]
    assert got.accounts == ["example-chat:100003"]


def test_more_elements_than_are_read_end_in_one_reject(read, monkeypatch):
    monkeypatch.setattr(cybertip_xml, "ELEMENTS", 50)
    got = read(report(ESP, USER.format(""), "<additionalInfo>x</additionalInfo>" * 500))
    assert [r["reason"] for r in got["reject"]] == ["more elements than are read of one report"]
    assert got.accounts == ["example-chat:100003"]
    rows = got.account["rows"]
    assert sum(part["source"] for part in rows.values()) == 502
    assert rows["report"]["rejected"] == 502 - sum(p["read"] for p in rows.values())


def test_what_is_longer_than_is_read_ends_in_one_reject(read, monkeypatch):
    raw = report(ESP, USER.format(""), "<additionalInfo>x</additionalInfo>" * 500)
    monkeypatch.setattr(cybertip_xml, "XML_BYTES", len(raw) // 2)
    got = read(raw)
    assert [r["reason"] for r in got["reject"]] == ["longer than what is read of one report"]
    assert got.accounts == ["example-chat:100003"]


def test_xml_that_breaks_off_keeps_what_stands_before_and_shows_nothing_of_the_break(read):
    got = read(report(ESP, USER.format(""))[:-9] + b"<victim><screenName>user 5</screen")
    assert got.accounts == ["example-chat:100003"]
    assert [(r["locator"], r["excerpt"]) for r in got["reject"]] == [("line:1", "")]
    assert "user 5" not in got.everything


def test_hashes_that_are_none_are_rejects_and_the_file_stays(read):
    bad = (
        '<originalFileHash hashType="MD5">xyz</originalFileHash><originalFileHash hashType="PDQ">0f</originalFileHash>'
    )
    got = read(report(ESP, f"<fileDetails>{bad}</fileDetails>"))
    assert [r["column"] for r in got["reject"]] == ["md5", "pdq"]
    assert len(got["media"]) == 1
    assert got.account["rows"]["fileDetails"] == {"source": 2, "read": 0, "rejected": 2, "unmapped": 0}


def test_encoded_content_in_free_text_is_withheld(read):
    got = read(report(ESP, "<additionalInfo>message 1 data:image/png;base64,AAAA1 end</additionalInfo>"))
    assert "AAAA1" not in got.everything
    assert got["message"][0]["body"].endswith("end")


def test_what_says_it_is_urgent_is_noted_with_its_place(read):
    got = read(REPORT)
    assert got.notes["reports"][0]["escalated"]["locator"] == "report:1/incidentSummary:1/escalateToHighPriority:1"


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_bytes_break_the_reader(tmp_path_factory, noise, at):
    raw = REPORT[:at] + noise + REPORT[at:]
    try:
        got = Read(tmp_path_factory.mktemp("tip"), raw)
    except Unreadable:
        return
    json.dumps(got.notes)
    for counts in got.account["rows"].values():
        assert counts["source"] == counts["read"] + counts["rejected"] + counts["unmapped"]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<html><report>x</report></html>", "a.xml"),
        (b"<report><title>1</title></report>", "a.xml"),
        (b"From: a@example.org\nDate: x\n\n<report><fileDetails>", "a.eml"),
        (b"", "a.xml"),
    ],
)
def test_other_files_are_not_taken_for_reports(head, name):
    assert CYBERTIP.detect(head, name) == 0.0
