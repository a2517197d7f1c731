"""Three agencies with keys, and the programs that check packages without Fanal."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from exchange_cases import Agency, Sealer, agency, make_bag

from fanal.base.language import speaking
from fanal.exchange.heading import Heading
from fanal.exchange.seal import Sealed, seal


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(scope="session")
def agencies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Agency]:
    root = tmp_path_factory.mktemp("agencies")
    return {name: agency(root, name, country) for name, country in (("one", "DE"), ("two", "FR"), ("three", "ES"))}


@pytest.fixture
def one(agencies: dict[str, Agency]) -> Agency:
    return agencies["one"]


@pytest.fixture
def two(agencies: dict[str, Agency]) -> Agency:
    return agencies["two"]


@pytest.fixture
def three(agencies: dict[str, Agency]) -> Agency:
    return agencies["three"]


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    """Makes a bag for a heading and seals it."""

    def make(head: Heading, sender: Agency) -> Sealed:
        folder = tmp_path / f"bag-{head.file_name}"
        digest = make_bag(folder, head)
        return seal(folder, head, sender.keys.signing, tmp_path / head.file_name, digest)

    return make


@pytest.fixture(scope="session")
def outside_tools() -> dict[str, str]:
    """The programs that check a package without Fanal; in CI their absence is a failure."""
    found = {name: shutil.which(name) for name in ("age", "ssh-keygen", "sha256sum", "tar")}
    missing = [name for name, path in found.items() if path is None]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"not on this machine: {', '.join(missing)}; apt-get install age openssh-client")
    assert not missing, f"the test set-up must install {missing}"
    return {name: path for name, path in found.items() if path}
