"""`fanal identities`: online identities in order of rank."""

from typing import Annotated, Any

import typer

from fanal.analyse.origin import in_words
from fanal.base.language import translate
from fanal.cli.output import SHORT, Format, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.identities import identities
from fanal.work.told import threshold_of

PEOPLE_SEE = 20


def identities_command(
    ctx: typer.Context,
    country: Annotated[str | None, typer.Option("--country", metavar="CC", help=HELP["only_country"])] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help=HELP["limit"])] = PEOPLE_SEE,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print identities."""
    session: Session = ctx.obj
    operation = session.operation(op)
    found = identities(session.actor, session.node, operation, country.upper() if country else None)
    if not threshold_of(session.actor, operation).version:
        say("The threshold is Fanal's proposal, approved by nobody: no package can be built. Next: fanal op threshold")
    if form is Format.text:
        rows(
            map(_short, found),
            ("rank", "identity", "accounts", "countries", "roles", "meets_threshold"),
            form,
            limit=limit,
        )
    else:
        rows(
            found,
            (
                "identity",
                "accounts",
                "identifiers",
                "countries",
                "undetermined",
                "roles",
                "rank",
                "meets_threshold",
            ),
            form,
        )


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """For people: words instead of probabilities, accounts counted beyond the first three."""
    accounts = row["accounts"]
    shown = ", ".join(accounts[:3]) + (f" +{len(accounts) - 3}" if len(accounts) > 3 else "")  # noqa: PLR2004  three fit a line
    best = row["countries"][0] if row["countries"] and not row["undetermined"] else None
    countries = f"{best['country']} ({translate(in_words(best['probability']))})" if best else translate("undetermined")
    return {
        **row,
        "identity": row["identity"][:SHORT],
        "accounts": shown,
        "countries": countries,
        "roles": [translate(role) for role in row["roles"]],
    }
