"""The mapping file: YAML read, every word of it checked, before any exhibit is opened."""

from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field, replace
from typing import Any

from fanal.base.errors import FanalError
from fanal.base.instants import FORMS, parse, sql_instant, zone
from fanal.base.language import translate
from fanal.model.tables import TABLES, Table
from fanal.read.contract import Source
from fanal.read.mapping_errors import (
    BadInstantForm,
    BadValue,
    MissingColumn,
    NoMapping,
    UnknownColumn,
    UnknownKey,
    UnknownTable,
    WrongSource,
)
from fanal.read.mapping_logins import LoginRule, login_rules
from fanal.read.mapping_ranges import Range, ranges_of
from fanal.read.mapping_sql import Branch, check_select
from fanal.read.mapping_yaml import load_yaml

VERSION = 1
SOURCES = ("mysqldump", "pg_dump", "sqlite", "csv", "jsonl", "parquet", "weblog", "xlsx", "pdf")
#: The platform of those who write tips: no suspects, so that no mapping may put accounts there (docs/decisions/0008).
WITNESSES = "mail"
KEYS = (
    "fanal_mapping", "platform", "source", "time_zone", "instants", "answer", "ranges", "tables", "logins", "header",
)  # fmt: skip
#: What is kept of the order that a provider answered, with the exhibit.
ANSWER = ("provider", "order", "date", "scope")
#: Columns that the reader makes, never the analyst.
_MADE = {"platform", "at_precision", "norm"}
_REQUIRED = {
    "account": ("native_id",),
    "identifier": ("account", "kind", "value"),
    "login": ("account",),
    "channel": ("native_id",),
    "membership": ("account", "channel"),
    "media": ("native_id",),
    "fingerprint": ("media", "pdq"),
    "share": ("account", "media"),
    "payment": ("account",),
    "tx_io": ("tx",),
    "link": ("url",),
    "remark": ("key", "value"),
}


def columns_of(table: Table) -> tuple[str, ...]:
    """The columns of a canonical table that a SELECT may yield."""
    own_key = table.name if any(name == "native_id" for name, _ in table.columns) else None
    numbers_of_rows = {"message"} if table.name == "link" else set()
    return tuple(name for name, _ in table.columns if name not in _MADE | numbers_of_rows | {own_key})


MAPPABLE: dict[str, tuple[str, ...]] = {table.name: columns_of(table) for table in TABLES}


@dataclass(frozen=True)
class Selection:
    """What fills one canonical table: the branches of its UNION ALL, in order."""

    table: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Mapping:
    """A mapping file, checked.

    Attributes:
        path: where it was read from, for messages.
        platform: the prefix of every account, media and channel key.
        source: the format of the exhibit, one of SOURCES.
        time_zone: of instants that carry none.
        instants: "table.column" to a form: one of `base.instants.FORMS`, or a strptime pattern.
        selections: in the order of the canonical tables, those of login rules included.
        answer: of ANSWER, what the file says of the order that the exhibit answers.
        ranges: source table to its place in a workbook or a PDF.
        logins: the login rules of a web log.
        header: of a CSV file, whether its first row names the columns; None where the reader is to find out.
    """

    path: str
    platform: str
    source: str
    time_zone: str
    selections: tuple[Selection, ...]
    instants: Pairs[str, str] = field(default_factory=dict)
    answer: Pairs[str, str] = field(default_factory=dict)
    ranges: Pairs[str, Range] = field(default_factory=dict)
    logins: tuple[LoginRule, ...] = ()
    header: bool | None = None

    @property
    def usual_instants(self) -> str:
        """The form of instants that the mapping says nothing of."""
        return "web_log" if self.source == "weblog" else "iso"

    @property
    def reads(self) -> tuple[str, ...]:
        """The source tables that some SELECT reads, each once."""
        named = (name for s in self.selections for branch in s.branches for name in branch.reads)
        return tuple(dict.fromkeys(named))


def parse_mapping(text: str, path: str) -> Mapping:
    """Read and check a mapping file.

    Args:
        text: the YAML.
        path: its name, for messages.

    Raises:
        MappingError: in one line, what is wrong, where, and what to do.
    """
    return mapping_of(load_yaml(text, path), path)


