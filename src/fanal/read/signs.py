"""What is known of readers before their code is loaded: enough to choose one.

A reader's code brings compilers, engines and parsers that take a second to load, and one of them is
needed. A reader that is not named here is asked itself, and loaded to be asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from fanal.read import signs_chats, signs_dumps, signs_mail, signs_reports, signs_tables
from fanal.read.contract import Detector


class Known(Protocol):
    """What a reader and its signs both say; see `read.contract.Reader`."""

    @property
    def name(self) -> str:
        """The reader's."""

    @property
    def mapped(self) -> bool:
        """Whether it takes a mapping."""

    @property
    def beside(self) -> tuple[str, ...]:
        """Files that are read with it."""

    @property
    def detect(self) -> Detector:
        """How surely it reads a file."""


@dataclass(frozen=True)
class Signs:
    """The signs of one reader; each field says what the reader's own attribute of that name says."""

    name: str
    detect: Detector
    mapped: bool = False
    beside: tuple[str, ...] = ()


_LOG = "{name}-wal"


def _beside(contacts: str) -> tuple[str, ...]:
    return (_LOG, contacts, f"{contacts}-wal")


#: By the reader's entry in `read.registry.READERS`.
SIGNS: Mapping[str, Signs] = {
    "fanal.read.whatsapp:WHATSAPP": Signs("whatsapp", signs_chats.whatsapp),
    "fanal.read.eml:EML": Signs("eml", signs_mail.eml),
    "fanal.read.mbox:MBOX": Signs("mbox", signs_mail.mbox),
    "fanal.read.msg:MSG": Signs("msg", signs_mail.msg),
    "fanal.read.cybertip:CYBERTIP": Signs("cybertip", signs_mail.cybertip),
    "fanal.read.weblog:WEBLOG": Signs("weblog", signs_dumps.weblog, mapped=True),
    "fanal.read.mysqldump:MYSQLDUMP": Signs("mysqldump", signs_dumps.mysqldump, mapped=True),
    "fanal.read.msgstore:MSGSTORE": Signs("msgstore", signs_chats.msgstore, beside=_beside(signs_chats.WA_CONTACTS)),
    "fanal.read.chatstorage:CHATSTORAGE": Signs(
        "chatstorage", signs_chats.chatstorage, beside=_beside(signs_chats.IOS_CONTACTS)
    ),
    "fanal.read.sqlite:SQLITE": Signs("sqlite", signs_tables.sqlite, mapped=True, beside=(_LOG,)),
    "fanal.read.pg_dump:PG_DUMP": Signs("pg_dump", signs_dumps.pg_dump, mapped=True),
    "fanal.read.tabular:CSV": Signs("csv", signs_tables.csv, mapped=True),
    "fanal.read.jsonl:JSONL": Signs("jsonl", signs_tables.jsonl, mapped=True),
    "fanal.read.telegram:TELEGRAM": Signs("telegram", signs_chats.telegram),
    "fanal.read.vics:VICS": Signs("vics", signs_reports.vics),
    "fanal.read.ufed:UFED": Signs("ufed", signs_reports.ufed),
    "fanal.read.case_jsonld:CASE_JSONLD": Signs("case_jsonld", signs_reports.case_jsonld),
    "fanal.read.xlsx:XLSX": Signs("xlsx", signs_tables.xlsx, mapped=True),
    "fanal.read.pdf:PDF": Signs("pdf", signs_tables.pdf, mapped=True),
    "fanal.read.chain:CHAIN": Signs("chain", signs_tables.chain),
    "fanal.read.parquet:PARQUET": Signs("parquet", signs_tables.parquet, mapped=True),
}
