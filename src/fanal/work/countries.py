"""An officer's word on the country of an identity: what the evidence leaves open, a person may settle, with a reason.

It stands over what the analysis holds likely, in the threshold and in packages, from the next run on. What the evidence
said stays beside it, and a package still takes a second officer.
"""

from typing import Any

from fanal.analyse import countries
from fanal.analyse.lookup import accounts_in, founder_of, identity_like
from fanal.base.errors import FanalError
from fanal.base.instants import text
from fanal.cases.access import Actor, may
from fanal.cases.decisions import decide
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.cases.origins import COUNTRY, KIND, NOT_ENOUGH, words_on_country
from fanal.cases.outbox import record
from fanal.lake.snapshot import Snapshot, read_current
from fanal.model.countries import COUNTRIES


class NoSuchCountry(FanalError):
    """A word on a country that names none."""

    code = "F-DECIDE-13"
    text = "{country} is no country; write a code of two letters, such as BE."
    exit_code = 2


def decide_country(
    actor: Actor, node: Node, operation: Operation, subject: str, verdict: str, reason: str, country: str = ""
) -> Decision:
    """Record, signed, where an identity is of.

    Args:
        subject: the beginning of an identity's id, or one of its accounts.
        verdict: `country`, `undetermined` (it belongs to no country's package), or `not_enough` (the evidence stands).
        country: with `country`, which one: ISO 3166 alpha-2.

    Raises:
        UnknownIdentity, NoSuchCountry, UnknownVerdict, NoReason, NoOfficer.
    """
    may(actor, "person.decide", operation.slug)
    code = country.strip().upper() if verdict == COUNTRY else ""
    if verdict == COUNTRY and code not in COUNTRIES:
        raise NoSuchCountry(country=country)
    snapshot = read_current(node.lake(operation.slug))
    identity = identity_like(snapshot, subject)
    founder, accounts = founder_of(snapshot, identity), accounts_in(snapshot, identity)
    return decide(
        actor,
        operation,
        KIND,
        founder,
        verdict,
        reason,
        identity=identity,
        founder=founder,
        accounts=accounts,
        country=code,
    )


def countries_waiting(actor: Actor, node: Node, operation: Operation, after: str, size: int) -> list[dict[str, Any]]:
    """Identities whose country waits for a word, see `analyse.countries`. Who is read stands on the record."""
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    rows = countries.countries_waiting(snapshot, words_on_country(operation), after, size)
    seen = [row["identity"] for row in rows]
    record(actor, "person.read", operation.slug, kind="countries", snapshot=snapshot.number, identities=seen)
    return rows


def next_country(actor: Actor, node: Node, operation: Operation, after: str) -> str | None:
    """The identity that comes after another in that order; None at its end."""
    may(actor, "person.decide", operation.slug)
    # The one that was decided on just now has left the order; its place is found in the order that it stood in.
    decided = {a: d for a, d in words_on_country(operation).items() if d.detail["identity"] != after}
    snapshot = read_current(node.lake(operation.slug))
    found = countries.countries_waiting(snapshot, decided, after, 1)
    return str(found[0]["identity"]) if found else None


def count_countries(actor: Actor, node: Node, operation: Operation) -> int:
    """How many identities wait for a word on their country."""
    may(actor, "person.decide", operation.slug)
    return countries.count_waiting(read_current(node.lake(operation.slug)), words_on_country(operation))


def misplaced(actor: Actor, operation: Operation, snapshot: Snapshot) -> frozenset[str]:
    """Identities on whose country an officer had a word that this snapshot has not heard: they stay until a run has."""
    may(actor, "case.read", operation.slug)
    words = words_on_country(operation)
    found = set()
    for account, (identity, country, decided) in countries.placed(snapshot, sorted(words)).items():
        said = words[account]
        heard = not decided if said.verdict == NOT_ENOUGH else said.detail["country"] == country
        if not heard:
            found.add(identity)
    return frozenset(found)


def country_of(actor: Actor, node: Node, operation: Operation, subject: str) -> dict[str, Any]:
    """What the evidence says of an identity's country, and what officers decided: `standing`, the latest word or None.

    Raises UnknownIdentity.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    identity = identity_like(snapshot, subject)
    record(actor, "person.read", operation.slug, kind="country", identity=identity)
    words = words_on_country(operation)
    said = next((words[account] for account in accounts_in(snapshot, identity) if account in words), None)
    standing = said and {
        "at": text(said.at),
        "officer": said.officer.service_number,
        "verdict": said.verdict,
        "country": said.detail["country"],
        "reason": said.reason,
    }
    return {"identity": identity, **countries.candidates_of(snapshot, identity), "standing": standing}
