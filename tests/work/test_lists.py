"""The node's lists: shown, taken in, set aside."""

import pytest

from fanal.cases.access import NotAllowed
from fanal.model.node_lists import BadList, node_lists
from fanal.work.lists import ListThere, NoListFile, NoSuchList, add_list, drop_list, show_lists
from fanal.work.log import verify_log

CSV = "kind,value,context,holder\nip_range,192.0.2.0/24,vpn,Lantern VPN\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "given.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def put(actor, node, file, **values):
    told = {"name": "ranges", "date": "2023-05-01", "source": "Unit 8", **values}
    return add_list(actor, node, file, **told)


def shown(actor, node, name="ranges"):
    return [row for row in show_lists(actor, node) if row["list"] == name]


def test_the_lists_that_ship_are_shown_with_source_date_and_digest(node, first):
    found = show_lists(first, node)
    assert {"disposable_mail", "default_device", "custodial", "anonymiser_asn"} == {row["list"] for row in found}
    assert all(row["source"] and row["date"] and len(row["digest"]) == 64 and row["ships"] for row in found)


def test_a_list_that_was_taken_in_is_shown_as_it_was_given(node, first, file):
    assert put(first, node, file) == 1
    (row,) = shown(first, node)
    assert (row["kinds"], row["date"], row["entries"], row["source"], row["snapshots"], row["ships"]) == (
        "ip_range", "2023-05-01", 1, "Unit 8", 1, False,
    )  # fmt: skip
    assert (node.lists / "ranges@2023-05-01.csv").read_bytes() == file.read_bytes()


def test_a_second_edition_says_from_when_it_speaks(node, first, file):
    put(first, node, file)
    put(first, node, file, date="2024-05-01")
    assert [(row["since"], row["until"], row["snapshots"]) for row in shown(first, node)] == [
        ("", "2024-05-01", 2), ("2024-05-01", "", 2),
    ]  # fmt: skip


def test_a_plain_list_of_addresses_becomes_a_list(node, first, tmp_path):
    path = tmp_path / "exits.txt"
    path.write_text("# exits\n192.0.2.7\n\n2001:db8::7\n", encoding="utf-8")
    assert put(first, node, path, name="exits", kind="ip", context="tor") == 2
    assert [(e.kind, e.norm, e.context) for e in node_lists(node.lists).entries] == [
        ("ip", "192.0.2.7", "tor"), ("ip", "2001:db8::7", "tor"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["sha256", "name", "national_id", "username", "account"])
def test_a_list_of_people_or_of_media_is_refused(node, first, tmp_path, kind):
    path = tmp_path / "given.txt"
    path.write_text("x\n", encoding="utf-8")
    with pytest.raises(BadList, match="column kind"):
        put(first, node, path, kind=kind, context="custodial")
    assert list(node.lists.glob("*")) == []


@pytest.mark.parametrize("values", [{"name": "Two Words"}, {"date": "yesterday"}, {"name": "../out"}])
def test_a_name_or_date_that_is_none_is_refused(node, first, file, values):
    with pytest.raises(BadList):
        put(first, node, file, **values)


def test_a_file_that_is_missing_or_names_nothing_is_refused(node, first, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("kind,value,context\n", encoding="utf-8")
    for path in (empty, tmp_path / "none.csv"):
        with pytest.raises(NoListFile):
            put(first, node, path)


def test_an_edition_is_not_overwritten(node, first, file):
    put(first, node, file)
    put(first, node, file)
    file.write_text(CSV.replace("vpn", "hosting", 1), encoding="utf-8")
    with pytest.raises(ListThere):
        put(first, node, file)


def test_a_dropped_edition_is_set_aside_with_its_source(node, first, file):
    put(first, node, file)
    put(first, node, file, date="2024-05-01")
    assert drop_list(first, node, "ranges", "2023-05-01") == 1
    assert [row["date"] for row in shown(first, node)] == ["2024-05-01"]
    assert len(list((node.lists / "dropped").iterdir())) == 2
    assert drop_list(first, node, "ranges") == 1
    assert shown(first, node) == []


def test_what_is_not_there_cannot_be_dropped(node, first):
    for name in ("ranges", "custodial"):
        with pytest.raises(NoSuchList):
            drop_list(first, node, name)


def test_an_analyst_reads_lists_and_changes_none(node, first, analyst, file):
    put(first, node, file)
    assert shown(analyst, node)
    for act in (lambda: put(analyst, node, file), lambda: drop_list(analyst, node, "ranges")):
        with pytest.raises(NotAllowed):
            act()


def test_both_acts_are_in_the_log(node, first, file):
    before = verify_log(first, node)["entries"]
    put(first, node, file)
    drop_list(first, node, "ranges")
    after = verify_log(first, node)
    assert after["holds"]
    assert after["entries"] == before + 2
