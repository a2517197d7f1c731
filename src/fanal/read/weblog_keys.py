"""The known keys of a request in JSON as the scanner takes them."""

import numpy as np

from fanal.read.cell_kernel import Bytes, Places
from fanal.read.json_kernel import DEEPEST
from fanal.read.weblog_names import KEYS

_LONGEST_KEY, _NESTED = 1024, 8


class KnownKeys:
    """The keys as the scanner takes them, and its room for one object."""

    def __init__(self) -> None:
        flat = [(place, key.encode()) for place, keys in KEYS for key in keys]
        self.keys: Bytes = np.frombuffer(bytearray(b"".join(key for _, key in flat)), np.uint8)
        self.offsets: Places = np.cumsum([0, *(len(key) for _, key in flat)]).astype(np.int32)
        self.places: Places = np.array([place for place, _ in flat], np.int32)
        self._found: Places = np.zeros((1, len(flat)), np.int32)
        self._found_ends: Places = np.zeros((1, len(flat)), np.int32)
        self._found_kinds: Bytes = np.zeros((1, len(flat)), np.uint8)
        self._stack, self._name = np.zeros(DEEPEST, np.uint8), np.zeros(_LONGEST_KEY, np.uint8)
        self._todo: Places = np.zeros((_NESTED, 2), np.int32)

    @property
    def arguments(self) -> tuple[Bytes, Places, Places, Places, Places, Bytes, Bytes, Bytes, Places]:
        """The last arguments of `scan_log`, from `keys` on."""
        return (
            self.keys, self.offsets, self.places, self._found, self._found_ends, self._found_kinds, self._stack,
            self._name, self._todo,
        )  # fmt: skip
