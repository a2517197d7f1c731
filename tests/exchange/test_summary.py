from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from exchange_cases import MADE_AT, Agency
from lake_cases import plan
from pdfminer.high_level import extract_text

from fanal.base.language import LANGUAGES, PACKAGE_LANGUAGES
from fanal.exchange.changes import Changes
from fanal.exchange.document import Document, as_html, as_pdf
from fanal.exchange.plan import Counts
from fanal.exchange.summary import summary_document
from fanal.exchange.urgent import Urgent

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
    urgent = Urgent(("b" * 32,), 1, 0, MADE_AT)
    return summary_document(plan(one, two, language=language), counts, [ROW | row], [LEAD], urgent)


def cells(made: Document, heading: str) -> list[str]:
    """The second row of the table under a heading."""
    return next(list(section.table[1]) for section in made.sections if section.heading == heading)


def test_it_says_who_first_and_what_is_not_known(one: Agency, two: Agency) -> None:
    page = as_html(document(one, two))
    for text in (
        "What cannot wait",
        "Whom to call",
        "What is not in it",
        "Who first",
        "What to do",
        "When data goes stale",
        "What Fanal does not know",
        "ask first",
        "bbbbbbbb",
    ):
        assert text in page


def test_the_reasons_are_the_sentences_of_the_weights(one: Agency, two: Agency) -> None:
    assert "Put media on the platform that a person graded as illegal." in as_html(document(one, two))


def test_an_address_without_port_says_so(one: Agency, two: Agency) -> None:
    assert "192.0.2.1, no port" in as_html(document(one, two))


def test_a_mailbox_misses_no_port(one: Agency, two: Agency) -> None:
    lead = LEAD | {"address": "m@example.org", "at": None}
    made = summary_document(plan(one, two), Counts(), [], [lead], Urgent())
    assert cells(made, "When data goes stale")[3:] == ["m@example.org", ""]


def test_a_provider_is_given_the_second(one: Agency, two: Agency) -> None:
    assert cells(document(one, two), "When data goes stale")[4] == "4 Mar 2026, 05:06:07 UTC"


def test_handling_codes_come_first_and_a_child_at_risk_before_everybody(one: Agency, two: Agency) -> None:
    made = document(one, two)
    assert str(made.sections[0].paragraphs[0]).startswith("H1: ")
    assert made.sections[1].heading == "What cannot wait"
    assert (
        "CHILD AT RISK: 1 identity points to a child who may be in danger now: bbbbbbbb." in made.sections[1].paragraphs
    )


def test_many_accounts_of_one_identity_are_counted_after_the_first(one: Agency, two: Agency) -> None:
    made = document(one, two, accounts="; ".join(f"kx:{n}" for n in range(9)))
    assert cells(made, "Who first")[2] == "kx:0, kx:1, kx:2, kx:3, kx:4, kx:5 and 3 more"


def test_signs_of_other_countries_are_not_passed_over(one: Agency, two: Agency) -> None:
    assert cells(document(one, two, other_countries="PT"), "Who first")[3] == "likely; signs of others too: Portugal"


def test_whom_to_call_is_what_the_sender_says_or_the_number_of_the_keys(one: Agency, two: Agency) -> None:
    told = as_html(summary_document(plan(one, two, contact="unit 7, day and night"), Counts(), [], [], Urgent()))
    assert "Call: unit 7, day and night" in told
    assert "take the one over which you compared keys" in as_html(document(one, two))


def test_who_and_what_was_left_out_is_told(one: Agency, two: Agency) -> None:
    page = as_html(document(one, two))
    assert "2 other identities point to your country and were not sent: 1 below the threshold." in page
    assert "Text of messages" in page
    assert "Text of messages" not in as_html(summary_document(plan(one, two, bodies=True), Counts(), [], [], Urgent()))


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


