"""Text of somebody else's in the case store: both databases keep it, or both refuse it with one error."""

import json

import pytest

from fanal.base import instants
from fanal.cases.bounds import LONGEST_INDEXED, Unstorable, kept_text
from fanal.cases.events import BadEvent, import_events
from fanal.cases.models import Agency, CaseEvent, ExhibitIndex, Tip, TipMark
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Officer
from fanal.cases.tips import Facts, keep

HOSTILE = ("a\x00b", "half \ud800", "x" * 100_000)


@pytest.mark.parametrize("name", HOSTILE[:2], ids=["nul", "half a character"])
def test_text_that_one_database_cannot_hold_is_refused_on_both(operation, name):
    with pytest.raises(Unstorable, match="name of agency cannot be kept"):
        Agency.objects.create(name=name, country="BE")
    assert not Agency.objects.filter(country="BE", name__startswith=name[:1]).exists()


def test_text_longer_than_its_column_is_refused_on_both(operation):
    with pytest.raises(Unstorable, match="longer than 8 characters"):
        Agency.objects.create(name="Unit 9", country="B" * 9)


@pytest.mark.parametrize("counts", [{"a": "\x00"}, {"\x00": 1}, {"a": [float("nan")]}], ids=repr)
def test_json_that_one_database_cannot_hold_is_refused_on_both(operation, counts):
    officer = Officer.objects.get(service_number="1")
    with pytest.raises(Unstorable):
        Package.objects.create(
            operation=operation, direction="in", sender_operation="kx", country="BE", number=1, state="opened",
            folder="f", digest="d", counts=counts, built_by=officer, built_at=instants.now(),
        )  # fmt: skip


def test_a_number_over_32_bits_is_refused_on_both(operation):
    with pytest.raises(Unstorable, match="too large"):
        ExhibitIndex.objects.create(
            operation=operation, number=2**31, sha256="0" * 64, name="n", reader="r", added_at=instants.now()
        )


@pytest.mark.parametrize("text", HOSTILE, ids=["nul", "half a character", "long"])
def test_a_tip_with_hostile_text_is_kept_cut_and_found_again(operation, text):
    exhibit = ExhibitIndex.objects.create(
        operation=operation, number=1, sha256="0" * 64, name="tip.eml", reader="mail", added_at=instants.now()
    )
    notes = {
        "message_id": text, "subject": text, "from": text,
        "cited": [{"kind": "username", "value": text, "locator": text, "of": text}],
        "escalated": {"text": text, "locator": "header:X"},
    }  # fmt: skip
    tip, new = keep(operation, exhibit, Facts("", notes))
    assert new
    kept = Tip.objects.get(pk=tip.pk)
    assert kept.message_id == kept_text(text)
    assert kept.risk_words[0]["quote"] == kept_text(text, 2_000)
    assert TipMark.objects.filter(tip=tip, kind="username", value=kept_text(text)).exists()


def test_a_report_with_a_nul_is_refused_whole(operation, first, tmp_path):
    path = tmp_path / "events.jsonl"
    told = {"event": "search", "reference": "R1\x00", "reported_by": "BE", "country": "BE", "at": "2026-01-02"}
    path.write_text(json.dumps(told | {"status": "done"}))
    with pytest.raises(BadEvent, match="NUL"):
        import_events(first, operation, path)
    assert not CaseEvent.objects.exists()


def test_long_texts_that_differ_stay_different_when_cut():
    one, other = "x" * 10_000 + "1", "x" * 10_000 + "2"
    assert kept_text(one) != kept_text(other)
    assert len(kept_text(one)) <= LONGEST_INDEXED
    assert kept_text("plain") == "plain"
