"""The texts that the cells of a workbook share, held as one run of bytes: a text costs its own length and no more."""

from array import array
from collections.abc import Iterable

from fanal.base.language import translate
from fanal.read.contract import Unreadable
from fanal.read.xlsx_xml import Attributes, BrokenXml, Feed

#: Bytes of all shared texts, and their number.
MOST_BYTES, MOST_TEXTS = 1 << 30, 1 << 26


class SharedStrings:
    """Loads them from their part's XML; readings of East Asian words (rPh) are no part of a text."""

    def __init__(self, pieces: Iterable[bytes], path: str) -> None:
        """Load all.

        Args:
            pieces: the XML; where it breaks off, the texts before the break are there.
            path: the exhibit's name, for messages.

        Raises:
            Unreadable: more text than memory should take.
        """
        self._text, self._ends = bytearray(), array("Q", [0])
        self._taking = self._phonetic = False
        self._pieces: list[bytes] = []
        self._waiting = 0
        feed = Feed(path, self._start, self._end, self._said)
        try:
            for raw in pieces:
                feed.feed(raw)
                if len(self._text) + self._waiting > MOST_BYTES or len(self._ends) > MOST_TEXTS:
                    detail = translate("its texts are larger than {n} MiB; split the file and add the parts")
                    raise Unreadable(path=path, detail=detail.format(n=MOST_BYTES >> 20))
        except BrokenXml:
            return

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, n: int) -> str:
        return self._text[self._ends[n] : self._ends[n + 1]].decode("utf-8", "replace")

    def _start(self, name: str, _: Attributes) -> None:
        if name == "t":
            self._taking = not self._phonetic
        elif name == "rPh":
            self._phonetic = True

    def _end(self, name: str) -> None:
        if name == "t":
            self._taking = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._text += b"".join(self._pieces)
            self._ends.append(len(self._text))
            self._pieces.clear()
            self._waiting = 0

    def _said(self, piece: str) -> None:
        if self._taking:
            raw = piece.encode("utf-8", "replace")
            self._pieces.append(raw)
            self._waiting += len(raw)