@pytest.mark.parametrize("language", PACKAGE_LANGUAGES)
def test_it_is_written_in_every_language_of_packages(one: Agency, two: Agency, language: str) -> None:
    made = document(one, two, language)
    page = as_html(made)
    assert f'<html lang="{language}">' in page
    english = as_html(document(one, two))
    headings = [section.heading for section in made.sections]
    assert len(set(headings)) == len(headings)
    assert language == "en" or not any(f">{heading}</h2>" in english for heading in headings)


@pytest.mark.parametrize("language", PACKAGE_LANGUAGES)
def test_its_pdf_is_tagged_and_names_its_language(one: Agency, two: Agency, language: str) -> None:
    made = as_pdf(document(one, two, language))
    for mark in (b"pdfuaid", b"/MarkInfo", b"/Marked true", b"/StructTreeRoot", b"/DisplayDocTitle true"):
        assert mark in made
    assert f"/Lang({language})".encode() in made
    for element in (b"/S/H1", b"/S/H2", b"/S/Table", b"/S/THead", b"/S/TH", b"/S/TD", b"/S/L"):
        assert element in made


def test_tables_and_sections_of_the_page_are_named_for_those_who_hear_it(one: Agency, two: Agency) -> None:
    page = as_html(document(one, two))
    assert page.count("<h1>") == 1
    assert page.count("<table aria-labelledby=") == page.count("<table")
    assert page.count("<h2 id=") == page.count("<section aria-labelledby=") == len(document(one, two).sections)
    assert '<th scope="row"><bdi>1</bdi></th>' in page


def test_a_wallet_breaks_in_its_cell_and_is_copied_whole(one: Agency, two: Agency) -> None:
    wallet = "bc1p" + "q" * 58
    made = summary_document(plan(one, two), Counts(), [], [LEAD | {"address": wallet, "at": None}], Urgent())
    text = extract_text(BytesIO(as_pdf(made)))
    assert wallet not in text
    assert wallet in text.replace("\n", "")


def test_the_pdf_is_always_the_same(one: Agency, two: Agency) -> None:
    made = as_pdf(document(one, two))
    assert made.startswith(b"%PDF-")
    assert as_pdf(document(one, two)) == made


def test_the_languages_of_the_node_are_languages_of_packages() -> None:
    assert set(LANGUAGES) < set(PACKAGE_LANGUAGES)


@pytest.mark.parametrize(
    "name", ["مرحبا", "中文 user", "user \U0001f642", "\u202euser", "#let x = 1 $ _ * @ref", "a\nb\tc", ""]
)
def test_no_name_breaks_the_pdf(one: Agency, two: Agency, name: str) -> None:
    assert as_pdf(document(one, two, accounts=name)).startswith(b"%PDF-")


def test_a_later_package_tells_what_changed_and_who_was_withdrawn_first(one: Agency, two: Agency) -> None:
    changes = Changes(3, "d" * 64, {"a" * 32: "1"}, {}, {"c" * 32: "2", "d" * 32: "3"}, 1200)
    made = summary_document(plan(one, two), Counts(), [], [], Urgent(), changes)
    (told,) = [section for section in made.sections if section.heading == "Changes since the last package"]
    assert told.paragraphs[1:5] == [
        "Withdrawn, do not use them any more: 2. cccccccc, dddddddd",
        "Added: 1. aaaaaaaa",
        "Changed: 0.",
        "As they were: 1,200.",
    ]
    assert "number 3" in told.paragraphs[0]


def test_a_first_package_speaks_of_no_changes(one: Agency, two: Agency) -> None:
    assert "Changes since" not in as_html(document(one, two))


def test_many_who_changed_are_counted_and_some_named(one: Agency, two: Agency) -> None:
    changes = Changes(3, "d" * 64, {f"{n:032d}": "1" for n in range(99)}, {}, {}, 0)
    page = as_html(summary_document(plan(one, two), Counts(), [], [], Urgent(), changes))
    assert "Added: 99. 00000000" in page
    assert page.count("00000000") == 20
