"""The reader of VICS case files (Project VIC's JSON, models 1.3 and 2.0): media, hashes, an examiner's grades.

It takes over what a person graded, raw. Miniatures, PhotoDNA values and free comments stay where they are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.read import signs_reports
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.json_elements import NOT_JSON, Batch, Elements, mended_rows
from fanal.read.json_shown import element_at, shown
from fanal.read.vics_examples import EXAMPLES
from fanal.read.window import CHUNK

NO_HASH = mark("not a hash of that kind")
_HASHES = re.compile(rb'"(?:MD5|SHA1)"\s*:\s*"')
_IN_CASES, _BARE = ("value[].Media[]", "Media[]"), ("value[]",)
_FIRST_LOOK = 1 << 20
_MEDIA_LIST = re.compile(rb'"Media"\s*:\s*\[')
_FIELDS = {
    "MediaID": "media_id", "MD5": "md5_raw", "SHA1": "sha1_raw", "SHA256": "sha256_raw", "MimeType": "mime",
    "MediaSize": "bytes", "Category": "category", "Series": "series", "Tags": "tags",
    "VictimIdentified": "victim_identified", "OffenderIdentified": "offender_identified",
    "IsDistributed": "is_distributed", "IsSuspected": "is_suspected", "SelfGenerated": "self_generated",
    "IsPrecategorized": "is_precategorized", "PrecategorizationSource": "precategorized_by", "DateUpdated": "updated",
    "Comments": "comments", "PhotoDNA": "photodna", "Miniature": "miniature",
}  # fmt: skip
#: What is told of a case. Who graded is named by people, and people are not taken from here.
_CASE = ("CaseID", "CaseNumber", "SourceApplicationName", "SourceApplicationVersion", "TotalMediaFiles")
_WITHHELD = frozenset({"miniature", "photodna", "hashvalue", "comments"})
_LONGEST_EXIF = 200
_MEMORY = "1GB"
_SHOWN = 20


class HashList(FanalError):
    """A list of hashes that was received, not a case."""

    code = "F-READ-08"
    text = "{path} is a list of hashes, not a case: a list is no evidence, and its entries never become rows of a case."


class Vics:
    """See `read.contract.Reader`."""

    name = "vics"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ()

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_reports.vics(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read. Raises HashList where no case stands around the media."""
        elements = media_of(source, self._chunk)
        context = context_of(source)
        if elements.paths == _BARE and (context or _HASHES.search(_head(source))):
            raise HashList(path=source.name)
        figures: Counter[str] = Counter()
        grades: Counter[str] = Counter()
        sql = statements_of(source)
        with Duck(memory=_MEMORY, spill=source.scratch) as engine:
            for batch in elements.batches():
                _hand_over(engine, sql, batch, context, sink)
                figures.update(engine.rows(sql["figures"]).to_pylist()[0])
                grades.update({row["category"]: row["n"] for row in engine.rows(sql["categories"]).to_pylist()})
        for failure in elements.failures:
            sink.reject(f"byte:{failure.offset}", None, failure.reason, "")
            sink.count("json", source=1, rejected=1)
        if not any(elements.counts.values()) and not context:
            raise Unreadable(path=source.name, detail=translate("no list of media is in it"))
        if elements.truncated:
            sink.note("truncated", value=True)
        sink.count("media", source=0)
        sink.note("context", context or None)
        sink.note("cases", _cases(elements.outer))
        sink.note("graded", {"n": figures["graded"], "categories": dict(sorted(grades.items())[:_SHOWN])})
        for key in ("comments", "photodna", "miniatures"):
            if figures[key]:
                sink.note(f"{key}_not_kept", figures[key])

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return EXAMPLES

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators: `byte:N`, where a medium begins; values that are not kept are not shown."""
        return shown(element_at(source.path, int(locator.partition(":")[2])), _WITHHELD)


def media_of(source: Source, chunk: int = CHUNK) -> Elements:
    """The media of a case file or a list of hashes, still to be scanned: within cases, or the list's own items."""
    return Elements(source.path, _IN_CASES if _MEDIA_LIST.search(_head(source)) else _BARE, chunk)


def _head(source: Source) -> bytes:
    with source.path.open("rb") as file:
        return file.read(_FIRST_LOOK)


def context_of(source: Source) -> str:
    """Which model, and whose categories, the file says it follows; empty where it says nothing."""
    found = signs_reports.VICS_CONTEXT.search(_head(source))
    return found[1].decode("utf-8", "replace") if found else ""


def _hand_over(engine: Duck, sql: Mapping[str, str], batch: Batch, context: str, sink: Sink) -> None:
    engine.bind("raw", batch.rows)
    bad = engine.rows(sql["bad"], reason=NOT_JSON)
    sink.reject_rows(bad)
    if batch.mended is not None:
        sink.reject_rows(mended_rows(batch))
    for table in ("told", "alternative", "said"):
        engine.define(table, sql[table])
    for table in ("media", "fingerprint"):
        sink.rows(table, engine.rows(sql[table]))
    sink.rows("remark", engine.rows(sql["remark"], context=context or "not said"))
    sink.reject_rows(engine.rows(sql["bad_hash"], reason=NO_HASH))
    rows = batch.rows.num_rows
    sink.count("media", source=rows, read=rows - bad.num_rows, rejected=bad.num_rows)


def statements_of(source: Source) -> dict[str, str]:
    """The statements of `vics.sql` with what holds for one file filled in."""
    places = {
        "paths": "[" + ", ".join(f"'$.{path}'" for path in _FIELDS) + "]",
        "fields": ", ".join(f"f[{n}] AS {column}" for n, column in enumerate(_FIELDS.values(), start=1)),
        "exhibit_prefix": f"'vics:{source.exhibit}/'",
        "longest_exif": str(_LONGEST_EXIF),
    }
    return {name: fill(statement, **places) for name, statement in load("fanal.read", "vics.sql").items()}


def _cases(outer: Any) -> list[dict[str, str]]:
    listed = outer.get("value") if isinstance(outer, dict) else None
    cases = [case for case in listed or [] if isinstance(case, dict)][:_SHOWN] if isinstance(listed, list) else []
    told = [{key: str(case[key]) for key in _CASE if isinstance(case.get(key), str | int)} for case in cases]
    return [case for case in told if case]


VICS = Vics()
