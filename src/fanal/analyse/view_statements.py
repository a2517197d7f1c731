"""The statements behind `views`, with the tables that they read: for who reads now, and for who keeps the result."""

from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load

_LISTS = ("view_accounts", "view_identifiers", "view_countries", "view_roles")
IDENTITY_TABLES = (
    "identity",
    "identity_account",
    "account_value",
    "value_key",
    "identity_country",
    "identity_origin",
    "identity_role",
    "identity_rank",
    "identity_threshold",
)
_WHY = ", 'met_by': coalesce(t.rule, ''), 'why_not': coalesce(t.why_not, 'not_weighed'), 'sure': o.words"
FIGURE_TABLES = (
    "account_key",
    "identifier",
    "identity",
    "identity_account",
    "media",
    "share",
    "login",
    "payment",
    "message",
    "reject",
)


def shown_sql(engine: Duck, country: str = "NULL", *, why: bool = False) -> str:
    """The statement that tells of every identity, in a session that has IDENTITY_TABLES.

    Args:
        engine: gets the lists that the statement joins.
        country: an expression of ours for the one country of origin that is asked for; NULL for all.
        why: with `met_by` and `why_not`.
    """
    sql = load("fanal.analyse", "views.sql")
    for name in _LISTS:
        engine.define(name, sql[name])
    return fill(sql["view_identities"], why=_WHY if why else "", country=country)


def figures_sql(engine: Duck) -> str:
    """The statement of the figures that the evidence gives, in a session that has FIGURE_TABLES."""
    sql = load("fanal.analyse", "views.sql")
    for name in ("view_messages", "view_shown"):
        engine.define(name, sql[name])
    return sql["figures"]
