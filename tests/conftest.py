"""Shared by all tests: the case store is set up in memory, English is spoken."""

import os

os.environ["FANAL_LANG"] = "en"
os.environ.pop("FANAL_NODE", None)

from fanal.cases.ready import set_up

set_up()
