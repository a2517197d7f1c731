import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from exchange_cases import PASSPHRASE, Agency, Sealer, expecting, heading, make_bag

from fanal.base.digests import sha256_file
from fanal.exchange import refusals as r
from fanal.exchange import sshsig
from fanal.exchange.archive import Limits, stream
from fanal.exchange.bag import SIGNATURE, TAGMANIFEST, listing, write_bag
from fanal.exchange.heading import BadHeading
from fanal.exchange.opening import Expectation, Opened, Pin, check_sealed, open_sealed, sweep
from fanal.exchange.seal import KeyNotSender, seal


def seal_by_hand(folder: Path, recipient: Agency, target: Path) -> Path:
    """What a hostile sender could do: any folder, sealed for anyone, no checks."""
    tar = b"".join(stream(folder, {name: sha256_file(folder / name) for name in listing(folder)}))
    key = pyrage.x25519.Recipient.from_str(recipient.party.age_recipient)
    target.write_bytes(pyrage.encrypt(tar, [key]))
    return target


def sign_by_hand(folder: Path, signer: Agency, namespace: str = "fanal-package") -> None:
    data = (folder / TAGMANIFEST).read_bytes()
    (folder / SIGNATURE).write_text(sshsig.sign(data, signer.keys.signing, namespace))


def opened(path: Path, recipient: Agency, expect: Expectation) -> Opened:
    inbox = path.parent / "inbox"
    inbox.mkdir(exist_ok=True)
    return open_sealed(path, inbox / "package", recipient.keys, expect)


def refused(path: Path, recipient: Agency, expect: Expectation, error: type[r.Refused]) -> None:
    with pytest.raises(error) as caught:
        opened(path, recipient, expect)
    assert len(caught.value.line().splitlines()) == 1
    assert list((path.parent / "inbox").iterdir()) == []


def test_what_one_agency_seals_the_other_opens(sealer: Sealer, one: Agency, two: Agency) -> None:
    made = sealer(heading(one, two), one)
    got = opened(made.path, two, expecting(one.pin))
    assert got.heading == heading(one, two)
    assert got.package_digest == made.package_digest
    assert (got.folder / "data/tables/account.parquet").read_bytes() == bytes(range(256)) * 20
    assert got.folder.stat().st_mode & 0o077 == 0


