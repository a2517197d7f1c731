"""Reads extracts of a public chain: inputs and outputs of transactions, with the tool, version and date that made them.

Three forms: a node's decoded transactions, an explorer's (both JSON), and tables of tracing tools. Whose an
address is, no form of them knows; what a tool calls its clusters or owners is not read.
"""

from collections.abc import Iterable

from fanal.base.language import translate
from fanal.read import chain_csv, chain_json, signs_tables
from fanal.read.chain_examples import extracts
from fanal.read.chain_facts import traced
from fanal.read.chain_head import head_of
from fanal.read.contract import Example, Sink, Source, Unreadable


class Chain:
    """The reader of chain extracts; see `read.contract.Reader`."""

    name = "chain"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_tables.chain(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        with source.path.open("rb") as f:
            head = f.read(chain_json.HEAD)
        if signs_tables.is_json(head):
            asset = str(source.options.get("asset") or "BTC")
            sink.note("asset", {"asset": asset, "open": "asset" not in source.options})
            said = chain_json.read_json(source, sink, asset)
        elif (table := head_of(head)) is not None:
            said = chain_csv.read_csv(source, table, head, sink)
        else:
            detail = translate("neither transactions in JSON nor a table with transaction, address, side and amount")
            raise Unreadable(path=source.name, detail=detail)
        sink.note("chain", traced(said, source.options))

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return extracts()

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the transaction's JSON, or the table's row."""
        part, _, number = locator.rpartition(":")
        with source.path.open("rb") as f:
            is_json = signs_tables.is_json(f.read(chain_json.HEAD))
        if part == chain_json.PART and is_json:
            return chain_json.excerpt_of(source, int(number))
        return chain_csv.excerpt_of(source, locator)


CHAIN = Chain()
