"""The message catalogues: collects what Fanal says to people, and holds the translations against it.

Catalogues of LANGUAGES hold every message; those of the other PACKAGE_LANGUAGES only what a package, its cover and
requests say. A tool for developers, not part of the wheel: `python tools/messages.py update` writes the .po files,
`check` lists what is missing, fuzzy, left over, or has other places than its original, `prune` drops what
is left over. It translates nothing; the .mo files are made when Fanal is installed (hatch_build.py).
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po

import fanal.work  # noqa: F401  sets the case store up before its modules are imported
from fanal.analyse.registry import STEPS
from fanal.base.errors import FanalError
from fanal.base.language import DOMAIN, LANGUAGES, LOCALE_DIR, PACKAGE_LANGUAGES
from fanal.model.tables import TABLES

SOURCE = LOCALE_DIR.parent
#: Functions whose first literal argument is a message.
SAYS = ("translate", "mark", "say", "progress")
COUNTS = "translate_count"
#: Methods that say something, by the name of the object they are called on.
METHODS = {("demo", "title"), ("demo", "note")}
#: Where what a recipient reads is written. Whatever these import is read for messages too.
SPOKEN_FROM = ("fanal.exchange.build", "fanal.exchange.cover", "fanal.exchange.requests")
#: What they import that speaks to the node's own officers alone: why a file is refused, what the desk reviews.
TO_OWN_OFFICERS = {
    "fanal.analyse.linkage",
    "fanal.analyse.linkage_levels",
    "fanal.analyse.retention",
    "fanal.exchange.archive",
    "fanal.exchange.bag",
    "fanal.exchange.changes",
    "fanal.exchange.heading",
    "fanal.exchange.keys",
    "fanal.exchange.opening",
    "fanal.exchange.sshsig",
    "fanal.model.hash_lists",
    "fanal.model.inputs",
}
HEADER = "Messages of Fanal. The words to hold to stand in docs/glossary.md."
NEVER_WRITTEN = (
    '"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Language-Team', '"Last-Translator', '"Report-Msgid',
)  # fmt: skip
LINE = 110
#: What a page of the desk says: the first argument of the tag `say`.
SAID = re.compile(r"""\{% say (?:"([^"]+)"|'([^']+)')""")


@dataclass(frozen=True, order=True)
class Message:
    """One message: its English text, and the plural where it has one."""

    text: str
    plural: str = ""

    @property
    def key(self) -> str | tuple[str, str]:
        """As the catalogue knows it."""
        return (self.text, self.plural) if self.plural else self.text


def messages() -> list[Message]:
    """Every message of the package, sorted; singular and plural count as one."""
    found = {Message(text) for text in (*_texts_of_errors(), *_names_of_tables())}
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            found.update(_in_source(ast.parse(path.read_text(encoding="utf-8"))))
    for page in sorted(SOURCE.glob("web/templates/**/*.html")):
        found.update(Message(one or other) for one, other in SAID.findall(page.read_text(encoding="utf-8")))
    return sorted(found)


def package_messages() -> list[Message]:
    """What recipients read: the messages of the modules that write it, however deep they are imported from there."""
    return sorted({message for name in package_modules() for message in _in_source(_tree(name))})


