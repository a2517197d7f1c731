"""The part of the summary that tells what changed since the package before: who came, who changed, who went."""

from collections.abc import Collection

from fanal.base.language import translate
from fanal.exchange.changes import Changes
from fanal.exchange.document import Section
from fanal.exchange.spoken import number
from fanal.exchange.urgent import SHORT

#: So many ids of each kind stand in the summary; package.json has them all.
NAMED = 20


def since_the_last(changes: Changes | None) -> list[Section]:
    """What became of each identity; nothing where the package is the first. Who was withdrawn is told first."""
    if changes is None:
        return []
    withdrawn = translate("Withdrawn, do not use them any more: {n}.")
    lines = [
        translate("Everything is said anew here; this is what is other than in number {number}.").format(
            number=changes.number
        ),
        _line(withdrawn, changes.withdrawn),
        _line(translate("Added: {n}."), changes.added),
        _line(translate("Changed: {n}."), changes.changed),
        translate("As they were: {n}.").format(n=number(changes.unchanged)),
    ]
    if changes.withdrawn:
        lines.append(translate("Stop what is under way on those withdrawn, or call the sender."))
    return [Section(translate("Changes since the last package"), lines)]


def _line(said: str, identities: Collection[str]) -> str:
    told = said.format(n=number(len(identities)))
    if not identities:
        return told
    shown = ", ".join(identity[:SHORT] for identity in sorted(identities)[:NAMED])
    return f"{told} {shown}" + (" ..." if len(identities) > NAMED else "")
