import io
import json
import re
import tarfile
from pathlib import Path

import pyarrow.parquet as pq
import pyrage
import pytest
from whole_case import GRADED, NODES, Case, small_platform, typed, written_grades

from fanal.base.digests import sha256_file
from fanal.cases.models.exchange import Answer, Arrival, Package, Peer
from fanal.cases.models.offices import Operation
from fanal.cases.models.sources import ExhibitIndex
from fanal.cases.session import acting_as, node_keys
from fanal.exchange.keys import public_keys

pytestmark = pytest.mark.slow
KX = ("--op", "kx")
LATE = "2026-01-01T00:00:00Z"


def kept(case: Case, node: str) -> tuple[dict[str, str], list[int]]:
    """All that opening a file could leave in a node: files (the log and the store apart) and rows."""
    folder = case.path(node)
    files = {
        str(path.relative_to(folder)): sha256_file(path)
        for part in ("evidence", "lake", "packages")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }
    case.node(node)
    return files, [model.objects.count() for model in (Operation, ExhibitIndex, Package, Arrival, Answer)]


def refused_whole(case: Case, node: str, file: Path) -> str:
    """Receiving it is refused in one line and leaves nothing; returns the line's code."""
    before = kept(case, node)
    code = case.refused(node, "receive", file)
    assert kept(case, node) == before
    return code


def bag(case: Case, country: str = "BE") -> Path:
    return case.path("desk") / f"packages/kx/kx-{country}-1"


def included(case: Case, country: str = "BE") -> list[str]:
    return pq.read_table(bag(case, country) / "data/tables/identity.parquet").column("identity").to_pylist()


def approved(case: Case, country: str = "BE") -> None:
    case.do("desk", "package", "build", country, *KX)
    case.do("desk", "--as", "2", "package", "approve", *KX)


def sealed_files(case: Case) -> list[Path]:
    return list((case.path("desk") / "packages").rglob("*.fanal*"))


def test_one_officer_alone_cannot_release(case: Case) -> None:
    case.do("desk", "package", "build", "BE", *KX)
    assert case.refused("desk", "package", "approve", *KX) == "F-PACKAGE-04"
    assert case.refused("desk", "package", "seal", *KX) == "F-PACKAGE-05"
    assert [p["state"] for p in case.do("desk", "package", "list", *KX, "--format", "json").json] == ["built"]
    assert sealed_files(case) == []


def test_an_analyst_alone_neither_builds_nor_approves(case: Case) -> None:
    case.do("desk", "officer", "add", "7", "--role", "analyst")
    assert case.refused("desk", "--as", "7", "package", "build", "BE", *KX) == "F-MAY-01"
    case.do("desk", "package", "build", "BE", *KX)
    assert case.refused("desk", "--as", "7", "package", "approve", *KX) == "F-MAY-01"


def test_packages_for_all_countries_name_those_without_a_peer(case: Case) -> None:
    said = case.do("desk", "package", "build", "--all", *KX, "--format", "json")
    assert [row["package"] for row in said.json] == ["kx-BE-1", "kx-ES-1"]
    assert "No pinned peer" in said.err
    assert "FR" in said.err


def test_every_identity_of_a_package_meets_the_threshold_and_belongs_there(case: Case) -> None:
    case.do("desk", "package", "build", "--all", *KX)
    known = {line["identity"]: line for line in case.identities("kx")}
    for country in ("BE", "ES"):
        assert included(case, country)
        for identity in included(case, country):
            assert known[identity]["meets_threshold"]
            assert not known[identity]["undetermined"]
            assert known[identity]["countries"][0]["country"] == country


def test_one_row_changed_in_the_bag_refuses_the_seal(case: Case) -> None:
    approved(case)
    sheet = bag(case) / "data/identities.csv"
    sheet.write_bytes(sheet.read_bytes()[:-2] + b"x\n")
    assert case.refused("desk", "package", "seal", *KX) == "F-PKG-19"
    assert sealed_files(case) == []


def test_a_bag_changed_before_it_is_approved_is_not_approved(case: Case) -> None:
    case.do("desk", "package", "build", "BE", *KX)
    (bag(case) / "data/identities.csv").write_bytes(b"identity\n")
    assert case.refused("desk", "--as", "2", "package", "approve", *KX).startswith("F-PKG-")
    assert case.refused("desk", "package", "seal", *KX) == "F-PACKAGE-05"


