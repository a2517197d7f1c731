"""What somebody between two agencies, or a hostile peer, could send as a file: refused, and nothing of it stays.

Every test looks at each file of the node's folder and at each row of its case store, before and after.
"""

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pyrage
import pytest
from django.db import transaction
from exchange_cases import Agency, heading, make_bag
from hostile_cases import Receiver, Sent, sealed, signed, tar_of, walk, with_entry

from fanal.base import instants
from fanal.cases.models.exchange import Arrival
from fanal.exchange import refusals as r
from fanal.exchange.archive import Limits, header
from fanal.exchange.bag import MANIFEST, SIGNATURE
from fanal.exchange.opening import Expectation, open_sealed
from fanal.exchange.refusals import Refused, TooBig, UnsafeEntry

FLIPS, CUTS = 2_000, 200


def opening(us: Receiver, peers: dict[str, Agency], file: Path) -> None:
    """As `receive` opens, without asking for the node's pass phrase again."""
    open_sealed(file, us.node.packages / ".incoming", us.us.keys, Expectation(pins=[peers["one"].pin]))


def test_the_same_package_is_opened_where_nothing_was_done_to_it(
    us: Receiver, peers: dict[str, Agency], small: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a.fanal").write_bytes(small)
    opening(us, peers, tmp_path / "a.fanal")
    shutil.rmtree(us.node.packages / ".incoming")


@pytest.mark.slow
def test_one_changed_byte_anywhere_is_refused(
    us: Receiver, peers: dict[str, Agency], small: bytes, tmp_path: Path
) -> None:
    chance, before, file = Random(7), walk(us.node.folder), tmp_path / "flipped.fanal"
    # The head and the end byte by byte, and a sample of what lies between.
    places = [*range(300), *range(len(small) - 100, len(small))]
    places += chance.sample(range(300, len(small) - 100), FLIPS - len(places))
    opened = []
    for place in places:
        other = bytes([small[place] ^ (1 << chance.randrange(8))])
        file.write_bytes(small[:place] + other + small[place + 1 :])
        try:
            opening(us, peers, file)
        except Refused:
            continue
        opened.append(place)
    assert len(places) == len(set(places)) == FLIPS
    assert opened == []
    assert walk(us.node.folder) == before


def test_a_file_that_is_cut_or_goes_on_is_refused(
    us: Receiver, peers: dict[str, Agency], small: bytes, tmp_path: Path
) -> None:
    before, file = walk(us.node.folder), tmp_path / "cut.fanal"
    for content in (*(small[: len(small) * n // CUTS] for n in range(CUTS)), small + b"\0", small + small):
        file.write_bytes(content)
        with pytest.raises(Refused):
            opening(us, peers, file)
    assert walk(us.node.folder) == before


def test_another_agencys_package_is_refused(us: Receiver, peers: dict[str, Agency], bag: Path, tmp_path: Path) -> None:
    us.refuses(sealed(tar_of(bag), peers["rival"], tmp_path / "theirs.fanal"), r.NotForUs)


def test_a_package_for_another_sealed_again_for_us_is_refused(
    us: Receiver, peers: dict[str, Agency], tmp_path: Path
) -> None:
    make_bag(tmp_path / "bag", heading(peers["one"], peers["rival"]))
    us.refuses(sealed(tar_of(signed(tmp_path / "bag", peers["one"])), us.us, tmp_path / "x.fanal"), r.Rewrapped)


@pytest.mark.parametrize(
    ("signer", "error"),
    [("rival", r.SenderMismatch), ("stranger", r.SignerUnpinned), ("revoked", r.SignerRevoked)],
)
def test_a_package_that_somebody_else_signed_is_refused(
    us: Receiver, sent: Any, signer: str, error: type[Refused]
) -> None:
    us.refuses(sent(lambda _: None, signer), error)


@pytest.mark.parametrize("number", [1, 2])
def test_an_equal_and_an_older_number_are_refused(
    us: Receiver, peers: dict[str, Agency], sent: Sent, number: int
) -> None:
    with transaction.atomic():
        Arrival.add(
            kind="package", node=peers["one"].party.node, sender_operation="lamp", number=number, digest="d",
            file_sha256=f"{number}" * 64, officer_id=1, at=instants.now(),
        )  # fmt: skip
        us.refuses(sent(lambda _: None), r.OldNumber)
        transaction.set_rollback(True)


def test_a_package_with_a_gap_before_it_is_held_and_not_opened(
    us: Receiver, peers: dict[str, Agency], tmp_path: Path
) -> None:
    make_bag(tmp_path / "bag", heading(peers["one"], us.us, 3))
    us.refuses(sealed(tar_of(signed(tmp_path / "bag", peers["one"])), us.us, tmp_path / "x.fanal"), r.NumberGap)


@pytest.mark.parametrize(
    ("name", "change", "error"),
    [
        ("one more file under the old signature", lambda b: (b / "data/more.json").write_text("{}"), r.ExtraFile),
        ("one file less", lambda b: (b / "data/identities.csv").unlink(), r.MissingFile),
        ("another file in its place", lambda b: (b / "data/identities.csv").write_text("x"), r.DigestWrong),
        ("no signature", lambda b: (b / SIGNATURE).unlink(), r.MissingFile),
        ("no manifest", lambda b: (b / MANIFEST).unlink(), r.MissingFile),
        ("a manifest of another length", lambda b: (b / MANIFEST).write_text(""), r.DigestWrong),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bag_that_is_not_as_its_manifest_says_is_refused(
    us: Receiver, bag: Path, tmp_path: Path, name: str, change: Callable[[Path], Any], error: type[Refused]
) -> None:
    shutil.copytree(bag, tmp_path / "bag")
    change(tmp_path / "bag")
    us.refuses(sealed(tar_of(tmp_path / "bag"), us.us, tmp_path / "x.fanal"), error)


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def sparse() -> tarfile.TarInfo:
    info = entry("data/sparse", tarfile.REGTYPE)
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 40)}
    return info


@pytest.mark.parametrize(
    ("info", "form"),
    [
        (entry("data/link", tarfile.SYMTYPE, "/etc/passwd"), tarfile.GNU_FORMAT),
        (entry("data/tables", tarfile.SYMTYPE, "../../.."), tarfile.GNU_FORMAT),
        (entry("data/link", tarfile.LNKTYPE, "data/package.json"), tarfile.GNU_FORMAT),
        (entry("data/device", tarfile.CHRTYPE), tarfile.GNU_FORMAT),
        (entry("data/device", tarfile.BLKTYPE), tarfile.GNU_FORMAT),
        (entry("data/pipe", tarfile.FIFOTYPE), tarfile.GNU_FORMAT),
        (entry("data/more", tarfile.DIRTYPE), tarfile.GNU_FORMAT),
        (entry("/outside"), tarfile.GNU_FORMAT),
        (entry("../outside"), tarfile.GNU_FORMAT),
        (entry("data/../../outside"), tarfile.GNU_FORMAT),
        (entry("data/package.json"), tarfile.GNU_FORMAT),
        (entry("data/PACKAGE.json"), tarfile.GNU_FORMAT),
        (entry("data/caf\u00e9"), tarfile.GNU_FORMAT),
        (entry("data/cafe\u0301"), tarfile.PAX_FORMAT),
        (entry("data/" + "n" * 300), tarfile.GNU_FORMAT),
        (entry("data/" + "n" * 300), tarfile.PAX_FORMAT),
        (entry("data/sparse", tarfile.GNUTYPE_SPARSE), tarfile.GNU_FORMAT),
        (sparse(), tarfile.PAX_FORMAT),
        (entry("data/c\\d"), tarfile.GNU_FORMAT),
        (entry("data/new\nline"), tarfile.GNU_FORMAT),
        (entry(".opening-x/file"), tarfile.GNU_FORMAT),
        (entry("data/package.json/x"), tarfile.GNU_FORMAT),
    ],
    ids=lambda value: f"{ascii(value.name)[:24]}-{value.type.decode()}" if hasattr(value, "name") else str(value),
)  # fmt: skip
def test_an_archive_that_reaches_further_is_refused(
    us: Receiver, bag: Path, tmp_path: Path, info: tarfile.TarInfo, form: int
) -> None:
    file = sealed(with_entry(tar_of(bag), info, b"", form), us.us, tmp_path / "x.fanal")
    us.refuses(file, UnsafeEntry)
    assert not (us.node.folder.parent / "outside" / "outside").exists()


def test_a_size_that_no_disk_has_is_refused_before_a_byte_is_written(us: Receiver, tmp_path: Path) -> None:
    us.refuses(sealed(header("data/huge", (1 << 33) - 1) + bytes(512), us.us, tmp_path / "x.fanal"), r.Damaged)
    huge = entry("data/huge")
    huge.size = 1 << 60
    us.refuses(sealed(huge.tobuf(tarfile.GNU_FORMAT), us.us, tmp_path / "y.fanal"), TooBig)


def test_more_files_than_a_package_has_are_refused(us: Receiver, peers: dict[str, Agency], tmp_path: Path) -> None:
    before = walk(us.node.folder)
    content = b"".join(header(f"data/f{n}", 0) for n in range(21)) + bytes(1024)
    expect = Expectation(pins=[peers["one"].pin], limits=Limits(files=20))
    with pytest.raises(TooBig):
        open_sealed(sealed(content, us.us, tmp_path / "x.fanal"), us.node.packages / ".incoming", us.us.keys, expect)
    assert walk(us.node.folder) == before


@pytest.mark.parametrize(
    "content",
    [b"", b"not a seal", b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----\n", bytes(100_000)],
    ids=["empty", "text", "a head alone", "armour alone", "zeros"],
)
def test_what_is_no_sealed_file_is_refused(us: Receiver, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.fanal").write_bytes(content)
    us.refuses(tmp_path / "x.fanal", Refused)


def test_a_seal_that_a_pass_phrase_opens_is_refused(us: Receiver, bag: Path, tmp_path: Path) -> None:
    (tmp_path / "x.fanal").write_bytes(pyrage.passphrase.encrypt(tar_of(bag), "guess"))
    us.refuses(tmp_path / "x.fanal", Refused)
