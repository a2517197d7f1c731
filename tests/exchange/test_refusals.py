import inspect
from pathlib import Path

import pytest

from fanal.base.language import speaking
from fanal.exchange import refusals

CLASSES = [c for _, c in inspect.getmembers(refusals, inspect.isclass) if issubclass(c, refusals.Refused)]
PAGE = Path(__file__).parents[2] / "docs/package.md"


def test_each_refusal_has_a_code_of_its_own() -> None:
    assert len({c.code for c in CLASSES}) == len(CLASSES)


@pytest.mark.parametrize("refusal", CLASSES, ids=lambda c: c.__name__)
def test_a_refusal_names_the_file_and_says_what_to_do(refusal: type[refusals.Refused]) -> None:
    with speaking("en"):
        names = (
            "detail",
            "named",
            "fingerprint",
            "agency",
            "signer",
            "number",
            "operation",
            "last",
            "expected",
            "made_at",
            "since",
        )
        fields = dict.fromkeys([*names, "kind", "name", "limit"], "THIS")
        line = refusal(path="x.fanal", **fields).line()
    assert line.startswith("x.fanal ")
    assert "\n" not in line


def test_the_page_about_packages_lists_every_refusal_of_a_package() -> None:
    listed = PAGE.read_text()
    for refusal in CLASSES:
        number = refusal.code.removeprefix("F-PKG-")
        if refusal not in (refusals.Refused, refusals.CardForged):
            assert f"F-PKG-{number}" in listed or f", {number}" in listed, refusal.code
