"""What counts for the order in which identities are looked at, and why: every weight with its reason.

Each weight is larger than all smaller ones of the list together, so that the order of the list is
the order of the ranking and no amount of the lesser outweighs the greater. The two measures at the
end only order those whom everything above leaves equal. A rank orders work; it judges nobody.
"""

from dataclasses import dataclass

from fanal.base.language import mark


@dataclass(frozen=True)
class Weight:
    """One thing that counts: its name, its points, where it comes from (signal, role or state), and why."""

    name: str
    points: int
    source: str
    text: str


WEIGHTS = (
    Weight("child_at_risk", 4096, "signal", mark("A child may be at risk now: nothing comes before it.")),
    Weight("unseen_material", 2048, "signal", mark("Material that nobody has seen points to abuse not yet known.")),
    Weight("hands_on", 1024, "signal", mark("Said to abuse: a child can be found through this identity.")),
    Weight("inciting", 512, "signal", mark("Said to incite others to abuse.")),
    Weight("access_to_children", 256, "signal", mark("Said to have access to children.")),
    Weight("administrator", 128, "role", mark("Ran a channel: knows the others and keeps it alive.")),
    Weight("uploader", 64, "role", mark("Put media on the platform that a person graded as illegal.")),
    Weight("sharer", 32, "role", mark("Posted media to others that a person graded as illegal.")),
    Weight("payer", 16, "role", mark("Paid: keeps the platform going and left traces of money.")),
    Weight("recruiter", 8, "role", mark("Brought others in.")),
    Weight("perishing", 4, "state", mark("Its newest login is about to leave the provider's logs.")),
)
# Below the least of WEIGHTS: at most 1.9 points for volume, 0.95 for how sure the country is.
VOLUME_POINTS, VOLUME_HALF = 1.9, 100.0
SURE_POINTS = 0.95
# Evidence perishes soon when this many days or fewer remain of the shortest usual retention.
PERISHING_DAYS = 30
