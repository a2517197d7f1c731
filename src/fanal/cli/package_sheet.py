"""What the second officer is shown of a package, for people."""

from typing import Any

from rich.markup import escape

from fanal.base.language import translate
from fanal.cli.output import SHORT, Format, people, record, rows, visible
from fanal.model.codes import CERTAINTY_WORDS, HANDLING_WORDS, in_words

COLUMNS = ("rank", "identity", "accounts", "country_is", "roles", "flags", "change")
#: Ids that a line names.
FEW = 10


def print_sheet(found: dict[str, Any], limit: int) -> None:
    """Print what exactly leaves: terms, handling, changes, identities, rows, files."""
    record(_head(found), Format.text)
    for code in found["handling"]:
        said = " ".join(word for word in (code["code"], in_words(code["code"], HANDLING_WORDS), code["text"]) if word)
        people.print(f"[bold]{escape(visible(said))}[/bold]")
    if not found["handling"]:
        people.print(translate("No handling code restricts this package."))
    _changes(found["changes"])
    shown = ({**row, "identity": row["identity"][:SHORT], **_words(row)} for row in found["identities"])
    columns = COLUMNS if found["changes"] else COLUMNS[:-1]
    rows(shown, columns, Format.text, limit=limit, words=("roles", "flags", "change"))
    record(found["rows"], Format.text)
    rows(({"file": name, "sha256": digest} for name, digest in found["files"].items()), ("file", "sha256"), Format.text)


def _head(found: dict[str, Any]) -> dict[str, Any]:
    head = {key: found[key] for key in ("package", "recipient", "country", "made_at", "digest")}
    head |= found["terms"]
    if found["danger"]:
        head["danger"] = found["danger"]
    head |= {"identities": len(found["identities"]), "minors": found["minors"]}
    head |= {key: found[key] for key in ("message_text", "perceptual_fingerprints")}
    if "held_back" in found:
        head["held_back"] = found["held_back"]
    return head


def _changes(changes: dict[str, Any] | None) -> None:
    if changes is None:
        people.print(translate("The first package for this recipient: nothing was sent there before."))
        return
    said = translate("Since number {number}: {added} added, {changed} changed, {withdrawn} withdrawn, {same} the same.")
    counts = {kind: len(changes[kind]) for kind in ("added", "changed", "withdrawn")}
    people.print(said.format(number=changes["since"]["number"], same=changes["unchanged"], **counts))
    if gone := changes["withdrawn"]:
        named = ", ".join(row["identity"][:SHORT] for row in gone[:FEW]) + (" …" if len(gone) > FEW else "")
        people.print(translate("withdrawn: {text}").format(text=named))


def _words(row: dict[str, Any]) -> dict[str, str]:
    accounts = row["accounts"]
    more = f" +{len(accounts) - 3}" if len(accounts) > 3 else ""  # noqa: PLR2004  three fit a line
    return {
        "country_is": in_words(row["country_is"], CERTAINTY_WORDS),
        "accounts": ", ".join(accounts[:3]) + more,
    }
