"""Device ids, user names and names of people: text that only needs one spelling."""

import re
import unicodedata

from fanal.base.language import mark
from fanal.model.kind import Kind, in_sql, literal, plain, plain_sql, simple_query

# Cyrillic and Greek letters that look like Latin ones, lower case.
_LOOKS = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u03bf\u03b1\u03bd\u03c1"
_LIKE = "aeopcyxijsoavp"
_FOLD = str.maketrans(_LOOKS, _LIKE)
_DEVICE = "[0-9a-z_.]{6,128}"


def folded(text: str) -> str:
    """Without accents, in lower case, character by character as `lower(strip_accents(...))` does it."""
    marks_gone = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.category(c).startswith("M"))
    return unicodedata.normalize("NFC", "".join(c.lower() for c in unicodedata.normalize("NFC", marks_gone)))


def _device(value: str) -> str | None:
    text = plain(value)
    # Outside ASCII, lower() turns a few letters into ASCII ones.
    bare = re.sub(r"[-:{} ]", "", text).lower() if text.isascii() else ""
    return bare if re.fullmatch(_DEVICE, bare) else None


def _device_query(source: str) -> str:
    bare = "CASE WHEN regexp_matches(v, '^[\\x00-\\x7f]*$') THEN regexp_replace(lower(v), '[-:{} ]', '', 'g') END"
    inner = f"SELECT i, {bare} AS v FROM (SELECT i, {plain_sql('value')} AS v FROM {source})"
    return f"SELECT i, CASE WHEN regexp_matches(v, '^{_DEVICE}$') THEN v END AS norm FROM ({inner})"


def _username(value: str) -> str | None:
    return folded(plain(value)).translate(_FOLD).lstrip("@") or None


def _name(value: str) -> str | None:
    turned = re.sub(r"^([^,]+), ?([^,]+)$", r"\2 \1", folded(plain(value)))
    return re.sub(r"[ .,'\"()_\-]+", " ", turned).strip(" ") or None


DEVICE = Kind(
    name="device",
    label=mark("Device"),
    reason=mark(
        "A device id in lower case without separators. Ids that many devices share by a maker's fault are on a "
        "list and never link."
    ),
    links=True,
    examples=(
        ("{9F3B-22AA-0001}", "9f3b22aa0001"),
        ("00:1B:44:11:3A:B7", "001b44113ab7"),
        ("n/a", None),
    ),
    norms=in_sql(_device_query),
    normalise=_device,
)

USERNAME = Kind(
    name="username",
    label=mark("User name"),
    reason=mark(
        "A user name in lower case, without accents, letters that look alike made one. It never links two accounts"
        " alone: names are taken by many."
    ),
    links=False,
    examples=(("@Lantern_7", "lantern_7"), ("J\u00fcrgen.K", "jurgen.k"), ("l\u0430ntern_7", "lantern_7"), ("@", None)),
    norms=in_sql(
        simple_query(f"nullif(ltrim(translate(lower(strip_accents(v)), {literal(_LOOKS)}, {literal(_LIKE)}), '@'), '')")
    ),
    normalise=_username,
)

NAME = Kind(
    name="name",
    label=mark("Name"),
    reason=mark(
        "A person's name as written, in lower case, without accents and punctuation, the given name first. It "
        "never links two accounts alone."
    ),
    links=False,
    examples=(("M\u00fcller, Anna", "anna muller"), ("  Jean-Luc  PETIT ", "jean luc petit"), ("--", None)),
    norms=in_sql(
        simple_query(
            "nullif(trim(regexp_replace(regexp_replace(lower(strip_accents(v)), '^([^,]+), ?([^,]+)$', '\\2 \\1'), "
            "'[ .,''\"()_\\-]+', ' ', 'g')), '')"
        )
    ),
    normalise=_name,
)