def package_modules() -> list[str]:
    """The modules through which a package speaks."""
    known: set[str] = set()
    waiting = list(SPOKEN_FROM)
    while waiting:
        name = waiting.pop()
        if name in known or name in TO_OWN_OFFICERS or not _path(name).is_file():
            continue
        known.add(name)
        for node in ast.walk(_tree(name)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fanal."):
                waiting += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return sorted(known)


def _path(name: str) -> Path:
    return (SOURCE.parent / name.replace(".", "/")).with_suffix(".py")


def _tree(name: str) -> ast.Module:
    return ast.parse(_path(name).read_text(encoding="utf-8"))


def needed(language: str) -> list[Message]:
    """The messages that the catalogue of a language must have."""
    return messages() if language in LANGUAGES else package_messages()


def _in_source(tree: ast.Module) -> Iterator[Message]:
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called, first = node.func, _literal(node.args[0])
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            if (called.value.id, called.attr) in METHODS and first:
                yield Message(first)
        elif isinstance(called, ast.Name):
            if called.id in SAYS and first:
                yield Message(first)
            elif called.id == COUNTS and first:
                yield Message(first, _literal(node.args[1]) or "")
            elif called.id == "rows" and len(node.args) > 1:
                yield from (Message(column.replace("_", " ")) for column in _strings(node.args[1], named) if column)


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _strings(node: ast.expr, named: dict[str, ast.expr]) -> Iterator[str]:
    """The strings that an expression of tuples may hold; names of the module and of its functions are followed."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id in named:
            others = {name: value for name, value in named.items() if name != inner.id}
            yield from _strings(named[inner.id], others)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def _texts_of_errors() -> Iterator[str]:
    for module in walk_packages([str(SOURCE)], "fanal."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name and not _of_the_desk(module.name):
            import_module(module.name)
    waiting: list[type[FanalError]] = [FanalError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if error.__module__.startswith("fanal."):
            yield error.text


def _of_the_desk(name: str) -> bool:
    """Modules that only the desk's own processes can load; what it refuses stands in one that all can."""
    return name.startswith("fanal.web.") and name != "fanal.web.errors"


def _names_of_tables() -> Iterator[str]:
    for name in (*(table.name for table in TABLES), *(table for step in STEPS for table in step.writes)):
        yield name.replace("_", " ")


def places(text: str) -> list[str]:
    """The places of a message, sorted: `{name}`, with its conversion and format."""
    return sorted(f"{name}!{how}:{form}" for _, name, form, how in Formatter().parse(text) if name is not None)


def catalogue_path(language: str) -> Path:
    """The .po file of a language."""
    return LOCALE_DIR / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """The catalogue of a language, empty where there is none yet."""
    path = catalogue_path(language)
    if not path.is_file():
        return Catalog(locale=language, domain=DOMAIN)
    with path.open("rb") as f:
        return read_po(f, locale=language, domain=DOMAIN)


def updated(language: str, *, keep: bool = True) -> str:
    """The text of the catalogue with exactly today's messages, the same for the same source on any day.

    Args:
        language: two letters.
        keep: translations of messages that are gone stay as comments.
    """
    catalogue = read(language)
    template = Catalog(domain=DOMAIN)
    for message in needed(language):
        template.add(message.key)
    for entry in template:
        if entry.id in catalogue.obsolete:  # it is said again
            catalogue[entry.id] = catalogue.obsolete.pop(entry.id)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.header_comment = f"# {HEADER}"
    catalogue.project, catalogue.version, catalogue.fuzzy = "Fanal", "1", False
    for entry in catalogue:
        entry.flags -= {"python-format", "python-brace-format"}
    out = io.BytesIO()
    write_po(out, catalogue, width=LINE, no_location=True, sort_output=True, ignore_obsolete=not keep)
    lines = out.getvalue().decode("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(NEVER_WRITTEN))


def strings(entry: Entry) -> list[str]:
    """The translations of a message: one, or one for each plural form."""
    return [entry.string] if isinstance(entry.string, str) else list(entry.string or ("",))


def faults(language: str) -> list[str]:
    """What is wrong with a catalogue, one line each: missing, fuzzy, left over, or with other places."""
    catalogue = read(language)
    today = {message.text: message for message in needed(language)}
    found = []
    for text in today:
        entry = catalogue.get(text)
        said = strings(entry) if entry else []
        if entry is None or not all(said):
            found.append(f"missing: {text}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {text}")
        elif any(places(one) != places(text) for one in said):
            found.append(f"other places: {text}")
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogue if entry.id}
    left = known - set(today) | {key if isinstance(key, str) else key[0] for key in catalogue.obsolete}
    return found + [f"left over: {text}" for text in sorted(left)]


def main(arguments: list[str]) -> int:
    """Run `update`, `prune` or `check`. Returns the exit code."""
    languages = [language for language in PACKAGE_LANGUAGES if language != "en"]
    if arguments == ["check"]:
        found = [f"{language}: {fault}" for language in languages for fault in faults(language)]
        sys.stdout.write("".join(f"{line}\n" for line in found))
        return int(bool(found))
    if arguments not in (["update"], ["prune"]):
        sys.stderr.write("python tools/messages.py update | prune | check\n")
        return 2
    for language in languages:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(updated(language, keep=arguments == ["update"]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
