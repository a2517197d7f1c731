"""Web-server logs in combined or common form (nginx, Apache), read through a mapping.

One source table, `requests`: what each line says, nothing made of it. Which line is a login, and of
whom, the mapping says. `src_port` is filled where the server logs it: as `address:port` or a later
`port=N`. What stands behind the usual fields is `rest`, forwarded addresses for instance.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.evidence.media_signs import freed
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.mapping_sql import ROW
from fanal.read.scratch import ScratchTable

TABLE = "requests"
_LINES = "requests lines"
CHUNK = 8 << 20
#: A longer line is cut, which makes it one that cannot be read.
LONGEST = 1 << 20
_MEMORY = "1GB"
_SHARE_OF_LINES = 0.8
_NO_LINE = mark("not a line of a web-server log")
_TEXT = r'((?:[^"\\]|\\.)*)'
_ODD = (
    r"^(?:[^ ]+:[0-9]{1,5} )?([^ ]+) [^ ]+ (.*?) \[([^\]]{1,40})\] "
    rf'"{_TEXT}" ([0-9]{{3}}) ([0-9]+|-)(?: "{_TEXT}" "{_TEXT}"( .*)?|( [^"].*)?)$'
)
_WORD, _NAME, _QUOTED = r'[^ "\\]+', r'[^ "\\\[][^ "\\]*', r'"[^"\\]*"'
_PLAIN = (
    rf"{_WORD} {_NAME} {_NAME} \[[^ \]\"\\]+ [^ \]\"\\]+\] {_QUOTED} [0-9]{{3}} (?:[0-9]+|-)"
    rf'(?: ?| {_QUOTED} {_QUOTED}(?: {_QUOTED}| [^ "\\][^"\\]*)?)'
)
_PATTERNS = {
    "plain": _PLAIN,
    "odd": _ODD,
    "worded": "[A-Za-z]{3,20} .+",
    "with_port": r"(?:[0-9.]+|\[[^\]]*\]):[0-9]{1,5}",
}
_LOOK = re.compile(rb'^\S+ \S+ .{1,200}?\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}\] "')


class Weblog:
    """Reads combined web-server logs."""

    name = "weblog"
    version = 1
    mapped = True
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:  # noqa: ARG002  logs have all kinds of names
        """See Reader.detect."""
        lines = [line for line in head.split(b"\n")[:100] if line.strip()]
        if len(lines) > 1 and not head.endswith(b"\n"):
            lines.pop()
        if not lines:
            return 0.0
        share = sum(_LOOK.match(line) is not None for line in lines) / len(lines)
        return 0.9 if share >= _SHARE_OF_LINES else 0.0

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        with Duck(memory=_MEMORY, spill=source.scratch) as engine:
            rows = load_requests(source, sink, engine)
            run_mapping(mapping, engine, {TABLE: rows}, source, sink)

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        login = b'192.0.2.1 - - [10/Oct/2020:13:55:36 +0200] "POST /login?u=a%d HTTP/1.1" 302 0 "-" "agent 1"\n'
        yield Example(
            "access.log",
            b"".join(login % n for n in range(1, 9)) + b"no line of a log\n"
            + b'2001:db8::1 - - [10/Oct/2020:13:55:37 +0200] "GET / HTTP/1.1" 200 512 "-" "agent \\"2\\""\n',
            {"login": 8},
            rejects=1,
            mapping=_EXAMPLE_MAPPING,
        )  # fmt: skip
        noise = b"no line of a log\n\xff\xfe\n"
        yield Example("access.log", noise, {}, mapping=_EXAMPLE_MAPPING, hostile=True, refused="F-READ-01")

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators: `requests:N`, the N-th line."""
        wanted = int(locator.rpartition(":")[2])
        for first, block in blocks(source.path):
            lines = block.split(b"\n")
            if first <= wanted < first + len(lines) - 1:
                return freed(lines[wanted - first].decode("utf-8", "backslashreplace").rstrip("\r"))
        return ""


def load_requests(source: Source, sink: Sink, engine: Duck) -> int:
    """Bind the log's lines in the engine as the view `requests`; lines that are none are rejects.

    Args:
        source: the exhibit; its scratch folder takes the lines.
        sink: takes rejects and their count.
        engine: not yet locked.

    Returns:
        The number of rows.

    Raises:
        Unreadable: no line is one of a web-server log.
    """
    statements = load("fanal.read", "weblog.sql")
    told_apart = fill(statements["sorted"], **_PATTERNS)
    table = ScratchTable(engine, source.scratch, _LINES, ("line", "odd"))
    refused = 0
    for first, block in blocks(source.path):
        engine.bind("lines", _lines(first, block))
        done = engine.rows(told_apart)
        good = pc.is_null(done["bad"])
        whole = pc.all(good).as_py()
        table.write(done if whole else done.filter(good))
        refused += 0 if whole else _refuse(done.filter(pc.invert(good)), sink)
    engine.drop("lines")
    table.bind()
    engine.execute(f"CREATE OR REPLACE VIEW {TABLE} AS {fill(statements['requests'], **_PATTERNS)}")
    if not table.rows:
        raise Unreadable(path=source.name, detail=translate("no line of it is one of a web-server log"))
    sink.count(TABLE, source=refused, rejected=refused)
    return table.rows


def blocks(path: Path, chunk: int = CHUNK) -> Iterator[tuple[int, bytes]]:
    """The file in whole lines: the first one's number, from 1, and bytes that end in a line feed."""
    carry, number, skipping = b"", 1, False
    with path.open("rb") as file:
        while read := file.read(chunk):
            block = read
            if skipping:
                start = block.find(b"\n") + 1
                if not start:
                    continue
                block, skipping = block[start:], False
            block = carry + block
            end = block.rfind(b"\n") + 1
            carry = block[end:]
            if end:
                yield number, block[:end]
                number += block.count(b"\n", 0, end)
            if len(carry) > LONGEST:
                yield number, carry[:LONGEST] + b"\n"
                number, carry, skipping = number + 1, b"", True
    if carry:
        yield number, carry + b"\n"


def _lines(first: int, block: bytes) -> pa.Table:
    """The block's lines with their numbers. Bytes that are no UTF-8 are written out."""
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        text = block.decode("utf-8", "backslashreplace")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    lines = pc.split_pattern(pa.array([text.removesuffix("\n")], pa.large_string()), "\n").flatten()
    numbers = pa.array(np.arange(first, first + len(lines), dtype=np.int64))
    return pa.table({ROW: numbers, "line": lines.cast(pa.string())})


def _refuse(bad: pa.Table, sink: Sink) -> int:
    if bad.num_rows:
        locators = pc.binary_join_element_wise(f"{TABLE}:", bad[ROW].cast(pa.string()), "")
        sink.reject_rows(
            pa.table(
                {
                    "locator": locators,
                    "column": pa.nulls(bad.num_rows, pa.string()),
                    "reason": pa.repeat(pa.scalar(_NO_LINE), bad.num_rows),
                    "excerpt": bad["bad"],
                }
            )
        )
    return int(bad.num_rows)


_EXAMPLE_MAPPING = """\
fanal_mapping: 1
platform: fo
source: weblog
instants: {login.at: "%d/%b/%Y:%H:%M:%S %z"}
tables:
  login: >
    SELECT split_part(path, '=', 2) AS account, ts AS at, ip, src_port, user_agent, _row
    FROM requests WHERE method = 'POST' AND path LIKE '/login?u=%'
"""

WEBLOG = Weblog()
