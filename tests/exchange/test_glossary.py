import csv
from pathlib import Path

import pytest

from fanal.base.language import PACKAGE_LANGUAGES, speaking
from fanal.exchange.glossary import COLUMN_WORDS, GLOSSARY, TABLE_WORDS, glossary_rows, write_glossary
from fanal.exchange.sheet import COLUMNS
from fanal.exchange.tables import BY_IDENTITY, CANONICAL
from fanal.model.codes import OUTCOME_WORDS, ROLE_WORDS
from fanal.model.kinds import KINDS


def test_every_column_of_the_sheet_is_explained_in_its_order() -> None:
    assert tuple(COLUMN_WORDS) == COLUMNS


def test_every_table_that_a_package_may_carry_is_explained() -> None:
    assert {*CANONICAL, *BY_IDENTITY} <= set(TABLE_WORDS)


def test_every_code_and_kind_is_explained() -> None:
    with speaking("en"):
        names = {name for _, name, _ in glossary_rows()}
    assert {*ROLE_WORDS, *OUTCOME_WORDS, *(kind.name for kind in KINDS), "H2", "X", "4", "possible"} <= names


@pytest.mark.parametrize("language", PACKAGE_LANGUAGES)
def test_it_is_written_in_the_recipients_language_for_a_spreadsheet(tmp_path: Path, language: str) -> None:
    (tmp_path / "data").mkdir()
    write_glossary(tmp_path, language)
    with (tmp_path / GLOSSARY).open(encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    assert len({len(row) for row in rows}) == 1
    assert all(all(row) for row in rows)
    meanings = {row[1]: row[2] for row in rows}
    assert (meanings["rank"] == COLUMN_WORDS["rank"]) == (language == "en")