@pytest.mark.both_stores
def test_a_digest_changed_in_the_store_refuses_the_seal(case: Case) -> None:
    approved(case)
    case.node("desk")
    Package.objects.update(digest="0" * 64)
    assert case.refused("desk", "package", "seal", *KX) == "F-PKG-19"


@pytest.mark.both_stores
@pytest.mark.parametrize("verdict", ["hold", "not_suspect"])
def test_an_identity_held_after_approval_refuses_the_seal(case: Case, verdict: str) -> None:
    approved(case)
    case.do("desk", "decide", included(case)[0], verdict, "--reason", "asked by phone", *KX)
    assert case.refused("desk", "package", "seal", *KX) == "F-PKG-19"
    assert sealed_files(case) == []


@pytest.mark.both_stores
def test_an_identity_protected_after_approval_refuses_the_seal(case: Case) -> None:
    approved(case)
    known = {line["identity"]: line for line in case.identities("kx")}
    account = known[included(case)[0]]["accounts"][0]
    case.do("desk", "protect", "account", account, "--reference", "P-1", "--reason", "a victim's", *KX)
    assert case.refused("desk", "package", "seal", *KX) == "F-PKG-19"


def test_a_decision_on_another_countrys_identity_does_not_void_the_approval(case: Case) -> None:
    approved(case)
    other = next(line for line in case.identities("kx") if line["identity"] not in included(case))
    case.do("desk", "decide", other["identity"], "hold", "--reason", "asked by phone", *KX)
    case.do("desk", "package", "seal", *KX)
    assert [path.name for path in sealed_files(case)] == ["kx-BE-1.fanal"]


@pytest.mark.both_stores
def test_a_package_approved_but_not_sealed_gives_way_to_the_next_build(case: Case) -> None:
    approved(case)
    case.do("desk", "package", "build", "BE", *KX)
    assert [p["state"] for p in case.do("desk", "package", "list", *KX, "--format", "json").json] == ["built"]
    assert case.refused("desk", "package", "seal", *KX) == "F-PACKAGE-05"


@pytest.mark.both_stores
def test_what_stays_and_what_is_sent_is_counted(case: Case) -> None:
    case.do("desk", "package", "build", "BE", *KX)
    told = json.loads((bag(case) / "data/package.json").read_text())["counts"]
    assert told["candidates"] == told["included"] + sum(told["not_included"].values())
    of_country = case.do("desk", "identities", "--country", "BE", *KX, "--format", "jsonl").lines
    assert told["candidates"] == len(of_country)


def test_a_protected_identifier_holds_its_identity_back(case: Case) -> None:
    case.do("desk", "package", "build", "BE", *KX)
    before = included(case)
    known = {line["identity"]: line for line in case.identities("kx")}
    mail = next(i["norm"] for i in known[before[0]]["identifiers"] if i["kind"] == "email")
    case.do("desk", "protect", "email", mail, "--reference", "P-1", "--reason", "an officer's", *KX)
    row = case.do("desk", "package", "build", "BE", *KX, "--format", "json").json[0]
    assert included(case) == before[1:]
    assert (row["identities"], row["held_back"]) == (len(before) - 1, 1)
    for path in bag(case).rglob("*"):
        if path.suffix in (".csv", ".json", ".jsonld", ".html", ".txt"):
            assert mail not in path.read_text(), path
        if path.suffix == ".parquet":
            assert mail not in json.dumps(pq.read_table(path).to_pylist(), default=str), path


def test_without_an_approved_threshold_nothing_is_built(case: Case) -> None:
    case.do("desk", "op", "new", "young", "--title", "T", "--legal-basis", "B")
    assert case.refused("desk", "package", "build", "BE", "--op", "young") == "F-PACKAGE-01"


@pytest.mark.both_stores
def test_pinning_a_card_again_keeps_its_terms(case: Case) -> None:
    case.do("desk", "peer", "add", case.path("belgium.card"))
    case.do("desk", "package", "build", "BE", *KX)


def test_a_country_without_a_pinned_peer_gets_nothing(case: Case) -> None:
    assert case.refused("desk", "package", "build", "FR", *KX) == "F-PACKAGE-03"


