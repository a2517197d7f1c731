"""A small platform sample, written once for all tests of this folder."""

from pathlib import Path

import pytest
from dump_reader import dump_rows

from fanal.sample.platform import write_platform


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a platform sample at scale 0.001."""
    folder = tmp_path_factory.mktemp("platform")
    write_platform(folder, 0.001, 7, lambda _stage, _done: None)
    return folder


@pytest.fixture(scope="session")
def users(platform: Path) -> list[list[str | None]]:
    """The rows of the sample's table of users."""
    return dump_rows(platform / "kx.sql", "users")
