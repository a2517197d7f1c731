"""A few rounds of `make fuzz` for the opener: damaged copies of sealed files, of what is in them, and of cards."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import fuzz_exchange
from fuzz import damaged
from fuzz_exchange import TARGETS, seal

ROUNDS = 9


@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
@pytest.mark.parametrize("target", TARGETS)
def test_a_damaged_file_is_refused_in_one_line_and_leaves_nothing(target: str, seed: int, tmp_path: Path) -> None:
    assert TARGETS[target](seed, tmp_path, damaged) is None


def test_an_opener_that_takes_anything_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_exchange, "_opened", lambda *_: "opened")
    assert seal(1, tmp_path, damaged) == "a damaged file was opened"


def test_a_whole_file_is_opened(tmp_path: Path) -> None:
    for seed, kind in enumerate(fuzz_exchange.KINDS, 3):
        (tmp_path / kind).mkdir()
        assert seal(seed, tmp_path / kind, lambda content, _: content) is None
        assert (tmp_path / kind / "node/bag/data").is_dir()
