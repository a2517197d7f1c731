import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The case that the tests of the use cases decide on.
sys.path.append(str(Path(__file__).parents[1] / "work"))

from desk_case import Desk, build
from provider import Provider, providing, trust
from served import Served, Visitor, serve
from whole_case import TERMS, typed
from working import watch

from fanal.cases.access import Actor
from fanal.cases.models.offices import Operation
from fanal.work.jobs import ask_for

#: An officer of each role, by service number.
OFFICERS = {
    "31": "analyst",
    "32": "coordinator",
    "33": "victim_identification",
    "34": "national_officer",
    "35": "auditor",
    "36": "administrator",
}
#: Officers who sign in once, to sign out.
LEAVING = ("41", "42", "43", "44", "45", "46", "47", "48", "49", "50", "53", "54")


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """An agency's own sign-in, on this machine."""
    with providing() as found:
        yield found


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Desk:
    """A small case with a pinned neighbour, a tip, an officer of every role, and an agency's sign-in."""
    folder = tmp_path_factory.mktemp("web")
    desk = build(folder / "case")
    for officer, role in OFFICERS.items():
        desk.do("officer", "add", officer, "--role", role)
    for officer in LEAVING:
        desk.do("officer", "add", officer, "--role", "coordinator")
    neighbour = ("-C", folder / "belgium")
    typed("init", folder / "belgium", "--agency", "Unit BE", "--country", "BE", "--demo")
    typed(*neighbour, "peer", "card", folder / "belgium.card")
    desk.do("peer", "add", folder / "belgium.card")
    desk.do("peer", "assess", "BE", *TERMS)
    (folder / "tip.eml").write_bytes(
        b"From: someone@example.org\r\nTo: tips@example.org\r\nSubject: message 12\r\n"
        b"Date: Mon, 5 Feb 2024 10:00:00 +0000\r\nMessage-ID: <12@example.org>\r\n\r\nplaceholder text\r\n"
    )
    desk.do("tip", folder / "tip.eml")
    watch(desk.node, folder / "incoming")
    trust(desk.node, provider)
    ask_for(Actor("1"), Operation.objects.get(slug="kx"), "run", {})
    return desk


@pytest.fixture(scope="session")
def served(case: Desk) -> Iterator[Served]:
    """The case's desk, served once for all tests of one process."""
    desk = serve(case.node)
    yield desk
    desk.process.terminate()
    desk.process.wait(30)


@pytest.fixture(scope="session")
def officers(served: Served) -> dict[str, Visitor]:
    """A signed-in officer of every role, by role."""
    return {role: served.visitor().sign_in(officer) for officer, role in OFFICERS.items()}


@pytest.fixture(scope="session")
def first(served: Served) -> Visitor:
    """The node's first officer, signed in."""
    return served.visitor().sign_in("1")


@pytest.fixture(scope="session")
def second(served: Served) -> Visitor:
    """The second officer, signed in."""
    return served.visitor().sign_in("2")


@pytest.fixture(scope="session")
def identity(case: Desk) -> str:
    """The identity of the first account."""
    return str(case.line("kx:1")["identity"])
