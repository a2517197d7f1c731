"""Every reader has its page, and every page its reader."""

import re

import pytest
from pages import ROOT, text_of

from fanal.read.registry import readers

FOLDER = ROOT / "docs" / "readers"
READERS = {reader.name: reader for reader in readers()}


def test_there_is_a_page_for_each_reader_and_for_nothing_else():
    assert {page.stem for page in FOLDER.glob("*.md")} == set(READERS)


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_readers_page_says_what_it_reads_and_what_a_reject_looks_like(name):
    text = text_of(FOLDER / f"{name}.md")
    assert f"`{name}`" in text
    assert re.search(r"^## What it reads$", text, re.MULTILINE)
    assert re.search(r"^## What a reject looks like$", text, re.MULTILINE)
    assert re.search(r"^ {4}fanal (?:add|tip) ", text, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_readers_page_says_whether_it_takes_a_mapping(name):
    assert ("../mapping.md" in text_of(FOLDER / f"{name}.md")) == READERS[name].mapped


def test_the_page_on_reading_names_every_reader():
    page = text_of(ROOT / "docs" / "reading.md")
    assert set(re.findall(r"\]\(readers/(\w+)\.md\)", page)) == set(READERS)
