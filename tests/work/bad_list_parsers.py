"""Parsers of hash lists that end badly, each an entry of a child."""

import os
import time


def aborting(_closed: str) -> None:
    os.abort()


def greedy(_closed: str) -> None:
    held = bytearray(b"x") * (400 << 20)
    time.sleep(60 + len(held) * 0)
