"""SQL fragments that read what WhatsApp itself wrote: names and numbers, system lines, media marks.

Compiles the data of `whatsapp_phrases` into expressions over VARCHAR columns; every regex is a
literal, so that the engine compiles it once. Runs nothing.
"""

import re
from functools import cache

import numpy as np

from fanal.read import whatsapp_phrases as words
from fanal.read.whatsapp_heads import MARKS, ZEROES
from fanal.read.whatsapp_scan import OPENING_BYTES, OPENINGS, Truths, opening_place

PLATFORM = "whatsapp"
_SLOT = {
    "who": "(.+?)",
    "whom": "(.+?)",
    "title": "(.*?)",
    "new": r"(\+[0-9][0-9 ().-]{5,24})",
}
#: Which slots become which columns; a title is told by the body alone.
_SLOT_COLUMNS = {"who": "who", "whom": "whom", "new": "new_number"}
#: Texts of this length or less stand in other languages too.
_TELLING = 6
_TOKEN = re.compile(r"\{(\w+)\}|([()\[\]|*~])|([^{}()\[\]|*~]+)")
_SYNTAX = {
    "(": "(?:", ")": ")", "[": "(?:", "]": ")?", "|": "|", "*": ".*",
    "~": r"[^\s()\",]{0,5}(?:\([^\s()]{1,6}\))?",
}  # fmt: skip
#: Characters that mean the same to a reader of system lines, and what stands for them.
_PLAIN = {
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2010": "-", "\u2011": "-", "\u2019": "'", "\u02bc": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
    **{chr(ord(zero) + n): str(n) for zero in ZEROES[1:] for n in range(10)},
}  # fmt: skip
_PLAIN_TEXT = str.maketrans(_PLAIN)
_NOT_PLAIN = "  |[" + "".join(_PLAIN) + MARKS + "]"
_MARKS_RE = r"[\x{200E}\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}\x{061C}\x{FEFF}]*"

#: What a member sends, by the file's extension, and the MIME type.
_EXTENSIONS = {
    "image": {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "heic": "image/heic", "gif": "image/gif"},
    "sticker": {"webp": "image/webp", "was": "application/octet-stream"},
    "video": {"mp4": "video/mp4", "mov": "video/quicktime", "3gp": "video/3gpp", "mkv": "video/x-matroska",
              "avi": "video/x-msvideo", "webm": "video/webm"},
    "audio": {"opus": "audio/ogg", "ogg": "audio/ogg", "m4a": "audio/mp4", "aac": "audio/aac", "mp3": "audio/mpeg",
              "amr": "audio/amr", "wav": "audio/wav"},
    "file": {"pdf": "application/pdf", "vcf": "text/vcard", "txt": "text/plain", "zip": "application/zip"},
}  # fmt: skip


def literal(text: str) -> str:
    """Text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def mime_of(name: str) -> str:
    """The MIME type that a file name's extension promises."""
    extension = name.rpartition(".")[2].lower()
    known = {ending: mime for endings in _EXTENSIONS.values() for ending, mime in endings.items()}
    return known.get(extension, "application/octet-stream")


def plain(column: str) -> str:
    """The text as templates expect it: no marks, plain spaces, digits, quotes and apostrophes."""
    before = "".join(_PLAIN) + MARKS
    simple = f"translate({column}, {literal(before)}, {literal(''.join(_PLAIN.values()))})"
    full = f"trim(regexp_replace({simple}, ' {{2,}}', ' ', 'g'))"
    return f"CASE WHEN regexp_matches({column}, {literal(_NOT_PLAIN)}) THEN {full} ELSE trim({column}) END"


def account_key(name: str, owner: str, owner_names: tuple[str, ...]) -> str:
    """The account of a plain name: a number, the device's owner, a push name ("~Name") or a contact's name."""
    digits = f"regexp_replace({name}, '[^0-9]', '', 'g')"
    owners = ", ".join(map(literal, owner_names))
    return (
        f"CASE WHEN {name} = '' OR {name} IS NULL THEN NULL "
        f"WHEN regexp_matches({name}, '^\\+[0-9 ().-]+$') AND length({digits}) BETWEEN 7 AND 15 "
        f"THEN '{PLATFORM}:+' || {digits} "
        f"WHEN {name} IN ({owners}) THEN {literal(owner)} "
        f"WHEN starts_with({name}, '~') THEN '{PLATFORM}:name:~' || ltrim(substr({name}, 2)) "
        f"ELSE '{PLATFORM}:name:' || {name} END"
    )


