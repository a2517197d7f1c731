"""The readers there are: one literal tuple, one line each.

Importing this module imports no reader, and choosing one imports none that has signs in `read/signs.py`.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any, cast

from fanal.base.errors import FanalError
from fanal.read.contract import Reader
from fanal.read.signs import SIGNS, Known

READERS: tuple[str, ...] = (
    "fanal.read.whatsapp:WHATSAPP",
    "fanal.read.eml:EML",
    "fanal.read.mbox:MBOX",
    "fanal.read.msg:MSG",
    "fanal.read.cybertip:CYBERTIP",
    "fanal.read.weblog:WEBLOG",
    "fanal.read.mysqldump:MYSQLDUMP",
    "fanal.read.msgstore:MSGSTORE",
    "fanal.read.chatstorage:CHATSTORAGE",
    "fanal.read.sqlite:SQLITE",
    "fanal.read.pg_dump:PG_DUMP",
    "fanal.read.tabular:CSV",
    "fanal.read.jsonl:JSONL",
    "fanal.read.telegram:TELEGRAM",
    "fanal.read.vics:VICS",
    "fanal.read.ufed:UFED",
    "fanal.read.case_jsonld:CASE_JSONLD",
    "fanal.read.xlsx:XLSX",
    "fanal.read.pdf:PDF",
    "fanal.read.chain:CHAIN",
    "fanal.read.parquet:PARQUET",
)

#: How many bytes of a file `detect` looks at.
HEAD = 1 << 16


class UnknownReader(FanalError):
    """No reader of that name."""

    code = "F-READ-02"
    text = "There is no reader {name}; the readers are {names}."
    exit_code = 2


class NotRecognised(FanalError):
    """No reader recognises the file."""

    code = "F-READ-03"
    text = "No reader recognises {name}; name one (--reader: {names}), and for a dump or a table a mapping (--mapping)."


class MappingMissing(FanalError):
    """A format that says nothing by itself came without a mapping."""

    code = "F-READ-04"
    text = (
        "{name} is read by {reader}, which needs a mapping: name one (--mapping), or draft one with `fanal map draft`."
    )
    exit_code = 2


@cache
def readers() -> tuple[Reader, ...]:
    """All readers, in the order of READERS."""
    return tuple(resolve(entry) for entry in READERS)


def resolve(entry: str) -> Reader:
    """The reader that an entry of READERS ("module:object") stands for."""
    module, _, name = entry.partition(":")
    return cast("Reader", getattr(import_module(module), name))


def all_known() -> tuple[Known, ...]:
    """What is known of each reader, in the order of READERS; loads only those without signs of their own."""
    return tuple(SIGNS.get(entry) or resolve(entry) for entry in READERS)


def entry_of(name: str) -> str:
    """The entry of the reader of that name. Raises UnknownReader, which lists the names."""
    for entry, known in zip(READERS, all_known(), strict=True):
        if known.name == name:
            return entry
    raise UnknownReader(name=name, names=_names())


def known_as(name: str) -> Known:
    """What is known of the reader of that name, without its code. Raises UnknownReader."""
    entry = entry_of(name)
    return SIGNS.get(entry) or resolve(entry)


def by_name(name: str) -> Reader:
    """The reader of that name. Raises UnknownReader, which lists the names."""
    return resolve(entry_of(name))


def recognised(head: bytes, name: str, mapping: Mapping[str, Any] | None = None) -> Known:
    """What is known of the reader for a file.

    A mapping's `source` decides where there is one; without it, the reader that is surest, the
    earlier in READERS where two are equally sure.

    Args:
        head: the file's first bytes, at most HEAD.
        name: its file name as it was received.
        mapping: the parsed mapping file, or None.

    Raises:
        UnknownReader: the mapping's `source` names no reader.
        NotRecognised: nobody knows the file.
        MappingMissing: the surest reader needs a mapping and there is none.
    """
    if mapping is not None and "source" in mapping:
        return known_as(str(mapping["source"]))
    surest, confidence = surest_of(all_known(), head, name)
    if confidence <= 0:
        raise NotRecognised(name=name, names=_names())
    if surest.mapped and mapping is None:
        raise MappingMissing(name=name, reader=surest.name)
    return surest


def surest_of(known: Iterable[Known], head: bytes, name: str) -> tuple[Known, float]:
    """The surest of these readers of a file, the first where several are, and how sure it is. Asks each once."""
    sure = [(one, one.detect(head, name)) for one in known]
    return max(sure, key=lambda found: found[1])


def detect(head: bytes, name: str, mapping: Mapping[str, Any] | None = None) -> Reader:
    """The reader for a file; arguments and errors as `recognised`."""
    return by_name(recognised(head, name, mapping).name)


def beside_of(head: bytes, name: str, mapping: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """Names of the files that are read with a file of that name; none where nobody knows the file."""
    try:
        known = recognised(head, name, mapping)
    except FanalError:
        return ()
    return tuple(pattern.format(name=name) for pattern in known.beside)


def _names() -> str:
    return ", ".join(known.name for known in all_known())
