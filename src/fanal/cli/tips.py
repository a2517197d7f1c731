"""`fanal tips`: the queue of tips, the desk's record of each, and what an officer decides about it."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from fanal.base.language import mark, translate, translate_count
from fanal.cli.output import Format, in_words, record, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.tips import decide_duplicate, decide_risk, grade_tip, list_tips, show_tip

tips_app = typer.Typer(name="tips", help=HELP["tips_app"], invoke_without_command=True)
#: What people see of the queue on one line; a table for programs has the rest too.
SHORT = ("tip", "child_at_risk", "quoted_words", "alike", "status", "source_grade", "information_grade", "subject")
COLUMNS = (*SHORT, "sent_at", "exhibit", "part")
Number = Annotated[int, typer.Argument(metavar="TIP", help=HELP["tip_number"])]
Reason = Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])]
YES, NO = ("yes", "y"), ("no", "n")
#: What two tips have in common.
SHARED = {
    "message_id": mark("the same Message-ID"),
    "file": mark("the same file"),
    "identifiers": mark("the same identifiers"),
}
LANGUAGES = {
    "en": mark("English"),
    "fr": mark("French"),
    "es": mark("Spanish"),
    "de": mark("German"),
    "nl": mark("Dutch"),
}


@tips_app.callback()
def tips(ctx: typer.Context) -> None:
    """Without a command, print the queue."""
    if ctx.invoked_subcommand is None:
        listing(ctx)


@tips_app.command("list", help=HELP["tips_list"])
def listing(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print the queue of tips."""
    session: Session = ctx.obj
    found = list_tips(session.actor, session.operation(op))
    if form is Format.text:
        lines(found)
    else:
        rows(found, COLUMNS, form)


@tips_app.command("show", help=HELP["tips_show"])
def one(ctx: typer.Context, number: Number, op: Op = None, form: Form = Format.text) -> None:
    """Print the desk's record of a tip."""
    session: Session = ctx.obj
    found = show_tip(session.actor, session.operation(op), number)
    if form is Format.text:
        show(found)
    else:
        record(found, form)


@tips_app.command("grade", help=HELP["tips_grade"])
def grade(
    ctx: typer.Context,
    number: Number,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=HELP["source_grade"])],
    information: Annotated[str, typer.Argument(metavar="INFORMATION", help=HELP["information_grade"])],
    op: Op = None,
) -> None:
    """Set the two grades."""
    session: Session = ctx.obj
    found = grade_tip(session.actor, session.operation(op), number, source, information)
    say("Tip {tip}: source {source_grade}, information {information_grade}.", **found)


@tips_app.command("risk", help=HELP["tips_risk"])
def risk(
    ctx: typer.Context,
    number: Number,
    answer: Annotated[str, typer.Argument(metavar="ANSWER", help=HELP["risk_answer"])],
    reason: Reason,
    op: Op = None,
) -> None:
    """Decide whether a child is at risk now."""
    session: Session = ctx.obj
    at_risk = _yes(answer)
    decide_risk(session.actor, session.operation(op), number, reason, at_risk=at_risk)
    if at_risk:
        say("Tip {tip}: a child is at risk by your decision. It stands first in the queue.", tip=number)
        say("Next: fanal run")
    else:
        say("Tip {tip}: no child is at risk now, by your decision.", tip=number)


@tips_app.command("duplicate", help=HELP["tips_duplicate"])
def duplicate(
    ctx: typer.Context,
    number: Number,
    other: Annotated[int, typer.Argument(metavar="OTHER", help=HELP["tip_other"])],
    answer: Annotated[str, typer.Argument(metavar="ANSWER", help=HELP["duplicate_answer"])],
    reason: Reason,
    op: Op = None,
) -> None:
    """Decide whether a tip is a duplicate of another."""
    session: Session = ctx.obj
    same = _yes(answer)
    decide_duplicate(session.actor, session.operation(op), number, other, reason, duplicate=same)
    if same:
        say("Tip {tip} is a duplicate of tip {other}, by your decision. Both stay.", tip=number, other=other)
    else:
        say("Tips {tip} and {other} are no duplicates, by your decision.", tip=number, other=other)


