import json
from pathlib import Path

import pytest
from exchange_cases import MADE_AT, Agency

from fanal.exchange import sshsig
from fanal.exchange.refusals import AlreadyThere, Damaged, Malformed
from fanal.exchange.revocation import NoticeForged, read_notice, write_notice
from fanal.model.codes import UnknownCode


@pytest.fixture
def path(tmp_path: Path, one: Agency) -> Path:
    path = tmp_path / "x.fanal-revocation"
    write_notice(path, one.party.node, one.party.agency, one.keys.signing, "compromised", MADE_AT)
    return path


def signed_anew(path: Path, key: Agency, **change: object) -> None:
    text = json.dumps(json.loads(json.loads(path.read_text())["revocation"]) | change)
    path.write_text(
        json.dumps({"revocation": text, "signature": sshsig.sign(text.encode(), key.keys.signing, "fanal-revocation")})
    )


def test_a_notice_comes_back_as_it_was_made(path: Path, one: Agency) -> None:
    notice = read_notice(path)
    assert (notice.node, notice.reason, notice.at) == (one.party.node, "compromised", MADE_AT)
    assert notice.signing_key == one.party.signing_key


def test_nobody_withdraws_anothers_key(path: Path, two: Agency) -> None:
    signed_anew(path, two)
    with pytest.raises(NoticeForged):
        read_notice(path)


def test_a_changed_notice_is_refused(path: Path) -> None:
    path.write_text(path.read_text().replace("compromised", "retired"))
    with pytest.raises(NoticeForged):
        read_notice(path)


@pytest.mark.parametrize("change", [{"reason": "bored"}, {"at": "soon"}, {"format": 9}, {"fanal": "card"}], ids=str)
def test_a_signed_notice_of_another_form_is_refused(path: Path, one: Agency, change: dict[str, object]) -> None:
    signed_anew(path, one, **change)
    with pytest.raises(Malformed):
        read_notice(path)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"junk", b'{"revocation": "x"}', b" " * 70_000])
def test_what_is_no_notice_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(Damaged):
        read_notice(tmp_path / "x")


def test_only_known_reasons_are_signed_and_nothing_is_overwritten(path: Path, one: Agency) -> None:
    with pytest.raises(AlreadyThere):
        write_notice(path, one.party.node, "A", one.keys.signing, "retired", MADE_AT)
    with pytest.raises(UnknownCode):
        write_notice(path.with_name("y"), one.party.node, "A", one.keys.signing, "bored", MADE_AT)
