"""What a hostile peer, or somebody between two agencies, could send: all of it is refused, and nothing of it stays.

Every test looks at each file of the node's folder and at each row of its case store, before and after.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyrage
import pytest
from django.db import connections, transaction
from exchange_cases import Agency, agency, heading, make_bag
from hostile_cases import Receiver, changed, pin, receiver, rows, sealed, signed, tar_of, walk, with_entry
from lake_cases import plan, small_lake

from fanal.base import instants
from fanal.cases.models.exchange import Arrival, Package, Peer
from fanal.cases.node import load_node
from fanal.exchange import refusals as r
from fanal.exchange import vetting
from fanal.exchange.archive import Limits, header
from fanal.exchange.bag import MANIFEST, SIGNATURE
from fanal.exchange.build import build_packages
from fanal.exchange.opening import Expectation, open_sealed
from fanal.exchange.refusals import Malformed, Refused, TooBig, UnsafeEntry, Unwanted
from fanal.work.check import check_node
from fanal.work.operations import open_operation
from fanal.work.receive import OtherOperation
from stores import blank_node

FLIPS, CUTS = 2_000, 200
JSON = "data/package.json"


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Agency]:
    """`one` and `rival` are pinned, `revoked` was, `stranger` never."""
    root = tmp_path_factory.mktemp("peers")
    return {
        name: agency(root, name, cc)
        for name, cc in zip(("one", "rival", "revoked", "stranger"), ("DE", "ES", "PT", "IT"), strict=True)
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, peers: dict[str, Agency]) -> Receiver:
    """The node that everything is sent to. Nothing that is refused changes it, so that all tests share it."""
    root = tmp_path_factory.mktemp("receiver")
    node = load_node(blank_node(root / "node", "", "FR"))
    for name in ("one", "rival"):
        pin(peers[name])
    pin(peers["revoked"], revoked_at=instants.now())
    (root / "outside").mkdir()
    return receiver(node, root / "outside")


@pytest.fixture
def us(made: Receiver) -> Receiver:
    load_node(made.node.folder)
    return made


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory, made: Receiver, peers: dict[str, Agency]) -> Path:
    """A whole package of `one` for the node, as it was built."""
    root = tmp_path_factory.mktemp("whole")
    built = build_packages(small_lake(root / "lamp"), [plan(peers["one"], made.us, bodies=True)], root / "packages")
    return signed(built[0].folder, peers["one"])


Sent = Callable[[Callable[[Path], None]], Path]


@pytest.fixture
def sent(bag: Path, us: Receiver, peers: dict[str, Agency], tmp_path: Path) -> Sent:
    """The package with a change of its sender's making, sealed for the node."""

    def make(change: Callable[[Path], None], signer: str = "one") -> Path:
        return changed(bag, tmp_path / f"bag-{len(list(tmp_path.iterdir()))}", change, peers[signer], us.us)

    return make


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, made: Receiver, peers: dict[str, Agency]) -> bytes:
    """A small sealed package of `one` for the node."""
    root = tmp_path_factory.mktemp("small")
    make_bag(root / "bag", heading(peers["one"], made.us))
    return sealed(tar_of(signed(root / "bag", peers["one"])), made.us, root / "small.fanal").read_bytes()


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


def edit(bag: Path, **more: Any) -> None:
    told = json.loads((bag / JSON).read_bytes())
    (bag / JSON).write_text(json.dumps({**told, **more}))


def counted(bag: Path, name: str, table: pa.Table) -> None:
    """Put a table into the bag, counted as it should be."""
    pq.write_table(table, bag / f"data/tables/{name}.parquet")
    told = json.loads((bag / JSON).read_bytes())
    told["counts"]["rows"][name] = table.num_rows
    (bag / JSON).write_text(json.dumps(told))


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


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"number": ' + "9" * 100_000 + "}",
        "[]",
        "null",
        "\ud800",
        '{"a": 1',
    ],
    ids=["deep lists", "deep objects", "a huge number", "a list", "null", "no UTF-8", "cut"],
)
def test_json_that_would_break_its_parser_is_refused(us: Receiver, sent: Sent, text: str) -> None:
    us.refuses(sent(lambda bag: (bag / JSON).write_bytes(text.encode("utf-8", "surrogatepass"))), Malformed)


