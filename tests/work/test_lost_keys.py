"""An agency that lost its keys and has new ones still gets letters and files of deconflictions, and is believed."""

from pathlib import Path

import pytest
from desk_case import Desk
from release_case import OWN, WHY, Pair
from whole_case import TERMS

pytestmark = pytest.mark.slow


def lose_keys(desk: Desk, unit: Desk, folder: Path) -> None:
    """The unit's keys are gone; it makes new ones under another name of its own, and the desk pins them."""
    old = desk.rows("peer", "list")[0]["node"]
    (unit.folder / "node/keys/signing").write_bytes(b"damaged")
    settings = unit.folder / "node/fanal.toml"
    settings.write_text(settings.read_text().replace("Unit BE", "Unit BE 2"))
    unit.do("keys", "rotate", "--lost", *WHY)
    unit.do("peer", "card", folder / "new.card")
    desk.do("peer", "revoke", old[:12], "--reason", "lost", "--note", "officer 1 called")
    desk.do("peer", "add", folder / "new.card", "--replaces", old[:12])
    desk.do("peer", "assess", "Unit BE 2", *TERMS)


@pytest.fixture(scope="module")
def replaced_once(paired: Pair, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The unit opened a package and lost its keys afterwards; one recall was sealed to the old ones before."""
    pair = paired.copy(tmp_path_factory.mktemp("lost"))
    pair.deliver()
    pair.desk.do("recall", "kx:1", *WHY)
    pair.unit.do("receive", pair.approve()[0])
    pair.desk.do("recall", "kx:4", *WHY)
    lose_keys(pair.desk, pair.unit, pair.folder)
    return pair


@pytest.fixture
def replaced(replaced_once: Pair, tmp_path: Path) -> Pair:
    return replaced_once.copy(tmp_path)


def test_a_letter_drafted_for_the_old_keys_reaches_the_new_ones_and_its_reply_is_taken(replaced: Pair) -> None:
    (file,) = replaced.approve()
    assert file.name == "kx-BE-2.fanal-notice"
    assert replaced.unit.do("receive", file, "--format", "json").json["kind"] == "recall"
    for letter in ("kx-BE-L1", "kx-BE-L2"):
        said = replaced.unit.do("correction", "settle", letter, "stopped", *WHY, *OWN, "--format", "json").json
        replaced.desk.do("receive", said["file"])
    assert [row["settled"] for row in replaced.desk.rows("correction", "list")] == ["stopped", "stopped"]
