"""Stated names as numbers that are equal where the names are: two scripts, two spellings, two orders of one name.

Cyrillic and Greek letters are turned into Latin ones, common spellings of one sound into one letter. Names in
scripts that no table here covers keep their letters and carry their script's number, so that a name in one
script is never held against one in another. Only the first and the last word of a name count.
"""

import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.analyse.coherence import SCRIPT_SHIFT, Ints

# Cyrillic and Greek letters and what each becomes, one for one; then those that become several, or none.
_LETTERS = (
    ("абвгдеёзийклмнопрстуфхыэіїєґў", "abvgdeeziiklmnoprstufhieiiegu"),
    ("αβγδεζηικλμνορσςτυφχω", "avgdeziiklmnorsstifho"),
)
_SEVERAL = {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "iu", "я": "ia"}
_SEVERAL |= {"θ": "th", "ξ": "ks", "π": "p", "ψ": "ps"}
_TABLE = str.maketrans({a: b for pair in _LETTERS for a, b in zip(*pair, strict=True)} | _SEVERAL)
_SPELLINGS = (
    ("sch|shch", "sh"), ("ph", "f"), ("kh", "h"), ("ck|q|c", "k"), ("kh", "ch"), ("x", "ks"), ("w", "v"), ("[yj]", "i"),
    ("tz", "ts"), ("aa", "a"), ("ee", "e"), ("ii", "i"), ("oo", "o"), ("uu", "u"), ("kk", "k"), ("ll", "l"),
    ("mm", "m"), ("nn", "n"), ("pp", "p"), ("rr", "r"), ("ss", "s"), ("tt", "t"), ("ff", "f"), ("dd", "d"),
)  # fmt: skip


def name_parts(names: pa.Array) -> tuple[Ints, Ints]:
    """First and last word of each name as numbers from 1, 0 for NULL; a single word is both.

    Args:
        names: lower-case words without accents, one space between them.
    """
    coded = names.dictionary_encode()
    words = coded.dictionary.to_pylist()
    scripts = [_script(word) for word in words]
    latin = pa.array([_latin(word) for word in words], pa.string())
    for pattern, letter in _SPELLINGS:
        latin = pc.replace_substring_regex(latin, pattern=pattern, replacement=letter)
    first = pc.replace_substring_regex(latin, pattern=" .*$", replacement="")
    last = pc.replace_substring_regex(latin, pattern="^.* ", replacement="")
    both = pa.concat_arrays([first, last]).dictionary_encode().indices.to_numpy(zero_copy_only=False) + 1
    number = {script: place for place, script in enumerate(sorted(set(scripts)))}
    script = np.array([number[one] for one in scripts], dtype=np.int64) << SCRIPT_SHIFT
    place = pc.fill_null(pc.add(coded.indices.cast(pa.int64()), 1), 0).to_numpy(zero_copy_only=False)
    nothing = np.zeros(1, dtype=np.int64)
    sides = (both[: len(words)].astype(np.int64) | script, both[len(words) :].astype(np.int64) | script)
    a, b = (np.concatenate((nothing, side))[place] for side in sides)
    return a, b


def _latin(name: str) -> str:
    return name if name.isascii() else name.translate(_TABLE)


def _script(name: str) -> str:
    """The script of the first letter that no table turns into Latin ones; empty where there is none."""
    if name.isascii():
        return ""
    strange = next((letter for letter in name.translate(_TABLE) if not letter.isascii() and letter.isalpha()), "a")
    script = unicodedata.name(strange, "").partition(" ")[0]
    return "" if script == "LATIN" else script
