"""Which grounds of a finding stand open on its page: a role may rest on hundreds of rows; decisions stand below."""

from collections.abc import Sequence
from typing import Any

#: Rows that speak for a finding and stand open; the others open on demand.
OPEN = 4


def parted(support: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The grounds of a finding as `explain` has them: `support` stands open, `more` opens on demand.

    Only what speaks for a finding is ever folded away, so that no reason against is missed.
    """
    own = [ground for ground in support if ground["role"] == "for"]
    return {"support": own[:OPEN] + [ground for ground in support if ground["role"] != "for"], "more": own[OPEN:]}
