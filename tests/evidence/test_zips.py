"""Zips from the other side: what is refused, and that refusing does not rest on headers alone."""

import io
import stat
import struct
import zipfile

import pytest

from evidence.zip_files import make_zip
from fanal.evidence.zips import (
    Member,
    ZipBomb,
    ZipDamaged,
    ZipDuplicate,
    ZipEncrypted,
    ZipLimits,
    ZipLink,
    ZipNoMember,
    ZipTooDeep,
    ZipTooMany,
    ZipUnsafeName,
    open_zip,
)


def test_it_lists_and_reads_members_in_their_order(tmp_path):
    path = make_zip(tmp_path / "chat.zip", [("b.txt", "message 1"), ("folder/", ""), ("folder/a.txt", "message 2")])
    with open_zip(path) as z:
        assert [m.name for m in z.members] == ["b.txt", "folder/a.txt"]
        assert z.members[0] == Member("b.txt", 9, z.members[0].packed)
        assert z.read("folder/a.txt", 100) == b"message 2"
        assert b"".join(z.stream("b.txt")) == b"message 1"


@pytest.mark.parametrize(
    "name", ["../out.txt", "a/../../out.txt", "/etc/out.txt", "C:/out.txt", "c:out.txt", "..\\out.txt", "\\\\host\\out"]
)
def test_it_refuses_names_that_lead_outside(tmp_path, name):
    path = make_zip(tmp_path / "x.zip", [("a.txt", "message 1"), (name, "message 2")])
    with pytest.raises(ZipUnsafeName) as error:
        open_zip(path)
    assert "\n" not in error.value.line()


def test_it_refuses_a_name_cut_by_a_zero_byte(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("aXexe", "message 1")])
    path.write_bytes(path.read_bytes().replace(b"aXexe", b"a\0exe"))
    with pytest.raises(ZipUnsafeName):
        open_zip(path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_it_refuses_links_and_special_files(tmp_path, kind):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as z:
        info = zipfile.ZipInfo("link")
        info.create_system = 3
        info.external_attr = (kind | 0o644) << 16
        z.writestr(info, "target")
    with pytest.raises(ZipLink):
        open_zip(path)


def test_it_refuses_encrypted_members(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("a.txt", "message 1")])
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ZipEncrypted):
        open_zip(path)


def test_it_refuses_packing_methods_it_does_not_open(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("a.txt", "message 1")], zipfile.ZIP_LZMA)
    with pytest.raises(ZipEncrypted):
        open_zip(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a.txt", "a.txt/"])
def test_it_refuses_two_members_of_one_name(tmp_path, second):
    members = [("a.txt", "message 1"), (second, "" if second[-1] == "/" else "message 2")]
    path = make_zip(tmp_path / "x.zip", members)
    with pytest.raises(ZipDuplicate):
        open_zip(path)


def test_it_refuses_two_spellings_of_one_name(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("caf\u00e9.txt", "message 1"), ("cafe\u0301.txt", "message 2")])
    with pytest.raises(ZipDuplicate):
        open_zip(path)


def test_it_refuses_more_members_than_the_limit(tmp_path):
    path = make_zip(tmp_path / "x.zip", [(f"{i}.txt", "") for i in range(6)])
    with pytest.raises(ZipTooMany):
        open_zip(path, ZipLimits(members=5))
    with open_zip(path, ZipLimits(members=6)) as z:
        assert len(z.members) == 6


def test_it_refuses_a_listing_too_long_for_the_limit_before_loading_it(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("n" * 3000 + str(i), "") for i in range(2)])
    with pytest.raises(ZipTooMany):
        open_zip(path, ZipLimits(members=2))


def test_it_refuses_a_total_beyond_the_limit(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("a.txt", "x" * 600), ("b.txt", "y" * 600)])
    with pytest.raises(ZipBomb):
        open_zip(path, ZipLimits(total=1000))


def test_it_refuses_a_bombs_ratio(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("zeros.txt", b"0" * (8 << 20))])
    with pytest.raises(ZipBomb) as error:
        open_zip(path)
    assert error.value.fields["member"] == "zeros.txt"


def test_a_bomb_that_declares_a_small_size_never_yields_more_than_it_declared(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("zeros.txt", b"0" * (8 << 20))])
    data = bytearray(path.read_bytes())
    central = data.rindex(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 1000)
    path.write_bytes(data)
    with open_zip(path) as z, pytest.raises(ZipDamaged):
        z.read("zeros.txt", 1 << 20)


def test_a_bomb_that_declares_a_large_packed_size_is_stopped_while_streaming(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("zeros.txt", b"0" * (8 << 20)), ("noise.txt", bytes(range(256)) * 200)])
    with open_zip(path, ZipLimits(ratio=2000)) as z:
        z._limits = ZipLimits(ratio=250)
        with pytest.raises(ZipBomb):
            for _ in z.stream("zeros.txt"):
                pass


def test_members_streamed_again_and_again_count_towards_the_total(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("a.txt", "x" * 600)])
    with open_zip(path, ZipLimits(total=1000)) as z:
        assert z.read("a.txt", 1000)
        with pytest.raises(ZipBomb):
            z.read("a.txt", 1000)


def test_it_refuses_members_that_share_their_bytes(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("a.txt", b"first" * 50), ("b.txt", b"second" * 50)])
    data = bytearray(path.read_bytes())
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    path.write_bytes(data)
    with pytest.raises(ZipBomb):
        open_zip(path)


def test_reading_more_than_asked_for_is_refused(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("a.txt", "x" * 600)])
    with open_zip(path) as z, pytest.raises(ZipBomb):
        z.read("a.txt", 599)


def test_zips_in_zips_are_opened_to_the_depth_allowed(tmp_path):
    def packed(name, data):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as z:
            z.writestr(name, data)
        return buffer.getvalue()

    path = tmp_path / "x.zip"
    path.write_bytes(packed("1.zip", packed("2.zip", packed("a.txt", "message 1"))))
    with open_zip(path, ZipLimits(depth=2)) as z, z.inner("1.zip") as one:
        assert [m.name for m in one.members] == ["2.zip"]
        with pytest.raises(ZipTooDeep):
            one.inner("2.zip")
    with open_zip(path, ZipLimits(depth=3)) as z, z.inner("1.zip") as one, one.inner("2.zip") as two:
        assert two.read("a.txt", 100) == b"message 1"


@pytest.mark.parametrize("keep", [0, 3, 40, 100])
def test_a_zip_that_breaks_off_is_damaged(tmp_path, keep):
    path = make_zip(tmp_path / "x.zip", [("a.txt", "message 1" * 100)])
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ZipDamaged):
        open_zip(path)


def test_a_member_whose_bytes_changed_is_damaged(tmp_path):
    path = make_zip(tmp_path / "x.zip", [("a.txt", "message 1" * 100)], zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"message 1", b"message 2", 1))
    with open_zip(path) as z, pytest.raises(ZipDamaged):
        z.read("a.txt", 10_000)


def test_a_missing_zip_or_member_is_named(tmp_path):
    with pytest.raises(ZipDamaged, match=r"none\.zip"):
        open_zip(tmp_path / "none.zip")
    path = make_zip(tmp_path / "x.zip", [("a.txt", "message 1")])
    with open_zip(path) as z, pytest.raises(ZipNoMember, match=r"b\.txt"):
        z.read("b.txt", 10)