def lines(tips: Iterable[Mapping[str, Any]]) -> None:
    """Tips for a person, a line each."""
    rows(map(_undecided, tips), SHORT, Format.text, words=("status",))


def show(tip: Mapping[str, Any]) -> None:
    """A tip for a person: a child at risk and the words that say so first."""
    record(_for_people(tip), Format.text, words=("status",))


def summary(tip: Mapping[str, Any]) -> dict[str, Any]:
    """A tip as a line of the queue."""
    return {**tip, "quoted_words": len(tip["risk_words"]), "alike": len(tip["duplicates"])}


def _for_people(tip: Mapping[str, Any]) -> dict[str, Any]:
    said = tip["risk_decided"]
    risk_said = _undecided(tip)["child_at_risk"]
    if said:
        by = translate("{answer}, officer {officer}: {reason}")
        answer = translate("yes") if tip["child_at_risk"] else translate("no")
        risk_said = by.format(answer=answer, officer=said["officer"], reason=said["reason"])
    places = ", ".join(tip["victims"])
    shown = {
        "child_at_risk": risk_said,
        "quoted_words": "\n".join(_quoted(one, tip["part"]) for one in tip["risk_words"])
        or translate("none that the word lists know; read the tip itself"),
        "identifiers": "\n".join(_named(one, tip["part"]) for one in tip["identifiers"]) or None,
        "alike": "\n".join(_alike(one) for one in tip["duplicates"]) or None,
        "duplicate_of": tip["duplicate_of"],
        "victims": translate("named in the exhibit at {places}; read them there alone").format(places=places)
        if places
        else None,
    }
    rest = ("status", "source_grade", "information_grade", "subject", "sender", "sent_at", "tip", "exhibit", "part")
    return {**{k: v for k, v in shown.items() if v is not None}, **{key: tip[key] for key in rest if tip[key] != ""}}


def _undecided(tip: Mapping[str, Any]) -> dict[str, Any]:
    """A row in which nobody's word is said to be nobody's, not left blank."""
    risk_said = tip["child_at_risk"]
    return {**tip, "child_at_risk": translate("not decided") if risk_said is None else risk_said}


def _place(locator: str, part: str) -> str:
    return locator.removeprefix(f"{part}/")


def _quoted(passage: Mapping[str, Any], part: str) -> str:
    language = LANGUAGES.get(passage["language"] or "")
    why = translate(language) if language else translate("the sender calls it urgent")
    return f"\u201c{passage['quote']}\u201d ({_place(passage['locator'], part)}, {why})"


def _named(identifier: Mapping[str, Any], part: str) -> str:
    of = "" if identifier["of"] in ("", "text") else f", {in_words(identifier['of'])}"
    return f"{in_words(identifier['kind'])} {identifier['value']} ({_place(identifier['locator'], part)}{of})"


def _alike(other: Mapping[str, Any]) -> str:
    shared = "; ".join(_reason(reason) for reason in other["reasons"])
    decided = in_words(other["decided"]) if other["decided"] else translate("not decided")
    return translate("tip {tip}: {shared} ({decided})").format(tip=other["tip"], shared=shared, decided=decided)


def _reason(reason: Mapping[str, Any]) -> str:
    what = translate(SHARED[reason["by"]])
    if reason["by"] != "identifiers":
        return what
    count = translate_count("{n} value", "{n} values", reason["n"]).format(n=reason["n"])
    return f"{what}, {count}: {', '.join(reason['values'])}"


def _yes(answer: str) -> bool:
    low = answer.lower()
    if low in (*YES, translate("yes")):
        return True
    if low in (*NO, translate("no")):
        return False
    raise typer.BadParameter(translate("say yes or no, not {answer}").format(answer=answer))
