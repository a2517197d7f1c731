import re

import pytest
from pages import PAGES, name_of, text_of

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|tmp|work|mnt|Users)/|\b[A-Z]:\\\\?Users\b")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted|registry\.npmjs|npmjs\.com|index-url =|proxy\.golang|127\.0\.0\.1|localhost:"
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|TBD|XXX|lorem ipsum)\b", re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_folder_of_somebodys_machine(page):
    assert MACHINE_PATH.findall(text_of(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_package_registry(page):
    assert REGISTRY.findall(text_of(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_is_left_unfinished(page):
    text = text_of(page)
    assert UNFINISHED.findall(text) == []
    assert len(re.findall(r"^# ", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)) == 1


def test_what_is_looked_for_is_found():
    assert MACHINE_PATH.search("it lies in /home/somebody/case")
    assert not MACHINE_PATH.search("data/tmp/file, https://example.org/home/page")
    assert REGISTRY.search("get it from https://pypi.org/simple")
