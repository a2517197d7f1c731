"""Made-up persons' records, some of them twice with a typing error: neutral names of syllables."""

from random import Random

import pyarrow as pa

START, END = ["al", "bar", "cor", "dal", "er", "fal", "gar", "hol", "im", "jor"], ["an", "en", "in", "on", "ar", "ek"]


def _word(random: Random) -> str:
    return random.choice(START) + random.choice(START) + random.choice(END)


def _slip(random: Random, text: str) -> str:
    place = random.randrange(len(text))
    return text[:place] + random.choice("abcdefgh") + text[place + 1 :]


def people(n: int, seed: int = 1) -> tuple[pa.Table, list[int]]:
    """A table of records, sorted by nothing in particular, and whose each is; every third person stands twice."""
    random = Random(seed)
    rows, person = [], []
    for who in range(n):
        one = {
            "given": _word(random),
            "family": _word(random),
            "born": f"{random.randint(1940, 2004)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
            "postcode": f"{random.randint(1000, 9999)}",
            "place": _word(random),
            "occupation": random.choice(["baker", "clerk", "driver", "teacher"]),
        }
        rows.append(one)
        person.append(who)
        if who % 3 == 0:
            field = random.choice(["given", "family", "born", "postcode", "place"])
            other = {**one, field: _slip(random, one[field])}
            if who % 9 == 0:
                other["occupation"] = "cook"
            if who % 12 == 0:
                other["postcode"], other["place"] = str(random.randint(1000, 9999)), _word(random)
            rows.append(other)
            person.append(who)
    return pa.Table.from_pylist(rows), person
