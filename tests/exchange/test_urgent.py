from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from exchange_cases import MADE_AT

from fanal.base.language import PACKAGE_LANGUAGES, speaking
from fanal.exchange.urgent import AT_RISK, Urgent, urgent_of
from fanal.lake.parquet import write_table

NOW = MADE_AT.replace(tzinfo=None)


def tables(folder: Path, ranks: list[tuple[str, int, str | None]], ends: list[Any]) -> Path:
    (folder / "data/tables").mkdir(parents=True)
    identity, rank, reasons = zip(*ranks, strict=True)
    rows = {"identity": list(identity), "rank": pa.array(rank, pa.int32()), "reasons": pa.array(reasons, pa.string())}
    write_table(folder / "data/tables/identity_rank.parquet", pa.table(rows))
    leads = pa.table({"perishes_at": pa.array(ends, pa.timestamp("us"))})
    write_table(folder / "data/tables/lead.parquet", leads)
    return folder


def test_identities_that_point_to_a_child_at_risk_stand_in_rank_order(tmp_path: Path) -> None:
    ranks = [("c" * 32, 3, f"{AT_RISK} payer"), ("a" * 32, 1, AT_RISK), ("b" * 32, 2, "payer"), ("d" * 32, 4, None)]
    assert urgent_of(tables(tmp_path, ranks, []), MADE_AT).at_risk == ["a" * 32, "c" * 32]


def test_flags_of_officers_count_for_a_child_at_risk_and_for_minors(tmp_path: Path) -> None:
    folder = tables(tmp_path, [("a" * 32, 1, ""), ("b" * 32, 2, "")], [])
    flags = pa.table({"identity": ["b" * 32, "a" * 32], "flag": ["child_at_risk", "minor"]})
    write_table(folder / "data/tables/flag.parquet", flags)
    found = urgent_of(folder, MADE_AT)
    assert (found.at_risk, found.minors) == (["b" * 32], ["a" * 32])
    with speaking("en"):
        assert "MINOR: 1 identity may be a minor's own: aaaaaaaa. The law on children applies." in found.lines()


def test_records_that_end_soon_and_those_that_ended_are_counted_apart(tmp_path: Path) -> None:
    ends = [NOW - timedelta(days=1), NOW + timedelta(days=3), NOW + timedelta(days=14), NOW + timedelta(days=15), None]
    found = urgent_of(tables(tmp_path, [("a" * 32, 1, "")], ends), MADE_AT)
    assert (found.soon, found.gone, found.next_at) == (2, 1, NOW + timedelta(days=3))


def test_a_package_without_rows_says_that_nothing_is_urgent_and_that_this_proves_nothing(tmp_path: Path) -> None:
    found = urgent_of(tmp_path, MADE_AT)
    assert found == Urgent([], 0, 0, None, [])
    with speaking("en"):
        assert found.lines() == [
            "Nothing in it says that a child is at risk now; that proves nothing of the contrary.",
            "No record that a lead asks for is known to be deleted soon.",
        ]


def test_more_identities_than_a_line_holds_are_cut_and_counted() -> None:
    with speaking("en"):
        line = Urgent([f"{n:032x}"[::-1] for n in range(12)]).lines()[0]
    assert line.startswith("CHILD AT RISK: 12 identities")
    assert line.endswith(" ....")
    assert line.count(",") == 9


@pytest.mark.parametrize("n", [1, 2, 5, 22])
def test_polish_has_its_three_forms(n: int) -> None:
    words = {1: "tożsamość wskazuje", 2: "tożsamości wskazują", 5: "tożsamości wskazuje", 22: "tożsamości wskazują"}
    with speaking("pl"):
        assert words[n] in Urgent(["a" * 32] * n).lines()[0]


@pytest.mark.parametrize("language", PACKAGE_LANGUAGES)
def test_the_child_comes_before_the_records_in_every_language(language: str) -> None:
    with speaking(language):
        lines = Urgent(["a" * 32], 2, 1, MADE_AT).lines()
    assert "aaaaaaaa" in lines[0]
    assert len(lines) == 4
