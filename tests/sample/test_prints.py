"""What an examiner and two lists say of the sample's media: invented, fit to show matching, series, the unseen."""

import json
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from fanal.model.hash_lists import OPINIONS
from fanal.sample.prints import MOST_CHANGED, STRANGERS, drawn, write_prints

N = 400
MD5 = [f"{n:032x}" for n in range(N)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("prints")
    write_prints(made, pa.array(MD5), pa.array(["video/mp4"] * N), 7)
    return made


def media(folder, name):
    told = json.loads((folder / name).read_text())["value"]
    return told[0]["Media"] if "CaseID" in told[0] else told


def print_of(one):
    return bytes.fromhex(one["AlternativeHashes"][0]["HashValue"])


def apart(one, other):
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def test_a_copy_is_near_to_what_it_copies_and_has_its_category():
    prints, category = drawn(N, 7)
    words = [one.tobytes() for one in prints]
    near = [(a, b) for b in range(N) for a in range(b) if apart(words[a], words[b]) <= 2 * MOST_CHANGED]
    assert len(near) > N // 10
    assert all(category[a] == category[b] for a, b in near)


def test_the_examiner_names_every_medium_and_left_some_without_a_category(folder):
    told = media(folder, "grades.json")
    assert [one["MD5"] for one in told] == MD5
    assert {len(print_of(one)) for one in told} == {32}
    assert set(Counter(one.get("Category") for one in told)) == {None, 1, 2, 3, 5}


def test_the_first_list_has_some_exactly_some_nearly_and_strangers(folder):
    listed = media(folder, "list-a.json")
    prints = [print_of(one) for one in media(folder, "grades.json")]
    near = [o for o in listed if o["MD5"] not in MD5 and min(apart(print_of(o), p) for p in prints) <= MOST_CHANGED]
    assert sum(one["MD5"] in MD5 for one in listed) > N // 5
    assert near
    assert len(listed) - len(near) - sum(one["MD5"] in MD5 for one in listed) == STRANGERS


def test_the_lists_contradict_each_other_somewhere(folder):
    lines = (folder / "list-b.csv").read_text().splitlines()[1:]
    harmless = {line.split(",")[0] for line in lines if line.endswith("N")}
    assert harmless & {one["MD5"] for one in media(folder, "list-a.json")}


@pytest.mark.parametrize("name", ["grades", "list-a", "list-b"])
def test_every_scale_comes_with_what_it_means(folder, name):
    lines = [line for line in (folder / f"{name}.toml").read_text().splitlines() if "=" in line]
    assert {line.split('"')[1] for line in lines} <= set(OPINIONS)


def test_another_seed_gives_other_fingerprints():
    assert not np.array_equal(drawn(N, 7)[0], drawn(N, 8)[0])
