from dataclasses import replace
from typing import Any

import pytest
from exchange_cases import MADE_AT, Agency
from lake_cases import plan

from fanal.exchange.plan import Counts
from fanal.exchange.summary import Document, as_html, as_pdf, summary_document

ROW = {
    "rank": 1,
    "identity": "b" * 32,
    "accounts": "kx:3",
    "country_is": "likely",
    "roles": "uploader",
    "reasons": "uploader",
}
LEAD = {
    "perishes_at": MADE_AT,
    "addressee": "Provider",
    "ask": "subscriber",
    "address": "192.0.2.1",
    "port": None,
    "at": MADE_AT,
}


def document(one: Agency, two: Agency, language: str = "en", **row: Any) -> Document:
    counts = Counts(candidates=4, included=2, accounts=3, below_threshold=1, undetermined=1)
    return summary_document(plan(one, two, language=language), counts, [ROW | row], [LEAD])


def test_it_says_who_first_and_what_is_not_known(one: Agency, two: Agency) -> None:
    page = as_html(document(one, two))
    for text in (
        "Who first",
        "What to do",
        "When data goes stale",
        "What Fanal does not know",
        "ask first",
        "bbbbbbbb",
    ):
        assert text in page


def test_the_reasons_are_the_sentences_of_the_weights(one: Agency, two: Agency) -> None:
    assert "Put media on the platform." in as_html(document(one, two))


def test_an_address_without_port_says_so(one: Agency, two: Agency) -> None:
    assert "192.0.2.1 no port" in as_html(document(one, two))


def test_it_is_in_the_recipients_language(one: Agency, two: Agency) -> None:
    french = replace(two, party=replace(two.party, country="ES"))
    assert document(one, french, "fr").language == "fr"
    assert "Espagne" in document(one, french, "fr").title


def test_a_language_that_fanal_does_not_speak_becomes_english(one: Agency, two: Agency) -> None:
    assert document(one, two, "xx").language == "en"


def test_what_comes_from_evidence_is_never_markup(one: Agency, two: Agency) -> None:
    page = as_html(document(one, two, accounts="<script>x</script>"))
    assert "<script>" not in page
    assert "<bdi>&lt;script&gt;" in page


def test_nothing_outside_is_loaded(one: Agency, two: Agency) -> None:
    page = as_html(document(one, two))
    for way in ("src=", "href=", "url(", "@import", "<script", "<iframe"):
        assert way not in page


def test_the_pdf_is_accessible_and_always_the_same(one: Agency, two: Agency) -> None:
    made = as_pdf(document(one, two))
    assert made.startswith(b"%PDF-")
    assert b"pdfuaid" in made
    assert as_pdf(document(one, two)) == made


@pytest.mark.parametrize(
    "name", ["مرحبا", "中文 user", "user \U0001f642", "\u202euser", "#let x = 1 $ _ * @ref", "a\nb\tc", ""]
)
def test_no_name_breaks_the_pdf(one: Agency, two: Agency, name: str) -> None:
    assert as_pdf(document(one, two, accounts=name)).startswith(b"%PDF-")