def attached_name(body: str) -> str:
    """The name of the file that a body says is attached, NULL where it says none."""
    ios = rf"(?:^|[\x{{200E}}\x{{200F}}])<(?:{_either(words.ATTACHED)}) ?: ?([^<>\r\n]+)>"
    found = (f"nullif(regexp_extract({body}, {literal(regex)}, 1), '')" for regex in (ios, ANDROID_FILE))
    return f"coalesce({', '.join(found)})"


def _either(texts: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, texts))


ANDROID_FILE = rf"^{_MARKS_RE}([^\r\n]+?\.[A-Za-z0-9]{{1,8}}) \((?:{_either(words.FILE_ATTACHED)})\)"
#: A poll or a place that iOS marks as its own text.
WRITTEN = rf"^{_MARKS_RE}(?i:{_either(words.WRITTEN)}) ?(?::|$)"


def omitted_kind(body: str) -> str:
    """The kind of the medium that was left out of the export at a body, NULL where none was."""
    marked = r"(?:^<|<?[\x{200E}\x{200F}]<?)"
    forms = {kind: rf"{marked}(?:{_either(texts)})\.?>?(?m:$)" for kind, texts in words.OMITTED.items()}
    cases = " ".join(f"WHEN regexp_matches({body}, {literal(form)}) THEN '{kind}'" for kind, form in forms.items())
    return f"CASE {cases} END"


def omitted_bodies() -> list[tuple[str, str]]:
    """Whole bodies that stand for a medium left out, as the telephones write most of them, with its kind."""
    forms = ("<{}>", "\u200e{}", "<\u200e{}>")
    return [(form.format(text), kind) for kind, texts in words.OMITTED.items() for text in texts for form in forms]


def file_kind(name: str) -> str:
    """The kind of message that carries a file of that name."""
    extension = f"lower(regexp_extract({name}, '\\.([A-Za-z0-9]+)$', 1))"
    cases = " ".join(
        f"WHEN {extension} IN ({', '.join(map(literal, endings))}) THEN '{kind}'"
        for kind, endings in _EXTENSIONS.items()
        if kind != "file"
    )
    return f"CASE WHEN contains({name}, '-STICKER-') THEN 'sticker' {cases} ELSE 'file' END"


@cache
def compiled(language: str) -> tuple[tuple[words.Phrase, str, tuple[str, ...], str], ...]:
    """Each phrase of a language as (phrase, regex, its slots in order, a text that must be there).

    The first that fits counts, so what stands under its sender comes first, then what names nobody.
    """
    compiled = [(phrase, *_compile(phrase.template)) for phrase in words.PHRASES[language]]
    return tuple(sorted(compiled, key=lambda one: (one[0].event not in words.BY_SENDER, bool(one[2]))))


def languages(sample: str) -> list[str]:
    """The languages of the phrases, those first whose texts stand most often in a sample."""
    counts = {
        language: sum(sample.count(must) for _, _, _, must in compiled(language) if len(must) > _TELLING)
        for language in words.PHRASES
    }
    return sorted(counts, key=lambda language: -counts[language])


def _compile(template: str, title: str = _SLOT["title"]) -> tuple[str, tuple[str, ...], str]:
    regex, slots, must, depth = "", [], "", 0
    for slot, syntax, text in _TOKEN.findall(template):
        if slot:
            slots.append(slot)
            regex += title if slot == "title" else _SLOT[slot]
        elif syntax:
            depth += (syntax in "([") - (syntax in ")]")
            regex += _SYNTAX[syntax]
        else:
            regex += re.escape(text).replace("\\ ", " ")
            must = max(must, text, key=len) if depth == 0 else must
    return f"^(?:{regex})$", tuple(slots), must


def told(language: str) -> str:
    """A SELECT over `untold` (line, text): what the lines of one language tell, with their slots.

    Columns: line, event, owner_slot (see Phrase.owner), language, owners (its words for the device's
    owner), who, whom (names with ", " between them), new_number.
    """
    phrases = compiled(language)
    cases = " ".join(
        f"WHEN {f'contains(text, {literal(must)}) AND ' if must else ''}regexp_matches(text, {literal(regex)}) THEN {n}"
        for n, (_, regex, _, must) in enumerate(phrases)
    )
    slots = ", ".join(f"{_slot(name, language)} AS {column}" for name, column in _SLOT_COLUMNS.items())
    owners = ", ".join(map(literal, words.OWNER_WORDS[language]))
    rows = ", ".join(f"({n}, '{phrase.event}', '{phrase.owner}')" for n, (phrase, _, _, _) in enumerate(phrases))
    return (
        f"SELECT line, event, owner_slot, '{language}' AS language, [{owners}] AS owners, {slots} "
        f"FROM (SELECT line, text, CAST(CASE {cases} END AS INTEGER) AS phrase FROM untold) "
        f"JOIN (VALUES {rows}) AS p(phrase, event, owner_slot) USING (phrase)"
    )


