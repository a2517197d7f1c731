"""Rows that are written once. The database refuses a change too (see migration 0002)."""

from typing import Any, Self

from fanal.base.errors import FanalError
from fanal.cases.models.committed import Committed


class AppendOnly(FanalError):
    """Somebody tried to change or delete what was decided or done."""

    code = "F-STORE-02"
    text = "{row} stands as it was written; record a new one that supersedes it."


class AppendOnlyModel(Committed):
    """A row that can be added and read, never changed or deleted."""

    class Meta:
        """Django's options."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert. Raises AppendOnly for a row that is already there."""
        if not self._state.adding:
            raise AppendOnly(row=str(self))
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Always raises AppendOnly."""
        raise AppendOnly(row=str(self))

    @classmethod
    def add(cls, **fields: Any) -> Self:
        """Insert one row and return it."""
        row = cls(**fields)
        row.save()
        return row
