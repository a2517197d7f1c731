"""A few rounds of `make fuzz`: damaged copies of every reader's examples."""

import sys
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from fuzz import damaged, one_round, rounds

from fanal.read.registry import readers

ROUNDS = 10


@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.name)
def test_a_damaged_exhibit_is_read_or_refused_and_every_row_accounted_for(reader, seed, tmp_path):
    assert one_round(reader, seed, tmp_path) is None


def test_damage_is_the_same_for_the_same_seed_and_another_for_another():
    content = b"message 12\n" * 50
    assert damaged(content, Random(3)) == damaged(content, Random(3)) != content
    assert len({damaged(content, Random(n)) for n in range(50)}) > 40


class Broken:
    """A reader that loses a row, or fails, as it is told."""

    name = "broken"

    def __init__(self, deed):
        self.deed = deed

    def examples(self):
        return next(iter(readers())).examples()

    def read(self, _source, sink):
        if self.deed == "fail":
            raise IndexError
        sink.count("lines", source=2, read=1)


def test_a_lost_row_is_found(tmp_path):
    assert "unaccounted" in one_round(Broken("lose"), 1, tmp_path)


def test_a_crash_is_found_and_printed_with_its_seed(monkeypatch, capsys):
    monkeypatch.setattr("fanal.read.registry.by_name", lambda _: Broken("fail"))
    assert rounds("broken", 5, 60, 1) == 1
    assert "FOUND broken --seed 5: IndexError" in capsys.readouterr().out
