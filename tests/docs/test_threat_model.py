"""The threat model names tests; each of them exists."""

import re

from pages import ROOT, text_of

NAMED = re.findall(r"`(\w+/test_\w+)::(test_\w+)`", text_of(ROOT / "docs" / "threat-model.md"))


def test_every_test_that_the_threat_model_names_exists():
    assert len(NAMED) > 20
    for file, test in NAMED:
        source = ROOT / "tests" / f"{file}.py"
        assert source.is_file(), file
        assert f"def {test}(" in source.read_text(encoding="utf-8"), test
