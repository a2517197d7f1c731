"""The readers there are: one literal tuple, one line each. Importing this module imports no reader."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, cast

from fanal.base.errors import FanalError
from fanal.read.contract import Reader

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
    "fanal.read.tabular:CSV",
    "fanal.read.jsonl:JSONL",
    "fanal.read.telegram:TELEGRAM",
    "fanal.read.vics:VICS",
    "fanal.read.ufed:UFED",
    "fanal.read.case_jsonld:CASE_JSONLD",
    "fanal.read.xlsx:XLSX",
    "fanal.read.pdf:PDF",
    "fanal.read.chain:CHAIN",
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
    text = "No reader recognises {name}; name one with --reader ({names}), and for a dump or a table give --mapping."


class MappingMissing(FanalError):
    """A format that says nothing by itself came without a mapping."""

    code = "F-READ-04"
    text = "{name} is read by {reader}, which needs a mapping: give --mapping FILE.yaml, or draft one with `map draft`."
    exit_code = 2


@cache
def readers() -> tuple[Reader, ...]:
    """All readers, in the order of READERS."""
    return tuple(resolve(entry) for entry in READERS)


def resolve(entry: str) -> Reader:
    """The reader that an entry of READERS ("module:object") stands for."""
    module, _, name = entry.partition(":")
    return cast("Reader", getattr(import_module(module), name))


def entry_of(name: str) -> str:
    """The entry of the reader of that name. Raises UnknownReader, which lists the names."""
    for entry, reader in zip(READERS, readers(), strict=True):
        if reader.name == name:
            return entry
    raise UnknownReader(name=name, names=_names())


def by_name(name: str) -> Reader:
    """The reader of that name. Raises UnknownReader, which lists the names."""
    return resolve(entry_of(name))


def detect(head: bytes, name: str, mapping: Mapping[str, Any] | None = None) -> Reader:
    """The reader for a file.

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
        return by_name(str(mapping["source"]))
    surest = max(readers(), key=lambda reader: reader.detect(head, name))
    if surest.detect(head, name) <= 0:
        raise NotRecognised(name=name, names=_names())
    if surest.mapped and mapping is None:
        raise MappingMissing(name=name, reader=surest.name)
    return surest


def beside_of(head: bytes, name: str, mapping: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """Names of the files that are read with a file of that name; none where nobody knows the file."""
    try:
        reader = detect(head, name, mapping)
    except FanalError:
        return ()
    return tuple(pattern.format(name=name) for pattern in reader.beside)


def _names() -> str:
    return ", ".join(reader.name for reader in readers())
