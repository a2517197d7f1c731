"""The end of a process, seen from the process that started it."""

import subprocess
import sys

LEFT = """
import atexit, sys, threading, time
from fanal.base.leaving import leave
atexit.register(print, "at the end")
sys.stdout.write("written ")
threading.Thread(target=time.sleep, args=(600,)).start()
leave(3)
"""
UNWRITTEN = """
import sys
from fanal.base.leaving import leave
class Full:
    def flush(self):
        raise OSError(28, "no space")
sys.stdout = Full()
leave()
"""


def left(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)


def test_what_waited_is_written_and_what_was_registered_done_and_no_thread_is_waited_for():
    run = left(LEFT)
    assert (run.returncode, run.stdout, run.stderr) == (3, "written at the end\n", "")


def test_output_that_cannot_be_written_is_told_by_the_exit_code():
    assert left(UNWRITTEN).returncode == 120