def mapping_of(data: Pairs[str, Any], path: str) -> Mapping:
    """The same from keys and values that were read before. Raises MappingError."""
    for key in data:
        if key not in KEYS:
            raise UnknownKey(path=path, key=key, known=", ".join(KEYS))
    if data.get("fanal_mapping") != VERSION:
        raise BadValue(path=path, key="fanal_mapping", value=data.get("fanal_mapping"), wanted=VERSION)
    platform = data.get("platform")
    if platform == WITNESSES:
        taken = translate("another name: accounts of {name} are those who report").format(name=WITNESSES)
        raise BadValue(path=path, key="platform", value=platform, wanted=taken)
    if not isinstance(platform, str) or not platform.isascii() or not platform.replace("_", "").isalnum():
        raise BadValue(
            path=path, key="platform", value=platform, wanted=translate("a short name of letters and digits")
        )
    if data.get("source") not in SOURCES:
        raise BadValue(path=path, key="source", value=data.get("source"), wanted=" | ".join(SOURCES))
    zone_name = data.get("time_zone", "UTC")
    try:
        zone(str(zone_name))
    except FanalError as e:
        raise BadValue(
            path=path, key="time_zone", value=zone_name, wanted=translate("a zone such as Europe/Brussels")
        ) from e
    header = data.get("header")
    if header is not None and (not isinstance(header, bool) or data["source"] != "csv"):
        raise BadValue(
            path=path, key="header", value=header, wanted=translate("true or false, only where source is csv")
        )
    rules = login_rules(data.get("logins"), path, data["source"])
    selections = _with_rules(() if rules and not data.get("tables") else _selections(data.get("tables"), path), rules)
    instants = _instants(data.get("instants") or {}, path, str(zone_name))
    answer = _answer(data.get("answer") or {}, path)
    ranges = ranges_of(data.get("ranges") or {}, data["source"], path)
    return Mapping(path, platform, data["source"], str(zone_name), selections, instants, answer, ranges, rules, header)


def mapping_for(source: Source, reader: str) -> Mapping:
    """The checked mapping of an exhibit that is read as `reader`. Raises NoMapping, WrongSource, MappingError."""
    if source.mapping is None:
        raise NoMapping(path=source.name, reader=reader)
    mapping = mapping_of(source.mapping, str(source.options.get("mapping", "mapping")))
    if mapping.source != reader:
        raise WrongSource(path=mapping.path, source=mapping.source, reader=reader)
    return mapping


def _answer(given: Any, path: str) -> dict[str, str]:
    if not isinstance(given, dict):
        raise BadValue(path=path, key="answer", value=type(given).__name__, wanted=" | ".join(ANSWER))
    for key, value in given.items():
        if key not in ANSWER:
            raise UnknownKey(path=path, key=f"answer.{key}", known=", ".join(ANSWER))
        if isinstance(value, (dict, list)) or not str(value).strip():
            raise BadValue(path=path, key=f"answer.{key}", value=value, wanted=translate("a short text"))
    if "date" in given:
        try:
            parse(str(given["date"]))
        except FanalError as e:
            raise BadValue(
                path=path, key="answer.date", value=given["date"], wanted=translate("a date such as 2026-01-31")
            ) from e
    return {key: str(given[key]) for key in ANSWER if key in given}


def _selections(tables: Any, path: str) -> tuple[Selection, ...]:
    if not isinstance(tables, dict) or not tables:
        raise BadValue(
            path=path, key="tables", value=type(tables).__name__, wanted=translate("one SELECT per canonical table")
        )
    for name, sql in tables.items():
        if name not in MAPPABLE:
            raise UnknownTable(path=path, table=name, known=", ".join(MAPPABLE))
        if not isinstance(sql, str):
            raise BadValue(
                path=path, key=f"tables.{name}", value=type(sql).__name__, wanted=translate("a SELECT as text")
            )
    return tuple(_selection(name, tables[name], path) for name in MAPPABLE if name in tables)


def _with_rules(selections: tuple[Selection, ...], rules: tuple[LoginRule, ...]) -> tuple[Selection, ...]:
    """The selections with the login rules' SELECTs behind the analyst's own for `login`."""
    if not rules:
        return selections
    made = tuple(replace(rule.branch, instants=(("at", "web_log"),)) for rule in rules)
    by_table = {selection.table: selection.branches for selection in selections}
    by_table["login"] = by_table.get("login", ()) + made
    return tuple(Selection(name, by_table[name]) for name in MAPPABLE if name in by_table)


def _selection(name: str, sql: str, path: str) -> Selection:
    branches = check_select(sql, path, name)
    for branch in branches:
        for column in branch.columns:
            if column not in MAPPABLE[name]:
                raise UnknownColumn(path=path, table=name, column=column, known=", ".join(MAPPABLE[name]))
        for column in _REQUIRED.get(name, ()):
            if column not in branch.columns:
                raise MissingColumn(path=path, table=name, column=column)
    return Selection(name, branches)


def _instants(given: Any, path: str, zone_name: str) -> dict[str, str]:
    if not isinstance(given, dict):
        raise BadValue(path=path, key="instants", value=type(given).__name__, wanted=translate("table.column: form"))
    known = {f"{table.name}.{column}" for table in TABLES for column in table.instants}
    for key, form in given.items():
        if key not in known:
            detail = translate("no such instant, there are {known}").format(known=", ".join(sorted(known)))
            raise BadInstantForm(path=path, key=key, detail=detail)
        if form not in FORMS and "%" not in str(form):
            raise BadInstantForm(path=path, key=key, detail=translate("{form} is no form").format(form=form))
        try:
            sql_instant("x", str(form), zone_name)
        except FanalError as e:
            raise BadInstantForm(path=path, key=key, detail=translate("{form} is no form").format(form=form)) from e
    return {str(key): str(form) for key, form in given.items()}
