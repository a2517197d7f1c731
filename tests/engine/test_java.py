from pathlib import Path

import pytest

from fanal.engine import java
from fanal.engine.java import NoJava, java_home, version_of


def fake(folder: Path, version: str) -> Path:
    """A Java that knows its version, and prints what it was told."""
    told = folder / "bin" / "java"
    told.parent.mkdir(parents=True)
    told.write_text(
        f'#!/bin/sh\nif [ "$1" = -version ]; then echo \'openjdk version "{version}"\' >&2; else echo "$@"; fi\n'
    )
    told.chmod(0o755)
    return folder


def run(home: Path, *arguments: str) -> str:
    import subprocess  # noqa: PLC0415

    return subprocess.run(
        [home / "bin" / "java", *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def none_packed(monkeypatch):
    monkeypatch.setattr(java, "_packed", list)


@pytest.mark.parametrize(("told", "major"), [("17.0.15", 17), ("1.8.0_402", 8), ("25", 25), ("21-ea", 21)])
def test_the_version_is_read_as_java_tells_it(tmp_path, told, major):
    assert version_of(fake(tmp_path / "jdk", told)) == major


def test_a_folder_without_java_has_none(tmp_path):
    assert version_of(tmp_path) == 0


def test_java_home_goes_before_the_path(tmp_path, none_packed):
    first, second = fake(tmp_path / "a", "21.0.1"), fake(tmp_path / "b", "17.0.1")
    home = java_home(tmp_path, {"JAVA_HOME": str(first), "PATH": str(second / "bin")})
    assert str(first) in (home / "bin" / "java").read_text()


def test_one_that_is_too_old_is_passed_over(tmp_path, monkeypatch):
    packed = fake(tmp_path / "packed", "25.0.2")
    monkeypatch.setattr(java, "_packed", lambda: [packed])
    home = java_home(tmp_path, {"PATH": str(fake(tmp_path / "old", "11.0.2") / "bin")})
    assert str(packed) in (home / "bin" / "java").read_text()


def test_without_any_the_error_says_what_to_do(tmp_path, none_packed):
    with pytest.raises(NoJava) as refused:
        java_home(tmp_path, {"PATH": ""})
    assert "JAVA_HOME" in refused.value.line()


def test_the_module_that_a_packaged_java_lacks_is_not_asked_for(tmp_path, none_packed):
    home = java_home(tmp_path, {"JAVA_HOME": str(fake(tmp_path / "jdk", "17.0.1"))})
    asked = ("-Xmx1g", "--add-modules=jdk.incubator.vector", "-cp", "a b", "Main")
    assert run(home, *asked) == "-Xmx1g -cp a b Main"
