"""The register: numbers that are never given twice, lines that are never changed."""

import os
import signal
import subprocess
import sys

import pytest

from fanal.evidence.register import Custody, NoSuchExhibit, Register, RegisterDamaged

CUSTODY = Custody(added_at="2026-01-31T12:00:00Z", officer="7", source="unit 12", order="order 12")


def add(register, digest="a" * 64, **changes):
    fields = {"operation": "lamp", "sha256": digest, "name": "kx.sql", "path": f"{digest}/kx.sql", "stored": True}
    return register.add(**{**fields, "size": 12, "reader": "mysqldump", "custody": CUSTODY, **changes})


def test_exhibits_are_numbered_from_one_over_all_operations(tmp_path):
    register = Register(tmp_path)
    assert [add(register, d * 64, operation=op).number for d, op in ("ax", "bx", "ay")] == [1, 2, 3]
    assert [e.number for e in register.exhibits()] == [1, 2, 3]
    assert [e.number for e in register.exhibits("y")] == [3]


def test_what_was_registered_is_read_back(tmp_path):
    new = add(Register(tmp_path), mapping_sha256="c" * 64, options={"owner": "member 12", "clock_offset_s": -3})
    (read,) = Register(tmp_path).exhibits()
    assert read == new
    assert read.custody == CUSTODY
    assert read.options == {"owner": "member 12", "clock_offset_s": -3}


def test_adding_again_gives_the_same_exhibit(tmp_path):
    register = Register(tmp_path)
    first = add(register)
    assert add(register, name="copy.sql", options={"owner": "x"}) == first
    assert (tmp_path / "register.jsonl").read_bytes().count(b"\n") == 1


def test_another_operation_or_mapping_is_another_exhibit(tmp_path):
    register = Register(tmp_path)
    numbers = [
        add(register).number,
        add(register, mapping_sha256="c" * 64).number,
        add(register, operation="torch").number,
        add(register, mapping_sha256="c" * 64).number,
    ]
    assert numbers == [1, 2, 3, 2]


def test_an_exhibit_is_found_in_its_operation_alone(tmp_path):
    register = Register(tmp_path)
    add(register)
    assert register.exhibit(1, "lamp").name == "kx.sql"
    with pytest.raises(NoSuchExhibit):
        register.exhibit(1, "torch")
    with pytest.raises(NoSuchExhibit):
        register.exhibit(2, "lamp")


@pytest.mark.parametrize("torn", [b"{", b'{"number":2,"operation":"lamp"', b"\xff" * 70_000])
def test_a_torn_last_line_is_passed_over_and_then_cut_off(tmp_path, torn):
    register = Register(tmp_path)
    add(register)
    whole = (tmp_path / "register.jsonl").read_bytes()
    (tmp_path / "register.jsonl").write_bytes(whole + torn)
    assert len(register.exhibits()) == 1
    assert add(register, "b" * 64).number == 2
    assert (tmp_path / "register.jsonl").read_bytes().startswith(whole + b"{")
    assert len(register.exhibits()) == 2


@pytest.mark.parametrize("line", [b"not JSON", b"{}", b"[]", b'"text"'])
def test_a_damaged_line_is_named(tmp_path, line):
    register = Register(tmp_path)
    add(register)
    with (tmp_path / "register.jsonl").open("ab") as f:
        f.write(line + b"\n")
    with pytest.raises(RegisterDamaged, match="Line 2"):
        register.exhibits()


def test_lines_in_another_order_are_damage(tmp_path):
    register = Register(tmp_path)
    add(register)
    add(register, "b" * 64)
    lines = (tmp_path / "register.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "register.jsonl").write_bytes(b"".join(reversed(lines)))
    with pytest.raises(RegisterDamaged, match="Line 1"):
        register.exhibits()


ADDER = """
import sys
from pathlib import Path
from fanal.evidence.register import Custody, Register
register = Register(Path(sys.argv[1]))
for n in range(10_000):
    register.add(operation=sys.argv[2], sha256=f"{n:064}", name="x", path="x", stored=True, size=1, reader="csv",
                 custody=Custody(added_at="2026-01-31T12:00:00Z", officer="7"))
    print(n, flush=True)
"""


def test_two_processes_and_a_kill_never_share_a_number(tmp_path):
    processes = [
        subprocess.Popen([sys.executable, "-c", ADDER, tmp_path, op], stdout=subprocess.PIPE, text=True) for op in "xy"
    ]
    for process in processes:
        for line in process.stdout:
            if line.strip() == "10":
                break
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    exhibits = Register(tmp_path).exhibits()
    assert [e.number for e in exhibits] == list(range(1, len(exhibits) + 1))
    assert len({e.key for e in exhibits}) == len(exhibits)
    assert {(op, f"{n:064}") for op in "xy" for n in range(11)} <= {(e.operation, e.sha256) for e in exhibits}
