"""Shared by all tests: the case store is set up in memory, English is spoken."""

import os

os.environ["FANAL_LANG"] = "en"
os.environ.pop("FANAL_NODE", None)

from hypothesis import settings

from fanal.cases.ready import set_up

set_up()

# Machines are shared: how long a case takes says nothing about it.
settings.register_profile("fanal", deadline=None)
settings.load_profile("fanal")