def test_registration_alone_or_being_added_by_another_never_meets_the_threshold(case: Case, tmp_path: Path) -> None:
    op = ("--op", "small")
    case.do("desk", "op", "new", "small", "--title", "T", "--legal-basis", "B")
    dump, mapping = small_platform(tmp_path)
    case.do("desk", "add", dump, "--mapping", mapping, *op)
    grades, scale = written_grades(tmp_path, 1, 2)
    case.do("desk", "media", "grades", grades, *GRADED, scale, *op)
    case.do("desk", "op", "threshold", case.path("platform") / "threshold.toml", *op)
    case.do("desk", "run", *op)
    meets = {account: line["meets_threshold"] for line in case.identities("small") for account in line["accounts"]}
    # 1 uploads, 2 only registered and logs in, 3 was added to a channel by 1, 4 was added by himself once.
    assert meets == {"small:1": True, "small:2": False, "small:3": False, "small:4": False}
    case.do("desk", "package", "build", "BE", *op)
    sheet = (case.path("desk") / "packages/small/small-BE-1/data/identities.csv").read_text()
    assert "small:1" in sheet
    for account in ("small:2", "small:3", "small:4"):
        assert account not in sheet


def test_a_changed_byte_is_refused(case: Case, tmp_path: Path) -> None:
    whole = case.release("BE").read_bytes()
    changed = tmp_path / "changed.fanal"
    for part in range(1, 8):
        place = len(whole) * part // 8
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert refused_whole(case, "belgium", changed) == "F-PKG-03"


