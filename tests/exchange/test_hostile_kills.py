"""What is left where a process that receives is killed, and what two of them do to each other.

Every test looks at each file of the node's folder and at each row of its case store, before and after.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections
from hostile_cases import Receiver, Sent, receiver, rows, walk

from fanal.cases.models.exchange import Package, Peer
from fanal.cases.node import load_node
from fanal.exchange.refusals import Refused
from fanal.work.check import check_node

#: A process that receives, and is killed where it calls the function that is named.
KILLED = """
import os, signal, sys
from pathlib import Path
import fanal.work
import fanal.work.receive as module
from fanal.cases.node import load_node
from fanal.cases.session import acting_as
node = load_node(Path(sys.argv[1]))
holder = module if hasattr(module, sys.argv[3]) else __import__("fanal.exchange.opening", fromlist=["x"])
setattr(holder, sys.argv[3], lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
module.receive(acting_as(node, "1"), node, Path(sys.argv[2]), None, "", lambda *_: None)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "at",
    ["extract", "verify_opened", "read_package", "keep_referenced", "Register", "write_for_lake", "arrived", "record"],
)
def test_what_a_killed_process_left_is_swept_by_the_next_that_receives(
    us: Receiver, sent: Sent, tmp_path: Path, at: str
) -> None:
    node = shutil.copytree(us.node.folder, tmp_path / "node")
    file = sent(lambda _: None)
    copy = receiver(load_node(node), tmp_path)
    before = walk(node), rows()
    connections["default"].close()
    done = subprocess.run([sys.executable, "-c", KILLED, str(node), str(file), at], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    load_node(node)
    assert rows() == before[1]
    (tmp_path / "none.fanal").write_bytes(b"nothing")
    with pytest.raises(Refused):
        copy.receive(tmp_path / "none.fanal")
    left = {name for name in walk(node) if name not in before[0]}
    if at in {"write_for_lake", "arrived", "record"}:
        # Its line stands in the register, which only grows: the sealed file stays with it, and nothing of it is open.
        left = {name for name in left if not name.startswith(("evidence", "lake"))}
        assert {Path(name).suffix for name in left if name != "packages/received"} == {".fanal"}
    else:
        assert walk(node) == before[0]
    assert copy.receive(file)["kind"] == "package"
    assert [package.state for package in Package.objects.all()] == ["opened"]
    assert not [row for row in check_node(copy.officer, copy.node) if row["wrong"]]


def test_two_that_receive_at_once_both_come_to_their_end(us: Receiver, sent: Sent, tmp_path: Path) -> None:
    node = shutil.copytree(us.node.folder, tmp_path / "node")
    connections["default"].close()
    file = sent(lambda _: None)
    receiving = KILLED.replace("lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)", "getattr(holder, sys.argv[3])")
    both = [
        subprocess.Popen(
            [sys.executable, "-c", receiving, str(node), str(file), "record"], stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate()[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    assert sum("OldNumber" in text for text in said) == 1
    assert Peer.objects.exists()
