"""What one cell of a workbook says, as text, and what is wrong with it where something is.

Numbers stay as the file stores them; dates are written out, without a zone, since a cell has none.
"""

import math
import re
from decimal import Decimal

from fanal.base.instants import from_serial
from fanal.base.language import mark
from fanal.read.xlsx_book import Book
from fanal.read.xlsx_sheet import Cell
from fanal.read.xlsx_xml import LONGEST

ERROR = mark("an error value of the spreadsheet")
NO_RESULT = mark("a formula without a stored result")
NO_TEXT = mark("a text that the workbook does not hold")
NO_NUMBER = mark("not a number")
NO_DAY = mark("a number that no calendar has, in a cell of dates")
DIGITS_LOST = mark("a number of more than 15 digits: the spreadsheet may have lost the last ones; ask for it as text")
CUT = mark("longer than what is read of one text; what follows is left out")
#: Digits that a spreadsheet keeps of a number.
KEPT_DIGITS = 15
#: From this many digits on a whole number may be a telephone or account number, and have lost its plus or zeros.
LONG_DIGITS = 9
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]{1,3}))?")
_WRITTEN_OUT = 40


class Values:
    """Turns the cells of one workbook into text."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def text(self, cell: Cell) -> tuple[str | None, str | None]:
        """A cell's text (None where it has none), and the reason of a reject (None where all is well)."""
        kind, said = cell.kind, cell.text
        if said is None or (said == "" and cell.formula is not None and kind == "n"):
            return None, NO_RESULT if cell.formula is not None else None
        if kind == "s":
            found = self._book.string(said)
            return found, NO_TEXT if found is None else None
        if kind == "n":
            return self._number(said, self.form(cell))
        if kind == "b":
            return {"1": "true", "0": "false"}.get(said, said), None
        if kind == "e":
            return None, ERROR
        return said, CUT if len(said) >= LONGEST else None

    def form(self, cell: Cell) -> str:
        """What the cell's format makes of its number; see `xlsx_formats.form_of`."""
        forms = self._book.forms
        return forms[cell.style] if cell.style < len(forms) else ""

    def padded(self, cell: Cell) -> str:
        """The format that shows the cell's number with zeros before it; "" where it has none."""
        codes = self._book.padded
        return codes[cell.style] if cell.style < len(codes) else ""

    def long_number(self, cell: Cell) -> bool:
        """Whether it is a whole number so long that it may be a telephone or account number."""
        said = cell.text or ""
        return cell.kind == "n" and len(said) >= LONG_DIGITS and said.isdigit() and not self.form(cell)

    def _number(self, said: str, form: str) -> tuple[str | None, str | None]:
        if said.isdigit() and not form and len(said) <= KEPT_DIGITS:
            return said, None
        found = _NUMBER.fullmatch(said)
        if not found:
            return None, NO_NUMBER
        if form:
            days = float(said)
            day = from_serial(days, base_1904=self._book.base_1904, form=form) if math.isfinite(days) else None
            return day, NO_DAY if day is None else None
        exponent = int(found[1]) if found[1] else 0
        if found[1] and abs(exponent) <= _WRITTEN_OUT:
            # The exponent is written out digit by digit: no rounding.
            said = format(Decimal(said), "f")
        whole = said.lstrip("+-").partition(".")[0].lstrip("0")
        return said, DIGITS_LOST if len(whole) > KEPT_DIGITS else None
