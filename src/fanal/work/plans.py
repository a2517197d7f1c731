"""What a package of one country is to hold, planned from the case store. Deterministic for one state of the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fanal.analyse.lookup import identities_of
from fanal.base.digests import digest_of
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may
from fanal.cases.decisions import all_standing
from fanal.cases.letters import withdrawn
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.exchange import Package, Peer
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.opinions import identities_of_opinions, suspected
from fanal.cases.parties import own_party, party_of
from fanal.evidence.register import Register
from fanal.exchange.changes import Previous, content_of
from fanal.exchange.keys import public_keys
from fanal.exchange.plan import ExhibitRef, Flag, Opinion, PackagePlan
from fanal.lake.snapshot import Snapshot
from fanal.model.codes import Grade
from fanal.model.inputs import ListEdition, Threshold
from fanal.model.lists import editions_in_force
from fanal.model.places import provenance
from fanal.work.countries import misplaced
from fanal.work.flags import elsewhere, flags_of
from fanal.work.handling import codes_for, not_passed_on
from fanal.work.protection import staying
from fanal.work.terms import terms_of
from fanal.work.told import inputs_for

#: What an operation's own observations are: the source cannot be judged, nothing confirms them yet.
DEFAULT_GRADE = Grade("X", "4")


class NoThreshold(FanalError):
    """Packages were asked for before the threshold was approved."""

    code = "F-PACKAGE-01"
    text = "Operation {operation} has no approved threshold; take it in with `fanal op threshold FILE`, then run again."


@dataclass(frozen=True)
class Stamp:
    """What makes two builds of one package the same bytes: its number, instant and checkpoint."""

    number: int
    made_at: datetime
    checkpoint: str


@dataclass(frozen=True)
class Common:
    """What the packages of one build share, whoever gets them: asked of case store and lake once."""

    threshold: Threshold
    lists: dict[str, str]
    exhibits: tuple[ExhibitRef, ...]
    opinions: tuple[Opinion, ...]
    held: frozenset[str]
    flags: tuple[Flag, ...]
    elsewhere: dict[str, frozenset[str]]


def common_for(actor: Actor, node: Node, operation: Operation, snapshot: Snapshot) -> Common:
    """What every plan of one state of the case says. Raises NoThreshold."""
    may(actor, "package.build", operation.slug)
    inputs = inputs_for(actor, node, operation)
    if not inputs.threshold.version:
        raise NoThreshold(operation=operation.slug)
    opinions = suspected(operation)
    now = identities_of(snapshot, [str(d.detail.get("founder")) for d in opinions])
    return Common(
        threshold=inputs.threshold,
        lists=_versions(inputs.editions),
        exhibits=tuple(
            ExhibitRef(e.number, e.sha256, f"{operation.slug}/{e.number}", e.reader, e.options.get("clock_offset_s"))
            for e in Register(node.evidence).exhibits(operation.slug)
        ),
        opinions=tuple(
            Opinion(identity, d.verdict, d.reason, d.officer.service_number, d.at)
            for identity, d in identities_of_opinions(opinions, now)
        ),
        held=staying(actor, operation, snapshot) | misplaced(actor, operation, snapshot),
        flags=flags_of(actor, node, operation, snapshot),
        elsewhere=elsewhere(actor, node, operation, snapshot),
    )


def plan_for(
    actor: Actor,
    node: Node,
    operation: Operation,
    snapshot: Snapshot,
    peer: Peer,
    stamp: Stamp,
    common: Common | None = None,
) -> PackagePlan:
    """The plan of one recipient's package.

    Args:
        common: as `common_for` gave it for this snapshot; default, asked for now.

    Raises:
        NoThreshold, TermsLacking, IllTreatment: sealing would be refused, so building is.
    """
    may(actor, "package.build", operation.slug)
    common = common or common_for(actor, node, operation, snapshot)
    terms = terms_of(actor, peer)
    not_ours, exhibits = not_passed_on(actor, node, operation, snapshot, peer.agency.country)
    return PackagePlan(
        operation=operation.slug,
        title=operation.title,
        number=stamp.number,
        sender=own_party(node, public_keys(node.keys)),
        recipient=party_of(peer),
        made_at=stamp.made_at,
        language=peer.language,
        legal_basis=operation.legal_basis,
        transfer_basis=terms.transfer_basis,
        purpose=terms.purpose.text if terms.purpose else "",
        ill_treatment=terms.ill_treatment.value if terms.ill_treatment else "",
        threshold=common.threshold,
        grade=DEFAULT_GRADE,
        checkpoint=stamp.checkpoint,
        lists=common.lists,
        exhibits=common.exhibits,
        opinions=common.opinions,
        held=common.held | not_ours,
        withheld_exhibits=exhibits,
        handling=codes_for(actor, operation, peer.agency.country),
        previous=_previous(node, operation, peer.agency.country, stamp.number),
        flags=common.flags,
        elsewhere=common.elsewhere,
        contact=node.contact,
        perceptual=terms.entitled,
    )


def basis_of(actor: Actor, operation: Operation, snapshot: Snapshot, peer: Peer) -> dict[str, str | int]:
    """What a package rests on: where this is unchanged, so is the package."""
    may(actor, "package.build", operation.slug)
    kinds: Sequence[str] = (
        "pair",
        "identity",
        "country",
        "protected",
        "signal",
        "tip_risk",
        "threshold",
        "handling",
        "person",
    )
    granted = Letter.objects.filter(operation=operation, kind="permission", settled="granted").order_by("pk")
    return {
        "snapshot": snapshot.number,
        "lake": snapshot.digest(),
        "events": CaseEvent.objects.filter(operation=operation).count(),
        "decisions": digest_of([d.decision for kind in kinds for d in all_standing(operation, kind)]),
        "letters": digest_of([*sorted(withdrawn(operation)), *(letter.digest for letter in granted)]),
        "terms": digest_of([row.pk for row in terms_of(actor, peer).rows()]),
    }


def _previous(node: Node, operation: Operation, country: str, number: int) -> Previous | None:
    """The last package before that number that left for a country; an emergency disclosure is none of the row."""
    sealed = Package.objects.filter(operation=operation, direction="out", country=country, state="sealed", danger="")
    last = sealed.filter(number__lt=number).order_by("-number").first()
    if last is None:
        return None
    return Previous(last.number, last.digest, content_of(node.folder / last.folder))


def _versions(editions: Sequence[ListEdition]) -> dict[str, str]:
    """Name to version of every list and address database that the findings rest on."""
    found = {}
    for part in ("ip_country", "ip_asn"):
        made = provenance(part)
        found[part] = f"{made.name} {made.version}"
    for edition in editions_in_force(editions):
        name = f"{edition.name}@{edition.date}" if edition.name in found else edition.name
        found[name] = " ".join(word for word in (edition.source, edition.date, edition.digest[:12]) if word)
    return found
