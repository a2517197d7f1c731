import pytest
from pages import PAGES, anchors, links, name_of, text_of

ELSEWHERE = ("https://", "mailto:")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_somewhere(page):
    for target in links(text_of(page)):
        if target.startswith(ELSEWHERE):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        assert place.exists(), target
        if anchor:
            assert anchor in anchors(text_of(place)), target


def test_every_page_of_the_docs_is_linked_from_another():
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in PAGES
        for target in links(text_of(page))
        if not target.startswith(ELSEWHERE)
    }
    alone = [name_of(page) for page in PAGES if page.parent.name == "docs" and page.resolve() not in linked]
    assert alone == []


def test_a_dead_link_is_seen():
    assert links("see [this](gone.md) and ```\n[not](this.md)\n```") == ["gone.md", "this.md"]
    assert links("```\n[not](this.md)\n```\n") == []
    assert anchors("## What SQL may say\n") == {"what-sql-may-say"}