def test_json_of_any_length_is_not_read(us: Receiver, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanal.exchange.heading.LONGEST_JSON", 10_000)
    us.refuses(sent(lambda bag: edit(bag, more="x" * 20_000)), TooBig)


def test_a_manifest_of_any_length_is_not_read(
    us: Receiver, bag: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanal.exchange.bag.LONGEST_TAG", 100)
    us.refuses(sealed(tar_of(bag), us.us, tmp_path / "x.fanal"), TooBig)


@pytest.mark.parametrize(
    "more",
    [
        {"title": "a\x1b[2Jb"},
        {"title": "nul\x00"},
        {"title": "half \ud800"},
        {"title": "x" * 20_000},
        {"title": 7},
        {"legal_basis": None},
        {"checkpoint": 3},
        {"handling": "H1"},
        {"handling": [{"text": "no code"}]},
        {"counts": {}},
        {"counts": {"included": 10**30, "accounts": -1, "rows": {}}},
        {"counts": {"included": 1, "accounts": 1, "rows": {"account": float("nan")}}},
        {"counts": {"included": 1, "accounts": 1, "rows": {"account": 1}}},
        {"counts": {"included": 1, "accounts": 1, "rows": {}, "note": "a\x00"}},
    ],
    ids=lambda more: ascii(more)[:40],
)
def test_a_head_that_says_something_impossible_is_refused(us: Receiver, sent: Sent, more: dict[str, Any]) -> None:
    us.refuses(sent(lambda bag: edit(bag, **more)), Malformed)


@pytest.mark.parametrize("party", [{"agency": "A\x1b[31m"}, {"agency": "x" * 300}, {"node": "../../up"}], ids=ascii)
def test_a_sender_whose_name_is_none_is_refused(
    us: Receiver, peers: dict[str, Agency], sent: Sent, party: dict[str, str]
) -> None:
    told = heading(peers["one"], us.us).to_json()["sender"]
    us.refuses(sent(lambda bag: edit(bag, sender={**told, **party})), Malformed)


@pytest.mark.parametrize(
    "name", ["data/video.mp4", "data/tables/more/identity.parquet", "data/run.sh", "data/identity.parquet"]
)
def test_a_file_that_packages_do_not_hold_is_refused(us: Receiver, sent: Sent, name: str) -> None:
    def add(bag: Path) -> None:
        (bag / name).parent.mkdir(exist_ok=True)
        (bag / name).write_bytes(b"content")

    us.refuses(sent(add), Unwanted)


def nested(kind: pa.DataType) -> pa.Table:
    return pa.table({"column": pa.array([None], kind)})


def not_utf8() -> pa.Table:
    text = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(bytes(4) + b"\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
    )
    return pa.table({"column": text})


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("obs", nested(pa.int64())),
        ("received_identity", nested(pa.int64())),
        ("Identity2", nested(pa.int64())),
        ("fingerprint", nested(pa.int64())),
        ("more", nested(pa.list_(pa.binary()))),
        ("more", nested(pa.struct([("inner", pa.list_(pa.binary(16)))]))),
        ("more", nested(pa.list_(pa.list_(pa.list_(pa.list_(pa.int8())))))),
        ("more", nested(pa.duration("s"))),
        ("more", pa.table({"'; DROP TABLE": pa.array([1])})),
        ("more", not_utf8()),
        ("more", pa.table({"column": ["data:image/png;base64," + "A1" * 200]})),
        ("more", pa.table({"column": ["B7x9" * 200]})),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value.schema).replace("\n", " ")[:40],
)
def test_a_table_that_packages_do_not_carry_is_refused(us: Receiver, sent: Sent, name: str, table: pa.Table) -> None:
    us.refuses(sent(lambda bag: counted(bag, name, table)), Malformed)


def test_an_observation_that_comes_twice_is_refused(us: Receiver, sent: Sent) -> None:
    def double(bag: Path) -> None:
        table = pq.read_table(bag / "data/tables/account.parquet")
        counted(bag, "account", pa.concat_tables([table, table]))

    us.refuses(sent(double), Malformed)


