from dataclasses import replace
from pathlib import Path

import pytest
from exchange_cases import Agency
from lake_cases import plan, small_lake

from fanal.exchange.build import Built, build_packages
from fanal.exchange.changes import Previous, changes_since, content_of, read_changes
from fanal.exchange.leaving import read_leaving
from fanal.exchange.refusals import Malformed
from fanal.exchange.sent import accounts_sent

A, B = "a" * 32, "b" * 32


@pytest.fixture(scope="module")
def bags(tmp_path_factory: pytest.TempPathFactory, agencies: dict[str, Agency]) -> dict[str, Built]:
    """The package for one country as it is, without opinions, and without one of its identities."""
    root = tmp_path_factory.mktemp("changes")
    snapshot = small_lake(root / "lamp")
    whole = plan(agencies["one"], agencies["two"])
    plans = {"whole": whole, "silent": replace(whole, opinions=()), "fewer": replace(whole, held=frozenset({A}))}
    return {name: build_packages(snapshot, [one], root / name)[0] for name, one in plans.items()}


def previous(built: Built) -> Previous:
    return Previous(1, built.digest, content_of(built.folder))


def test_a_package_changes_nothing_against_itself(bags: dict[str, Built]) -> None:
    found = changes_since(previous(bags["whole"]), bags["whole"].folder)
    assert found is not None
    assert (found.added, found.changed, found.withdrawn, found.unchanged) == ({}, {}, {}, 2)


def test_the_first_package_changes_nothing(bags: dict[str, Built]) -> None:
    assert changes_since(None, bags["whole"].folder) is None


def test_an_opinion_changes_the_identity_that_it_is_about_alone(bags: dict[str, Built]) -> None:
    found = changes_since(previous(bags["silent"]), bags["whole"].folder)
    assert found is not None
    assert (list(found.changed), found.unchanged) == ([B], 1)


def test_who_is_new_and_who_is_gone_is_named_with_its_content(bags: dict[str, Built]) -> None:
    content = content_of(bags["whole"].folder)
    came = changes_since(previous(bags["fewer"]), bags["whole"].folder)
    went = changes_since(previous(bags["whole"]), bags["fewer"].folder)
    assert came is not None
    assert went is not None
    assert came.added == {A: content[A]} == went.withdrawn
    assert went.to_json()["withdrawn"] == [{"identity": A, "before": content[A]}]


def test_a_bag_that_is_gone_holds_nobody(tmp_path: Path) -> None:
    assert content_of(tmp_path) == {}
    assert accounts_sent(tmp_path) == {}


def test_who_was_sent_under_which_identity_is_read_from_the_bag(bags: dict[str, Built]) -> None:
    assert accounts_sent(bags["whole"].folder) == {"kx:1": A, "kx:2": A, "kx:3": B}


def test_what_leaves_is_read_from_the_bag(bags: dict[str, Built]) -> None:
    found = read_leaving(bags["whole"].folder, "lamp-FR-1")
    assert found.digest == bags["whole"].digest
    assert [(row["rank"], row["identity"], row["change"]) for row in found.identities] == [(1, B, "new"), (2, A, "new")]
    assert found.rows == bags["whole"].counts.rows
    assert found.minors == 0


@pytest.mark.parametrize("raw", [3, {}, {"added": [], "changed": [], "withdrawn": [{"identity": 4}]}, {"added": 1}])
def test_changes_of_another_form_are_refused(raw: object) -> None:
    with pytest.raises(Malformed):
        read_changes({"changes": raw}, "lamp-FR-2.fanal")


def test_the_summary_of_a_later_package_tells_what_changed(bags: dict[str, Built], tmp_path: Path) -> None:
    made = replace(bags["fewer"].plan, number=2, previous=previous(bags["whole"]))
    built = build_packages(small_lake(tmp_path / "lamp"), [made], tmp_path / "packages")[0]
    page = (built.folder / "data/summary.html").read_text()
    assert "Changes since the last package" in page
    assert f"Withdrawn, do not use them any more: 1. {A[:8]}" in page
