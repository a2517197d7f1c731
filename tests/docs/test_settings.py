"""docs/settings.md names every setting, environment variable, rule of a threshold and list context."""

import re
import tomllib
from dataclasses import fields

from pages import ROOT, text_of

from fanal.cases.node import config_text
from fanal.model.deconfliction import Caps
from fanal.model.inputs import CONDUCT, Threshold
from fanal.model.lists import ADDRESS_KINDS, CONTEXTS
from fanal.model.node_lists import COLUMNS

PAGE = text_of(ROOT / "docs" / "settings.md")


def test_every_key_of_a_new_nodes_file_is_documented():
    made = tomllib.loads(config_text(node_id="0" * 32, agency="Unit 7", country="BE", language="en", demo=False))
    for table, keys in made.items():
        assert f"[{table}]" in PAGE
        for key in keys:
            assert f"`{key}`" in PAGE


def test_every_environment_variable_of_the_command_line_is_documented():
    sources = [*(ROOT / "src").rglob("*.py"), ROOT / "src" / "fanal" / "base" / "language.py"]
    read = {name for source in sources for name in re.findall(r"\bFANAL_[A-Z]+\b", source.read_text(encoding="utf-8"))}
    assert "FANAL_NODE" in read
    assert {name for name in read if f"`{name}`" not in PAGE} == set()


def test_every_rule_of_a_threshold_is_documented():
    for field in fields(Threshold):
        assert f"`{field.name}`" in PAGE
    for word in CONDUCT:
        assert f"`{word}`" in PAGE


def test_every_cap_of_deconfliction_is_documented_with_what_holds_without_it():
    for field in fields(Caps):
        (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{field.name}` ")]
        assert row.endswith(f"| {field.default or 0} |") or field.name == "office"


def test_every_column_and_context_of_a_list_is_documented():
    for word in (*COLUMNS, *CONTEXTS, *ADDRESS_KINDS):
        assert f"`{word}`" in PAGE
