"""What an examiner's tool and two agencies' hash lists say of the sample's media: hashes, fingerprints, categories.

There is no medium behind any of it: fingerprints are random bits, and those of copies differ in a few. The scales are
invented; their mappings stand beside them.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.sample.draw import Ints, chosen, stream
from fanal.sample.letters import Text, digest, fixed, hexed, joined, json_text, picked, where

Prints = NDArray[np.uint8]
BITS, PRINT_BYTES = 256, 32
#: How many media are the same thing again, and in how many bits a copy's fingerprint differs at most.
COPIES, MOST_CHANGED = 0.2, 12
#: The examiner's scale: 1 and 2 illegal, 3 legal but unfit for minors, 5 harmless; 0, nobody looked at it yet.
CATEGORIES, SHARES = (0, 1, 2, 3, 5), (0.22, 0.4, 0.28, 0.05, 0.05)
#: Of the media: how many the first list has, how many it has only nearly, how many the second one has.
LISTED, NEARLY, LISTED_TOO = 0.3, 0.06, 0.12
STRANGERS = 200
_MODEL = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/SAMPLE/$metadata#Media"
_SCALES = {
    "grades": "# The scale of the examiner. 3, legal but unfit for minors, means nothing here.\n[categories]\n"
    '1 = "illegal_everywhere"\n2 = "illegal_here"\n5 = "harmless"\n',
    "list-a": '# The scale of the first agency.\n[categories]\n1 = "illegal_everywhere"\n2 = "illegal_here"\n',
    "list-b": '# The scale of the second agency.\n[categories]\nA = "illegal_here"\nN = "harmless"\n',
}  # fmt: skip


def drawn(n: int, seed: int) -> tuple[Prints, Ints]:
    """Fingerprints of `n` media, shape (n, 32), and the category of each; a copy has that of what it copies."""
    rng = stream(seed, "fingerprints")
    prints = rng.integers(0, 256, (n, PRINT_BYTES), dtype=np.uint8)
    category = np.array(CATEGORIES)[chosen(rng, np.array(SHARES), n)]
    first = np.flatnonzero(rng.random(n) >= COPIES)
    copy = np.setdiff1d(np.arange(n), first)
    before = np.searchsorted(first, copy)
    copy, before = copy[before > 0], before[before > 0]
    of = first[(rng.random(len(copy)) * before).astype(np.int64)]
    prints[copy], category[copy] = changed(prints[of], rng), category[of]
    return prints, category


def changed(prints: Prints, rng: np.random.Generator) -> Prints:
    """The same fingerprints with up to MOST_CHANGED bits turned over."""
    turned = np.zeros((len(prints), BITS), np.uint8)
    places = rng.integers(0, BITS, (len(prints), MOST_CHANGED))
    np.put_along_axis(turned, places, 1, axis=1)
    return prints ^ np.packbits(turned, axis=1)


def write_prints(folder: Path, md5: Text, mime: Text, seed: int) -> dict[str, int]:
    """Write grades.json (a VICS case file, as an examiner's tool writes it), two hash lists, and three mappings.

    Args:
        folder: where to.
        md5: of each medium, hex; mime: its type.

    Returns:
        How many media were graded, and how many entries the lists have.
    """
    n = len(md5)
    prints, category = drawn(n, seed)
    whole = _medium(np.arange(1, n + 1), md5, category, fixed(hexed(prints)), mime)
    head = f'{{"@odata.context":"{_MODEL}","value":[\n'
    _write(folder / "grades.json", head + '{"CaseID":"case-1","Media":[\n', whole, "\n]}]}\n")
    rng = stream(seed, "lists")
    fate = rng.random(n)
    exact, near = np.flatnonzero(fate < LISTED), np.flatnonzero((fate >= LISTED) & (fate < LISTED + NEARLY))
    ours = np.concatenate([prints[exact], changed(prints[near], rng)])
    strange = rng.integers(0, 256, (STRANGERS, PRINT_BYTES), dtype=np.uint8)
    hashes = pa.concat_arrays([md5.take(pa.array(exact)), digest(rng, len(near) + STRANGERS, 16)])
    length = len(exact) + len(near) + STRANGERS
    listed = _medium(
        np.arange(1, length + 1), hashes, rng.integers(1, 3, length), fixed(hexed(np.concatenate([ours, strange])))
    )
    _write(folder / "list-a.json", head, listed, "\n]}\n")
    too = np.flatnonzero(rng.random(n) < LISTED_TOO)
    hashes = pa.concat_arrays([md5.take(pa.array(too)), digest(rng, STRANGERS, 16)])
    letters = picked(("A", "N"), (rng.random(len(hashes)) < 0.6).astype(np.int32))  # noqa: PLR2004  most are harmless
    _write(folder / "list-b.csv", "md5,category\n", joined(hashes, ",", letters), "\n")
    for name, text in _SCALES.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return {"graded": int((category > 0).sum()), "listed": length + len(hashes)}


def _medium(number: Ints, md5: Text, category: Ints, pdq: Text, mime: Text | None = None) -> Text:
    """One medium of a VICS file a row, without a comma behind it; category 0 is none."""
    hashes = joined(',"AlternativeHashes":[{"HashName":"PDQ","HashValue":"', pdq, '"}]').fill_null("")
    kind: Text | str = joined(',"MimeType":', json_text(mime)) if mime is not None else ""
    grade = where(category > 0, joined(',"Category":', category), "")
    return joined('{"MediaID":', number, ',"MD5":', json_text(md5), kind, grade, hashes, "}")


def _write(path: Path, head: str, lines: Text, tail: str) -> None:
    between = "\n" if path.suffix == ".csv" else ",\n"
    path.write_text(head + between.join(lines.to_pylist()) + tail, encoding="utf-8")
