"""Packages, answers and letters a page at a time: on and back, and filtered."""

from collections.abc import Callable

import pytest
from desk_case import Desk

from fanal.base import instants
from fanal.cases.access import Actor
from fanal.cases.models import Agency, Answer, Letter, Officer, Operation, Package, Peer
from fanal.work.packages import NoSuchPackage
from fanal.work.store_pages import (
    StorePage,
    answer_page,
    answers_about,
    letter_page,
    one_package,
    package_page,
    waiting_letters,
)

pytestmark = pytest.mark.slow
FIRST = Actor("1")
COUNTRIES = ("BE", "FR", "BE", "IT", "BE")


@pytest.fixture
def sent(desk: Desk) -> Operation:
    """Five packages; on each two answers and a letter, and one answer is replaced by a later one of its country."""
    assert desk.node
    operation, officer, now = Operation.objects.get(slug="kx"), Officer.objects.get(service_number="1"), instants.now()
    for n, country in enumerate(COUNTRIES):
        agency = Agency.objects.create(name=f"Unit {n}", country=country)
        peer = Peer.objects.create(
            agency=agency, node=f"node {n}", signing_key=f"{n}", recipient="-", fingerprint="-", pinned_by=officer,
            pinned_at=now,
        )  # fmt: skip
        package = Package.objects.create(
            operation=operation, direction="out", peer=peer, sender_operation="kx", country=country, number=n,
            state="sealed" if n else "built", folder="-", digest="-", built_by=officer, built_at=now,
        )  # fmt: skip
        for identity, outcome in (("a", "arrested"), (f"own {n}", "false_positive" if n else "arrested")):
            Answer.add(package=package, identity=identity, outcome=outcome, officer="9", at=instants.now())
        Letter.objects.create(
            operation=operation, direction="out", kind="recall", state="drafted", peer=peer, package=package,
            reference=f"L{n}", reason="r", drafted_by=officer, drafted_at=now,
        )  # fmt: skip
    return operation


def walked(page: Callable[..., StorePage], operation: Operation, name: str, **wanted: str) -> list[list[object]]:
    """The values of one column, page by page; each page but the first leads back to the one before."""
    pages, before = [page(FIRST, operation, wanted, 0, 2)], 0
    while pages[-1].next:
        pages.append(page(FIRST, operation, wanted, pages[-1].next, 2))
        before = pages[-1].previous or 0
        assert page(FIRST, operation, wanted, 0, 2, before=before).rows == pages[-2].rows
    assert pages[0].previous is None
    return [[row[name] for row in one.rows] for one in pages]


def test_packages_stand_the_latest_first_a_page_at_a_time_and_filtered(sent: Operation) -> None:
    assert walked(package_page, sent, "number") == [[4, 3], [2, 1], [0]]
    assert walked(package_page, sent, "number", country="BE", state="sealed") == [[4, 2]]
    choices = package_page(FIRST, sent, {}, 0, 2).choices
    assert choices == {"country": ["BE", "FR", "IT"], "state": ["built", "sealed"]}
    assert one_package(FIRST, sent, "kx-FR-1")["recipient"] == "Unit 1"
    for name in ("kx-FR-2", "other-FR-1", "nothing"):
        with pytest.raises(NoSuchPackage):
            one_package(FIRST, sent, name)


def test_of_each_country_the_last_answer_on_each_identity_stands(sent: Operation) -> None:
    found = walked(answer_page, sent, "package")
    assert found == [["kx-BE-4", "kx-BE-4"], ["kx-IT-3", "kx-IT-3"], ["kx-BE-2", "kx-FR-1"], ["kx-FR-1", "kx-BE-0"]]
    assert walked(answer_page, sent, "identity", outcome="arrested") == [["a", "a"], ["a", "own 0"]]
    assert [row["country"] for row in answers_about(FIRST, sent, "a")] == ["BE", "IT", "FR"]


def test_letters_stand_the_latest_first_and_those_that_wait_the_oldest_first(sent: Operation) -> None:
    assert walked(letter_page, sent, "letter") == [["L4", "L3"], ["L2", "L1"], ["L0"]]
    assert walked(letter_page, sent, "letter", kind="permission") == [[]]
    rows, more = waiting_letters(FIRST, sent, 2)["drafted"]
    assert ([row["letter"] for row in rows], more) == (["L0", "L1"], 3)
