"""Hash lists stay in the node: taken in, matched as a whole, never asked about one hash."""

import json
import shutil

import pyarrow.parquet as pq
import pytest
from whole_case import typed

from fanal.cases.node import find_node, load_node
from fanal.cli.main import build

LISTED, OTHER, SEIZED = "ab" * 16, "cd" * 16, "ef" * 16
MAPPING = """fanal_mapping: 1
platform: kx
source: csv
tables:
  media: >
    SELECT id AS native_id, md5, 'video/mp4' AS mime, _row FROM videos
  share: >
    SELECT by AS account, id AS media, 'upload' AS action, _row FROM videos
"""


class Place:
    def __init__(self, folder):
        self.folder = folder

    def do(self, *arguments):
        said = typed("-C", self.folder / "node", *arguments)
        assert said.code == 0, (arguments, said.err)
        return said

    def refused(self, *arguments):
        said = typed("-C", self.folder / "node", *arguments)
        assert said.code in (1, 2), (arguments, said)
        return said.err.removeprefix("fanal: ").split()[0].rstrip(":"), said

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    made = Place(folder)
    assert typed("init", folder / "node", "--agency", "Unit 7", "--country", "BE", "--demo").code == 0
    made.do("op", "new", "kx", "--title", "Operation", "--legal-basis", "order 1")
    made.file("videos.csv", f"id,md5,by\n1,{LISTED},7\n2,{SEIZED},7\n")
    made.do("add", folder / "videos.csv", "--mapping", made.file("videos.yaml", MAPPING))
    return folder


@pytest.fixture
def place(built, tmp_path):
    shutil.copytree(built, tmp_path / "case")
    return Place(tmp_path / "case")


def add(place, *more):
    text = f"md5,category\n{LISTED},1\n{OTHER},2\n"
    return place.do("hashlist", "add", place.file("list.csv", text), "--name", "one", "--version", "v1", *more)


def test_a_list_is_taken_in_matched_and_deleted(place):
    mapping = place.file("map.toml", '[categories]\n1 = "illegal_here"\n')
    add(place, "--agency", "Agency 7", "--mapping", mapping)
    (listed,) = place.do("hashlist", "list", "--format", "jsonl").lines
    assert (listed["list"], listed["version"], listed["entries"], listed["in_force"]) == ("one", "v1", 2, True)
    (match,) = place.do("media", "match", "--format", "jsonl").lines
    assert {"media", "list", "entry", "kind", "distance", "share"} <= set(match)
    told = [match[key] for key in ("media", "list", "kind", "distance", "share")]
    assert told == ["kx:1", "one", "exact", 0, 1.0]
    assert (match["agency"], match["opinion"]) == ("Agency 7", "illegal_here")
    place.do("hashlist", "quarantine", "one", match["entry"], "--reason", "a logo")
    assert place.do("media", "match", "--format", "jsonl").lines[0]["quarantined"]
    place.do("hashlist", "remove", "one")
    assert place.do("media", "match", "--format", "jsonl").lines == []
    assert not list((place.folder / "node" / "hashlists").iterdir())


def test_what_is_not_there_is_named_for_what_it_is(place):
    add(place)
    assert place.refused("hashlist", "add", place.folder / "nothing.csv", "--name", "two")[0] == "F-EVID-01"
    assert place.refused("hashlist", "quarantine", "one", "nothing", "--reason", "r")[0] == "F-LIST-10"
    assert place.refused("hashlist", "quarantine", "two", "nothing", "--reason", "r")[0] == "F-LIST-06"


def test_a_list_without_a_mapping_says_so_and_a_node_without_a_list_what_to_do(place):
    assert "hashlist add" in place.do("media", "match").err
    assert "hashlist add" in place.do("hashlist", "list").err
    assert "unmapped" in add(place).err
    assert "unmapped" in place.do("media", "match").out


def test_no_command_says_of_a_hash_whether_it_is_listed(place):
    add(place)
    place.do("media", "match")
    for command in (("hashlist", "quarantine", "one"), ("explain",), ("history",)):
        more = ("--reason", "r") if command[-1] == "one" else ()
        answers = [typed("-C", place.folder / "node", *command, asked, *more) for asked in (OTHER, "00" * 16)]
        told = [said.err.replace(OTHER, "").replace("00" * 16, "") + said.out for said in answers]
        assert told[0] == told[1]
        assert [said.code for said in answers] == [1, 1]


def test_commands_on_lists_and_media_take_no_hash():
    found = {}
    for group in ("hashlist", "media"):
        for name, command in build().commands[group].commands.items():
            found[f"{group} {name}"] = {p.name for p in command.params if p.param_type_name == "argument"}
    assert found["hashlist quarantine"] == {"name", "entry"}
    assert found["media match"] == set()
    assert not any("hash" in argument for arguments in found.values() for argument in arguments)


def test_nothing_of_a_list_is_written_anywhere_but_among_the_lists(place):
    add(place)
    place.do("media", "match")
    node = load_node(find_node(place.folder / "node"))
    seen = 0
    for path in (p for p in node.folder.rglob("*") if p.is_file() and node.hash_lists not in p.parents):
        raw = path.read_bytes()
        text = str(pq.read_table(path).to_pydict()) if path.suffix == ".parquet" else ""
        assert OTHER.encode() not in raw, path
        assert bytes.fromhex(OTHER) not in raw, path
        assert OTHER not in text, path
        seen += LISTED in text
    assert seen  # the exhibit's own hash, which is the node's


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--name", "One"), "F-LIST-08"),
        (("--name", "one", "--format", "xls"), "F-LIST-09"),
        (("--name", "one", "--opinion", "bad"), "F-LIST-05"),
        (("--name", "one", "--format", "ncmec"), "F-LIST-04"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_its_reason(place, arguments, code):
    found, said = place.refused("hashlist", "add", place.file("list.csv", f"md5\n{LISTED}\n"), *arguments)
    assert found == code, said.err


def test_a_vics_list_is_recognised_and_an_exhibit_is_not_taken_for_one(place):
    told = {"@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/X/$metadata#Media"}
    path = place.file("vics.json", json.dumps({**told, "value": [{"MediaID": 1, "MD5": LISTED, "Category": 1}]}))
    place.do("hashlist", "add", path, "--name", "vics")
    assert place.do("hashlist", "list", "--format", "jsonl").lines[0]["format"] == "vics"
    (match,) = place.do("media", "match", "--format", "jsonl").lines
    assert (match["category"], match["opinion"]) == ("1", "unmapped")
