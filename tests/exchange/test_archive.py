import io
import tarfile
from pathlib import Path

import pytest

from fanal.base.digests import sha256_file
from fanal.exchange.archive import Limits, extract, header, stream
from fanal.exchange.bag import listing
from fanal.exchange.refusals import ApprovalVoid, Damaged, Refused, TooBig, UnsafeEntry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bag/data").mkdir(parents=True)
    (tmp_path / "bag/data/b.txt").write_bytes(b"b" * 700)
    (tmp_path / "bag/a.txt").write_bytes(b"a" * 512)
    return tmp_path / "bag"


def tar_of(folder: Path) -> bytes:
    return b"".join(stream(folder, {name: sha256_file(folder / name) for name in listing(folder)}))


def unpack(data: bytes, folder: Path, limits: Limits | None = None) -> list[str]:
    return extract(io.BytesIO(data), folder, "x.fanal", limits or Limits())


def made(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for info, content in entries:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_what_was_packed_comes_out_the_same(folder: Path, tmp_path: Path) -> None:
    assert unpack(tar_of(folder), tmp_path / "out") == ["a.txt", "data/b.txt"]
    assert (tmp_path / "out/data/b.txt").read_bytes() == b"b" * 700


def test_the_same_folder_is_always_the_same_bytes(folder: Path) -> None:
    before = tar_of(folder)
    for path in folder.rglob("*"):
        path.touch()
    assert tar_of(folder) == before


def test_the_tar_of_the_system_reads_it(folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(tar_of(folder))) as tar:
        assert [(m.name, m.size, m.uid, m.mtime) for m in tar] == [("a.txt", 512, 0, 0), ("data/b.txt", 700, 0, 0)]


def test_what_changed_after_approval_is_not_packed(folder: Path) -> None:
    digests = {name: sha256_file(folder / name) for name in listing(folder)}
    (folder / "a.txt").write_bytes(b"A" * 512)
    with pytest.raises(ApprovalVoid):
        b"".join(stream(folder, digests))


@pytest.mark.parametrize(
    "info",
    [
        entry("data/link", tarfile.SYMTYPE, "/etc/passwd"),
        entry("data/link", tarfile.LNKTYPE, "a.txt"),
        entry("data/dev", tarfile.CHRTYPE),
        entry("data/pipe", tarfile.FIFOTYPE),
        entry("data", tarfile.DIRTYPE),
        entry("../outside"),
        entry("/outside"),
        entry("data/../../outside"),
        entry("data\\outside"),
        entry(".hidden"),
        entry("data/" + "long" * 30),
        entry("data/na me"),
    ],
    ids=lambda info: f"{info.name[:20]}-{info.type.decode()}",
)
def test_an_entry_that_could_do_harm_is_refused(info: tarfile.TarInfo, tmp_path: Path) -> None:
    with pytest.raises(UnsafeEntry):
        unpack(made((info, b"")), tmp_path / "inside/out")
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "inside/outside").exists()


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeEntry):
        unpack(made((entry("a"), b"1"), (entry("a"), b"2")), tmp_path / "out")


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeEntry):
        unpack(made((entry("a"), b"1"), (entry("a/b"), b"2")), tmp_path / "out")


def test_too_many_files_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(TooBig):
        unpack(tar_of(folder), tmp_path / "out", Limits(files=1))


def test_too_many_bytes_are_refused_before_they_are_written(tmp_path: Path) -> None:
    with pytest.raises(TooBig):
        unpack(header("data/huge", 1 << 32), tmp_path / "out", Limits(total_bytes=1 << 20))
    assert not list(tmp_path.rglob("huge"))


def test_a_tar_cut_anywhere_is_refused(folder: Path, tmp_path: Path) -> None:
    whole = tar_of(folder)
    for n, end in enumerate(range(0, len(whole) - 512, 97)):
        with pytest.raises(Refused):
            unpack(whole[:end], tmp_path / str(n))


def test_something_after_the_end_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Damaged):
        unpack(tar_of(folder) + b"more", tmp_path / "out")


def test_something_hidden_in_the_padding_is_refused(folder: Path, tmp_path: Path) -> None:
    data = bytearray(tar_of(folder))
    data[512 + 512 + 512 + 700] = 1
    with pytest.raises(Damaged):
        unpack(bytes(data), tmp_path / "out")
