"""What can be wrong with a mapping file: one class a mistake, one line each."""

from fanal.base.errors import FanalError


class MappingError(FanalError):
    """Base of the mistakes in a mapping file. `path` is the file, `where` the place in it."""

    code = "F-MAP-01"
    text = "{path}: {detail}. Write the mapping as docs/mapping.md shows."
    exit_code = 2


class UnknownKey(MappingError):
    """A key of the file that no mapping has."""

    code = "F-MAP-02"
    text = "{path}: unknown key {key}; a mapping has {known}."


class BadValue(MappingError):
    """A key with a value that it cannot have."""

    code = "F-MAP-03"
    text = "{path}: {key} is {value}; write {wanted}."


class UnknownTable(MappingError):
    """Not a canonical table that a mapping can fill."""

    code = "F-MAP-04"
    text = "{path}: unknown table {table} under tables; Fanal's tables are {known}."


class UnknownColumn(MappingError):
    """A SELECT that yields a column which its canonical table does not take."""

    code = "F-MAP-05"
    text = "{path}: tables.{table}: unknown column {column}; {table} takes {known}."


class MissingColumn(MappingError):
    """A SELECT without a column that its canonical table cannot do without."""

    code = "F-MAP-06"
    text = "{path}: tables.{table}: the SELECT does not yield {column}; add it to every SELECT of the UNION ALL."


class BrokenSelect(MappingError):
    """SQL that cannot be parsed, or that the engine refuses on the source's tables."""

    code = "F-MAP-07"
    text = "{path}: tables.{table}: broken SELECT: {detail}; correct it and run `fanal map check`."


class Forbidden(MappingError):
    """SQL outside of what a mapping may say."""

    code = "F-MAP-08"
    text = "{path}: tables.{table}: {what} is not allowed in a mapping; use one SELECT, or UNION ALL of them, {hint}."


class BadInstantForm(MappingError):
    """An entry under instants that names no instant or no form."""

    code = "F-MAP-09"
    text = "{path}: instants.{key}: {detail}; write for example login.at: epoch_s, epoch_ms, iso or a strptime pattern."


class UnknownSourceTable(MappingError):
    """A SELECT that reads a table which the exhibit does not have."""

    code = "F-MAP-10"
    text = "{path}: tables.{table}: the exhibit has no table {source}; it has {known}."


class WrongSource(MappingError):
    """A mapping made for another kind of source than the exhibit."""

    code = "F-MAP-11"
    text = "{path}: the mapping is for source {source}, and the exhibit is read as {reader}; give it its own mapping."


class NoMapping(MappingError):
    """An exhibit of a mapped format, added without a mapping."""

    code = "F-MAP-12"
    text = "{path}: the reader {reader} needs a mapping; make one with `fanal map draft` and name it (--mapping)."


class BadRange(MappingError):
    """An entry under ranges with a value that it cannot have."""

    code = "F-MAP-14"
    text = "{path}: ranges.{key} is {value}; write {wanted}."


class RangeNotFound(MappingError):
    """A range that points to something which the exhibit does not have."""

    code = "F-MAP-15"
    text = "{path}: ranges.{name}: the exhibit has no {what}; it has {known}."
