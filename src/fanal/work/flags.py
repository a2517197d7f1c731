"""What a package says of its identities beyond what the rows show: what people decided, and who else holds them."""

from fanal.analyse.lookup import first_conduct, held_elsewhere
from fanal.cases.access import Actor, may
from fanal.cases.everyone import Everyone
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.exchange.plan import Flag
from fanal.lake.snapshot import Snapshot
from fanal.work.signals import signals_of

#: States of packages that another country holds, or that another country sent.
_HELD = ("sealed", "opened")


def flags_of(actor: Actor, node: Node, operation: Operation, snapshot: Snapshot) -> tuple[Flag, ...]:
    """Every flag that stands: a child at risk by an officer's signal or a decided tip, minors by decided persons.

    A person whose age is not known carries none: unknown is neither minor nor adult.
    """
    may(actor, "package.build", operation.slug)
    by = {d.decision: d for d in Decision.objects.filter(operation=operation).select_related("officer")}
    found = {
        Flag(s.account, s.kind, s.source, by[s.reference].officer.service_number, by[s.reference].at)
        for s in signals_of(actor, node, operation)
        if s.kind == "child_at_risk"
    }
    everyone = Everyone(operation)
    people = {person: everyone.accounts_of(person) for person in everyone.standing()}
    conducted = first_conduct(snapshot, sorted(frozenset[str]().union(*people.values()))) if people else {}
    for person, accounts in people.items():
        if everyone.minor(person, conducted):
            made = person.made_by
            found |= {Flag(a, "minor", "person", made.officer.service_number, made.at) for a in accounts}
    return tuple(sorted(found, key=lambda f: (f.account, f.flag, f.source, f.at, f.officer)))


def elsewhere(actor: Actor, node: Node, operation: Operation, snapshot: Snapshot) -> dict[str, frozenset[str]]:
    """Identity to the countries that hold accounts of it already, or sent them, other than its own country."""
    may(actor, "package.build", operation.slug)
    packages = Package.objects.filter(operation=operation, state__in=_HELD).select_related("peer__agency")
    files = [
        (package.peer.agency.country, node.folder / package.folder / "data/tables/identity_account.parquet")
        for package in packages.order_by("country", "number")
        if package.peer is not None
    ]
    return held_elsewhere(snapshot, [(country, path) for country, path in files if path.is_file()])
