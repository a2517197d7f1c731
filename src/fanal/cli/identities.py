"""`fanal identities`: online identities in order of rank."""

from typing import Annotated, Any

import typer
from rich.markup import escape

from fanal.analyse.pages import Wanted
from fanal.analyse.threshold import met_by
from fanal.analyse.threshold import say as say_why_not
from fanal.base.language import translate
from fanal.cli.output import SHORT, Format, lines, people, rows, say, visible
from fanal.cli.output import in_words as words
from fanal.cli.restrictions import restrictions
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.model.codes import CERTAINTY_WORDS
from fanal.model.codes import in_words as certainty
from fanal.work.handling import shown
from fanal.work.identities import identities
from fanal.work.identity_table import identity_table
from fanal.work.told import threshold_of

PEOPLE_SEE = 20
SEEN = ("rank", "identity", "accounts", "countries", "roles", "meets_threshold")
#: The keys that scripts rely on, and those that --why adds.
COLUMNS = (
    "identity",
    "accounts",
    "identifiers",
    "countries",
    "undetermined",
    "roles",
    "rank",
    "meets_threshold",
)
WHY = ("met_by", "why_not")


def identities_command(
    ctx: typer.Context,
    country: Annotated[str | None, typer.Option("--country", metavar="CC", help=HELP["only_country"])] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help=HELP["limit"])] = PEOPLE_SEE,
    why: Annotated[bool, typer.Option("--why", help=HELP["why"])] = False,
    answers: Annotated[bool, typer.Option("--answers", help=HELP["with_answers"])] = False,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print identities."""
    session: Session = ctx.obj
    operation = session.operation(op)
    only = country.upper() if country else None
    rules = threshold_of(session.actor, operation)
    if not rules.version:
        say("The threshold is Fanal's proposal, approved by nobody: no package can be built. Next: fanal op threshold")
    if form is Format.csv:
        lines(identity_table(session.actor, session.node, operation, Wanted(country=only or "")).lines)
        return
    told = why or form is Format.text  # people are told how sure a country is in the words that the lake has
    found = identities(session.actor, session.node, operation, only, why=told, answers=answers)
    if form is not Format.text:
        rows(found, (*COLUMNS, *(WHY if why else ()), *(("answers",) if answers else ())), form)
        return
    restrictions(shown(session.actor, operation))
    if why and rules.version:
        said = translate("The threshold is version {version}, approved by {approver}.")
        people.print(escape(visible(said.format(version=rules.version, approver=rules.approver))))
    rows(map(_short, found), (*SEEN, *(("why",) if why else ()), *(("answers",) if answers else ())), form, limit=limit)


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """For people: words instead of probabilities, accounts counted beyond the first three."""
    accounts = row["accounts"]
    shown = ", ".join(accounts[:3]) + (f" +{len(accounts) - 3}" if len(accounts) > 3 else "")  # noqa: PLR2004  three fit a line
    best = row["countries"][0] if row["countries"] and not row["undetermined"] else None
    countries = f"{best['country']} ({certainty(row['sure'], CERTAINTY_WORDS)})" if best else translate("undetermined")
    return {
        **row,
        "identity": row["identity"][:SHORT],
        "accounts": shown,
        "countries": countries,
        "roles": [words(role) for role in (*row["roles"], *(["withdrawn"] if "withdrawn" in row else []))],
        "answers": [f"{said['country']} {words(said['outcome'])}" for said in row.get("answers", ())],
        "why": met_by(row.get("met_by", "")) or say_why_not(row.get("why_not", "")),
    }
