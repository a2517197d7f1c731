"""The canonical tables of the lake: what evidence says, one row an observation.

Every table begins with `exhibit` (number from the register), `locator` (where in the exhibit) and
`obs` (exhibit * 2^40 + n, n in source order). Raw values stay as they stood. Instants are UTC
TIMESTAMP in microseconds, with `at_precision` beside each `at`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

OBS_SHIFT = 40
UTC_INSTANT = pa.timestamp("us")
_HEAD = (("exhibit", pa.int32()), ("locator", pa.string()), ("obs", pa.int64()))
#: How an account's holder stands to an identifier: who uses it, who signed for it, who pays for it, whose it is by law.
RELATIONS = ("user", "subscriber", "payer", "holder")
#: Where a transaction's coins come from, and where they go.
SIDES = ("in", "out")
_S, _I, _F, _B, _T = pa.string(), pa.int64(), pa.float64(), pa.bool_(), UTC_INSTANT


@dataclass(frozen=True)
class Table:
    """One canonical table: its name and its columns besides exhibit, locator and obs.

    `keys` are the columns that hold native ids and carry the platform's prefix in the lake; `words`
    names the text columns that hold one word of a few.
    """

    name: str
    columns: tuple[tuple[str, pa.DataType], ...]
    keys: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def schema(self) -> pa.Schema:
        """Columns of the lake table, in order."""
        return pa.schema([*_HEAD, *self.columns])

    @property
    def instants(self) -> tuple[str, ...]:
        """Names of the columns that hold instants."""
        return tuple(name for name, kind in self.columns if kind == UTC_INSTANT)


TABLES: tuple[Table, ...] = (
    Table(
        "account",
        (
            ("account", _S),
            ("platform", _S),
            ("native_id", _S),
            ("username", _S),
            ("display_name", _S),
            ("created_at", _T),
            ("stated_name", _S),
            ("name_source", _S),
            ("stated_birth_year", _I),
            ("stated_country", _S),
            ("language", _S),
            ("time_zone", _S),
        ),
        keys=("account",),
    ),
    Table(
        "identifier",
        (("account", _S), ("kind", _S), ("value", _S), ("norm", _S), ("observed_at", _T), ("relation", _S)),
        keys=("account",),
        words={"relation": RELATIONS},
    ),
    Table(
        "login",
        (
            ("account", _S),
            ("at", _T),
            ("at_precision", _S),
            ("ip", _S),
            ("src_port", _I),
            ("user_agent", _S),
            ("success", _B),
            ("rule", _S),
        ),
        keys=("account",),
    ),
    Table(
        "channel",
        (("channel", _S), ("platform", _S), ("native_id", _S), ("title", _S), ("kind", _S)),
        keys=("channel",),
    ),
    Table(
        "membership",
        (
            ("account", _S),
            ("channel", _S),
            ("role", _S),
            ("at", _T),
            ("at_precision", _S),
            ("change", _S),
            ("by_account", _S),
        ),
        keys=("account", "channel", "by_account"),
    ),
    Table(
        "message",
        (("account", _S), ("channel", _S), ("at", _T), ("at_precision", _S), ("kind", _S), ("media", _S), ("body", _S)),
        keys=("account", "channel", "media"),
    ),
    Table(
        "media",
        (
            ("media", _S),
            ("platform", _S),
            ("native_id", _S),
            ("md5", _S),
            ("sha1", _S),
            ("sha256", _S),
            ("mime", _S),
            ("bytes", _I),
            ("duration_s", _F),
            ("width", _I),
            ("height", _I),
            ("status", _S),
        ),
        keys=("media",),
    ),
    Table(
        "fingerprint",
        (("media", _S), ("at_s", _F), ("pdq", pa.binary(32)), ("quality", _I), ("variant", _S)),
        keys=("media",),
    ),
    Table(
        "share",
        (("account", _S), ("media", _S), ("at", _T), ("at_precision", _S), ("action", _S), ("channel", _S)),
        keys=("account", "media", "channel"),
    ),
    Table(
        "payment",
        (
            ("account", _S),
            ("tx", _S),
            ("at", _T),
            ("at_precision", _S),
            ("asset", _S),
            ("amount", _F),
            ("from_address", _S),
            ("to_address", _S),
        ),
        keys=("account",),
    ),
    Table(
        "tx_io",
        (("tx", _S), ("n", _I), ("side", _S), ("address", _S), ("amount", _F), ("asset", _S)),
        words={"side": SIDES},
    ),
    Table(
        "link",
        (("url", _S), ("host", _S), ("kind", _S), ("account", _S), ("message", _I), ("at", _T), ("at_precision", _S)),
        keys=("account",),
    ),
    # What a source says of one of its rows beyond the columns above: the row with the same locator. Keys in use:
    # native_id, deleted, revoked, edited, confidence, source_index, and what a format adds, named in its page.
    Table("remark", (("key", _S), ("value", _S))),
)

BY_NAME = {table.name: table for table in TABLES}

REJECT = Table("reject", (("column", _S), ("reason", _S), ("excerpt", _S)))

# What a step says and what supports it (DESIGN section 3).
FINDING = pa.schema(
    [
        ("finding", _S),
        ("step", _S),
        ("step_version", pa.int32()),
        ("kind", _S),
        ("subject", _S),
        ("value", _S),
        ("score", _F),
        ("n", _I),
        ("first_at", _T),
        ("last_at", _T),
        ("query", _S),
    ]
)
SUPPORT = pa.schema([("finding", _S), ("obs", _I), ("role", _S), ("weight", _F), ("reason", _S)])
SUPPORT_ROLES = ("for", "against", "context")
# A person's grade of a medium, as a package carries it, and the name under which it stands in the receiver's lake.
GRADE = pa.schema([("media", _S), ("agency", _S), ("opinion", _S)])
RECEIVED_GRADE = "received_grade"
EXAMPLES_PER_FINDING = 20


def obs_base(exhibit: int) -> int:
    """The number before the first observation of an exhibit."""
    return exhibit << OBS_SHIFT


def exhibit_of(obs: int) -> int:
    """The exhibit that an observation belongs to."""
    return obs >> OBS_SHIFT
