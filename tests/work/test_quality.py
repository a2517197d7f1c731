"""`fanal quality`: what was found since, held against the last run."""

import csv
import json

import pyarrow as pa
import pytest
from whole_case import typed

from fanal.analyse.attribute import Attribute
from fanal.analyse.normalise import Normalise
from fanal.analyse.resolve import Resolve
from fanal.base import instants
from fanal.cases.decisions import decide
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.exchange import Answer, Package
from fanal.cases.models.offices import Officer
from fanal.lake.writer import writing
from fanal.work import quality as work
from fanal.work.quality import BadTruth, quality

SCHEMAS = {**Normalise.writes, **Resolve.writes, **Attribute.writes}


@pytest.fixture
def lake(node, operation):
    """Four identities of one account each: a and b in BE, c in FR by a number of BE, d undetermined, hidden."""
    tables = {
        "identity_account": [{"identity": i * 32, "account": f"kx:{i}", "account_id": n} for n, i in enumerate("abcd")],
        "identity_origin": [
            {
                "identity": i * 32,
                "undetermined": p < 0.5,
                "words": "",
                "country": c,
                "probability": p,
                "would_change": "",
            }
            for i, c, p in (("a", "BE", 0.97), ("b", "BE", 0.9), ("c", "FR", 0.6), ("d", None, 0.2))
        ],
        "value_key": [{"value_id": 0, "kind": "phone", "norm": "+32470123456", "links": True}],
        "account_value": [{"account_id": 2, "value_id": 0, "obs": 1, "n": 1}],
        "address": [{"ip_id": 0, "ip": "192.0.2.1", "country": "NL", "asn": 1, "anonymiser": "vpn"}],
        "login_day": [{"account_id": 3, "ip_id": 0, "day": 19000, "hour_mask": 1, "n": 1, "obs": 2}],
        "identity_link": [
            {"account_a": a, "account_b": b, "value_id": 0, "band": band, "llr": 1.0, "reason": reason}
            for a, b, band, reason in (
                ("kx:a", "kx:b", "link", "email"),
                ("kx:a", "kx:c", "review", "phone"),
                ("kx:b", "kx:d", "link", "decided_same email"),
            )
        ],
    }
    with writing(node.lake(operation.slug)) as writer:
        for name, rows in tables.items():
            schema = SCHEMAS[name]
            columns = [_column([row.get(field.name) for row in rows], field.type) for field in schema]
            writer.set_table(name, iter(pa.table(columns, schema=schema).to_batches()), schema)
        writer.commit()
    return operation


def _column(values, kind):
    return pa.array(values, pa.int32()).cast(kind) if kind == pa.date32() else pa.array(values, kind)


def answered(operation, identity, outcome, country="BE"):
    built = {"built_by": Officer.objects.get(service_number="1"), "built_at": instants.now()}
    package, _ = Package.objects.get_or_create(
        operation=operation, direction="out", sender_operation="kx", country=country, number=1, state="sealed",
        folder="", digest="", defaults=built,
    )  # fmt: skip
    Answer.add(package=package, identity=identity * 32, outcome=outcome, officer="x", at=instants.now())


def words(found):
    return {word: (right, wrong) for word, right, wrong in found.words if right or wrong}


def test_nothing_found_since_is_said(node, first, lake):
    found = quality(first, node, lake)
    assert (found.outcomes, found.told, words(found)) == (0, False, {})
    assert [row["judged"] for row in found.countries()] == [0, 0, 0]


@pytest.mark.parametrize("outcome", work.FOUND)
def test_who_was_found_where_the_package_went_confirms_the_country(node, first, lake, outcome):
    answered(lake, "a", outcome)
    assert words(quality(first, node, lake)) == {"almost certain": (1, 0)}


def test_a_false_positive_disproves_it(node, first, lake):
    answered(lake, "b", "false_positive")
    assert words(quality(first, node, lake)) == {"likely": (0, 1)}


def test_a_false_positive_on_a_country_no_longer_named_proves_nothing(node, first, lake):
    answered(lake, "c", "false_positive")
    assert quality(first, node, lake).outcomes == 0


@pytest.mark.parametrize("outcome", ["hit", "known_already", "not_found", "expired"])
def test_other_outcomes_say_nothing_of_the_country(node, first, lake, outcome):
    answered(lake, "a", outcome)
    assert quality(first, node, lake).outcomes == 0


