"""`fanal decide`: an officer's decision, signed."""

from typing import Annotated

import typer

from fanal.base.language import translate
from fanal.cli.output import say
from fanal.cli.session import Op, Session
from fanal.cli.words import HELP
from fanal.work.countries import decide_country
from fanal.work.decisions import decide_on, split
from fanal.work.persons import Named, make_person

PERSON, SPLIT, COUNTRY = "person", "split", "country"
#: Verdicts on where an identity is of; `not_enough` is also one on two accounts.
ON_COUNTRY = (COUNTRY, "undetermined", "not_enough")


def decide_command(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="ID", help=HELP["decided"])],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help=HELP["verdict"])],
    reason: Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])],
    accounts: Annotated[str | None, typer.Option("--accounts", metavar="A,B", help=HELP["split_accounts"])] = None,
    country: Annotated[str, typer.Option("--country", metavar="CC", help=HELP["decided_country"])] = "",
    evidence: Annotated[list[str] | None, typer.Option("--evidence", metavar="PLACE", help=HELP["evidence"])] = None,
    reference: Annotated[str, typer.Option("--reference", metavar="REF", help=HELP["person_reference"])] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help=HELP["person_name"])] = "",
    born: Annotated[str, typer.Option("--born", metavar="DATE", help=HELP["born"])] = "",
    age_source: Annotated[str, typer.Option("--age-source", metavar="TEXT", help=HELP["age_source"])] = "",
    op: Op = None,
) -> None:
    """Record a decision."""
    session: Session = ctx.obj
    _fit(verdict, accounts, evidence, reference or name or born or age_source)
    if bool(country) != (verdict == COUNTRY):
        raise typer.BadParameter(translate("--country goes with the verdict country, which needs it"))
    case = session.actor, session.node, session.operation(op)
    if verdict == SPLIT:
        made = split(*case, subject, (accounts or "").split(","), reason)
    elif verdict == PERSON:
        told = Named(tuple(evidence or ()), reference, name, born, age_source)
        made = make_person(*case, subject, told, reason)
        say("Person {reference} is on record by your decision. Next: fanal persons", reference=made.subject)
        return
    elif verdict in ON_COUNTRY and "," not in subject:
        made = decide_country(*case, subject, verdict, reason, country)
    else:
        made = decide_on(*case, subject, verdict, reason)
    if verdict == "not_suspect":
        say("Where it was sent, a correction is drafted: fanal correction list")
    say("Decision {decision} is recorded and signed. Next: fanal run", decision=made.decision[:12])


def _fit(verdict: str, accounts: str | None, evidence: list[str] | None, of_person: str) -> None:
    """Refuse options that the verdict has no use for: nobody should think that they were heard."""
    if accounts is not None and verdict != SPLIT:
        raise typer.BadParameter(translate("--accounts goes with the verdict split alone"))
    if (evidence or of_person) and verdict != PERSON:
        said = translate("--evidence, --reference, --name, --born and --age-source go with the verdict person alone")
        raise typer.BadParameter(said)
