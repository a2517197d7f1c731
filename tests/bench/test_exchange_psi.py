import pytest

from fanal.bench.exchange_psi import psi_section
from fanal.bench.exchange_psi_work import STEPS, asked_values, offered_values, work
from fanal.bench.exchange_rows import ExchangeTask
from fanal.exchange import psi


def test_every_step_has_its_row_and_all_four_one_together():
    rows = psi_section(ExchangeTask(0.0001), lambda *_: None)
    assert [r["work"] for r in rows] == [*STEPS, "all four"]
    assert rows[3]["note"] == "1 hits, the same as by brute force"
    assert rows[4]["units"] == "180 x 10 values"
    assert rows[4]["cpu_s"] == pytest.approx(sum(r["cpu_s"] for r in rows[:4]), abs=0.11)


def test_a_result_that_differs_from_brute_force_is_no_result(tmp_path, monkeypatch):
    for step in STEPS[:3]:
        work(step, tmp_path, 50, 40)
    monkeypatch.setattr(psi, "hits", lambda *_: [0])
    with pytest.raises(SystemExit, match="1 hits, by brute force 2"):
        work("result", tmp_path, 50, 40)


def test_every_twentieth_value_that_is_asked_about_is_offered():
    assert len(set(offered_values(1000)) & set(asked_values(100))) == 5
