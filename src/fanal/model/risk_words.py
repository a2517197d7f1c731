"""Words that may say a child is at risk now, in five languages: they suggest a passage to an officer, and no more.

Nothing is judged, scored or left out because of them: a passage without any of these words may be the
urgent one. Neutral words only; what is found is quoted as it stands, and an officer decides.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

#: Longest text that is looked at, longest quote, most suggestions from one text.
TEXT_CHARS = 1 << 20
QUOTE_CHARS = 300
SUGGESTIONS = 20
ADULT = 18
#: How much of a long sentence stands before its first word that counts.
_BEFORE = 80

#: language -> what is said -> words, folded: lower case, without accents. `{n}` is a number of years.
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "child": (
            "child", "children", "kid", "kids", "boy", "boys", "girl", "girls", "minor", "minors", "son", "daughter",
            "stepson", "stepdaughter", "nephew", "niece", "baby", "toddler", "pupil", "pupils", "schoolgirl",
            "schoolboy",
        ),
        "age": (
            "{n} years? old", "{n}(?:-| )years?(?:-| )olds?", "aged {n}", "age {n}", "{n} ?y/?o", "(?:she|he) is {n}",
            "(?:she|he)'s {n}",
        ),
        "danger": (
            "at risk", "in danger", "not safe", "unsafe", "needs? help", "being hurt", "being harmed",
            "being threatened", "is afraid", "is scared", "emergency", "urgent", "urgently",
        ),
        "contact": (
            "lives? with", "living with", "alone with", "stays? with", "staying with", "looks? after", "has access to",
            "(?:is|are) going to meet", "(?:will|wants to) meet", "babysits", "shares? a room with",
        ),
        "now": (
            "now", "tonight", "today", "tomorrow", "at the moment", "this weekend", "this week", "still going on",
            "ongoing", "every night", "every day", "currently",
        ),
    },
    "fr": {
        "child": (
            "enfant", "enfants", "fille", "filles", "fillette", "garcon", "garcons", "mineur", "mineure", "mineurs",
            "fils", "neveu", "niece", "bebe", "eleve", "eleves", "gamin", "gamine", "belle-fille", "beau-fils",
        ),
        "age": ("{n} ans",),
        "danger": (
            "en danger", "court un risque", "pas en securite", "besoin d.aide", "a peur", "menacee?s?", "urgence",
            "urgent", "urgente",
        ),
        "contact": (
            "vi(?:t|vent) avec", "habitent? avec", "habitent? chez", "seule?s? avec", "garde", "a acces a",
            "va rencontrer", "dort chez",
        ),
        "now": (
            "maintenant", "en ce moment", "ce soir", "cette nuit", "aujourd.hui", "demain", "ce week-end", "encore",
            "chaque nuit", "chaque soir", "actuellement",
        ),
    },
    "es": {
        "child": (
            "nino", "ninos", "nina", "ninas", "menor", "menores", "hijo", "hijos", "hija", "hijas", "sobrino",
            "sobrina", "bebe", "alumno", "alumna", "hijastro", "hijastra",
        ),
        "age": ("{n} anos",),
        "danger": (
            "en peligro", "en riesgo", "no esta a salvo", "necesitan? ayuda", "tiene miedo", "amenazad[oa]s?",
            "urgente", "urgencia",
        ),
        "contact": (
            "viven? con", "a solas con", "sol[oa]s? con", "cuida de", "cuida a", "tiene acceso a", "va a ver a",
            "va a quedar con", "duerme en casa de",
        ),
        "now": (
            "ahora", "esta noche", "hoy", "manana", "este fin de semana", "todavia", "cada noche", "actualmente",
            "en este momento",
        ),
    },
    "de": {
        "child": (
            "kind", "kinder", "kindes", "madchen", "junge", "jungen", "tochter", "sohn", "neffe", "nichte", "baby",
            "schuler", "schulerin", "minderjahrige?[rn]?", "stieftochter", "stiefsohn",
        ),
        "age": ("{n} jahre alt", "{n}(?:-| )?jahrige[rns]?", "ist {n} jahre"),
        "danger": (
            "in gefahr", "gefahrdet", "nicht sicher", "braucht hilfe", "hat angst", "bedroht", "notfall", "dringend",
        ),
        "contact": (
            "lebt mit", "lebt bei", "wohnt mit", "wohnt bei", "allein mit", "passt auf", "betreut", "hat zugang zu",
            "trifft sich mit", "ubernachtet bei",
        ),
        "now": (
            "jetzt", "gerade", "heute", "heute abend", "heute nacht", "morgen", "am wochenende", "noch immer",
            "jede nacht", "derzeit", "zurzeit",
        ),
    },
    "nl": {
        "child": (
            "kind", "kinderen", "meisje", "meisjes", "jongen", "jongens", "jongetje", "dochter", "zoon", "neefje",
            "nichtje", "baby", "leerling", "minderjarige?n?", "stiefdochter", "stiefzoon",
        ),
        "age": ("{n} jaar", "{n}(?:-| )jarige?"),
        "danger": (
            "in gevaar", "loopt gevaar", "niet veilig", "hulp nodig", "is bang", "bedreigd", "noodgeval", "dringend",
            "spoed",
        ),
        "contact": (
            "woont bij", "woont met", "leeft met", "alleen met", "past op", "heeft toegang tot",
            "(?:gaat|wil) afspreken met", "slaapt bij",
        ),
        "now": (
            "nu", "vanavond", "vannacht", "vandaag", "morgen", "dit weekend", "nog steeds", "elke nacht",
            "op dit moment",
        ),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    """A passage for an officer to read: its words as they stand, where they begin, and what made it stand out.

    Attributes:
        kinds: which of `child`, `age`, `danger`, `contact`, `now` it has words of.
    """

    quote: str
    start: int
    language: str
    kinds: tuple[str, ...]


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = "|".join(sorted(words, key=len, reverse=True)).replace(" ", r"[ \t]{1,3}")
    return re.compile(rf"(?<![a-z0-9])(?:{alternatives})(?![a-z0-9])".replace("{n}", r"(?P<n>[0-9]{1,2})", 1))


def _ages(words: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern((word,)) for word in words)


_PATTERNS = {
    (language, kind): _ages(words) if kind == "age" else (_pattern(words),)
    for language, kinds in WORDS.items()
    for kind, words in kinds.items()
}
_SENTENCE = re.compile(r"[^.!?\n]*[^.!?\n\s][^.!?\n]*[.!?]*")
_WRAPPED = re.compile(r"(?<!\n)\n(?!\n)")
_ACCENTED = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ\u2019\u00a0\u202f\u2011"
_FOLD = str.maketrans(_ACCENTED, "aaaaaaceeeeiiiinooooouuuuyy'  -")


def suggestions(text: str) -> list[Suggestion]:
    """Passages of one or two sentences that name a child, or an age under 18, and danger, contact or the present.

    A child and danger, or a child and contact; for the present, an age must be told. All words of one
    passage are of one language. At most SUGGESTIONS, in the order of the text.
    """
    text = text[:TEXT_CHARS]
    folded = text.lower() if len(text.lower()) == len(text) else text
    # Mail wraps its lines: only a blank one ends a sentence.
    folded = _WRAPPED.sub(" ", folded.translate(_FOLD))
    bounds = [hit.span() for hit in _SENTENCE.finditer(folded)]
    starts = [start for start, _ in bounds]
    said: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    first: dict[int, int] = {}
    for (language, kind), patterns in _PATTERNS.items():
        for pattern in patterns:
            for hit in pattern.finditer(folded):
                if kind != "age" or int(hit["n"]) < ADULT:
                    here = bisect_right(starts, hit.start()) - 1
                    said[here][language].add(kind)
                    first[here] = min(first.get(here, hit.start()), hit.start())
    return _passages(text, [(max(a, first.get(n, a) - _BEFORE), b) for n, (a, b) in enumerate(bounds)], said)


def _passages(text: str, bounds: list[tuple[int, int]], said: dict[int, dict[str, set[str]]]) -> list[Suggestion]:
    found: list[Suggestion] = []
    used = -1
    for here in sorted(said):
        if here <= used or len(found) >= SUGGESTIONS:
            continue
        for language in WORDS:
            alone = said[here].get(language, set())
            after = said[here + 1].get(language, set()) if here + 1 in said else set()
            last = here if _stands_out(alone) else here + 1 if alone and after and _stands_out(alone | after) else None
            if last is None or (last > here and _stands_out(after)):
                continue
            start, end = bounds[here][0], bounds[last][1]
            start += len(text[start:end]) - len(text[start:end].lstrip())
            quote = " ".join(text[start:end].split())[:QUOTE_CHARS]
            kinds = alone if last == here else alone | after
            found.append(Suggestion(quote, start, language, tuple(sorted(kinds))))
            used = last
            break
    return found


def _stands_out(kinds: set[str]) -> bool:
    child = bool(kinds & {"child", "age"})
    return child and bool(kinds & {"danger", "contact"} or kinds >= {"age", "now"})
