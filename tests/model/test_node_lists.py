"""The lists that a node adds, and their editions."""

from pathlib import Path

import pytest

from fanal.model.inputs import ListEdition, ListEntry
from fanal.model.node_lists import BadList, NodeLists, node_lists

HEAD = "kind,value,context,holder\n"


def write(folder: Path, name: str, *lines: str) -> None:
    (folder / name).write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_a_node_adds_its_lists_as_csv(tmp_path: Path) -> None:
    write(
        tmp_path,
        "own.csv",
        "email,@Throwaway.example,disposable_mail,",
        "crypto_address,BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4,custodial,Lantern Exchange",
        "ip,192.0.2.7,tor,",
        "ip_range,192.0.2.0/28,vpn,",
        "ip_range,2001:db8:7::/48,hosting,",
        "asn,AS64500,vpn,Lantern VPN",
    )
    assert node_lists(tmp_path).entries == (
        ListEntry("own", "email", "@throwaway.example", "disposable_mail"),
        ListEntry(
            "own", "crypto_address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "custodial", "Lantern Exchange"
        ),
        ListEntry("own", "ip", "192.0.2.7", "tor"),
        ListEntry("own", "ip_range", "192.0.2.0/28", "vpn"),
        ListEntry("own", "ip_range", "2001:db8:7::/48", "hosting"),
        ListEntry("own", "asn", "64500", "vpn", "Lantern VPN"),
    )


def test_a_node_without_lists_has_none(tmp_path: Path) -> None:
    assert node_lists(tmp_path / "lists") == NodeLists((), ())


def test_an_edition_speaks_from_its_day_to_the_next_ones_and_the_first_for_all_days_before(tmp_path: Path) -> None:
    write(tmp_path, "exits@2023-05-01.csv", "ip,192.0.2.7,tor,", "ip,192.0.2.8,tor,")
    write(tmp_path, "exits@2024-05-01.csv", "ip,192.0.2.8,tor,")
    write(tmp_path, "exits@2025-05-01.csv", "ip,192.0.2.7,tor,", "ip,192.0.2.8,tor,")
    found = node_lists(tmp_path)
    assert [(e.date, e.entries, e.since, e.until) for e in found.editions] == [
        ("2023-05-01", 2, "", "2024-05-01"),
        ("2024-05-01", 1, "2024-05-01", "2025-05-01"),
        ("2025-05-01", 2, "2025-05-01", ""),
    ]
    assert set(found.entries) == {
        ListEntry("exits", "ip", "192.0.2.7", "tor", None, "2023-05-01", "", "2024-05-01"),
        ListEntry("exits", "ip", "192.0.2.7", "tor", None, "2025-05-01", "2025-05-01", ""),
        ListEntry("exits", "ip", "192.0.2.8", "tor", None, "2023-05-01", "", ""),
    }


def test_an_edition_without_date_is_the_oldest(tmp_path: Path) -> None:
    write(tmp_path, "exits@2023-05-01.csv", "ip,192.0.2.8,tor,")
    write(tmp_path, "exits.csv", "ip,192.0.2.7,tor,")
    assert [(e.norm, e.since, e.until) for e in node_lists(tmp_path).entries] == [
        ("192.0.2.7", "", "2023-05-01"),
        ("192.0.2.8", "2023-05-01", ""),
    ]


def test_a_list_has_the_source_that_stands_beside_it_and_the_digest_of_its_file(tmp_path: Path) -> None:
    write(tmp_path, "exits@2023-05-01.csv", "ip,192.0.2.8,tor,")
    (tmp_path / "exits@2023-05-01.source").write_text("The Tor Project\n", encoding="utf-8")
    (edition,) = node_lists(tmp_path).editions
    assert isinstance(edition, ListEdition)
    assert (edition.source, len(edition.digest), edition.kinds) == ("The Tor Project", 64, "ip")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("email,no address,disposable_mail,", "value"),
        ("email,x@example.org,nonsense,", "context"),
        ("email,x@example.org,tor,", "context"),
        ("email,@no host,disposable_mail,", "value"),
        ("shoe_size,44,custodial,", "kind"),
        ("sha256,0000,custodial,", "kind"),
        ("name,Ada Berg,custodial,", "kind"),
        ("national_id,BE:1,custodial,", "kind"),
        ("ip,,tor,", "value"),
        ("ip_range,192.0.2.7/24,tor,", "value"),
        ("ip_range,64.0.0.0/2,tor,", "value"),
        ("ip_range,2001:db8::/96,tor,", "value"),
        ("ip_range,somewhere,tor,", "value"),
        ("asn,mine,vpn,", "value"),
        ("asn,4294967296,vpn,", "value"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_column(tmp_path: Path, line: str, column: str) -> None:
    write(tmp_path, "own.csv", line)
    with pytest.raises(BadList) as caught:
        node_lists(tmp_path)
    assert caught.value.line().startswith(f"own.csv, line 2, column {column}: ")


def test_a_range_with_bits_behind_its_length_is_told_how_to_write_it(tmp_path: Path) -> None:
    write(tmp_path, "own.csv", "ip_range,192.0.2.7/24,tor,")
    with pytest.raises(BadList, match=r"192\.0\.2\.0/24"):
        node_lists(tmp_path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("kind,value\nip,192.0.2.7\n", encoding="utf-8")
    with pytest.raises(BadList, match="line 1, column context"):
        node_lists(tmp_path)


def test_a_file_that_is_no_text_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_bytes(HEAD.encode() + b"ip,\xff,tor,\n")
    with pytest.raises(BadList, match="line 2"):
        node_lists(tmp_path)


def test_a_cell_of_a_megabyte_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "own.csv", f"ip,{'x' * 1_000_000},tor,")
    with pytest.raises(BadList, match="line 2"):
        node_lists(tmp_path)


@pytest.mark.parametrize("name", ["Own List.csv", "own@2023-13-01.csv", "own@yesterday.csv", ".csv"])
def test_a_file_with_an_unusable_name_is_named(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, "ip,192.0.2.7,tor,")
    with pytest.raises(BadList) as caught:
        node_lists(tmp_path)
    assert name in caught.value.line()
