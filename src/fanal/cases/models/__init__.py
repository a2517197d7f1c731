"""The tables of the case store, by subject."""

from fanal.cases.models.audit import Listed, Outbox
from fanal.cases.models.deconflictions import Deconfliction, DeconflictionEntry
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.exchange import Agency, Answer, Arrival, Package, Peer, PinEvent, Reply
from fanal.cases.models.jobs import Job
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import FormerKey, Grant, Officer, Operation
from fanal.cases.models.people import Decision, Identity, Named, Person, PersonReference
from fanal.cases.models.saved_views import SavedView
from fanal.cases.models.sources import ExhibitIndex, Tip, TipMark
from fanal.cases.models.terms import Terms
from fanal.cases.models.victims import Victim, VictimNote

__all__ = [
    "Agency",
    "Answer",
    "Arrival",
    "CaseEvent",
    "Decision",
    "Deconfliction",
    "DeconflictionEntry",
    "ExhibitIndex",
    "FormerKey",
    "Grant",
    "Identity",
    "Job",
    "Letter",
    "Listed",
    "Named",
    "Officer",
    "Operation",
    "Outbox",
    "Package",
    "Peer",
    "Person",
    "PersonReference",
    "PinEvent",
    "Reply",
    "SavedView",
    "Terms",
    "Tip",
    "TipMark",
    "Victim",
    "VictimNote",
]