def test_a_package_cut_short_is_refused(case: Case, tmp_path: Path) -> None:
    whole = case.release("BE").read_bytes()
    (tmp_path / "cut.fanal").write_bytes(whole[: len(whole) // 2])
    assert refused_whole(case, "belgium", tmp_path / "cut.fanal") == "F-PKG-03"


def test_a_package_for_another_agency_is_refused(case: Case) -> None:
    assert refused_whole(case, "spain", case.release("BE")) == "F-PKG-02"


def test_a_package_opened_and_sealed_again_for_another_is_refused(case: Case, tmp_path: Path) -> None:
    file = case.release("BE")
    node = case.node("belgium")
    clear = pyrage.decrypt(file.read_bytes(), [node_keys(node, acting_as(node, "1")).identity])
    to = pyrage.x25519.Recipient.from_str(public_keys(case.path("spain") / "keys").age_recipient)
    (tmp_path / "again.fanal").write_bytes(pyrage.encrypt(clear, [to]))
    assert refused_whole(case, "spain", tmp_path / "again.fanal") == "F-PKG-04"


def test_a_row_changed_by_the_recipient_of_a_package_is_refused(case: Case, tmp_path: Path) -> None:
    file = case.release("BE")
    node = case.node("belgium")
    keys = node_keys(node, acting_as(node, "1"))
    changed = io.BytesIO()
    clear = pyrage.decrypt(file.read_bytes(), [keys.identity])
    with tarfile.open(fileobj=io.BytesIO(clear)) as old, tarfile.open(fileobj=changed, mode="w") as new:
        for entry in old.getmembers():
            data = old.extractfile(entry).read()  # type: ignore[union-attr]
            if entry.name.endswith("identities.csv"):
                data = data.replace(b"kx:", b"ky:")
            new.addfile(entry, io.BytesIO(data))
    to = pyrage.x25519.Recipient.from_str(keys.public.age_recipient)
    (tmp_path / "changed.fanal").write_bytes(pyrage.encrypt(changed.getvalue(), [to]))
    assert refused_whole(case, "belgium", tmp_path / "changed.fanal") == "F-PKG-15"


@pytest.mark.both_stores
def test_a_package_received_twice_is_refused_the_second_time(case: Case) -> None:
    file = case.release("BE")
    case.do("belgium", "receive", file)
    assert refused_whole(case, "belgium", file) == "F-PKG-09"


def test_a_package_of_a_peer_that_is_not_pinned_is_refused(case: Case) -> None:
    file = case.release("BE")
    case.node("belgium")
    other = public_keys(case.path("spain") / "keys")
    Peer.objects.update(node=other.node, signing_key=other.signing_key)
    assert refused_whole(case, "belgium", file) == "F-PKG-06"


def test_a_package_of_a_peer_whose_key_is_revoked_is_refused(case: Case) -> None:
    file = case.release("BE")
    case.node("belgium")
    Peer.objects.update(revoked_at=LATE)
    assert refused_whole(case, "belgium", file) == "F-PKG-07"


@pytest.mark.both_stores
def test_a_package_after_a_gap_is_held_until_an_officer_releases_it(case: Case) -> None:
    case.release("BE")
    second = case.release("BE")
    assert second.name == "kx-BE-2.fanal"
    assert refused_whole(case, "belgium", second) == "F-PKG-10"
    assert (
        case.do("belgium", "receive", second, "--release-gap", "asked by phone", "--format", "json").json["number"] == 2
    )


@pytest.mark.both_stores
def test_a_later_package_takes_the_place_of_the_one_before(case: Case) -> None:
    first = case.do("belgium", "receive", case.release("BE"), "--format", "json").json
    second = case.do("belgium", "receive", case.release("BE"), "--format", "json").json
    assert (first["operation"], first["accounts"]) == (second["operation"], second["accounts"])
    own = ("--op", first["operation"])
    case.do("belgium", "run", *own)
    assert case.figures(first["operation"], "belgium")["accounts"] == first["accounts"]


def test_the_cover_of_a_sealed_package_names_the_file_in_the_language_asked_for(case: Case) -> None:
    approved(case)
    said = case.do("desk", "package", "cover", "kx-BE-1", *KX)
    assert "Not sealed yet" in said.err
    assert re.search("[0-9a-f]{64}", said.out) is None
    case.do("desk", "package", "seal", *KX)
    (file,) = sealed_files(case)
    made = case.do("desk", "package", "cover", "kx-BE-1", "--language", "pl", *KX, "--format", "json").json
    assert (made["file"], made["size"], made["sha256"]) == (file.name, file.stat().st_size, sha256_file(file))
    assert f"- SHA-256: {sha256_file(file)}" in made["text"].splitlines()
    assert "CO NIE MOŻE CZEKAĆ" in made["text"]
    assert case.refused("desk", "package", "cover", "kx-ZZ-1", *KX) == "F-SUM-02"


def test_a_sealed_file_that_is_not_there_is_refused(case: Case, tmp_path: Path) -> None:
    assert refused_whole(case, "belgium", tmp_path / "none.fanal") == "F-PKG-01"


def test_a_package_is_no_evidence_of_the_senders_own_node(case: Case) -> None:
    assert refused_whole(case, "desk", case.release("BE")) == "F-PKG-02"


def answered(case: Case, outcome: str = "arrested") -> Path:
    own = case.do("belgium", "receive", case.release("BE"), "--format", "json").json["operation"]
    op = ("--op", own)
    case.do("belgium", "answer", "set", included(case)[0], outcome, *op)
    return Path(case.do("belgium", "answer", "send", *op, "--format", "json").json["file"])


@pytest.mark.both_stores
def test_an_answer_received_twice_counts_once(case: Case) -> None:
    answer = answered(case)
    case.do("desk", "receive", answer)
    figures = case.figures("kx")
    assert refused_whole(case, "desk", answer) == "F-PKG-09"
    assert case.figures("kx") == figures


def test_a_changed_answer_is_refused(case: Case, tmp_path: Path) -> None:
    whole = answered(case).read_bytes()
    (tmp_path / "x.fanal-answer").write_bytes(whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:])
    assert refused_whole(case, "desk", tmp_path / "x.fanal-answer") == "F-PKG-03"


@pytest.mark.both_stores
def test_nothing_new_is_not_answered_again(case: Case) -> None:
    answer = answered(case)
    own = answer.parent.parent.name
    assert case.refused("belgium", "answer", "send", "--op", own) == "F-ANSWER-03"


@pytest.mark.both_stores
def test_an_answer_names_an_identity_of_the_package(case: Case) -> None:
    own = case.do("belgium", "receive", case.release("BE"), "--format", "json").json["operation"]
    assert case.refused("belgium", "answer", "set", "f" * 32, "arrested", "--op", own) == "F-ANSWER-02"
    assert case.refused("desk", "answer", "set", "f" * 32, "arrested", *KX) == "F-ANSWER-01"


def test_a_node_does_not_pin_its_own_card(case: Case) -> None:
    assert case.refused("desk", "peer", "add", case.path("desk.card")) == "F-PEER-02"


def test_a_forged_card_is_refused(case: Case, tmp_path: Path) -> None:
    text = case.path("spain.card").read_text()
    (tmp_path / "forged.card").write_text(text.replace("Unit spain", "Unit malta"))
    assert case.refused("desk", "peer", "add", tmp_path / "forged.card") == "F-PKG-22"


@pytest.mark.both_stores
def test_all_nodes_logs_hold_after_refusals(case: Case) -> None:
    refused_whole(case, "spain", case.release("BE"))
    for name in NODES:
        assert case.do(name, "audit", "verify", "--format", "json").json["holds"]
    assert typed("-C", case.path("desk"), "check").code == 0
