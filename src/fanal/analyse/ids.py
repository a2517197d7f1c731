"""Content ids in SQL: the same 64 digits as `base.digests.content_id`, for whole columns at once."""

IDENTITY_DIGITS = 32


def content_id_sql(*fields: str) -> str:
    """A SQL expression for the content id of VARCHAR expressions (SHA-256 over length-prefixed fields).

    Args:
        fields: SQL expressions of type VARCHAR; a NULL makes the whole id NULL.
    """
    parts = [f"unhex(lpad(to_hex(strlen({f})), 16, '0')) || encode({f})" for f in fields]
    return f"sha256({' || '.join(parts)})"


def identity_id_sql(founder: str) -> str:
    """A SQL expression for the id of the identity whose founding account key is `founder`: 32 hex digits."""
    return f"substr({content_id_sql(literal('identity'), founder)}, 1, {IDENTITY_DIGITS})"


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
