"""The form of a backup: pieces, a signed manifest, and what neither may say."""

import io
import json
import shutil
import subprocess
import tarfile

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fanal.base.digests import canonical_json, sha256_bytes
from fanal.exchange import backup, sshsig
from fanal.exchange.backup import BackupDamaged, ChangedMeanwhile, Item, read_backup, write_backup
from fanal.exchange.keys import create_officer_key, unlock_officer

KEY = Ed25519PrivateKey.generate()
OURS = pyrage.x25519.Identity.generate()
TO = [str(OURS.to_public())]


def items(tmp_path):
    (tmp_path / "log").write_bytes(b"0123456789")
    return [
        Item("fanal.toml", b"[node]\n", 7),
        Item("audit/log.jsonl", tmp_path / "log", 7),
        Item("lists/empty.csv", b"", 0),
    ]


def sealed(tmp_path, content, manifest=None, key=KEY, name="x.fanal-backup"):
    """A backup made by hand: content by name, and whatever the manifest is to say."""
    out = io.BytesIO()
    said = canonical_json({"fanal_backup": 1, "files": [], **(manifest or {})})
    tags = {"manifest.json": said, "manifest.json.sig": sshsig.sign(said, key, "fanal-backup").encode()}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for entry, data in {**content, **tags}.items():
            info = tarfile.TarInfo(entry)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    path = tmp_path / name
    path.write_bytes(pyrage.encrypt(out.getvalue(), [OURS.to_public()]))
    return path


def named(path, data=b"x", piece="data/0000000"):
    return {"files": [{"path": path, "parts": [{"piece": piece, "bytes": len(data), "sha256": sha256_bytes(data)}]}]}


def test_what_went_in_comes_out_and_of_a_growing_file_what_it_had(tmp_path):
    path, into = tmp_path / "a.fanal-backup", tmp_path / "into"
    into.mkdir()
    written = write_backup(items(tmp_path), {"node": "n"}, KEY, path, TO)
    found = read_backup(path, [OURS], into)
    assert (found.about["node"], found.files, found.size) == ("n", 3, 14)
    assert (into / "audit" / "log.jsonl").read_bytes() == b"0123456"
    assert sorted(one.relative_to(into).as_posix() for one in into.rglob("*") if one.is_file()) == [
        "audit/log.jsonl", "fanal.toml", "lists/empty.csv",
    ]  # fmt: skip
    assert written.sha256 == sha256_bytes(path.read_bytes())
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_larger_than_a_piece_goes_in_several_and_comes_out_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "PIECE", 1000)
    data, into = bytes(range(256)) * 12, tmp_path / "into"
    into.mkdir()
    write_backup([Item("evidence/e/x", data, len(data))], {}, KEY, tmp_path / "a", TO)
    read_backup(tmp_path / "a", [OURS], into)
    assert (into / "evidence" / "e" / "x").read_bytes() == data


def test_a_file_that_got_shorter_or_went_ends_it_without_a_file(tmp_path):
    (tmp_path / "log").write_bytes(b"12")
    for source in ("log", "gone"):
        with pytest.raises(ChangedMeanwhile):
            write_backup([Item("audit/log.jsonl", tmp_path / source, 3)], {}, KEY, tmp_path / "a", TO)
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_checking_writes_nothing(tmp_path):
    write_backup(items(tmp_path), {}, KEY, tmp_path / "a", TO)
    before = sorted(tmp_path.rglob("*"))
    assert read_backup(tmp_path / "a", [OURS]).files == 3
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "path",
    [
        "/etc/x",
        "../x",
        "keys/../../x",
        "keys//x",
        "keys/./x",
        "hashlists/l/1/hashes.parquet",
        "other/x",
        "",
        "keys/x\0y",
    ],
)
def test_a_path_that_no_backup_holds_is_refused(tmp_path, path):
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(BackupDamaged):
        read_backup(sealed(tmp_path, {"data/0000000": b"x"}, named(path)), [OURS], into)
    assert [one for one in into.rglob("*") if one.is_file() and ".pieces" not in one.parts] == []


@pytest.mark.parametrize(
    ("content", "manifest"),
    [
        ({"data/0000000": b"y"}, named("fanal.toml")),
        ({}, named("fanal.toml")),
        ({"data/0000000": b"x", "data/0000001": b"x"}, named("fanal.toml")),
        ({"x": b"x"}, named("fanal.toml", piece="x")),
        ({"data/0000000": b"x"}, {"files": [*named("fanal.toml")["files"], *named("lists/x")["files"]]}),
        ({"data/0000000": b"x"}, {**named("fanal.toml"), "fanal_backup": 2}),
        ({}, {"files": [{"path": 1}]}),
        ({}, {"files": {"a": 1}}),
    ],
)
def test_a_manifest_that_is_not_of_its_files_is_refused(tmp_path, content, manifest):
    with pytest.raises(BackupDamaged):
        read_backup(sealed(tmp_path, content, manifest), [OURS])


def test_a_signature_over_another_manifest_is_refused(tmp_path):
    tags = {"manifest.json": b'{"fanal_backup": 1, "files": []}'}
    tags["manifest.json.sig"] = sshsig.sign(tags["manifest.json"] + b" ", KEY, "fanal-backup").encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for entry, data in tags.items():
            info = tarfile.TarInfo(entry)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    (tmp_path / "a").write_bytes(pyrage.encrypt(out.getvalue(), [OURS.to_public()]))
    with pytest.raises(BackupDamaged, match="signature"):
        read_backup(tmp_path / "a", [OURS])


def test_what_is_no_backup_is_refused_in_one_line(tmp_path):
    (tmp_path / "a").write_bytes(b"message 12\n")
    (tmp_path / "b").write_bytes(pyrage.encrypt(b"message 12", [OURS.to_public()]))
    for name in ("a", "b", "nothing"):
        with pytest.raises(BackupDamaged):
            read_backup(tmp_path / name, [OURS])


def test_age_and_tar_and_ssh_keygen_open_one_without_fanal(tmp_path):
    """The recovery key is an OpenSSH key: age takes it as it is."""
    if not shutil.which("ssh-keygen"):
        pytest.fail("ssh-keygen is needed by these tests")
    line = create_officer_key(tmp_path / "recovery.key", "phrase")
    write_backup(items(tmp_path), {}, KEY, tmp_path / "a", [line])
    opened = unlock_officer(tmp_path / "recovery.key", "phrase")
    clear = pyrage.ssh.Identity.from_buffer(_clear(opened))
    (tmp_path / "a.tar").write_bytes(pyrage.decrypt((tmp_path / "a").read_bytes(), [clear]))
    with tarfile.open(tmp_path / "a.tar") as tar:
        tar.extractall(tmp_path / "out")  # noqa: S202  our own backup
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    where = {one["path"]: one["parts"][0]["piece"] for one in manifest["files"]}
    assert (tmp_path / "out" / where["audit/log.jsonl"]).read_bytes() == b"0123456"
    (tmp_path / "signers").write_text(f"node {sshsig.public_line(KEY)}\n")
    verified = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "signers", "-I", "node", "-n", "fanal-backup",
         "-s", tmp_path / "out" / "manifest.json.sig"],
        input=(tmp_path / "out" / "manifest.json").read_bytes(), capture_output=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stderr


def _clear(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
