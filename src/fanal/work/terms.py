"""Terms per recipient: why data may go there, what for, the risk of ill-treatment, and fingerprints or not."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.cases import terms
from fanal.cases.access import Actor, may
from fanal.cases.models.exchange import Agency, Peer
from fanal.cases.models.terms import Terms

#: What people read for each kind.
KIND_WORDS = {
    "basis": mark("transfer basis"),
    "purpose": mark("purpose"),
    "ill_treatment": mark("ill-treatment assessment"),
    "perceptual": mark("perceptual fingerprints"),
}

WORDS = {
    "basis": terms.BASIS_WORDS,
    "ill_treatment": terms.ILL_TREATMENT_WORDS,
    "perceptual": terms.PERCEPTUAL_WORDS,
}


class NoSuchAgency(FanalError):
    """No pinned agency, or more than one, is meant."""

    code = "F-REL-01"
    text = "{n} pinned agencies are called {named}; name one as `fanal peer list` does, by name, country or node."


class BadTerms(FanalError):
    """A term that is none, or lacks its reason."""

    code = "F-REL-02"
    text = "{what}: {detail}; nothing was recorded."
    exit_code = 2


class TermsLacking(FanalError):
    """A package for a recipient whose terms are not all on record."""

    code = "F-PACKAGE-02"
    text = (
        "{agency} lacks on record: {kinds}; an officer records it on the agency's page at the desk, or with "
        "`fanal peer assess {node} --basis --basis-reason --purpose --ill-treatment --assessment`."
    )


class IllTreatment(FanalError):
    """A package for a recipient where somebody would risk ill-treatment."""

    code = "F-REL-03"
    text = (
        "Nothing is sent to {agency}: officer {officer} assessed on {day} that there is a real risk of ill-treatment; "
        "a new assessment is recorded on the agency's page at the desk, or with `fanal peer assess`."
    )


@dataclass(frozen=True)
class Assessment:
    """What an officer records of a recipient; what is empty stays as it stands."""

    basis: str = ""
    basis_reason: str = ""
    purpose: str = ""
    ill_treatment: str = ""
    assessment: str = ""
    perceptual: str = ""
    perceptual_reason: str = ""


def assess(actor: Actor, named: str, told: Assessment) -> dict[str, Any]:
    """Record terms of a recipient; each supersedes the one that stood.

    Args:
        named: the agency's name, its country where one agency is pinned there, or the beginning of its node's id.

    Returns:
        The row of `list_terms` that stands now for each kind, under `agency`.

    Raises:
        NoSuchAgency. BadTerms: nothing is told, a word is unknown, or a reason is missing.
    """
    may(actor, "peer.assess")
    agency = _agency(named)
    wanted = _wanted(told)
    with transaction.atomic():
        for kind, value, text in wanted:
            terms.set_terms(actor, agency, kind, value, text)
    now = terms.standing(agency)
    return {
        "agency": agency.name,
        **{kind: _words(getattr(now, kind)) for kind in KIND_WORDS},
        "lacking": [translate(KIND_WORDS[kind]) for kind in now.lacking()],
    }


def list_terms(actor: Actor, named: str | None) -> list[dict[str, Any]]:
    """Every term ever recorded, of one agency or of all, oldest first; `stands` where nothing supersedes it."""
    may(actor, "peer.card")
    rows = Terms.objects.select_related("agency", "officer", "superseded_by").order_by("agency__name", "pk")
    if named is not None:
        rows = rows.filter(agency=_agency(named))
    return [
        {
            "agency": row.agency.name,
            "kind": row.kind,
            "value": row.value,
            "text": row.text,
            "officer": row.officer.service_number,
            "at": instants.text(row.at),
            "stands": not hasattr(row, "superseded_by"),
        }
        for row in rows
    ]


def terms_of(actor: Actor, peer: Peer) -> terms.Standing:
    """The terms that a package for this recipient goes by.

    Raises:
        TermsLacking: one that must be on record is not. IllTreatment: the assessment forbids it.
    """
    may(actor, "package.build")
    found = terms.standing(peer.agency)
    if lacking := found.lacking():
        kinds = ", ".join(translate(KIND_WORDS[kind]) for kind in lacking)
        raise TermsLacking(agency=peer.agency.name, kinds=kinds, node=peer.agency.country)
    refuse_ill_treatment(actor, peer)
    return found


def refuse_ill_treatment(actor: Actor, peer: Peer) -> None:
    """Raises IllTreatment where the standing assessment says that nothing may be sent."""
    may(actor, "package.build")
    said = terms.standing(peer.agency).ill_treatment
    if said is not None and said.value == "refused":
        day = instants.text(said.at)[:10]
        raise IllTreatment(agency=peer.agency.name, officer=said.officer.service_number, day=day)


def _agency(named: str) -> Agency:
    pinned = Agency.objects.filter(peers__isnull=False)
    for found in (
        pinned.filter(name=named),
        pinned.filter(country=named.upper(), peers__revoked_at=None),
        pinned.filter(peers__node__startswith=named) if named else pinned.none(),
    ):
        agencies = list(found.distinct())
        if len(agencies) == 1:
            return agencies[0]
        if agencies:
            raise NoSuchAgency(n=len(agencies), named=named)
    raise NoSuchAgency(n=0, named=named)


def _wanted(told: Assessment) -> list[tuple[str, str, str]]:
    """The terms that are told: kind, value, text."""
    found = []
    if told.basis or told.basis_reason:
        _known("basis", told.basis, terms.VALUES["basis"])
        if told.basis != "eu" and not told.basis_reason.strip():
            raise BadTerms(what=_named("basis"), detail=translate("it needs its reason, with --basis-reason"))
        found.append(("basis", told.basis, told.basis_reason.strip()))
    if told.purpose.strip():
        found.append(("purpose", "", told.purpose.strip()))
    if told.ill_treatment or told.assessment:
        _known("ill_treatment", told.ill_treatment, terms.VALUES["ill_treatment"])
        if not told.assessment.strip():
            raise BadTerms(what=_named("ill_treatment"), detail=translate("it needs the assessment, with --assessment"))
        found.append(("ill_treatment", told.ill_treatment, told.assessment.strip()))
    if told.perceptual or told.perceptual_reason:
        _known("perceptual", told.perceptual, terms.VALUES["perceptual"])
        if not told.perceptual_reason.strip():
            raise BadTerms(what=_named("perceptual"), detail=translate("it needs its reason, with --perceptual-reason"))
        found.append(("perceptual", told.perceptual, told.perceptual_reason.strip()))
    if not found:
        raise BadTerms(what=", ".join(map(_named, KIND_WORDS)), detail=translate("nothing was told"))
    return found


def _named(kind: str) -> str:
    """A kind of terms in words, with the option that records it."""
    return f"{translate(KIND_WORDS[kind])} (--{kind.replace('_', '-')})"


def _known(kind: str, value: str, words: tuple[str, ...]) -> None:
    if value not in words:
        detail = translate("{value} is none of {known}").format(value=value or "-", known=", ".join(words))
        raise BadTerms(what=_named(kind), detail=detail)


def _words(row: Terms | None) -> str:
    if row is None:
        return "-"
    value = translate(WORDS[row.kind][row.value]) if row.kind in WORDS else ""
    return ": ".join(word for word in (value, row.text) if word)