def test_an_arrest_elsewhere_disproves_it(node, first, lake):
    CaseEvent.add(
        operation=lake, kind="arrest", reference="1", reported_by="ES", country="ES", at=instants.now(),
        status="done", account="kx:a",
    )  # fmt: skip
    assert words(quality(first, node, lake)) == {"almost certain": (0, 1)}


def test_few_outcomes_give_words_and_no_rates(node, first, lake):
    answered(lake, "a", "identified")
    found = quality(first, node, lake)
    assert "accuracy" not in found.countries()[0]
    assert found.reliability() == []
    assert "<circle" not in found.svg()


def test_from_three_hundred_on_a_node_is_told_its_own_figures(node, first, lake, monkeypatch):
    assert work.ENOUGH == 300
    monkeypatch.setattr(work, "ENOUGH", 2)
    answered(lake, "a", "identified")
    answered(lake, "b", "false_positive")
    found = quality(first, node, lake)
    assert found.countries()[0]["accuracy"] == pytest.approx(0.5)
    assert found.reliability()
    assert "<circle" in found.svg()


def test_anonymisers_users_and_foreign_numbers_are_told_apart(node, first, lake, tmp_path):
    truth = tmp_path / "truth.csv"
    truth.write_text("account,country\nkx:a,BE\nkx:b,FR\nkx:c,FR\nkx:d,SE\nkx:unknown,SE\n")
    found = quality(first, node, lake, truth)
    judged = {group: (m.judged, m.determined, m.accuracy) for group, m in found.measured.items()}
    assert judged == {
        "all": (4, 3, pytest.approx(2 / 3)),
        "anonymiser_users": (1, 0, None),
        "phone_of_another_country": (1, 1, 1.0),
    }


def test_figures_of_a_sample_say_so(node, first, lake, tmp_path):
    truth = tmp_path / "truth.csv"
    truth.write_text("account,country\nkx:a,BE\n")
    found = quality(first, node, lake, truth)
    assert "never to be quoted" in found.source
    assert found.source in found.svg()


@pytest.mark.parametrize("content", ["account,country\nkx:a,ZZZ\n", "a,b\n1,2\n"])
def test_a_file_of_no_countries_is_refused_with_its_line(node, first, lake, tmp_path, content):
    truth = tmp_path / "truth.csv"
    truth.write_text(content)
    with pytest.raises(BadTruth, match="line 2"):
        quality(first, node, lake, truth)


def test_a_file_that_is_not_there_is_refused(node, first, lake, tmp_path):
    with pytest.raises(BadTruth):
        quality(first, node, lake, tmp_path / "none.csv")


def test_links_are_told_by_band_with_what_officers_decided(node, first, lake):
    decide(first, lake, "pair", "kx:a,kx:b", "same", "r", account_a="kx:a", account_b="kx:b")
    decide(first, lake, "pair", "kx:a,kx:c", "different", "r", account_a="kx:a", account_b="kx:c")
    decide(first, lake, "pair", "kx:b,kx:d", "same", "r", account_a="kx:b", account_b="kx:d")
    decide(first, lake, "pair", "kx:c,kx:d", "not_enough", "r", account_a="kx:c", account_b="kx:d")
    rows = {row["band"]: tuple(row.values())[1:] for row in quality(first, node, lake).links}
    assert rows == {
        "link": (2, 1, 0, 0),
        "review": (1, 0, 1, 0),
        "decided_before_the_run": (0, 1, 0, 0),
        "no_link": (0, 0, 0, 1),
    }


def test_the_command_prints_one_object_or_one_table(node, first, lake, tmp_path):
    at = ("-C", node.folder, "--as", "1", "quality", "--op", "kx")
    said = typed(*at, "--format", "json", "--svg", tmp_path / "drawn.svg")
    assert said.code == 0
    assert set(said.json) == {"source", "outcomes", "figures_told", "countries", "reliability", "words", "links"}
    assert (tmp_path / "drawn.svg").read_text().startswith("<svg")
    table = list(csv.DictReader(typed(*at, "--format", "csv").out.splitlines()))
    assert {row["part"] for row in table} == {"outcomes", "countries", "words", "links"}
    assert [json.loads(line)["part"] for line in typed(*at, "--format", "jsonl").out.splitlines()]
