"""The steps, in the order they run. A new step is one module and one line here."""

from fanal.analyse.attribute import Attribute
from fanal.analyse.cospend import Cospend
from fanal.analyse.leads import Leads
from fanal.analyse.linkage import Linkage
from fanal.analyse.match import Match
from fanal.analyse.normalise import Normalise
from fanal.analyse.payers import Payers
from fanal.analyse.rank import Rank
from fanal.analyse.resolve import Resolve
from fanal.analyse.roles import Roles
from fanal.analyse.series import Series
from fanal.analyse.snapshots import Snapshots
from fanal.analyse.step import Step
from fanal.analyse.threshold import Threshold

STEPS: tuple[Step, ...] = (
    Snapshots(),
    Normalise(),
    Cospend(),
    Resolve(),
    Payers(),
    Linkage(),
    Attribute(),
    Match(),
    Series(),
    Roles(),
    Threshold(),
    Rank(),
    Leads(),
)
