"""How much a support weighs, in words. The scale is that of weights which are natural-log likelihood ratios.

`resolve`, `linkage` and `attribute` weigh so; the weights of other steps order rows and say nothing of strength. The
words are no probabilities: the weights are judgements, and what the evidence leaves out weighs too.
"""

from fanal.base.language import mark

WEIGHING = ("resolve", "linkage", "attribute")
#: From this weight on, whichever way it points, and what it is called; an officer's word is beyond weighing.
STRENGTHS = (
    (50.0, mark("decided")),
    (4.0, mark("very strong")),
    (2.0, mark("strong")),
    (1.0, mark("moderate")),
    (0.05, mark("slight")),
)


def strength(step: str, weight: float | None) -> str | None:
    """The word for a support's weight; None where its step does not weigh, or it weighs nothing by itself."""
    if step not in WEIGHING or weight is None:
        return None
    return next((word for least, word in STRENGTHS if abs(weight) >= least), None)
