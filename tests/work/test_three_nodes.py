"""One case between a coordinator and two national nodes, from the first package to the last letter."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import three_nodes
from three_nodes import NODES, Worked
from whole_case import Case

from fanal.cases.store import describe
from stores import Store, used

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pg(request: pytest.FixtureRequest) -> Iterator[Store]:
    with used("postgresql", lambda: request.getfixturevalue("postgres")) as store:
        yield store


@pytest.fixture(scope="module")
def worked(whole: Case, pg: Store, tmp_path_factory: pytest.TempPathFactory) -> Worked:
    return three_nodes.work(three_nodes.nodes(whole.copy(tmp_path_factory.mktemp("three")), pg))


def head(worked: Worked, node: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(Path(worked.said[node]["summary"]).with_name("package.json").read_text())
    return found


def test_each_receives_its_package_in_its_own_language(worked: Worked) -> None:
    assert {name: head(worked, name)["language"] for name in ("france", "spain")} == {"france": "fr", "spain": "es"}


def test_one_of_the_nodes_is_on_postgresql(worked: Worked) -> None:
    kept = {}
    for name in NODES:
        worked.case.node(name)
        kept[name] = describe().split()[0]
    assert kept == {"desk": "SQLite", "france": "SQLite", "spain": "PostgreSQL"}


def test_who_is_on_hold_is_not_in_the_first_package(worked: Worked) -> None:
    assert worked.said["spain"]["identities"] == len(worked.said["spanish"]) - 1


def test_receipts_and_answers_change_the_coordinators_figures(worked: Worked) -> None:
    before, opened, after = (worked.said[name] for name in ("before", "opened", "answered"))
    assert before["packages_by_country"] == {}
    assert {cc: of["opened"] for cc, of in opened["packages_by_country"].items()} == {"ES": 1, "FR": 1}
    assert after["packages_by_country"]["ES"]["outcomes"] == {"arrested": 1, "false_positive": 1}
    assert after["packages_by_country"]["FR"]["outcomes"] == {"hit": 1}
    assert after["answers_by_outcome"] == {"arrested": 1, "false_positive": 1, "hit": 1}


def test_a_false_positive_is_corrected_and_a_recall_is_stopped(worked: Worked) -> None:
    assert worked.said["answer"]["corrections_drafted"] == 1
    for kind, identity in (("correction", "wrong"), ("recall", "recalled")):
        letter = worked.said[kind]
        assert (letter["kind"], letter["identity"], letter["state"]) == (kind, worked.said[identity], "settled")
        assert letter["settled"] == "stopped"


def test_the_later_package_says_what_was_added_changed_and_withdrawn(worked: Worked) -> None:
    said = worked.said
    assert said["update"]["number"] == 2
    changes = said["update"]["changes"]
    assert changes["added"] == [said["late"]]
    assert changes["changed"] == [said["changed"]]
    assert sorted(changes["withdrawn"]) == sorted(said[name] for name in ("held", "recalled", "wrong"))


def test_spain_learns_that_france_looks_at_the_same_person(worked: Worked) -> None:
    (mails,) = worked.said["hit"]["kinds"]
    assert (mails["kind"], mails["asked"], mails["hits"], len(mails["identities"])) == ("email", 2, 1, 1)
    assert worked.said["hit"]["office"] == "Unit france"


@pytest.mark.parametrize("name", sorted(NODES))
def test_in_the_end_every_node_agrees_with_itself(worked: Worked, name: str) -> None:
    assert worked.case.do(name, "check").code == 0
    assert worked.case.do(name, "audit", "verify", "--format", "json").json["holds"]
