"""However much there is, a page asks the case store as often."""

import re
from collections.abc import Iterator

import pytest
from desk_case import Desk
from served import Visitor

from fanal.base import instants
from fanal.cases.access import Actor
from fanal.cases.decisions import decide
from fanal.cases.models import Agency, ExhibitIndex, Letter, Officer, Operation, Package, Peer, Tip
from fanal.cases.outbox import record
from fanal.cases.session import acting_as

MANY = 12
LISTS = {
    "front": "/operations/kx/",
    "identities": "/operations/kx/identities/",
    "identity": "/operations/kx/identities/{identity}/",
    "review": "/operations/kx/review/",
    "mine": "/operations/kx/review/mine/",
    "tips": "/operations/kx/tips/",
    "packages": "/operations/kx/packages/",
    "answers": "/operations/kx/answers/",
    "letters": "/operations/kx/letters/",
    "evidence": "/operations/kx/evidence/",
    "work": "/operations/kx/work/",
    "audit": "/audit/",
    "peers": "/peers/",
    "people": "/people/",
}


def queries(visitor: Visitor, path: str) -> int:
    """What the second look at a page takes: at the first there may be something to take in."""
    visitor.open(path)
    found = re.search(r'db;desc="(\d+)"', visitor.open(path).headers["Server-Timing"])
    assert found, path
    return int(found[1])


def _rows(case: Desk, identity: str) -> list[Tip | Package | Peer | Agency | Letter]:
    """Tips, packages to as many agencies, decisions and readings; what can be taken away again is handed back."""
    operation, officer, now = Operation.objects.get(slug="kx"), Officer.objects.get(service_number="1"), instants.now()
    exhibit = ExhibitIndex.objects.filter(operation=operation).order_by("number")[0]
    made: list[Tip | Package | Peer | Agency | Letter] = []
    for n in range(MANY):
        made.append(Tip.objects.create(operation=operation, exhibit=exhibit, part=f"many:{n}", received_at=now))
        agency = Agency.objects.create(name=f"Many {n}", country=f"X{n}")
        peer = Peer.objects.create(
            agency=agency, node=f"many {n}", signing_key=f"many {n}", recipient="-", fingerprint="-",
            pinned_by=officer, pinned_at=now,
        )  # fmt: skip
        package = Package.objects.create(
            operation=operation, direction="out", peer=peer, sender_operation="kx", country=f"X{n}", number=1,
            state="built", folder=f"packages/many-{n}", digest="-", built_by=officer, built_at=now,
        )  # fmt: skip
        letter = Letter.objects.create(
            operation=operation, direction="out", kind="recall", state="sealed", peer=peer, package=package,
            reference=f"many-{n}", reason="placeholder", drafted_by=officer, drafted_at=now, sealed_at=now,
        )  # fmt: skip
        made += [agency, peer, package, letter]
        record(Actor("1"), "person.read", "kx", kind="history", identity=identity)
        decide(
            acting_as(case.node, "1"), operation, "identity", f"many{n}", "release", "placeholder", founder=f"many:{n}"
        )
    return made


@pytest.fixture(scope="module")
def counts(case: Desk, first: Visitor, identity: str) -> Iterator[dict[str, tuple[int, int]]]:
    """Queries of each page with few rows, and with many."""
    paths = {name: path.format(identity=identity) for name, path in LISTS.items()}
    few = {name: queries(first, path) for name, path in paths.items()}
    assert case.node
    made = _rows(case, identity)
    yield {name: (few[name], queries(first, path)) for name, path in paths.items()}
    for row in reversed(made):
        row.delete()


@pytest.mark.parametrize("page", LISTS)
def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(counts: dict[str, tuple[int, int]], page: str) -> None:
    few, many = counts[page]
    assert many == few
