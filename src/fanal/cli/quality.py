"""`fanal quality`: how good the last run was."""

from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.base.language import translate
from fanal.cli.output import Format, record, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.quality import ENOUGH, GROUP_WORDS, Quality, quality


def quality_command(
    ctx: typer.Context,
    truth: Annotated[Path | None, typer.Option("--truth", metavar="FILE", help=HELP["quality_truth"])] = None,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help=HELP["quality_svg"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print how good the last run was."""
    session: Session = ctx.obj
    found = quality(session.actor, session.node, session.operation(op), truth)
    if svg:
        svg.write_text(found.svg(), encoding="utf-8")
    if form is Format.text:
        _for_people(found)
    elif form is Format.json:
        record(_parts(found), form)
    else:
        rows(_flat(found), ("part", "of", "measure", "value"), form)


def _parts(found: Quality) -> dict[str, Any]:
    return {
        "source": found.source,
        "outcomes": found.outcomes,
        "figures_told": found.told,
        "countries": found.countries(),
        "reliability": found.reliability(),
        "words": found.by_words(),
        "links": found.links,
    }


def _flat(found: Quality) -> list[dict[str, Any]]:
    """A row a figure: programs read one table."""
    flat = [{"part": "outcomes", "of": "", "measure": "outcomes", "value": found.outcomes}]
    for part, key, table in (
        ("countries", "group", found.countries()),
        ("words", "answer", found.by_words()),
        ("links", "band", found.links),
    ):
        flat += [
            {"part": part, "of": row[key], "measure": measure, "value": value}
            for row in table
            for measure, value in row.items()
            if measure != key
        ]
    for row in found.reliability():
        of = f"{row['group']} {row['from']:.1f} to {row['to']:.1f}"
        flat += [
            {"part": "reliability", "of": of, "measure": measure, "value": row[measure]}
            for measure in ("answers", "called", "true")
        ]
    return flat


def _for_people(found: Quality) -> None:
    say("{told}", told=found.source)
    named = [{**row, "group": translate(GROUP_WORDS[row["group"]])} for row in found.countries()]
    figures = ("undetermined", "accuracy", "error") if found.told else ()
    rows(named, ("group", "judged", "determined", *figures), Format.text)
    rows(found.by_words(), ("answer", "confirmed", "disproved"), Format.text, words=("answer",))
    if found.told:
        bands = [{**row, "group": translate(GROUP_WORDS[row["group"]])} for row in found.reliability()]
        rows(bands, ("group", "from", "to", "answers", "called", "true"), Format.text)
    else:
        say("{n} of {enough} outcomes: until there are that many, answers are told in words and counts alone.",
            n=found.outcomes, enough=ENOUGH)  # fmt: skip
    rows(found.links, ("band", "pairs", "confirmed", "refused", "not_enough"), Format.text, words=("band",))
