"""The terms of each recipient: added and superseded, never overwritten; what stands is a view over them."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction

from fanal.base import instants
from fanal.base.language import mark
from fanal.cases.access import Actor, officer_of
from fanal.cases.models.exchange import Agency
from fanal.cases.models.terms import NEEDED, Terms
from fanal.cases.outbox import record

BASIS_WORDS = {
    "eu": mark("within the European Union"),
    "adequacy": mark("an adequacy decision"),
    "safeguards": mark("appropriate safeguards"),
    "derogation": mark("a reasoned derogation"),
}
ILL_TREATMENT_WORDS = {
    "none": mark("no real risk of ill-treatment"),
    "assured": mark("the recipient has given assurances"),
    "refused": mark("a real risk of ill-treatment: nothing is sent"),
}
PERCEPTUAL_WORDS = {
    "yes": mark("perceptual fingerprints may go there"),
    "no": mark("no perceptual fingerprint goes there"),
}
VALUES: dict[str, tuple[str, ...]] = {
    "basis": tuple(BASIS_WORDS),
    "purpose": ("",),
    "ill_treatment": tuple(ILL_TREATMENT_WORDS),
    "perceptual": tuple(PERCEPTUAL_WORDS),
}


@dataclass(frozen=True)
class Standing:
    """What holds for one agency: the latest of each kind, None where nobody recorded one."""

    basis: Terms | None = None
    purpose: Terms | None = None
    ill_treatment: Terms | None = None
    perceptual: Terms | None = None

    def lacking(self) -> list[str]:
        """The kinds that must be on record, and are not."""
        return [kind for kind in NEEDED if getattr(self, kind) is None]

    def rows(self) -> list[Terms]:
        """The terms that are on record."""
        return [row for row in (self.basis, self.purpose, self.ill_treatment, self.perceptual) if row is not None]

    @property
    def entitled(self) -> bool:
        """Whether perceptual fingerprints of media may go there: only where an officer said so."""
        return self.perceptual is not None and self.perceptual.value == "yes"

    @property
    def refused(self) -> bool:
        """Whether the risk of ill-treatment forbids sending."""
        return self.ill_treatment is not None and self.ill_treatment.value == "refused"

    @property
    def transfer_basis(self) -> str:
        """The basis as a package names it: its word, and its reason where it has one."""
        if self.basis is None:
            return ""
        return f"{self.basis.value}: {self.basis.text}" if self.basis.text else self.basis.value


def standing(agency: Agency) -> Standing:
    """The terms that hold for an agency now."""
    found = Terms.objects.filter(agency=agency, superseded_by=None).select_related("officer")
    return Standing(**{row.kind: row for row in found})


def standing_of_all() -> dict[int, Standing]:
    """The terms that hold now, by agency (primary key); one that has none is left out."""
    kinds: dict[int, dict[str, Terms]] = defaultdict(dict)
    for row in Terms.objects.filter(superseded_by=None).select_related("officer"):
        kinds[row.agency_id][row.kind] = row
    return {agency: Standing(**rows) for agency, rows in kinds.items()}


def set_terms(actor: Actor, agency: Agency, kind: str, value: str, text: str) -> Terms:
    """Record one term, in place of the one that stood."""
    with transaction.atomic():
        made = Terms.add(
            agency=agency,
            kind=kind,
            value=value,
            text=text,
            officer=officer_of(actor),
            at=instants.now(),
            supersedes=getattr(standing(agency), kind),
        )
        record(actor, "peer.assess", str(made.pk), agency=agency.pk, kind=kind, value=value)
    return made