@pytest.mark.parametrize(
    ("most", "what"), [({"rows": 10}, "rows"), ({"decoded": 1_000}, "bytes"), ({"columns": 3}, "columns")], ids=str
)
def test_a_table_that_unpacks_to_more_than_a_node_takes_is_refused_by_its_footer(
    us: Receiver, sent: Sent, monkeypatch: pytest.MonkeyPatch, most: dict[str, int], what: str
) -> None:
    small = replace(vetting.Most(), **most)
    monkeypatch.setattr(vetting, "Most", lambda: small)
    assert what in us.refuses(sent(lambda _: None), TooBig)


def test_a_table_whose_pages_are_broken_is_refused(us: Receiver, sent: Sent) -> None:
    def damage(bag: Path) -> None:
        path = bag / "data/tables/login.parquet"
        raw = bytearray(path.read_bytes())
        raw[40:400] = os.urandom(360)
        path.write_bytes(raw)

    us.refuses(sent(damage), Malformed)


def test_tables_that_kill_what_decodes_them_are_refused(
    us: Receiver, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vetting, "WALLS", replace(vetting.WALLS, address_space=64 << 20))
    us.refuses(sent(lambda _: None), Malformed)


def test_a_package_for_an_operation_of_ours_is_refused(us: Receiver, sent: Sent) -> None:
    open_operation(us.officer, us.node, "ours", "Ours", "order 1")
    us.refuses(sent(lambda _: None), OtherOperation, into="ours")


#: A process that receives, and is killed where it calls the function that is named.
KILLED = """
import os, signal, sys
from pathlib import Path
import fanal.work
import fanal.work.receive as module
from fanal.cases.node import load_node
from fanal.cases.session import acting_as
node = load_node(Path(sys.argv[1]))
holder = module if hasattr(module, sys.argv[3]) else __import__("fanal.exchange.opening", fromlist=["x"])
setattr(holder, sys.argv[3], lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
module.receive(acting_as(node, "1"), node, Path(sys.argv[2]), None, "", lambda *_: None)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "at",
    ["extract", "verify_opened", "read_package", "keep_referenced", "Register", "write_for_lake", "arrived", "record"],
)
def test_what_a_killed_process_left_is_swept_by_the_next_that_receives(
    us: Receiver, sent: Sent, tmp_path: Path, at: str
) -> None:
    node = shutil.copytree(us.node.folder, tmp_path / "node")
    file = sent(lambda _: None)
    copy = receiver(load_node(node), tmp_path)
    before = walk(node), rows()
    connections["default"].close()
    done = subprocess.run([sys.executable, "-c", KILLED, str(node), str(file), at], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    load_node(node)
    assert rows() == before[1]
    (tmp_path / "none.fanal").write_bytes(b"nothing")
    with pytest.raises(Refused):
        copy.receive(tmp_path / "none.fanal")
    left = {name for name in walk(node) if name not in before[0]}
    if at in {"write_for_lake", "arrived", "record"}:
        # Its line stands in the register, which only grows: the sealed file stays with it, and nothing of it is open.
        left = {name for name in left if not name.startswith(("evidence", "lake"))}
        assert {Path(name).suffix for name in left if name != "packages/received"} == {".fanal"}
    else:
        assert walk(node) == before[0]
    assert copy.receive(file)["kind"] == "package"
    assert [package.state for package in Package.objects.all()] == ["opened"]
    assert not [row for row in check_node(copy.officer, copy.node) if row["wrong"]]


def test_two_that_receive_at_once_both_come_to_their_end(us: Receiver, sent: Sent, tmp_path: Path) -> None:
    node = shutil.copytree(us.node.folder, tmp_path / "node")
    connections["default"].close()
    file = sent(lambda _: None)
    receiving = KILLED.replace("lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)", "getattr(holder, sys.argv[3])")
    both = [
        subprocess.Popen(
            [sys.executable, "-c", receiving, str(node), str(file), "record"], stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate()[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    assert sum("OldNumber" in text for text in said) == 1
    assert Peer.objects.exists()
