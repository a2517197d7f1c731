"""The one family of errors: a code, the facts, and one line that says what to do.

An error class declares its `code` and its English `text` (a gettext message id with
`{field}` places). The line a person reads is made when it is shown, in their language.
"""

from typing import Any, ClassVar

from fanal.base.language import translate


class FanalError(Exception):
    """Base of every error that a user may see.

    Attributes:
        code: stable and searchable, `F-AREA-nn`.
        text: one English line with `{field}` places: what, where, what to do.
        again: True where the same call may succeed later (a lock, a busy store).
        exit_code: 1 refused or not found, 2 wrong use.
    """

    code: ClassVar[str] = "F-BASE-01"
    text: ClassVar[str] = "Something failed: {detail}. Run `fanal doctor`."
    again: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1

    def __init__(self, **fields: Any) -> None:
        super().__init__(fields)
        self.fields = fields

    def line(self) -> str:
        """The message in the reader's language, on one line, control characters made visible."""
        filled = translate(self.text).format(**self.fields)
        return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in filled)

    def __str__(self) -> str:
        return self.line()