def test_a_changed_byte_anywhere_in_the_sealed_file_is_refused(sealer: Sealer, one: Agency, two: Agency) -> None:
    path = sealer(heading(one, two), one).path
    whole = path.read_bytes()
    for place in range(0, len(whole), len(whole) // 100):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        refused(path, two, expecting(one.pin), r.Refused)


def test_a_file_cut_anywhere_is_refused(sealer: Sealer, one: Agency, two: Agency) -> None:
    path = sealer(heading(one, two), one).path
    whole = path.read_bytes()
    for end in range(0, len(whole), len(whole) // 20):
        path.write_bytes(whole[:end])
        refused(path, two, expecting(one.pin), r.Refused)


def test_a_package_for_another_agency_does_not_open(sealer: Sealer, one: Agency, two: Agency, three: Agency) -> None:
    refused(sealer(heading(one, two), one).path, three, expecting(one.pin), r.NotForUs)


def test_a_package_sealed_again_for_somebody_else_is_refused(
    sealer: Sealer, tmp_path: Path, one: Agency, two: Agency, three: Agency
) -> None:
    got = opened(sealer(heading(one, two), one).path, two, expecting(one.pin))
    again = seal_by_hand(got.folder, three, tmp_path / "again.fanal")
    shutil.rmtree(got.folder)
    refused(again, three, expecting(one.pin), r.Rewrapped)


def test_a_peer_cannot_send_in_the_name_of_another(tmp_path: Path, one: Agency, two: Agency, three: Agency) -> None:
    make_bag(tmp_path / "bag", heading(one, two))
    sign_by_hand(tmp_path / "bag", three)
    refused(
        seal_by_hand(tmp_path / "bag", two, tmp_path / "x.fanal"), two, expecting(one.pin, three.pin), r.SenderMismatch
    )


def test_an_unknown_signer_is_refused(sealer: Sealer, one: Agency, two: Agency, three: Agency) -> None:
    refused(sealer(heading(one, two), one).path, two, expecting(three.pin), r.SignerUnpinned)


def test_a_revoked_signer_is_refused(sealer: Sealer, one: Agency, two: Agency) -> None:
    revoked = Pin(one.pin.node, one.pin.agency, one.pin.signing_key, revoked=True)
    refused(sealer(heading(one, two), one).path, two, expecting(revoked), r.SignerRevoked)


def test_an_unsigned_package_is_refused(tmp_path: Path, one: Agency, two: Agency) -> None:
    make_bag(tmp_path / "bag", heading(one, two))
    refused(seal_by_hand(tmp_path / "bag", two, tmp_path / "x.fanal"), two, expecting(one.pin), r.MissingFile)


def test_a_signature_for_another_purpose_is_refused(tmp_path: Path, one: Agency, two: Agency) -> None:
    make_bag(tmp_path / "bag", heading(one, two))
    sign_by_hand(tmp_path / "bag", one, "fanal-decision")
    refused(seal_by_hand(tmp_path / "bag", two, tmp_path / "x.fanal"), two, expecting(one.pin), r.SignatureBroken)


def test_a_file_added_under_the_old_signature_is_refused(tmp_path: Path, one: Agency, two: Agency) -> None:
    make_bag(tmp_path / "bag", heading(one, two))
    sign_by_hand(tmp_path / "bag", one)
    (tmp_path / "bag/data/extra.txt").write_text("extra")
    refused(seal_by_hand(tmp_path / "bag", two, tmp_path / "x.fanal"), two, expecting(one.pin), r.ExtraFile)


def test_a_payload_changed_under_the_old_signature_is_refused(tmp_path: Path, one: Agency, two: Agency) -> None:
    make_bag(tmp_path / "bag", heading(one, two))
    sign_by_hand(tmp_path / "bag", one)
    (tmp_path / "bag/data/tables/account.parquet").write_bytes(b"other")
    refused(seal_by_hand(tmp_path / "bag", two, tmp_path / "x.fanal"), two, expecting(one.pin), r.DigestWrong)


def test_manifests_remade_under_the_old_signature_are_refused(tmp_path: Path, one: Agency, two: Agency) -> None:
    folder = tmp_path / "bag"
    make_bag(folder, heading(one, two))
    sign_by_hand(folder, one)
    signature = (folder / SIGNATURE).read_text()
    (folder / "data/tables/account.parquet").write_bytes(b"other")
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()
    write_bag(folder, [])
    (folder / SIGNATURE).write_text(signature)
    refused(seal_by_hand(folder, two, tmp_path / "x.fanal"), two, expecting(one.pin), r.SignatureBroken)


@pytest.mark.parametrize("number", [1, 2])
def test_an_equal_or_older_number_is_refused(sealer: Sealer, one: Agency, two: Agency, number: int) -> None:
    last = {("package", one.party.node, "lamp"): 2}
    refused(sealer(heading(one, two, number), one).path, two, expecting(one.pin, last_numbers=last), r.OldNumber)


def test_a_gap_in_the_numbers_is_held_until_an_officer_releases_it(sealer: Sealer, one: Agency, two: Agency) -> None:
    path = sealer(heading(one, two, 3), one).path
    last = {("package", one.party.node, "lamp"): 1}
    refused(path, two, expecting(one.pin, last_numbers=last), r.NumberGap)
    released = opened(path, two, expecting(one.pin, last_numbers=last, release_gap=True))
    assert released.heading.number == 3


def test_looking_at_a_file_takes_no_number_and_leaves_nothing(sealer: Sealer, one: Agency, two: Agency) -> None:
    path = sealer(heading(one, two), one).path
    last = {("package", one.party.node, "lamp"): 1}
    inbox = path.parent / "scratch"
    inbox.mkdir()
    seen = check_sealed(path, inbox, two.keys, expecting(one.pin, last_numbers=last, any_number=True))
    assert seen.heading.number == 1
    assert list(inbox.iterdir()) == []


def test_what_a_killed_opening_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".opening-x/bag").mkdir(parents=True)
    (tmp_path / "package").mkdir()
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["package"]


def test_numbers_count_for_each_operation_alone(sealer: Sealer, one: Agency, two: Agency) -> None:
    last = {("package", one.party.node, "other"): 7}
    assert opened(sealer(heading(one, two), one).path, two, expecting(one.pin, last_numbers=last)).heading.number == 1


def test_a_package_of_another_operation_is_refused(sealer: Sealer, one: Agency, two: Agency) -> None:
    path = sealer(heading(one, two), one).path
    refused(path, two, expecting(one.pin, operation="harbour"), r.WrongOperation)


def test_an_answer_is_not_taken_for_a_package(sealer: Sealer, one: Agency, two: Agency) -> None:
    path = sealer(heading(one, two, kind="answer"), one).path
    refused(path, two, expecting(one.pin), r.WrongKind)


def test_a_bomb_is_refused_while_it_unpacks(sealer: Sealer, one: Agency, two: Agency) -> None:
    path = sealer(heading(one, two), one).path
    refused(path, two, expecting(one.pin, limits=Limits(total_bytes=2000)), r.TooBig)
    refused(path, two, expecting(one.pin, limits=Limits(files=3)), r.TooBig)


@pytest.mark.parametrize(
    "change",
    [{"number": 0}, {"number": True}, {"operation": "../up"}, {"fanal": "answer"}, {"made_at": "soon"}, {"sender": 3}],
    ids=str,
)
def test_a_heading_that_is_none_is_refused(tmp_path: Path, one: Agency, two: Agency, change: dict[str, object]) -> None:
    (tmp_path / "bag/data").mkdir(parents=True)
    (tmp_path / "bag/data/package.json").write_text(json.dumps(heading(one, two).to_json() | change))
    write_bag(tmp_path / "bag", [])
    sign_by_hand(tmp_path / "bag", one)
    refused(seal_by_hand(tmp_path / "bag", two, tmp_path / "x.fanal"), two, expecting(one.pin), r.Malformed)


def test_one_changed_row_after_approval_refuses_the_seal(tmp_path: Path, one: Agency, two: Agency) -> None:
    folder = tmp_path / "bag"
    approved = make_bag(folder, heading(one, two))
    (folder / "data/tables/account.parquet").write_bytes(b"\x01" + (bytes(range(256)) * 20)[1:])
    with pytest.raises(r.ApprovalVoid):
        seal(folder, heading(one, two), one.keys.signing, tmp_path / "x.fanal", approved)
    assert not list(tmp_path.glob("x.fanal*"))


def test_a_bag_made_again_after_approval_refuses_the_seal(tmp_path: Path, one: Agency, two: Agency) -> None:
    approved = make_bag(tmp_path / "bag", heading(one, two))
    make_bag(tmp_path / "other", heading(one, two, 2))
    with pytest.raises(r.ApprovalVoid):
        seal(tmp_path / "other", heading(one, two, 2), one.keys.signing, tmp_path / "x.fanal", approved)


def test_a_key_of_another_node_does_not_seal(tmp_path: Path, one: Agency, two: Agency, three: Agency) -> None:
    approved = make_bag(tmp_path / "bag", heading(one, two))
    with pytest.raises(KeyNotSender):
        seal(tmp_path / "bag", heading(one, two), three.keys.signing, tmp_path / "x.fanal", approved)


def shell(command: str, folder: Path) -> int:
    """Run a line as a person would type it. Returns its exit status."""
    return subprocess.run(["/bin/sh", "-c", command], cwd=folder, check=False, capture_output=True).returncode


def test_a_package_is_checked_without_fanal(
    sealer: Sealer, tmp_path: Path, one: Agency, two: Agency, outside_tools: dict[str, str]
) -> None:
    assert outside_tools
    path = sealer(heading(one, two), one).path
    shutil.copy(two.folder / "signing", tmp_path / "signing")
    commands = [
        f"ssh-keygen -q -p -P '{PASSPHRASE}' -N '' -f signing",
        f"age --decrypt -i signing -o age-identity.txt {two.folder}/age-identity.age",
        f"mkdir unpacked && age --decrypt -i age-identity.txt {path.name} > package.tar",
        "tar -xf package.tar -C unpacked",
    ]
    for command in commands:
        assert shell(command, tmp_path) == 0
    info = (tmp_path / "unpacked/bag-info.txt").read_text().splitlines()
    checks = [line.removeprefix("Check-Without-Fanal: ") for line in info if line.startswith("Check-Without-Fanal:")][
        1:
    ]
    assert len(checks) == 3
    for command in checks:
        assert shell(command, tmp_path / "unpacked") == 0
    (tmp_path / "unpacked/data/tables/account.parquet").write_bytes(b"other")
    assert shell(checks[0], tmp_path / "unpacked") != 0


@pytest.mark.parametrize(
    "more", [{"operation": "Lamp 1"}, {"operation": "../lamp"}, {"number": 0}, {"kind": "letter"}], ids=str
)
def test_a_heading_that_its_recipient_would_refuse_cannot_be_made(
    one: Agency, two: Agency, more: dict[str, object]
) -> None:
    with pytest.raises(BadHeading):
        replace(heading(one, two), **more)  # type: ignore[arg-type]


def test_an_endless_signature_is_not_read(tmp_path: Path, one: Agency, two: Agency) -> None:
    make_bag(tmp_path / "bag", heading(one, two))
    (tmp_path / "bag" / SIGNATURE).write_bytes(b"x" * 100_000)
    refused(seal_by_hand(tmp_path / "bag", two, tmp_path / "x.fanal"), two, expecting(one.pin), r.SignatureBroken)
