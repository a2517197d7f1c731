"""Web-server logs read through a mapping: combined and common lines, and lines that are JSON.

One source table, `requests`: what each line says, nothing made of it. Which line is a login, and of
whom, the mapping says. `src_port` is filled where the server logs it: as `address:port`, as a later
`port=N`, or under a key of its own. What stands behind the usual fields is `rest`.
"""

from collections.abc import Iterable

from fanal.engine.duck import Duck
from fanal.evidence.media_signs import freed
from fanal.evidence.streams import opened
from fanal.read import signs_dumps
from fanal.read.contract import Example, Sink, Source
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.mapping_draft import LOGIN_WORD
from fanal.read.mapping_form import Mapping
from fanal.read.scratch import wanted_columns
from fanal.read.source_tables import SourceTable
from fanal.read.weblog_examples import examples
from fanal.read.weblog_lines import blocks
from fanal.read.weblog_requests import COLUMNS, TABLE, Requests
from fanal.read.weblog_sift import Need, Sift, need_of

_MEMORY = "1GB"
_FREQUENT = 40
_POSTS = f"""
WITH parts AS (
  SELECT method, split_part(path, '?', 1) AS path, status, "user",
    array_to_string(list_sort(list_distinct(regexp_extract_all(
      substr(path, strpos(path || '?', '?')), '[?&;]([A-Za-z0-9_.-]{{1,64}})=', 1))), ',') AS parameters
  FROM requests
)
SELECT method, path, status, parameters, count("user") AS named, count(*) AS n
FROM parts GROUP BY method, path, status, parameters
ORDER BY coalesce(regexp_matches(lower(path), '{LOGIN_WORD}'), false) DESC, n DESC, path, status, parameters
LIMIT {_FREQUENT}
"""


class Weblog:
    """Reads web-server logs; see `read.contract.Reader`."""

    name = "weblog"
    version = 2
    mapped = True
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_dumps.weblog(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        branches = [branch for s in mapping.selections for branch in s.branches]
        used = [use for branch in branches for use in branch.used]
        sift = Sift(need_of(branch) for branch in branches)
        with Duck(memory=_MEMORY, spill=source.scratch) as engine:
            requests = Requests(engine, source, wanted_columns(used, TABLE, COLUMNS), sift)
            requests.load(sink)
            _tell_rules(mapping, engine, sink)
            run_mapping(mapping, engine, {TABLE: requests.rows}, source, sink)

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The table `requests`, and its frequent POST paths, for `fanal map`."""
        posts = Sift([Need(methods=frozenset({"POST"}))])
        with Duck(memory=_MEMORY, spill=source.scratch) as engine:
            requests = Requests(engine, source, ["method", "path", "status", "user"], posts)
            requests.load(None)
            found = engine.rows(_POSTS).to_pylist()
        frequent = tuple(tuple("" if v is None else str(v) for v in row.values()) for row in found)
        return {TABLE: SourceTable(COLUMNS, requests.rows, posts=frequent)}

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        yield from examples()

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators: `requests:N`, the N-th line."""
        wanted = int(locator.rpartition(":")[2])
        with opened(source.path) as stream:
            for buf, end in blocks(stream):
                lines = buf[:end].tobytes().split(b"\n")
                if wanted < len(lines):
                    return freed(lines[wanted - 1].decode("utf-8", "backslashreplace").lstrip("\0").rstrip("\r"))
                wanted -= len(lines) - 1
        return ""


def _tell_rules(mapping: Mapping, engine: Duck, sink: Sink) -> None:
    """Note for each login rule how many lines it is about, and how many of them name no account."""
    told = {}
    for rule in mapping.logins:
        lines, named = (
            engine.rows(f"SELECT count(*) AS n FROM {what}")["n"][0].as_py()
            for what in (f"{TABLE} WHERE {rule.condition}", f"({rule.branch.sql}) AS named")
        )
        told[rule.rule] = {"lines": lines, "without_account": lines - named}
    if told:
        sink.note("login_rules", told)


WEBLOG = Weblog()