def _slot(name: str, language: str) -> str:
    """What stands at a slot of the phrase of that number, NULL where it has none."""
    cases = " ".join(
        f"WHEN {n} THEN regexp_extract(text, {literal(regex)}, {slots.index(name) + 1})"
        for n, (_, regex, slots, _) in enumerate(compiled(language))
        if name in slots
    )
    found = f"nullif(CASE phrase {cases} END, '')"
    if name == "whom":
        for joiner in words.AND[language]:
            found = f"replace(replace({found}, {literal(',' + joiner)}, ', '), {literal(joiner)}, ', ')"
    return found


def plain_text(text: str) -> str:
    """The text as templates expect it, character for character: quotes, apostrophes, spaces, digits; marks stay."""
    return text.translate(_PLAIN_TEXT)


def title_in_chat(sample: str, order: tuple[str, ...], *, bracketed: bool) -> tuple[str, str] | None:
    """The chat's title and where it was found: the notice of encryption (iOS) or the line of creation.

    Args:
        sample: the beginning of the chat, as `plain_text` gives it.
        order: the languages in which to look.
        bracketed: whether it is iOS, where the notice stands under the chat's own name.
    """
    if bracketed and (found := _notices().search(sample)):
        return found["title"], "notice"
    for language in order:
        for must, pattern in _creations(language):
            if must in sample and (found := pattern.search(sample)):
                return found["title"], "creation"
    return None


@cache
def _notices() -> re.Pattern[str]:
    told = [
        _compile(phrase.template.rstrip("*"))[0].removesuffix("$").removeprefix("^")
        for phrases in words.PHRASES.values()
        for phrase in phrases
        if phrase.event == "encryption"
    ]
    return re.compile(rf"^[^\n]*?\] (?P<title>[^\n]{{1,100}}?): \u200e(?:{'|'.join(told)})", re.MULTILINE)


@cache
def _creations(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Texts that must be there, and patterns that find a title, in what a language says of a creation."""
    found = []
    for phrase in words.PHRASES[language]:
        if phrase.event == "created" and "{title}" in phrase.template:
            needed = re.sub(r"\[([^\[\]]*\{title\}[^\[\]]*)\]", r"\1", phrase.template).removeprefix("{who}")
            regex, _, must = _compile(needed.replace("{who}", "*"), title=r"(?P<title>[^\n]+?)")
            found.append((must, re.compile(regex.removesuffix("$").removeprefix("^"))))
    return tuple(found)


def _bare() -> list[str]:
    """Templates of lines that stand under a member's name on Android."""
    return [
        phrase.template for phrases in words.PHRASES.values() for phrase in phrases if phrase.event in words.BY_SENDER
    ]


@cache
def openings() -> Truths:
    """How those lines begin, for the scanner: a table of truth over the first bytes."""
    table = np.zeros(OPENINGS, np.bool_)
    for template in _bare():
        for text in _beginnings(template):
            table[opening_place(text.encode())] = True
    return table


def _beginnings(template: str) -> set[str]:
    """What may stand at the beginning of a line that fits a template without slots; enough of it."""
    begun, open_at, stack = {""}, {""}, list[tuple[set[str], set[str]]]()
    for _, syntax, text in _TOKEN.findall(template):
        if syntax in {"(", "["}:
            stack.append((open_at, set(begun) if syntax == "[" else set()))
            open_at = set(begun)
        elif syntax == "|":
            before, done = stack.pop()
            stack.append((before, done | begun))
            begun = set(open_at)
        elif syntax in {")", "]"}:
            open_at, done = stack.pop()
            begun = begun | done
        elif text:
            begun = {one if len(one.encode()) >= OPENING_BYTES else one + text for one in begun}
    return begun


#: A member's line on Android that stands for a deleted message or a call: the whole body, no mark before it.
BARE = "^(?:" + "|".join(_compile(template)[0].removeprefix("^").removesuffix("$") for template in _bare()) + r")\.?$"
