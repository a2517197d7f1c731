import contextlib
import shutil
from pathlib import Path

import bagit
import pytest
from exchange_cases import Agency, heading, make_bag

from fanal.base.digests import sha256_file
from fanal.exchange import bag
from fanal.exchange.refusals import DigestWrong, ExtraFile, Malformed, MissingFile, Refused, UnsafeEntry


@pytest.fixture
def folder(tmp_path: Path, one: Agency, two: Agency) -> Path:
    make_bag(tmp_path / "bag", heading(one, two))
    return tmp_path / "bag"


def test_an_independent_reader_of_bags_accepts_it(folder: Path) -> None:
    assert bagit.Bag(str(folder)).validate()


def test_the_same_payload_gives_the_same_bag(folder: Path, tmp_path: Path, one: Agency, two: Agency) -> None:
    assert make_bag(tmp_path / "again", heading(one, two)) == bag.verify_bag(folder)


def test_a_file_that_is_not_listed_is_refused(folder: Path) -> None:
    (folder / "data/note.txt").write_text("one more")
    with pytest.raises(ExtraFile, match=r"data/note\.txt"):
        bag.verify_bag(folder)


def test_a_file_that_is_missing_is_refused(folder: Path) -> None:
    (folder / "data/tables/account.parquet").unlink()
    with pytest.raises(MissingFile, match="account"):
        bag.verify_bag(folder)


def test_a_link_is_refused_even_to_the_right_bytes(folder: Path, tmp_path: Path) -> None:
    file = folder / "data/tables/account.parquet"
    shutil.move(file, tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeEntry):
        bag.verify_bag(folder)


def test_a_changed_byte_anywhere_is_refused(folder: Path) -> None:
    files = [name for name in bag.listing(folder) if name != bag.SIGNATURE]
    signed = bag.package_digest(folder)
    for name in files:
        path = folder / name
        whole = path.read_bytes()
        for place in range(0, len(whole), max(1, len(whole) // 25)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with contextlib.suppress(Refused):
                assert bag.verify_bag(folder) != signed
        path.write_bytes(whole)
    assert bag.verify_bag(folder) == signed


def test_a_changed_payload_has_a_wrong_digest(folder: Path) -> None:
    (folder / "data/tables/account.parquet").write_bytes(b"other")
    with pytest.raises(DigestWrong, match="account"):
        bag.verify_bag(folder)


@pytest.mark.parametrize(
    ("name", "error"),
    [("data/../../x", UnsafeEntry), ("/etc/passwd", UnsafeEntry), ("data/.hidden", UnsafeEntry), ("other", Malformed)],
)
def test_a_manifest_that_names_another_place_is_refused(folder: Path, name: str, error: type[Refused]) -> None:
    manifest = folder / bag.MANIFEST
    manifest.write_bytes(manifest.read_bytes() + f"{'0' * 64}  {name}\n".encode())
    tags = "".join(f"{sha256_file(folder / tag)}  {tag}\n" for tag in bag.TAG_FILES)
    (folder / bag.TAGMANIFEST).write_text(tags)
    with pytest.raises(error):
        bag.verify_bag(folder)


def test_only_payload_goes_into_a_bag(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "beside.txt").write_text("x")
    with pytest.raises(ExtraFile):
        bag.write_bag(tmp_path, [])


def test_a_value_cannot_start_a_line_of_its_own_in_bag_info(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    bag.write_bag(tmp_path, [("Source-Organization", "Unit\nPayload-Oxum: 9.9")])
    assert (tmp_path / bag.INFO).read_text().splitlines()[0] == "Source-Organization: Unit Payload-Oxum: 9.9"
