"""What speaks for a country, how far it is trusted, and the words for the answer. Constants, in one place.

Reviewed 2026-11-26. Each reliability is a judgement: how often evidence of this kind, standing alone,
names the country that its user lives in. A case of any size corrects it by how far its kinds agree
(`likelihood`). What comes out is shown in words, not as a figure, until a node has confirmed and
disproved enough of its own answers. docs/methods/attribute.md says what was measured.
"""

from dataclasses import dataclass

from fanal.base.language import mark, translate

# An account may come from any of so many countries that matter to it, all alike before evidence is seen.
ALIKE = 30
# How often somebody lives elsewhere than where his number, mailbox and settings come from.
MOVED = 0.05
# The figures here stand as if they rested on so many identities.
PRIOR = 300
LEARN_FROM, ROUNDS = 200_000, 15
# However well the kinds of a case agree, none is trusted beyond these.
BOUNDS, MOVED_BOUNDS = (0.02, 0.995), (0.005, 0.6)
# Days from which a vote of login addresses is of the next grade.
MANY = (2, 4, 10)
# Where days of login name another country than all that was brought along: how often, by grade, the identity
# has moved rather than that the addresses mislead. Nothing in the votes tells the two apart.
MOVED_OF_APART = (0.65, 0.75, 0.8, 0.85)
# Of those who were seen in several countries, how often one who lives in one of them comes from another.
BETWEEN = 0.3
# How often somebody moves to another country in a year: what was seen long ago has gone stale.
MOVES_A_YEAR = 0.015
# Candidates below this probability are not written.
SHOWN = 0.01
WORDS = ((0.95, "almost certain"), (0.8, "likely"), (0.5, "possible"), (0.0, "undetermined"))
POSSIBLE = 0.5
#: From this probability on a country waits for nobody's word.
LIKELY = next(least for least, word in WORDS if word == "likely")
# A language of more countries than this brings in no candidate of its own.
FEW = 4


@dataclass(frozen=True)
class Evidence:
    """One kind of evidence of where an identity is. It has one vote, however many rows it rests on.

    Attributes:
        name: stable, as it stands in `support.reason`.
        source: `checked` by a provider, `seen` in logins, or `brought` along by the user.
        grades: see the module; by grade (MANY) where the number of days behind it matters.
        text: what a user reads.
        why: the reason for the reliability.
    """

    name: str
    source: str
    grades: tuple[float, float, float, float]
    text: str
    why: str


EVIDENCE = (
    Evidence(
        "kyc", "checked", (0.95,) * 4, mark("A provider verified the customer's country."),
        "checked against a document; people move, and some documents are false",
    ),
    Evidence(
        "phone", "brought", (0.92,) * 4, mark("A telephone number of this country."),
        "issued there, mostly to residents; numbers are bought abroad, and expatriates keep theirs",
    ),
    Evidence(
        "phone_national", "brought", (0.8,) * 4,
        mark("A number valid in this country, written without calling code; the country was stated."),
        "the country came from the user, but the number fits its numbering plan",
    ),
    Evidence(
        "home_address", "seen", (0.85, 0.92, 0.95, 0.97),
        mark("Days of login from addresses of this country, without VPN, Tor and hosting."),
        "databases disagree on 2 to 5 % of addresses; one day may be a journey, and not every VPN is on the lists",
    ),
    Evidence(
        "mail_country", "brought", (0.8,) * 4, mark("A mailbox under this country's domain."),
        "mostly residents' providers; some domains are sold to anyone, and those are left out",
    ),
    Evidence(
        "stated_country", "brought", (0.75,) * 4, mark("The user stated this country."),
        "some lie, and forms have a default",
    ),
    Evidence(
        "language", "brought", (0.6,) * 4, mark("A language of this country was chosen."),
        "shared by several countries",
    ),
    Evidence(
        "time_zone", "brought", (0.6,) * 4, mark("A time zone of this country was chosen."),
        "set by the device, or left at its default",
    ),
    Evidence(
        "hours", "seen", (0.3,) * 4, mark("The quiet hours of the day fit this country's night."),
        "a band of the globe has the same night, and some people live at night",
    ),
)  # fmt: skip

KYC, PHONE, PHONE_NATIONAL, HOME, MAIL, STATED, LANGUAGE, ZONE, NIGHT = range(len(EVIDENCE))

# What is not counted, and says so in the finding.
CONTEXT = {
    "unlisted_anonymiser": mark(
        "Logins from an address or network whose users otherwise name many different countries: taken for a VPN "
        "that is on no list, not counted."
    ),
}

# What could still come in and turn an answer, in the order in which it is worth asking for.
ASKED_FOR = ("kyc", "home_address", "phone")

_FRAMES = {
    "rests_on": mark("It rests on: {text}"),
    "open_to": mark("It would change if this spoke for another country: {text}"),
    "ask_for": mark("It is undetermined; this would help: {text}"),
}


def say(would_change: str) -> str:
    """The words for a `would_change` of the lake, in the language in force."""
    texts = {evidence.name: evidence.text for evidence in EVIDENCE}
    said = []
    for code in would_change.split():
        frame, name = code.split(":", 1)
        said.append(translate(_FRAMES[frame]).format(text=translate(texts[name])))
    return " ".join(said)


def changes(rests: int, open_: int, *, determined: bool) -> str:
    """The codes of `would_change`: bits of kinds that the answer rests on, bits of ASKED_FOR that could turn it."""
    on = sorted(f"rests_on:{e.name}" for bit, e in enumerate(EVIDENCE) if rests >> bit & 1)
    frame = "open_to" if determined else "ask_for"
    to = sorted(f"{frame}:{name}" for bit, name in enumerate(ASKED_FOR) if open_ >> bit & 1)
    return " ".join([*on, *to])


def in_words(probability: float) -> str:
    """A probability in the words of WORDS, which is how people are shown it."""
    return next(word for least, word in WORDS if probability >= least)
