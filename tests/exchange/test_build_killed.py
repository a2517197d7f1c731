import multiprocessing
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
from exchange_cases import Agency
from lake_cases import plan, small_lake

from fanal.exchange.bag import verify_bag
from fanal.exchange.build import STAGING, build_packages
from fanal.exchange.plan import PackagePlan
from fanal.lake.snapshot import read_current

SPAWN = multiprocessing.get_context("spawn")


def build(lake: Path, root: Path, plans: list[PackagePlan], started: "multiprocessing.synchronize.Event") -> None:
    started.set()
    build_packages(read_current(lake), plans, root, again=True)


@pytest.mark.slow
def test_a_killed_build_shows_nothing_half_made_and_the_next_one_is_the_same(
    tmp_path: Path, one: Agency, two: Agency
) -> None:
    small_lake(tmp_path / "lamp")
    countries = ("FR", "ES", "IT", "PT")
    plans = [plan(one, replace(two, party=replace(two.party, country=c))) for c in countries]
    undisturbed = build_packages(read_current(tmp_path / "lamp"), plans, tmp_path / "calm")
    chance = random.Random(7)
    for _ in range(5):
        started = SPAWN.Event()
        child = SPAWN.Process(target=build, args=(tmp_path / "lamp", tmp_path / "packages", plans, started))
        child.start()
        started.wait()
        time.sleep(chance.uniform(0, 0.8))
        child.kill()
        child.join()
        digests = {package.folder.name: package.digest for package in undisturbed}
        for folder in (tmp_path / "packages").glob("*"):
            if not folder.name.startswith(STAGING):
                assert verify_bag(folder) == digests[folder.name]
    again = build_packages(read_current(tmp_path / "lamp"), plans, tmp_path / "packages", again=True)
    assert [package.digest for package in again] == [package.digest for package in undisturbed]
