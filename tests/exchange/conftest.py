"""Three agencies with keys, and the programs that check packages without Fanal."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from exchange_cases import Agency, Sealer, agency, heading, make_bag
from hostile_cases import Receiver, Sent, changed, pin, receiver, sealed, signed, tar_of
from lake_cases import plan, small_lake

from fanal.base import instants
from fanal.base.language import speaking
from fanal.cases.node import load_node
from fanal.exchange.build import build_packages
from fanal.exchange.heading import Heading
from fanal.exchange.seal import Sealed, seal
from stores import blank_node


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
