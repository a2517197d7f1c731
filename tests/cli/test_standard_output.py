"""Output that cannot be written is told in one line, and a closed output before anything is done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FANAL = [sys.executable, "-m", "fanal"]
FULL = Path("/dev/full")


def told(done):
    """The one line of an error. Fails where there is another."""
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture
def node(tmp_path):
    folder = tmp_path / "node"
    call = [*FANAL, "init", folder, "--agency", "Unit 7", "--country", "BE", "--demo"]
    subprocess.run(call, check=True, capture_output=True)
    return folder


def to_full_disk(*words, **settings):
    with FULL.open("w") as full:
        return subprocess.run(
            [*FANAL, *map(str, words)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, **settings},
        )


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("add", "--help")])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_one_line_and_no_traceback(words, unbuffered):
    done = to_full_disk(*words, PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert told(done).startswith("fanal: F-CLI-02: The output cannot be written: No space left on device.")


def test_a_command_of_a_node_says_that_its_output_is_lost(node):
    done = to_full_disk("-C", node, "officer", "list")
    assert (done.returncode, told(done)[:16]) == (1, "fanal: F-CLI-02:")


def test_the_reason_is_in_the_reader_s_language():
    done = to_full_disk("--version", FANAL_LANG="fr")
    assert "La sortie ne peut pas être écrite" in told(done)
    assert "No space" not in told(done)


def test_a_closed_output_is_told_before_anything_is_done(node):
    asked = "op new ky --title Operation --legal-basis order"
    call = f"{sys.executable} -m fanal -C {node} {asked} >&-"
    done = subprocess.run(["sh", "-c", call], stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert told(done).startswith("fanal: F-CLI-02: The output cannot be written: it is closed.")
    listed = subprocess.run([*FANAL, "-C", node, "op", "list"], capture_output=True, text=True, check=True)
    assert "ky" not in listed.stdout


def test_closed_output_and_errors_end_in_the_exit_code():
    done = subprocess.run(["sh", "-c", f"{sys.executable} -m fanal --version >&- 2>&-"], check=False)
    assert done.returncode == 1


def test_a_reader_that_is_gone_is_no_error_to_tell(node):
    call = f"{sys.executable} -m fanal --help | true"
    done = subprocess.run(["sh", "-c", call], stderr=subprocess.PIPE, text=True, check=False)
    assert done.stderr == ""
