"""On what terms a recipient may be sent anything: recorded, superseded, and asked for before anything is built."""

from pathlib import Path

import pytest
from desk_case import Desk
from django.db import IntegrityError, connection
from whole_case import TERMS

from fanal.cases.models import Terms

pytestmark = pytest.mark.slow
ONLY_PURPOSE = ("--purpose", "criminal investigation")


@pytest.fixture(scope="module")
def pinned(decided: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The small case with a Belgian node pinned and no terms; for reading only."""
    folder = tmp_path_factory.mktemp("terms")
    desk = decided.copy(folder / "desk")
    other = Desk(folder / "other")
    other.folder.mkdir()
    assert other.type("init", other.folder / "node", "--agency", "Unit BE", "--country", "BE", "--demo").code == 0
    other.do("peer", "card", folder / "be.card")
    desk.do("peer", "add", folder / "be.card")
    return desk


@pytest.fixture
def case(pinned: Desk, tmp_path: Path) -> Desk:
    return pinned.copy(tmp_path / "desk")


def test_without_all_three_nothing_is_built_and_the_error_says_what_to_run(case: Desk) -> None:
    line = case.refused("package", "build", "BE")
    assert line.startswith("F-PACKAGE-02")
    assert "fanal peer assess BE" in line
    case.do("peer", "assess", "BE", *ONLY_PURPOSE)
    line = case.refused("package", "build", "BE")
    assert "purpose" not in line.split("records")[0]
    case.do("peer", "assess", "BE", *TERMS)
    case.do("package", "build", "BE")


def test_an_agency_is_named_by_name_country_or_node(case: Desk) -> None:
    node = case.rows("peer", "list")[0]["node"]
    for named in ("Unit BE", "be", node[:8]):
        assert case.do("peer", "assess", named, *TERMS, "--format", "json").json["lacking"] == []
    assert case.refused("peer", "assess", "FR", *TERMS).startswith("F-REL-01")


def test_a_term_is_superseded_and_both_stay_on_record(case: Desk) -> None:
    case.do("peer", "assess", "BE", *TERMS)
    case.do("--as", "2", "peer", "assess", "BE", "--basis", "derogation", "--basis-reason", "a child in danger")
    bases = [row for row in case.rows("peer", "terms", "BE") if row["kind"] == "basis"]
    assert [(row["value"], row["officer"], row["stands"]) for row in bases] == [
        ("eu", "1", False),
        ("derogation", "2", True),
    ]


def test_the_database_itself_refuses_to_change_a_term(case: Desk) -> None:
    case.do("peer", "assess", "BE", *TERMS)
    assert case.node
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_terms SET text = 'other'")
    assert Terms.objects.filter(kind="purpose").get().text == "criminal investigation"


def test_a_real_risk_of_ill_treatment_refuses_build_and_seal(case: Desk) -> None:
    case.do("peer", "assess", "BE", *TERMS)
    case.do("package", "build", "BE")
    case.do("--as", "2", "package", "approve")
    case.do("peer", "assess", "BE", "--ill-treatment", "refused", "--assessment", "reports of torture")
    assert case.refused("package", "seal").startswith("F-REL-03")
    assert case.refused("package", "build", "BE").startswith("F-REL-03")


def test_terms_changed_after_approval_void_it(case: Desk) -> None:
    case.do("peer", "assess", "BE", *TERMS)
    case.do("package", "build", "BE")
    case.do("--as", "2", "package", "approve")
    case.do("peer", "assess", "BE", "--purpose", "safeguarding alone")
    assert case.refused("package", "seal").startswith("F-PKG-19")


def test_perceptual_fingerprints_go_nowhere_until_an_officer_says_so(case: Desk) -> None:
    case.do("peer", "assess", "BE", *TERMS)
    name = case.do("package", "build", "BE", "--format", "json").json[0]["package"]
    assert case.do("package", "show", name, "--format", "json").json["perceptual_fingerprints"] is False
    case.do("--as", "2", "package", "approve")
    case.do("peer", "assess", "BE", "--perceptual", "yes", "--perceptual-reason", "agreement 12")
    assert case.refused("package", "seal").startswith("F-PKG-19")
    name = case.do("package", "build", "BE", "--format", "json").json[0]["package"]
    assert case.do("package", "show", name, "--format", "json").json["perceptual_fingerprints"] is True
    case.do("peer", "assess", "BE", "--perceptual", "no", "--perceptual-reason", "agreement 12 has ended")
    name = case.do("package", "build", "BE", "--format", "json").json[0]["package"]
    assert case.do("package", "show", name, "--format", "json").json["perceptual_fingerprints"] is False


@pytest.mark.parametrize(
    "told",
    [
        (),
        ("--basis", "treaty"),
        ("--basis", "safeguards"),
        ("--basis-reason", "an agreement"),
        ("--ill-treatment", "none"),
        ("--assessment", "no sign of it"),
        ("--perceptual", "yes"),
        ("--perceptual", "perhaps", "--perceptual-reason", "an agreement"),
    ],
)
def test_a_term_without_its_word_or_reason_is_refused(case: Desk, told: tuple[str, ...]) -> None:
    assert case.refused("peer", "assess", "BE", *told).startswith("F-REL-02")
    assert case.rows("peer", "terms") == []


def test_an_analyst_records_no_terms(case: Desk) -> None:
    assert case.refused("--as", "7", "peer", "assess", "BE", *TERMS).startswith("F-MAY-01")
